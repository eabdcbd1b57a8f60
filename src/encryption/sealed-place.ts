/** The place of encrypted values: a column of bytes, and one with the id of their key. */

/** An encrypted column. Its names come only from the code. */
export interface SealedPlace {
  /** Including its schema. */
  readonly table: string
  /** The column with the bytes, and the one with the key's id. */
  readonly bytes: string
  readonly keyId: string
  /** The column that identifies a row. */
  readonly id: string
  /** SQL of the context of a value, besides table and column: the row's id, and other columns that must not change. */
  readonly row: string
}

/** The context of a row's value (`context` of `seal` and `open`); `row` is the place's `row` for it. */
export function contextOf({ table, bytes }: SealedPlace, row: string): string {
  return `${table}.${bytes}/${row}`
}
