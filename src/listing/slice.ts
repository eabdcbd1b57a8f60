/** Parts of lists: the one vocabulary of paging, whatever is listed and however it is asked for. */
import type { Conditions } from './conditions.ts'
import type { Total } from './total.ts'

/** Which way a list runs: by its places from the least to the greatest, or the other way round. */
export type Direction = 'asc' | 'desc'

/** So many entries between two places, neither of them included. */
export interface Slice<Place> {
  readonly above?: Place | undefined
  readonly below?: Place | undefined
  /** From which end of them they are read, and in which order they come. */
  readonly direction: Direction
  readonly limit: number
  /** So many are passed over first. */
  readonly offset?: number
}

/** A place in a list that is ordered by a time, to the microsecond in ISO 8601, or a number, and an id. */
export interface TimePlace {
  readonly at: string
  readonly id: string
}

/** Adds that a time, or a number, and an id lie within a slice. */
export function within(
  conditions: Conditions,
  { above, below }: Slice<TimePlace>,
  time: string,
  id: string,
  type = 'timestamptz',
): void {
  for (const [sign, place] of [
    ['>', above],
    ['<', below],
  ] as const) {
    if (place === undefined) continue
    const [at, of] = [conditions.parameter(place.at), conditions.parameter(place.id)]
    conditions.require(`(${time}, ${id}) ${sign} (${at}::${type}, ${of}::uuid)`)
  }
}

/** A part of a list, with the cursor of the next part. */
export interface Listed<Row, Place> {
  readonly rows: readonly Row[]
  /** The cursor of the next part; undefined: nothing follows. */
  readonly next: Place | undefined
  readonly total: Total
}

/** The read entries of a list, one more than the limit if there are more. */
export function listed<Row, Place>(
  read: readonly Row[],
  limit: number,
  placeOf: (row: Row) => Place,
  total: Total,
): Listed<Row, Place> {
  const rows = read.slice(0, limit)
  const last = read.length > limit ? rows.at(-1) : undefined
  return { rows, next: last && placeOf(last), total }
}
