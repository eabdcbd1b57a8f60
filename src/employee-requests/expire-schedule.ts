/**
 * When requests expire (spec 5.4): at each tick of a schedule, once in the whole cluster. A tick is a row, written when its work is done, so that
 * one whose worker dies in between is seen to by another; a lock of the session keeps two from being at it at once. Ticks that were missed
 * because no worker ran are made up for by the next one that looks, once. The time is the database's, as in `synchronization/schedule.ts`.
 */
import { Cron } from 'croner'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { type Expired, expire } from './expire.ts'
import { keepTick, lastTick } from './plans/expire.ts'

/** What its ticks are kept under. */
export const EXPIRY = 'employee_request_expiration'

export interface ExpiryScheduleOptions {
  readonly database: Database
  /** Cron, read in the time zone. */
  readonly cron: string
  readonly timeZone: string
  readonly userId: string
  readonly signal?: AbortSignal
}

/** Looks at the clock and does what is due; called again and again by every worker. */
export class ExpirySchedule {
  readonly #options: ExpiryScheduleOptions
  readonly #cron: Cron
  #seen: number | undefined

  constructor(options: ExpiryScheduleOptions) {
    this.#options = options
    this.#cron = new Cron(options.cron, { timezone: options.timeZone, paused: true })
  }

  /** Lets requests expire if a tick has come that nobody has seen to. Undefined: there is none, or somebody is at it. */
  async look(): Promise<Expired | undefined> {
    const { database } = this.#options
    const [clock] = await database.query<{ now: Date }>({ text: 'select clock_timestamp() as now' })
    const [time] = clock === undefined ? [] : this.#cron.previousRuns(1, clock.now)
    if (time === undefined || this.#seen === time.getTime()) return undefined
    if (!(await this.#isDue(database, time))) return undefined
    return database.pinned(async (pinned) => {
      const [lock] = await pinned.query<{ held: boolean }>({
        text: `select pg_try_advisory_lock(hashtextextended('zvirka ${EXPIRY}', 0)) as held`,
      })
      if (lock?.held !== true) return undefined
      try {
        return await this.#see(pinned, time)
      } finally {
        await pinned.query({ text: `select pg_advisory_unlock(hashtextextended('zvirka ${EXPIRY}', 0))` })
      }
    })
  }

  // Another worker may have done it between our look and our lock.
  async #see(pinned: Executor, time: Date): Promise<Expired | undefined> {
    if (!(await this.#isDue(pinned, time))) return undefined
    const { userId, signal } = this.#options
    const expired = await expire(this.#options.database, signal === undefined ? { userId } : { userId, signal })
    if (!expired.isFinished) return expired
    await pinned.query(keepTick(EXPIRY, time, 'done'))
    this.#seen = time.getTime()
    return expired
  }

  // The tick before the first look ever is none that was missed.
  async #isDue(executor: Executor, time: Date): Promise<boolean> {
    const [last] = await executor.query<{ time: Date | null }>(lastTick(EXPIRY))
    if (last?.time == null) await executor.query(keepTick(EXPIRY, time, 'first'))
    const isDue = last?.time != null && last.time < time
    if (!isDue) this.#seen = time.getTime()
    return isDue
  }
}
