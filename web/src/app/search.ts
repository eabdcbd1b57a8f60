/**
 * The search part of addresses: filters and places of lists, as plain text. What a page does not know, or what is empty, is not in it;
 * and never is anything in it that tells of a person but an opaque id.
 */

/** The raw search, as it stands in an address. */
export type RawSearch = Readonly<Record<string, unknown>>

/** Reads an address's search. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Writes it. */
export function stringifySearch(search: RawSearch): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

/** A text of the search; undefined where there is none. */
export function textIn(search: RawSearch, name: string): string | undefined {
  const value = search[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** One of the words that are allowed. */
export function wordIn<const Word extends string>(
  search: RawSearch,
  name: string,
  words: readonly Word[],
): Word | undefined {
  return words.find((word) => word === search[name])
}

/** The place of a list. */
export function placeIn(search: RawSearch): { after?: string | undefined; before?: string | undefined } {
  return { after: textIn(search, 'after'), before: textIn(search, 'before') }
}
