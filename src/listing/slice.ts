/** Pages of lists: the common vocabulary, whatever is listed and however it is requested. */
import type { Conditions } from './conditions.ts'
import type { Total } from './total.ts'

/** The direction of a list: ascending or descending by position. */
export type Direction = 'asc' | 'desc'

/** At most this many entries between two positions, exclusive. */
export interface Slice<Place> {
  readonly above?: Place | undefined
  readonly below?: Place | undefined
  /** From which end they are read, and the order of the result. */
  readonly direction: Direction
  readonly limit: number
  /** The number of entries to skip. */
  readonly offset?: number
}

/** A position in a list sorted by a time (in microseconds, ISO 8601) or a number, and an id. */
export interface TimePlace {
  readonly at: string
  readonly id: string
}

/** Adds the conditions that a time or a number and an id are within a slice. */
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

/** A page of a list, with the cursor of the next one. */
export interface Listed<Row, Place> {
  readonly rows: readonly Row[]
  /** The cursor of the next page; undefined if there is none. */
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
