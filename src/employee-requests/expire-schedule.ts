/**
 * When requests expire (spec 5.4): at each tick of a schedule, once in the whole cluster. A tick is a row, written when its work is done,
 * so that another worker handles it if one dies meanwhile; a session lock prevents concurrent handling. `schedule/due-ticks.ts` decides
 * which tick is due.
 */
import type { Database } from '../database/database.ts'
import { releaseSessionLock, trySessionLock } from '../database/locks.ts'
import type { Executor } from '../database/query.ts'
import { DueTicks } from '../schedule/due-ticks.ts'
import { type Expired, expire } from './expire.ts'
import { isTickKept, keepTick } from './plans/expire.ts'

/** The name under which its ticks are stored. */
export const EXPIRY = 'employee_request_expiration'
const LOCK = `zvirka ${EXPIRY}`

interface ExpiryScheduleOptions {
  readonly database: Database
  /** The cron expression, in the time zone. */
  readonly cron: string
  readonly timeZone: string
  readonly userId: string
  readonly signal?: AbortSignal
}

/** Expires requests if a tick is due; every worker calls it regularly. */
export class ExpirySchedule {
  readonly #options: ExpiryScheduleOptions
  readonly #due: DueTicks

  constructor(options: ExpiryScheduleOptions) {
    this.#options = options
    this.#due = new DueTicks([{ process: EXPIRY, cron: options.cron }], options.timeZone)
  }

  /** Expires requests if there is an unhandled tick. Undefined: there is none, or somebody is handling it. */
  async look(): Promise<Expired | undefined> {
    const { database } = this.#options
    const time = (await this.#due.look(database)).get(EXPIRY)
    if (time === undefined || (await this.#isDone(database, time))) return undefined
    return database.pinned(async (pinned) => {
      const [lock] = await pinned.query<{ held: boolean }>(trySessionLock(LOCK))
      if (lock?.held !== true) return undefined
      try {
        return await this.#see(pinned, time)
      } finally {
        await pinned.query(releaseSessionLock(LOCK))
      }
    })
  }

  // Another worker may have done it between our check and our lock.
  async #see(pinned: Executor, time: Date): Promise<Expired | undefined> {
    if (await this.#isDone(pinned, time)) return undefined
    const { userId, signal } = this.#options
    const expired = await expire(this.#options.database, signal === undefined ? { userId } : { userId, signal })
    if (!expired.isFinished) return expired
    await pinned.query(keepTick(EXPIRY, time))
    await this.#settle(pinned, time)
    return expired
  }

  async #isDone(executor: Executor, time: Date): Promise<boolean> {
    const kept = await executor.query(isTickKept(EXPIRY, time))
    if (kept.length > 0) await this.#settle(executor, time)
    return kept.length > 0
  }

  async #settle(executor: Executor, time: Date): Promise<void> {
    await this.#due.settle(executor, EXPIRY, time)
    this.#due.pass(EXPIRY, time)
  }
}
