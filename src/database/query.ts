/**
 * One SQL statement as data: it can be built, compared and tested without a database. With `name` it is prepared once per connection and
 * keeps its plan (for hot statements).
 */
export interface Query {
  readonly text: string
  readonly values?: readonly unknown[]
  readonly name?: string
  /** For statements that, for example, read whole tables: the pool's `answerMs` does not apply. */
  readonly mayTakeLong?: boolean
}

/** Runs statements: a pool, one connection, or an open transaction. */
export interface Executor {
  /** The rows of the result. `Row` is the caller's type of the selected columns. */
  query<Row = Record<string, unknown>>(query: Query): Promise<Row[]>
}
