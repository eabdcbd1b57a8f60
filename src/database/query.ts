/**
 * One SQL statement as data: it can be built, compared and tested without a database.
 * With `name` it is prepared once a connection and planned from then on (for what is hot).
 */
export interface Query {
  readonly text: string
  readonly values?: readonly unknown[]
  readonly name?: string
  /** It reads whole tables, say: its pool's `answerMs` does not hold for it. */
  readonly mayTakeLong?: boolean
}

/** Runs statements: a pool, one connection, or an open transaction. */
export interface Executor {
  /** The rows of the answer. `Row` is the caller's word for the shape that the statement selects. */
  query<Row = Record<string, unknown>>(query: Query): Promise<Row[]>
}
