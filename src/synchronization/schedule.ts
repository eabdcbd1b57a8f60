/**
 * The schedule (spec 2.1, 2.8): one tick, one run in the whole cluster. A tick is a row with a unique (process, time): whichever
 * worker inserts it starts the run, in the same transaction; there is no leader and nothing to elect. The time is the
 * database's, so that a worker whose own clock is wrong does no harm; a tick that was missed because no worker ran is made
 * up for once.
 */
import { Cron } from 'croner'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { NO_TRACING, spanTime, type Tracing } from '../observability/tracing.ts'
import { traceTick } from '../observability/tracing-runs.ts'
import { isAnyTriggered } from './plans/claim.ts'
import type { NewRun, RunRow } from './plans/runs.ts'
import type { SyncProcess } from './process.ts'
import { beginRun } from './runs.ts'

/** A process on a schedule. */
export interface Scheduled {
  readonly process: SyncProcess
  /** Cron, read in the schedule's time zone. */
  readonly cron: string
  readonly validationPeriodDays: number
  readonly maxBatches: number | null
}

export interface ScheduleOptions {
  readonly database: Database
  readonly processes: readonly Scheduled[]
  readonly timeZone: string
  /** How long after a trigger a run for triggered subjects alone may start; undefined: never. */
  readonly triggerDelaySeconds: number | undefined
  readonly isGuarded: boolean
  readonly userId: string
  readonly tracing?: Tracing
}

/** Looks at the clock and starts what is due; called again and again by every worker. */
export class Schedule {
  readonly #options: ScheduleOptions
  readonly #crons: ReadonlyMap<string, Cron>
  readonly #seen = new Map<string, number>()

  constructor(options: ScheduleOptions) {
    this.#options = options
    this.#crons = new Map(
      options.processes.map(({ process, cron }) => [
        process.key,
        new Cron(cron, { timezone: options.timeZone, paused: true }),
      ]),
    )
  }

  /** Starts the runs whose tick has come, and those for triggered subjects. Answers with the runs that it started. */
  async look(): Promise<RunRow[]> {
    const { database, processes, tracing = NO_TRACING } = this.#options
    const [clock] = await database.query<{ now: Date }>({ text: 'select clock_timestamp() as now' })
    if (clock === undefined) return []
    const started: RunRow[] = []
    for (const scheduled of processes) {
      const since = spanTime()
      const run = (await this.#tick(scheduled, clock.now)) ?? (await this.#startForTriggered(scheduled))
      if (run === undefined) continue
      traceTick(tracing, run, since)
      started.push(run)
    }
    return started
  }

  /** When the next tick of a process is. */
  nextTick(process: SyncProcess, after: Date): Date | undefined {
    return this.#crons.get(process.key)?.nextRun(after) ?? undefined
  }

  async #tick(scheduled: Scheduled, now: Date): Promise<RunRow | undefined> {
    const { key } = scheduled.process
    const [time] = this.#crons.get(key)?.previousRuns(1, now) ?? []
    if (time === undefined || this.#seen.get(key) === time.getTime()) return undefined
    const run = await this.#options.database.transaction((tx) => this.#take(tx, scheduled, time))
    this.#seen.set(key, time.getTime())
    return run
  }

  async #take(tx: Executor, scheduled: Scheduled, time: Date): Promise<RunRow | undefined> {
    const { key } = scheduled.process
    const [tick] = await tx.query<{ outcome: string }>({
      text: `insert into zvirka.ticks (process, time, outcome)
             select $1, $2, case when exists (select from zvirka.ticks where process = $1) then 'skipped' else 'first' end
             on conflict do nothing returning outcome`,
      values: [key, time],
    })
    if (tick === undefined || tick.outcome === 'first') return undefined
    const run = await beginRun(tx, this.#newRun(scheduled, 'schedule', null))
    if (run === undefined) return undefined
    await tx.query({
      text: `update zvirka.ticks set outcome = 'started', run_id = $3 where process = $1 and time = $2`,
      values: [key, time, run.id],
    })
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
    }
  }
}
