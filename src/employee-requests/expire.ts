/** Expiry of employee requests (spec 5.4): a request that was not answered in time can no longer be answered. */
import { type Author, audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { parameterChange } from '../global-parameters/global-parameters.ts'
import { countExpired, expireLocked, findTerm, lockExpired } from './plans/expire.ts'

const BATCH_SIZE = 500

/** The user and the limits. */
interface ExpireOptions {
  readonly userId: string
  /** For the audit; default: the schedule, on behalf of the user. */
  readonly author?: Author
  /** Ends it after the current batch. */
  readonly signal?: AbortSignal
  /** The current time; default: the database's. */
  readonly now?: Date
  readonly batchSize?: number
  readonly onProgress?: (expired: number) => void
}

/** The number of expired requests, and whether it was interrupted before all were done. */
export interface Expired {
  readonly count: number
  readonly isFinished: boolean
}

/** A global parameter is missing or invalid: the term is unknown, and no request expires. */
class TermError extends Error {
  override readonly name = 'TermError'
}

async function expectTerm(executor: Executor): Promise<void> {
  const rows = await executor.query<{ parameter: string; value: string }>(findTerm())
  const stored = new Map(rows.map(({ parameter, value }) => [parameter, value]))
  for (const name of ['employee_request_expiration', 'employee_request_term_unit']) {
    const value = stored.get(name)
    if (value === undefined) throw new TermError(`the global parameter ${name} is missing`)
    if (!parameterChange.safeParse({ [name]: value }).success)
      throw new TermError(`the global parameter ${name} is wrong`)
  }
}

/** The number of requests that would expire. Throws a `TermError`. */
export async function countExpirable(executor: Executor, now?: Date): Promise<number> {
  await expectTerm(executor)
  const [row] = await executor.query<{ count: number }>(countExpired(now ?? null))
  return row?.count ?? 0
}

/** Expires every request past its last day, in batches with one transaction each. Safe to run concurrently. Throws a `TermError`. */
export async function expire(database: Database, options: ExpireOptions): Promise<Expired> {
  const { signal, onProgress } = options
  let count = 0
  while (signal?.aborted !== true) {
    const expired = await database.transaction((tx) => expireBatch(tx, options))
    if (expired === 0) return { count, isFinished: true }
    count += expired
    onProgress?.(count)
  }
  return { count, isFinished: false }
}

async function expireBatch(tx: Executor, options: ExpireOptions): Promise<number> {
  const { userId, now, batchSize = BATCH_SIZE, author = { userId, requestId: 'schedule' } } = options
  await expectTerm(tx)
  const ids = (await tx.query<{ id: string }>(lockExpired(now ?? null, batchSize))).map(({ id }) => id)
  if (ids.length === 0) return 0
  await tx.query(expireLocked(ids, userId))
  await audit(tx, author, { action: 'write', operation: 'expire', subjectKind: 'employee_request', subjectIds: ids })
  return ids.length
}
