/** The current state of the cluster for metrics; the same from every worker. Cheap enough for each worker to read every few seconds. */
import type { Database } from '../database/database.ts'
import type { ProcessLabels, ProcessUse, RunUse } from '../observability/cluster-metrics.ts'
import {
  type HeldRow,
  heldNow,
  lastTick,
  limitStatements,
  type QueueAgeRow,
  queueAges,
  type TickRow,
  type WorkersRow,
  workersByVersion,
} from './plans/gauges.ts'
import { type RunSummary, summariesUnderWay } from './plans/report.ts'
import type { SyncProcess } from './process.ts'
import { doneOf } from './report.ts'

/** A process to read gauges of. */
interface Gauged {
  readonly process: SyncProcess
  readonly validationPeriodDays: number | null
}

/** One process across the cluster. */
export interface ProcessGauges extends Omit<ProcessUse, keyof ProcessLabels | 'lastTick' | 'expectedTick'> {
  readonly process: SyncProcess
  readonly lastTick: TickRow | undefined
}

/** The gauges of the cluster. */
export interface ClusterGauges {
  readonly workers: readonly WorkersRow[]
  readonly processes: readonly ProcessGauges[]
}

/** A time limit for queues that are slow to read, e.g. full of dead index entries under an old snapshot. */
const LONGEST_MILLISECONDS = 5000

/** Reads the gauges in a session that prefers indexes, like a worker's. */
export function readGauges(database: Database, gauged: readonly Gauged[]): Promise<ClusterGauges> {
  return database.transaction(async (tx) => {
    await tx.query(limitStatements(LONGEST_MILLISECONDS))
    const workers = await tx.query<WorkersRow>(workersByVersion())
    const held = new Map((await tx.query<HeldRow>(heldNow())).map((row) => [row.process, row]))
    const runs = new Map((await tx.query<RunSummary>(summariesUnderWay())).map((row) => [row.process, row]))
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

function asRun(row: RunSummary): RunUse {
  return {
    state: row.state,
    isHeldByGuard: row.state === 'paused' && row.heldBy === 'guard',
    startedAt: row.startedAt,
    dueAtStart: row.due_at_start,
    done: doneOf(row),
    technicalErrors: row.technical_errors,
  }
}
