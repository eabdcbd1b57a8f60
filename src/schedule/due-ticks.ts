/**
 * Decides which tick of a schedule is due. A running worker handles each tick as it comes. If ticks were missed because no worker ran, one
 * of them is made up for; but nothing before the moment at which a schedule (its expression and time zone) was first seen counts as missed,
 * nor what passed while another schedule was active. So workers store their schedules in `zvirka.schedules`. The time is the database's, so
 * that a worker's wrong clock does no harm.
 */
import type { Executor } from '../database/query.ts'
import { CronTicks } from './cron-ticks.ts'
import { type DueAfter, databaseClock, type SeenSchedule, seeSchedules, settleTick } from './plans/schedules.ts'

const SEEN_MILLISECONDS = 10_000

interface Known extends SeenSchedule {
  readonly ticks: CronTicks
}

/** The schedules of one worker, in one time zone. */
export class DueTicks {
  readonly #timeZone: string
  readonly #known: ReadonlyMap<string, Known>
  #seenAt: Date | undefined
  #dueAfter: ReadonlyMap<string, Date> = new Map()
  readonly #settled = new Map<string, number>()

  constructor(schedules: readonly SeenSchedule[], timeZone: string) {
    this.#timeZone = timeZone
    this.#known = new Map(
      schedules.map(({ process, cron }) => [process, { process, cron, ticks: new CronTicks(cron, timeZone) }]),
    )
  }

  /** The last tick of each process, if it is due; another worker may have handled it. */
  async look(executor: Executor): Promise<ReadonlyMap<string, Date>> {
    const due = new Map(await this.expected(executor))
    for (const [process, time] of due) {
      const isSettled = this.#settled.get(process) === time.getTime()
      if (isSettled || time.getTime() === this.#dueAfter.get(process)?.getTime()) due.delete(process)
    }
    return due
  }

  /** The last tick of each process since its schedule was first seen, handled or not. */
  async expected(executor: Executor): Promise<ReadonlyMap<string, Date>> {
    const [clock] = await executor.query<{ now: Date }>(databaseClock)
    if (clock === undefined) return new Map()
    await this.#see(executor, clock.now)
    const expected = new Map<string, Date>()
    for (const { process, ticks } of this.#known.values()) {
      const time = ticks.last(clock.now)
      const after = this.#dueAfter.get(process)
      if (time !== undefined && after !== undefined && time >= after) expected.set(process, time)
    }
    return expected
  }

  /** Stores for all workers that a tick is handled, in the transaction that took it or found it taken. */
  async settle(tx: Executor, process: string, time: Date): Promise<void> {
    const known = this.#known.get(process)
    if (known !== undefined) await tx.query(settleTick(known, this.#timeZone, time))
  }

  /** Forgets a handled tick, after the commit. */
  pass(process: string, time: Date): void {
    this.#settled.set(process, time.getTime())
  }

  // Also if the clock was set back: what was stored before is then in the future.
  async #see(executor: Executor, now: Date): Promise<void> {
    const age = this.#seenAt === undefined ? undefined : now.getTime() - this.#seenAt.getTime()
    if (age !== undefined && age >= 0 && age < SEEN_MILLISECONDS) return
    const rows = await executor.query<DueAfter>(seeSchedules([...this.#known.values()], this.#timeZone, now))
    this.#dueAfter = new Map(rows.map(({ process, due_after }) => [process, due_after]))
    this.#seenAt = now
  }
}
