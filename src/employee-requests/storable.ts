/** Whether a JSON value can be stored: PostgreSQL accepts no U+0000 and no lone surrogates, and nesting and number of values are limited. */

/** A value that cannot be stored, and why. */
interface Unstorable {
  readonly path: readonly PropertyKey[]
  readonly text: string
}

const NOT_STORABLE = 'contains a character that cannot be stored'
const TOO_DEEP = 'is nested too deeply'
const MOST_LEVELS = 32

/** The values that cannot be stored. Not recursive: deep nesting would overflow the stack. */
export function unstorable(value: unknown): Unstorable[] {
  const found: Unstorable[] = []
  let level: { readonly path: readonly PropertyKey[]; readonly value: unknown }[] = [{ path: [], value }]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_LEVELS) return [...found, ...level.map(({ path }) => ({ path, text: TOO_DEEP }))]
    for (const { path, value: each } of level) {
      if (isBad(each) || isBad(path.at(-1))) found.push({ path, text: NOT_STORABLE })
    }
    level = level.flatMap(({ path, value: each }) =>
      partsOf(each).map(([key, part]) => ({ path: [...path, key], value: part })),
    )
  }
  return found
}

/** Whether a value consists of more than this many values. */
export function hasMoreValuesThan(most: number, value: unknown): boolean {
  let count = 1
  let level = [value]
  while (level.length > 0) {
    level = level.flatMap((each) => partsOf(each).map(([, part]) => part))
    count += level.length
    if (count > most) return true
  }
  return false
}

function partsOf(value: unknown): (readonly [PropertyKey, unknown])[] {
  if (Array.isArray(value)) return value.map((part, index) => [index, part])
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function isBad(value: unknown): boolean {
  return typeof value === 'string' && (!value.isWellFormed() || value.includes('\0'))
}
