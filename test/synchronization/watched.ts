/** A database that calls a test before and after each statement of the engine, so that it can act between any two. */
import type { Database } from '../../src/database/database.ts'
import type { Executor, Query } from '../../src/database/query.ts'

/** A statement about to be sent, or already sent. `commit after …` is one too. */
export interface Statement {
  /** The name of a prepared statement, or the first words of another. */
  readonly name: string
  /** Its connection. */
  readonly on: Executor
  /** Whether it is inside a transaction. */
  readonly isInTransaction: boolean
}

export interface Hooks {
  /** Errors from here replace the statement. */
  before?(statement: Statement): unknown
  /** Errors from here replace its result, as when an answer is lost. */
  after?(statement: Statement, rows: readonly unknown[]): unknown
}

/** The database with hooks. */
export function watched(database: Database, hooks: Hooks): Database {
  const through = (on: Executor, isInTransaction: boolean, tell?: (name: string) => void): Executor => ({
    query: async <Row>(query: Query): Promise<Row[]> => {
      const statement = { name: query.name ?? firstWords(query.text), on, isInTransaction }
      tell?.(statement.name)
      await hooks.before?.(statement)
      const rows = await on.query<Row>(query)
      await hooks.after?.(statement, rows)
      return rows
    },
  })
  const outside = through(database, false)
  return {
    query: outside.query,
    transaction: async (work) => {
      let committed: Statement | undefined
      const result = await database.transaction(async (tx) => {
        let last = 'nothing'
        const worked = await work(
          through(tx, true, (name) => {
            last = name
          }),
        )
        committed = { name: `commit after ${last}`, on: tx, isInTransaction: true }
        await hooks.before?.(committed)
        return worked
      })
      if (committed !== undefined) await hooks.after?.(committed, [])
      return result
    },
    pinned: (work) => database.pinned((client) => work(through(client, false))),
    withClient: (work) => database.withClient(work),
    use: () => database.use(),
    close: () => database.close(),
  }
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/).slice(0, 3).join(' ')
}

/** Stops the engine at a point until the test releases it. */
export class Stop {
  readonly #reached = Promise.withResolvers<Statement>()
  readonly #released = Promise.withResolvers<void>()

  /** The statement at which the engine has stopped. */
  get reached(): Promise<Statement> {
    return this.#reached.promise
  }

  /** Await this in a hook. */
  here(statement: Statement): Promise<void> {
    this.#reached.resolve(statement)
    return this.#released.promise
  }

  release(): void {
    this.#released.resolve()
  }
}
