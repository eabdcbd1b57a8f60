/**
 * Counts a process's subjects: due, waiting, and by status (spec 2.9). Counted in the background, with at most one scan every 10 minutes in
 * the cluster, and stored with their time; small tables are counted exactly on each read.
 */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { STREAM_STATUSES, type StreamStatus } from '../verification/status.ts'
import {
  type CountsRow,
  estimateSubjects,
  keepCounts,
  keptCounts,
  lockCounts,
  MAY_READ_TABLES,
  takeCounts,
} from './plans/counts.ts'
import type { SyncProcess } from './process.ts'

/** Minutes between two scans. */
const COUNT_MINUTES = 10
/** With fewer subjects than this, they are counted on each read. */
const FEW_SUBJECTS = 100_000

/** Counts of one process's subjects: active persons, or parties. */
export interface ProcessCounts {
  /** Subjects that a run started at that moment would ask about. */
  readonly due: number
  /** Subjects that failed and whose waiting time is not over (spec 2.6). */
  readonly waiting: number
  readonly byStatus: Readonly<Record<StreamStatus, number>>
  readonly countedAt: Date
  /** Whether they were counted for this read. */
  readonly isFresh: boolean
}

/** Options of counting; tests lower the threshold. */
interface CountingOptions {
  readonly fewSubjects?: number
}

/** The counts of a process: fresh for small tables, otherwise the last stored ones; undefined if there are none yet. */
export async function readCounts(
  executor: Executor,
  process: SyncProcess,
  validationPeriodDays: number | null,
  { fewSubjects = FEW_SUBJECTS }: CountingOptions = {},
): Promise<ProcessCounts | undefined> {
  const isFresh = (await estimate(executor, process)) < fewSubjects
  const query = isFresh ? takeCounts(process, validationPeriodDays) : keptCounts(process.key)
  const [row] = await executor.query<CountsRow>(query)
  return row === undefined ? undefined : asCounts(row, isFresh)
}

/**
 * Counts a process's subjects and stores the result, if the last counts are older than 10 minutes and nobody else is counting. Any worker
 * may call it at any time. Returns whether it counted.
 */
export async function refreshCounts(
  database: Database,
  process: SyncProcess,
  validationPeriodDays: number | null,
  options: CountingOptions = {},
): Promise<boolean> {
  if (!(await isCountingTime(database, process, options))) return false
  return database.transaction(async (tx) => {
    const [lock] = await tx.query<{ held: boolean }>(lockCounts(process.key))
    // Checked again under the lock: another worker may just have counted.
    if (lock?.held !== true || !(await isCountingTime(tx, process, options))) return false
    // Worker sessions prefer indexes; this statement should scan the whole table.
    await tx.query(MAY_READ_TABLES)
    const [row] = await tx.query<CountsRow>(takeCounts(process, validationPeriodDays))
    if (row === undefined) return false
    await tx.query(keepCounts(process.key, row))
    return true
  })
}

async function isCountingTime(
  executor: Executor,
  process: SyncProcess,
  { fewSubjects = FEW_SUBJECTS }: CountingOptions,
): Promise<boolean> {
  const [kept] = await executor.query<{ is_old: boolean }>(keptCounts(process.key, COUNT_MINUTES))
  if (kept !== undefined) return kept.is_old
  // Small tables do not use stored counts.
  return (await estimate(executor, process)) >= fewSubjects
}

async function estimate(executor: Executor, process: SyncProcess): Promise<number> {
  interface Explained {
    readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[]
  }
  const [row] = await executor.query<Explained>(estimateSubjects(process))
  return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? Number.POSITIVE_INFINITY
}

function asCounts(row: CountsRow, isFresh: boolean): ProcessCounts {
  const entries = STREAM_STATUSES.map((status) => [status, row.by_status[status] ?? 0] as const)
  return {
    due: row.due,
    waiting: row.waiting,
    byStatus: Object.fromEntries(entries) as Record<StreamStatus, number>,
    countedAt: row.counted_at,
    isFresh,
  }
}
