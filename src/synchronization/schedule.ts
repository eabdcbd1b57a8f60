/**
 * The schedule (spec 2.1, 2.8): one tick starts one run in the whole cluster. A tick is a row with a unique (process, time); the worker
 * that inserts it starts the run in the same transaction, so no leader election is needed. `schedule/due-ticks.ts` decides which tick is
 * due.
 */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { NO_TRACING, spanTime, type Tracing } from '../observability/tracing.ts'
import { traceTick } from '../observability/tracing-runs.ts'
import { DueTicks } from '../schedule/due-ticks.ts'
import { isAnyDue, isAnyTriggered } from './plans/claim.ts'
import { type NewRun, type RunRow, startedAtTick, takeTick } from './plans/runs.ts'
import type { SyncProcess } from './process.ts'
import { beginRun } from './runs.ts'

/** A process with a schedule. */
export interface Scheduled {
  readonly process: SyncProcess
  /** The cron expression, in the schedule's time zone. */
  readonly cron: string
  /** Null: a subject is asked about once after each trigger, and a tick is skipped if nobody is due. */
  readonly validationPeriodDays: number | null
  readonly maxBatches: number | null
  readonly newGuardShare?: number | undefined
}

interface ScheduleOptions {
  readonly database: Database
  readonly processes: readonly Scheduled[]
  readonly timeZone: string
  /** How long after a trigger a run for triggered subjects may start; undefined: never. */
  readonly triggerDelaySeconds: number | undefined
  readonly isGuarded: boolean
  readonly userId: string
  readonly tracing?: Tracing
}

/** Checks the clock and starts what is due; every worker calls it repeatedly. */
export class Schedule {
  readonly #options: ScheduleOptions
  readonly #due: DueTicks

  constructor(options: ScheduleOptions) {
    this.#options = options
    const schedules = options.processes.map(({ process, cron }) => ({ process: process.key, cron }))
    this.#due = new DueTicks(schedules, options.timeZone)
  }

  /** Starts the runs whose tick is due, and those for triggered subjects. Returns the started runs. */
  async look(): Promise<RunRow[]> {
    const { database, processes, tracing = NO_TRACING } = this.#options
    const due = await this.#due.look(database)
    const started: RunRow[] = []
    for (const scheduled of processes) {
      const since = spanTime()
      const time = due.get(scheduled.process.key)
      const run = (time && (await this.#tick(scheduled, time))) ?? (await this.#startForTriggered(scheduled))
      if (run === undefined) continue
      traceTick(tracing, run, since)
      started.push(run)
    }
    return started
  }

  /** By process key: the last tick that should have run, or will be made up for. */
  expectedTicks(): Promise<ReadonlyMap<string, Date>> {
    return this.#due.expected(this.#options.database)
  }

  async #tick(scheduled: Scheduled, time: Date): Promise<RunRow | undefined> {
    const { key } = scheduled.process
    const run = await this.#options.database.transaction(async (tx) => {
      const taken = await this.#take(tx, scheduled, time)
      await this.#due.settle(tx, key, time)
      return taken
    })
    this.#due.pass(key, time)
    return run
  }

  async #take(tx: Executor, scheduled: Scheduled, time: Date): Promise<RunRow | undefined> {
    const { key } = scheduled.process
    const [tick] = await tx.query(takeTick(key, time))
    if (tick === undefined) return undefined
    // Such processes have frequent ticks, and empty runs would hide the others (spec 8.2).
    if (scheduled.validationPeriodDays === null) {
      const [row] = await tx.query<{ any_due: boolean }>(isAnyDue(scheduled.process))
      if (!row?.any_due) return undefined
    }
    const run = await beginRun(tx, this.#newRun(scheduled, 'schedule', null))
    if (run === undefined) return undefined
    await tx.query(startedAtTick(key, time, run.id))
    return run
  }

  async #startForTriggered(scheduled: Scheduled): Promise<RunRow | undefined> {
    const { database, triggerDelaySeconds } = this.#options
    if (triggerDelaySeconds === undefined) return undefined
    const [row] = await database.query<{ any_due: boolean }>(isAnyTriggered(scheduled.process, triggerDelaySeconds))
    if (!row?.any_due) return undefined
    return database.transaction((tx) => beginRun(tx, this.#newRun(scheduled, 'trigger', triggerDelaySeconds)))
  }

  #newRun(scheduled: Scheduled, cause: 'schedule' | 'trigger', triggeredSecondsAgo: number | null): NewRun {
    return {
      process: scheduled.process.key,
      cause,
      userId: this.#options.userId,
      startedByWorker: null,
      validationPeriodDays: scheduled.validationPeriodDays,
      triggeredSecondsAgo,
      takesWaiting: false,
      maxSubjects: null,
      maxBatches: scheduled.maxBatches,
      isGuarded: this.#options.isGuarded,
      newGuardShare: scheduled.newGuardShare,
    }
  }
}
