/** Expiry of employee requests (spec 5.4): who was asked and did not answer in time can no longer. */
import type { Executor } from '../database/query.ts'
import { countExpired, expireBatch } from './plans/expire.ts'

const BATCH_SIZE = 500

/** In whose name, and within which bounds. */
export interface ExpireOptions {
  readonly userId: string
  /** Ends it after the batch under way. */
  readonly signal?: AbortSignal
  /** The time to go by; the database's own unless given. */
  readonly now?: Date
  readonly batchSize?: number
  readonly onProgress?: (expired: number) => void
}

/** How many requests have expired now, and whether it was interrupted before there was none left. */
export interface Expired {
  readonly count: number
  readonly isFinished: boolean
}

/** How many requests would expire. */
export async function countDue(executor: Executor, now?: Date): Promise<number> {
  const [row] = await executor.query<{ count: number }>(countExpired(now ?? null))
  return row?.count ?? 0
}

/** Lets every request expire that is past its last day, batch by batch, each a transaction of its own. May be done by several at once. */
export async function expire(executor: Executor, options: ExpireOptions): Promise<Expired> {
  const { userId, signal, now = null, batchSize = BATCH_SIZE, onProgress } = options
  let count = 0
  while (signal?.aborted !== true) {
    const [batch] = await executor.query<{ count: number }>(expireBatch(now, userId, batchSize))
    if (batch === undefined || batch.count === 0) return { count, isFinished: true }
    count += batch.count
    onProgress?.(count)
  }
  return { count, isFinished: false }
}
