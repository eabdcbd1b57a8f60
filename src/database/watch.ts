/** Whether the database accepts writes; answering reads does not prove it. */
import type { Database } from './database.ts'
import { sqlState, sqlStates } from './sql-state.ts'

/** Called when the database becomes unavailable and when it is back. */
interface WatchEvents {
  away(code: string): void
  back(milliseconds: number): void
}

const PATIENCE_MS = 2500
const READ_ONLY: ReadonlySet<unknown> = new Set([sqlStates.readOnlyTransaction, sqlStates.notInPrerequisiteState])

/** Probes with a commit, which writes only a few bytes of log. One probe at a time, shared by all callers. */
export class DatabaseWatch {
  readonly #database: Database
  readonly #events: WatchEvents
  #look: Promise<string | undefined> | undefined
  #awaySince: number | undefined

  constructor(database: Database, events: WatchEvents) {
    this.#database = database
    this.#events = events
  }

  /** The code of the problem: `unreachable`, `read_only` or `commits_wait`; undefined if a commit succeeds immediately. Never throws. */
  async look(): Promise<string | undefined> {
    this.#look ??= this.#probe().finally(() => (this.#look = undefined))
    const { promise: late, resolve } = Promise.withResolvers<string>()
    const timer = setTimeout(() => resolve('commits_wait'), PATIENCE_MS)
    const code = await Promise.race([this.#look, late])
    clearTimeout(timer)
    this.#note(code)
    return code
  }

  async #probe(): Promise<string | undefined> {
    try {
      await this.#database.query({ text: `select pg_logical_emit_message(true, 'zvirka', '')` })
      return undefined
    } catch (error) {
      return READ_ONLY.has(sqlState(error)) ? 'read_only' : 'unreachable'
    }
  }

  #note(code: string | undefined): void {
    if (code !== undefined && this.#awaySince === undefined) {
      this.#awaySince = performance.now()
      this.#events.away(code)
    } else if (code === undefined && this.#awaySince !== undefined) {
      this.#events.back(performance.now() - this.#awaySince)
      this.#awaySince = undefined
    }
  }
}
