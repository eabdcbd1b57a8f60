/** Assembles a worker from the settings: its pools, its registries, its logging and metrics. */
import { hostname } from 'node:os'
import type { Settings } from '../config/settings.ts'
import { requireTrembita } from '../config/trembita.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { DatabaseWatch } from '../database/watch.ts'
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { throttled } from '../observability/throttle.ts'
import type { Tracing } from '../observability/tracing.ts'
import { CallStatistics } from '../registries/recent-calls.ts'
import { createRegistries, type Registries } from '../registries/registries.ts'
import type { ServiceState } from '../synchronization/plans/report.ts'
import type { RunRow } from '../synchronization/plans/runs.ts'
import type { SyncProcess } from '../synchronization/process.ts'
import type { LoopEnd } from '../synchronization/run-loop.ts'
import { WORKER_SESSION } from '../synchronization/session.ts'
import { type ProcessEquipment, Worker } from '../synchronization/worker.ts'
import { labelOf } from '../trembita/advice.ts'
import { outcomeOfAct } from '../verification/death-act.ts'
import { watchCertificates } from './certificates.ts'
import { openDatabaseWatch } from './database-watch.ts'
import { namingHolders } from './name-holders.ts'
import { settingsOfProcess } from './process-settings.ts'
import { groupOfStream, isStreamServed, mayCall } from './served.ts'
import { unreadFields } from './unread-fields.ts'
import { version } from './version.ts'

const GRACE_MILLISECONDS = 2000

/** The options in addition to the settings. */
interface WorkerSideOptions {
  readonly settings: Settings
  readonly url: string
  readonly kind: 'worker' | 'sync' | 'start'
  readonly log: Log
  readonly metrics: Metrics
  readonly tracing: Tracing
  /** The simulator that this process runs, so that other commands find it. */
  readonly simulatorUrl?: string
  /** Called when this worker's part in a run ends. */
  readonly onRunLeft?: (run: RunRow, end: LoopEnd) => void
}

/** A worker that is not started yet, with its parts. */
export interface WorkerSide {
  readonly worker: Worker
  readonly database: Database
  /** Whether the database accepts writes. */
  readonly watch: DatabaseWatch
  readonly registries: Registries
  readonly tracing: Tracing
  close(): Promise<void>
}

/** Opens the pools and the registries of a worker. */
export function openWorkerSide(options: WorkerSideOptions): WorkerSide {
  const { settings, url, kind, log, metrics, tracing, simulatorUrl } = options
  const halfLease = (settings.worker.leaseSeconds * 1000) / 2
  const timeouts = { idleInTransactionMs: halfLease, lockTimeoutMs: halfLease, tcpUserTimeoutMs: halfLease }
  const pool = (max: number, purpose: string, answerMs: number) =>
    openDatabase({
      url,
      role: 'zvirka_worker',
      applicationName: `zvirka ${kind} ${purpose}`,
      max,
      answerMs,
      ...timeouts,
      session: WORKER_SESSION,
    })
  const database = pool(6, 'work', Math.max(2 * halfLease, 5000))
  // An unanswered renewal is retried over another connection before the lease expires.
  const leaseDatabase = pool(1, 'lease', halfLease)
  const warn = throttled(namingHolders(log, database).warn)
  const certificates = watchCertificates(log, metrics)
  const statistics = new CallStatistics()
  const registries = createRegistries({
    settings: requireTrembita(settings),
    database,
    onReload: certificates.onReload,
    log: { warn: (fields, message) => log.warn(fields, message) },
    onUnreadFields: unreadFields(log),
    onDeathActs: (acts) => {
      for (const act of acts) metrics.deathAct(outcomeOfAct(act))
    },
    onBreaker: (service, isOpen) =>
      isOpen
        ? log.warn({ service }, 'the breaker of a service opened; only probes are sent')
        : log.info({ service }, 'the breaker of a service closed'),
    onTrouble: (error) => warn({ error }, 'could not read the rate limit of a service; its calls wait'),
    observe: ({ service, outcome, milliseconds, code }) => {
      metrics.call(service, outcome, milliseconds)
      if (outcome !== 'aborted') statistics.add(service, milliseconds, outcome !== 'answer')
      if (code !== undefined) metrics.fault(service, labelOf(code))
    },
  })
  certificates.start(registries.certificates)
  const equip = equipping(settings, registries)
  const worker = new Worker({
    database,
    leaseDatabase,
    description: {
      kind,
      host: hostname(),
      pid: process.pid,
      version: version(),
      ...(simulatorUrl === undefined ? {} : { simulatorUrl }),
    },
    leaseSeconds: settings.worker.leaseSeconds,
    stopSeconds: settings.worker.stopSeconds,
    userId: settings.systemUserId,
    tracing,
    equip,
    breakers: () => servicesOf(registries, metrics, statistics),
    mayCall: ({ stream }) => mayCall(settings, stream),
    events: {
      trouble: (error, where) => warn({ error, reason: where }, 'worker error, retrying'),
      leaseLost: (workerId) => log.warn({ worker: workerId }, 'the lease expired; continuing with a new worker id'),
      swept: (swept) => log.info({ counts: { ...swept } }, 'released the claims of dead workers'),
      runJoined: (run) => log.info({ run: run.id, stream: run.process, state: run.state }, 'joined a run'),
      runLeft: (run, end) => {
        log.info({ run: run.id, stream: run.process, state: end }, 'left a run')
        options.onRunLeft?.(run, end)
      },
      runHeld: (run, { code, params }) =>
        log.error({ run: run.id, stream: run.process, code, counts: params }, 'the guard paused the run'),
      counted: ({ stream, kind: subject }, counts) => {
        for (const [outcome, count] of Object.entries(counts)) {
          if (count > 0) metrics.outcome({ stream, subject }, outcome, count)
        }
      },
    },
  })
  metrics.watchPool('work', () => database.use())
  metrics.watchPool('lease', () => leaseDatabase.use())
  metrics.watchLease(() => new Date(Date.now() - worker.leaseAgeSeconds * 1000))
  return {
    worker,
    database,
    watch: openDatabaseWatch(database, log),
    registries,
    tracing,
    async close() {
      certificates.stop()
      await registries.close()
      // The worker has stopped: remaining work, such as a count for a run, is no longer needed.
      await Promise.all([database.close(GRACE_MILLISECONDS), leaseDatabase.close(GRACE_MILLISECONDS)])
    },
  }
}

function equipping(settings: Settings, registries: Registries): (process: SyncProcess) => ProcessEquipment | undefined {
  return (process) => {
    if (!isStreamServed(settings, process.stream)) return undefined
    return {
      ask: (question, options) => process.ask(registries, question, options),
      terms: process.terms(settings, process.kind),
      breaker: registries.breakers[process.service],
      batchSize: settingsOfProcess(settings, process).batchSize,
      concurrency: settings.trembita.groups[groupOfStream(process.stream)].concurrency,
    }
  }
}

// What the lease row shows about each service: the breaker, and the last minute's calls.
function servicesOf(
  registries: Registries,
  metrics: Metrics,
  statistics: CallStatistics,
): Record<string, ServiceState> {
  return Object.fromEntries(
    registries.served.map((service) => {
      const { isOpen, openSince } = registries.breakers[service]
      metrics.breaker(service, isOpen)
      const since = openSince === undefined ? null : new Date(openSince).toISOString()
      return [service, { open: isOpen, since, ...statistics.of(service) }]
    }),
  )
}
