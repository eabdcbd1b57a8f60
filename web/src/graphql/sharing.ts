/**
 * Structural sharing: parts of a new result that equal the old one keep their object identity, so their components are not rendered again.
 * If one row of a list changed, one row is rendered.
 */

/** The new value with all equal parts taken from the old one. List items with an `id` are compared by id, not by position. */
export function shared<T>(before: unknown, after: T): T {
  return share(before, after) as T
}

type Keyed = Readonly<Record<string, unknown>>

function share(before: unknown, after: unknown): unknown {
  if (Object.is(before, after)) return before
  if (Array.isArray(before) && Array.isArray(after)) return shareList(before, after)
  if (isKeyed(before) && isKeyed(after)) return shareFields(before, after)
  return after
}

function shareList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const known = new Map(before.map((each, at) => [keyOf(each, at), each]))
  const list = after.map((each, at) => share(known.get(keyOf(each, at)), each))
  return list.length === before.length && list.every((each, at) => Object.is(each, before[at])) ? before : list
}

function shareFields(before: Keyed, after: Keyed): Keyed {
  const fields = Object.entries(after).map(([name, value]) => [name, share(before[name], value)] as const)
  const isSame =
    fields.length === Object.keys(before).length &&
    fields.every(([name, value]) => name in before && Object.is(value, before[name]))
  return isSame ? before : Object.fromEntries(fields)
}

function keyOf(each: unknown, at: number): unknown {
  return isKeyed(each) ? (each['id'] ?? each['databaseId'] ?? at) : at
}

function isKeyed(value: unknown): value is Keyed {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
