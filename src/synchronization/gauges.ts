/** The current state of the cluster for metrics; the same from every worker. Cheap enough for each worker to read every few seconds. */
import type { Database } from '../database/database.ts'
import {
  type HeldRow,
  heldNow,
  lastTick,
  type QueueAgeRow,
  queueAges,
  type TickRow,
  type WorkersRow,
  workersByVersion,
} from './plans/gauges.ts'
import { type RunSummaryRow, summariesUnderWay } from './plans/report.ts'
import type { RunState } from './plans/runs.ts'
import type { SyncProcess } from './process.ts'
import { doneOf } from './report.ts'

/** A process to read gauges of. */
interface Gauged {
  readonly process: SyncProcess
  readonly validationPeriodDays: number | null
}

/** An active run. */
interface RunGauges {
  readonly state: RunState
  /** Whether the guard paused it (spec 2.6). */
  readonly isHeldByGuard: boolean
  readonly startedAt: Date
  /** Null while it is being counted. */
  readonly dueAtStart: number | null
  readonly done: number
  readonly technicalErrors: number
}

/** One process across the cluster. */
export interface ProcessGauges {
  readonly process: SyncProcess
  /** The number of claimed subjects (IN_REVIEW), and the age of the oldest claim in seconds. */
  readonly held: number
  readonly oldestClaimSeconds: number
  /** How many seconds the head of each queue has waited; 0 if it is empty. */
  readonly queueAgeSeconds: { readonly triggered: number; readonly due: number }
  readonly run: RunGauges | undefined
  readonly lastTick: TickRow | undefined
}

/** Running workers of one version. */
type WorkerGauges = WorkersRow

/** The gauges of the cluster. */
export interface ClusterGauges {
  readonly workers: readonly WorkerGauges[]
  readonly processes: readonly ProcessGauges[]
}

/** A time limit for queues that are slow to read, e.g. full of dead index entries under an old snapshot. */
const LONGEST_MILLISECONDS = 5000

/** Reads the gauges in a session that prefers indexes, like a worker's. */
export function readGauges(database: Database, gauged: readonly Gauged[]): Promise<ClusterGauges> {
  return database.transaction(async (tx) => {
    await tx.query({ text: `set local statement_timeout = ${LONGEST_MILLISECONDS}` })
    const workers = await tx.query<WorkersRow>(workersByVersion())
    const held = new Map((await tx.query<HeldRow>(heldNow())).map((row) => [row.process, row]))
    const runs = new Map((await tx.query<RunSummaryRow>(summariesUnderWay())).map((row) => [row.process, row]))
    const processes: ProcessGauges[] = []
    for (const { process, validationPeriodDays } of gauged) {
      const [ages] = await tx.query<QueueAgeRow>(queueAges(process, validationPeriodDays))
      const [tick] = await tx.query<TickRow>(lastTick(process.key))
      const run = runs.get(process.key)
      processes.push({
        process,
        held: held.get(process.key)?.held ?? 0,
        oldestClaimSeconds: held.get(process.key)?.oldest_seconds ?? 0,
        queueAgeSeconds: { triggered: Math.max(0, ages?.triggered ?? 0), due: Math.max(0, ages?.due ?? 0) },
        run: run === undefined ? undefined : asRun(run),
        lastTick: tick,
      })
    }
    return { workers, processes }
  })
}

function asRun(row: RunSummaryRow): RunGauges {
  return {
    state: row.state,
    isHeldByGuard: row.state === 'paused' && row.held_by === 'guard',
    startedAt: row.started_at,
    dueAtStart: row.due_at_start,
    done: doneOf(row),
    technicalErrors: row.technical_errors,
  }
}
