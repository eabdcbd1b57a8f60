/** The verification history of persons and parties: every change of a stream. Nothing personal. */
import type { Executor } from '../database/query.ts'
import type { Stream, StreamReason, StreamStatus } from '../verification/status.ts'
import { countHistory, findHistory, type HistorySlice } from './plans/history.ts'

export type { HistorySlice } from './plans/history.ts'

/** A change of a stream. */
export interface HistoryRow {
  readonly id: number
  readonly subject_id: string
  readonly at: Date
  readonly stream: Stream
  readonly status: StreamStatus
  readonly reason: StreamReason
  /** A step of spec 2 (1.1, 4, 4.1, 4.2, 5), or import, trigger, recheck, manual, erasure. */
  readonly step: string
  readonly run_id: string | null
  readonly message_id: string | null
  readonly changed_by: string
}

/** Reads the same part of several subjects' history with one statement. */
export async function readHistory(
  executor: Executor,
  slice: HistorySlice,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly HistoryRow[]>> {
  const rows = await executor.query<HistoryRow>(findHistory(slice, ids))
  return Map.groupBy(rows, (row) => row.subject_id)
}

/** The number of history entries of each subject; a subject without history is absent. */
export async function readHistoryCounts(
  executor: Executor,
  of: Pick<HistorySlice, 'kind' | 'stream'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await executor.query<{ subject_id: string; count: number }>(countHistory(of, ids))
  return new Map(rows.map(({ subject_id, count }) => [subject_id, count]))
}
