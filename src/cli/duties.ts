/** The periodic tasks of a long-running worker: schedule, background counts, cluster metrics, expiry of employee requests, daily pruning. */
import { SEAL_MILLISECONDS, sealAudit } from '../audit/seals.ts'
import type { Settings } from '../config/settings.ts'
import { openDatabase } from '../database/database.ts'
import { countWaiting, type WaitingRow } from '../death-acts/plans/listing.ts'
import { ExpirySchedule } from '../employee-requests/expire-schedule.ts'
import type { ClusterUse } from '../observability/cluster-metrics.ts'
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { readCounts, refreshCounts } from '../synchronization/counts.ts'
import { type ClusterGauges, readGauges } from '../synchronization/gauges.ts'
import type { RunCounts } from '../synchronization/plans/tally.ts'
import { PROCESSES, type SyncProcess } from '../synchronization/process.ts'
import { pruneDaily } from '../synchronization/prune.ts'
import { Schedule, type Scheduled } from '../synchronization/schedule.ts'
import { ACT_OUTCOMES } from '../verification/death-act.ts'
import { keepWatch } from './database-watch.ts'
import { namingHolders } from './name-holders.ts'
import { operatedProcesses } from './operated.ts'
import { settingsOfProcess } from './process-settings.ts'
import { repeat } from './repeat.ts'
import { callHours } from './served.ts'
import { version } from './version.ts'
import type { WorkerSide } from './worker-side.ts'

const SCHEDULE_MILLISECONDS = 1000
const COUNTS_MILLISECONDS = 30_000
const CLUSTER_MILLISECONDS = 15_000
const LONGEST_COUNT_MILLISECONDS = 10 * 60_000
const EXPIRY_MILLISECONDS = 10_000
const PRUNE_MILLISECONDS = 10 * 60_000

const OUTCOMES: readonly (keyof RunCounts)[] = [
  ...(['verified', 'not_verified', 'not_needed', 'incorrect', 'to_review', 'technical_errors'] as const),
  ...(['given_back', 'dropped', 'propagated'] as const),
]

interface DutiesOptions {
  readonly settings: Settings
  readonly url: string
  readonly side: WorkerSide
  readonly log: Log
  readonly metrics: Metrics
  /** Replaces each process's own schedule (the demo: every minute). */
  readonly cron?: string
  readonly signal: AbortSignal
}

/** Runs the duties until the signal is aborted; errors are logged and retried. */
export async function doDuties(given: DutiesOptions): Promise<void> {
  const options = { ...given, log: namingHolders(given.log, given.side.database) }
  const { settings, side, url, metrics, log, signal } = options
  const schedule = scheduleOf(options)
  // Counting reads whole tables, so it uses its own sessions: those of the worker are tuned for reading few rows by key.
  const counting = openDatabase({
    url,
    role: 'zvirka_worker',
    applicationName: 'zvirka counts',
    max: 1,
    answerMs: LONGEST_COUNT_MILLISECONDS,
  })
  // A count that takes minutes, or never returns, must not block the worker's shutdown.
  signal.addEventListener('abort', () => void counting.close(0), { once: true })
  const count = async () => {
    for (const process of PROCESSES.values()) {
      const { validationPeriodDays } = settingsOfProcess(settings, process)
      await refreshCounts(counting, process, validationPeriodDays)
      const counts = await readCounts(counting, process, validationPeriodDays)
      if (counts === undefined) continue
      metrics.subjects({
        ...labelsOf(process),
        due: counts.due,
        waiting: counts.waiting,
        byStatus: counts.byStatus,
        takenAt: counts.countedAt,
      })
    }
  }
  const look = async () => {
    for (const run of await schedule.look()) log.info({ run: run.id, stream: run.process }, `run started: ${run.cause}`)
  }
  const gauged = [...PROCESSES.values()].map((process) => ({ process, ...settingsOfProcess(settings, process) }))
  const show = async () => {
    const deaths = await side.database.query<WaitingRow>(countWaiting())
    metrics.cluster({ deaths, ...asUse(await readGauges(side.database, gauged), await schedule.expectedTicks()) })
  }
  const expiry = new ExpirySchedule({
    ...{ database: side.database, cron: settings.employeeRequests.expirationSchedule, timeZone: settings.timeZone },
    ...{ userId: settings.systemUserId, signal },
  })
  const expire = async () => {
    const expired = await expiry.look()
    if (expired !== undefined) log.info({ counts: { expired: expired.count } }, 'employee requests expired')
  }
  prepareMetrics(options)
  await Promise.all([
    repeat(options, 'schedule', SCHEDULE_MILLISECONDS, look),
    repeat(options, 'counts', COUNTS_MILLISECONDS, count),
    repeat(options, 'cluster', CLUSTER_MILLISECONDS, show),
    repeat(options, 'expiry', EXPIRY_MILLISECONDS, expire),
    repeat(options, 'seal', SEAL_MILLISECONDS, () => sealAudit(side.database)),
    keepWatch(side.watch, metrics, signal),
    repeat(options, 'prune', PRUNE_MILLISECONDS, () => pruneDaily(side.database, url, settings.keep, { signal })),
  ])
  await counting.close()
}

/** The schedule of every process according to the settings. */
function scheduleOf({ settings, side, cron }: Pick<DutiesOptions, 'settings' | 'side' | 'cron'>): Schedule {
  const { triggerDelaySeconds, runGuard } = settings.worker
  const processes = operatedProcesses(settings, cron)
    .filter(({ isServed }) => isServed)
    .map(({ schedule, ...each }): Scheduled => ({ ...each, cron: schedule }))
  return new Schedule({
    database: side.database,
    processes,
    timeZone: settings.timeZone,
    triggerDelaySeconds: triggerDelaySeconds === 'off' ? undefined : triggerDelaySeconds,
    isGuarded: runGuard,
    userId: settings.systemUserId,
    tracing: side.tracing,
  })
}

/** Publishes the version, and initialises counters with 0. */
function prepareMetrics({ metrics, side, settings }: DutiesOptions): void {
  metrics.build(version())
  metrics.expectCalls(side.registries.served)
  metrics.expectOutcomes([...PROCESSES.values()].map(labelsOf), OUTCOMES)
  metrics.expectDeathActs(ACT_OUTCOMES)
  metrics.watchCallHours(() => callHours(settings))
}

function asUse({ workers, processes }: ClusterGauges, expected: ReadonlyMap<string, Date>): Omit<ClusterUse, 'deaths'> {
  return {
    workers,
    processes: processes.map(({ process, lastTick, ...gauges }) => ({
      ...gauges,
      ...labelsOf(process),
      lastTick: lastTick && { time: lastTick.time, isSkipped: lastTick.outcome === 'skipped' },
      expectedTick: expected.get(process.key),
    })),
  }
}

function labelsOf({ stream, kind }: SyncProcess) {
  return { stream, subject: kind }
}
