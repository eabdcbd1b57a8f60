/** Where sealed values are: a column of bytes, and beside it one with the id of their key. */

/** An encrypted column. Its names come only from the code. */
export interface SealedPlace {
  /** With its schema. */
  readonly table: string
  /** The column of the bytes, and that of the key's id. */
  readonly bytes: string
  readonly keyId: string
  /** The column that names a row. */
  readonly id: string
  /** SQL of the context of a value, besides table and column: the row's id, and other columns that must not change. */
  readonly row: string
}

/** What a value of a row is bound to (`context` of `seal` and `open`); `row` is the place's `row` of this one. */
export function contextOf({ table, bytes }: SealedPlace, row: string): string {
  return `${table}.${bytes}/${row}`
}
