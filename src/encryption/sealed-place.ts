/** Where sealed values are: a column of bytes, and beside it one with the id of their key. */

/** A column that is sealed. Its names come from the code alone. */
export interface SealedPlace {
  /** With its schema. */
  readonly table: string
  /** The column of the bytes, and that of the key's id. */
  readonly bytes: string
  readonly keyId: string
  /** The column that names a row. */
  readonly id: string
  /** SQL of the text that a value is bound to besides table and column: the row's id, and what else of it may not change. */
  readonly row: string
}

/** What a value of a row is bound to (`context` of `seal` and `open`); `row` is the place's `row` of this one. */
export function contextOf({ table, bytes }: SealedPlace, row: string): string {
  return `${table}.${bytes}/${row}`
}
