/** Rows that are pending and have no job behind them (spec 4.1): the engine gave the job up by itself, or a back-up held one without the other. */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { newestState } from '../jobs/plans/jobs.ts'
import type { Queue } from '../jobs/queue.ts'
import { findOrphans, lockByIds, type StoredUnzrInfo, setFailed } from './plans/unzr-info.ts'

const AT_ONCE = 100

/** What became of the rows that were found. */
export interface SweptUnzrInfo {
  readonly failed: number
  readonly enqueued: number
}

/**
 * Provides for rows that nobody works for. Where the last job failed (its worker died in the last attempt) or was cancelled, the row has failed
 * as well; where there is no such job, it gets one.
 */
export async function sweepUnzrInfo(database: Database, jobs: Jobs, queue: Queue): Promise<SweptUnzrInfo> {
  const found = await database.query<{ id: string }>(findOrphans(queue.name, AT_ONCE))
  const swept = { failed: 0, enqueued: 0 }
  for (const { id } of found) {
    const end = await database.transaction((tx) => provideFor(tx, jobs, queue, id))
    if (end !== undefined) swept[end] += 1
  }
  return swept
}

async function provideFor(
  tx: Executor,
  jobs: Jobs,
  queue: Queue,
  id: string,
): Promise<'failed' | 'enqueued' | undefined> {
  const [row] = await tx.query<StoredUnzrInfo>(lockByIds([id]))
  // It was looked for without a lock: look again under it.
  if (row?.job_status !== 'pending' || (await jobs.isUnderWay(tx, queue, id))) return undefined
  const [job] = await tx.query<{ state: string }>(newestState(queue.name, id))
  if (job?.state === 'failed' || job?.state === 'cancelled') {
    await tx.query(setFailed([id], null))
    return 'failed'
  }
  return (await jobs.enqueue(tx, queue, id)) ? 'enqueued' : undefined
}
