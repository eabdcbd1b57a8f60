/**
 * The query part of URLs: filters and list positions, as plain text. Unknown and empty parameters are omitted. The only personal
 * information that it may contain is an opaque id.
 */

/** The unparsed parameters of a URL. */
export type RawSearch = Readonly<Record<string, unknown>>

/** Parses a query string. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Serialises parameters to a query string. */
export function stringifySearch(search: RawSearch): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

/** A text parameter; undefined if absent. */
export function textIn(search: RawSearch, name: string): string | undefined {
  const value = search[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A parameter with a fixed set of values. */
export function wordIn<const Word extends string>(
  search: RawSearch,
  name: string,
  words: readonly Word[],
): Word | undefined {
  return words.find((word) => word === search[name])
}

/** The position in a list. */
export function placeIn(search: RawSearch): { after?: string | undefined; before?: string | undefined } {
  return { after: textIn(search, 'after'), before: textIn(search, 'before') }
}
