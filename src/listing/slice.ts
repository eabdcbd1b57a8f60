import type { Total } from './total.ts'

/** Which part of a list is wanted: what follows a cursor, or so many entries from so far on. */
export interface Slice<Key> {
  readonly limit: number
  readonly offset: number
  readonly after: Key | undefined
}

/** A part of a list. */
export interface Listed<Row, Key> {
  readonly rows: readonly Row[]
  /** The key to go on after; undefined: nothing follows. */
  readonly next: Key | undefined
  readonly total: Total
}

/** The rows of a slice, of which one more than wanted was asked for, and whether more follow. */
export function cut<Row>(
  rows: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly hasMore: boolean } {
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit }
}
