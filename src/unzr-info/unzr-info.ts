/**
 * UNZR info (spec 4.1): the registry's record about one UNZR, requested on demand and stored unchanged, encrypted. A separate process that
 * neither reads nor changes a person or a verification.
 *
 * A row is pending while its job waits or runs, then processed or failed. Row and job change in one transaction, with the row locked first;
 * but for a permanently failed job the engine creates another job in the same statement, which updates the row (`unzrInfoFailedWork`).
 */
import type { Executor } from '../database/query.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { newestErrors } from '../jobs/plans/jobs.ts'
import type { Queue, QueueHooks } from '../jobs/queue.ts'
import {
  findByIds,
  findByUnzr,
  insertPending,
  lockByIds,
  lockByUnzr,
  type StoredUnzrInfo,
  setFailed,
  setPending,
} from './plans/unzr-info.ts'

/** The UNZR, and the user. */
interface SyncRequest {
  readonly unzr: string
  readonly userId: string
}

/**
 * Step 1 with the enqueueing: a row for this UNZR, unchanged, with an active job. A request that finds a waiting or running job joins it:
 * it starts none and does not change the row.
 */
export async function syncUnzrInfo(
  tx: Executor,
  jobs: Jobs,
  queue: Queue,
  { unzr, userId }: SyncRequest,
): Promise<StoredUnzrInfo> {
  const [inserted] = await tx.query<StoredUnzrInfo>(insertPending(unzr, userId))
  if (inserted !== undefined) {
    await jobs.enqueue(tx, queue, inserted.id)
    return inserted
  }
  const row = await lockedRow(tx, unzr)
  // In a separate statement after the lock, so that it sees what was committed meanwhile.
  if (!(await jobs.enqueue(tx, queue, row.id))) return row
  const [pending] = await tx.query<StoredUnzrInfo>(setPending([row.id], userId))
  return pending ?? row
}

async function lockedRow(tx: Executor, unzr: string): Promise<StoredUnzrInfo> {
  const [row] = await tx.query<StoredUnzrInfo>(lockByUnzr(unzr))
  if (row === undefined) throw new Error('a row of UNZR info is missing; they are never deleted')
  return row
}

/** The row of a UNZR. */
export async function findUnzrInfo(executor: Executor, unzr: string): Promise<StoredUnzrInfo | undefined> {
  const [row] = await executor.query<StoredUnzrInfo>(findByUnzr(unzr))
  return row
}

/** A row by its id. */
export async function findUnzrInfoById(executor: Executor, id: string): Promise<StoredUnzrInfo | undefined> {
  const [row] = await executor.query<StoredUnzrInfo>(findByIds([id]))
  return row
}

/** Why the newest job of each row failed, by the row's id; absent if it did not fail or is gone. */
export async function findErrorCodes(
  executor: Executor,
  queue: Queue,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await executor.query<{ key: string; code: string }>(newestErrors(queue.name, ids))
  return new Map(rows.map(({ key, code }) => [key, code]))
}

/** The effects on rows when a user retries or cancels their jobs. */
export function unzrInfoHooks(queue: Queue): QueueHooks {
  return {
    queue,
    async retried(tx, keys, userId) {
      await tx.query(lockByIds(keys))
      await tx.query(setPending(keys, userId))
    },
    async cancelled(tx, keys, userId) {
      await tx.query(lockByIds(keys))
      await tx.query(setFailed(keys, userId))
    },
  }
}
