/**
 * Which tick of a schedule is due. A worker that runs meets each tick as it comes. One that was missed because no worker ran is made up for,
 * once, however many there were; but what lies before the moment at which a schedule (its expression in its time zone) was first seen was
 * never missed, nor what passed while workers had another schedule in its place. So workers keep in `zvirka.schedules` which ones they have.
 * The time is the database's, so that a worker whose own clock is wrong does no harm.
 */
import type { Executor } from '../database/query.ts'
import { CronTicks } from './cron-ticks.ts'
import { type DueAfter, type SeenSchedule, seeSchedules, settleTick } from './plans/schedules.ts'

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

  /** The last tick of each process that is not older than its schedule, seen to or not. */
  async expected(executor: Executor): Promise<ReadonlyMap<string, Date>> {
    const [clock] = await executor.query<{ now: Date }>({ text: 'select clock_timestamp() as now' })
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

  /** Keeps for all workers that a tick is seen to, within the transaction that took it or found it taken. */
  async settle(tx: Executor, process: string, time: Date): Promise<void> {
    const known = this.#known.get(process)
    if (known !== undefined) await tx.query(settleTick(known, this.#timeZone, time))
  }

  /** Forgets a tick that is settled: after the commit. */
  pass(process: string, time: Date): void {
    this.#settled.set(process, time.getTime())
  }

  // Also when the clock has been put back: what was kept by the clock before is ahead of it.
  async #see(executor: Executor, now: Date): Promise<void> {
    const age = this.#seenAt === undefined ? undefined : now.getTime() - this.#seenAt.getTime()
    if (age !== undefined && age >= 0 && age < SEEN_MILLISECONDS) return
    const rows = await executor.query<DueAfter>(seeSchedules([...this.#known.values()], this.#timeZone, now))
    this.#dueAfter = new Map(rows.map(({ process, due_after }) => [process, due_after]))
    this.#seenAt = now
  }
}
