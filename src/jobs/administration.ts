/** Jobs for administrators (spec 4.3): list, retry, cancel. */
import type { Executor } from '../database/query.ts'
import type { EndedJob, Jobs } from './jobs.ts'
import { findJobs, type JobRow } from './plans/jobs.ts'
import type { QueueHooks } from './queue.ts'

/** The outcome: the jobs after the change, or why nothing was changed. All or nothing. */
export type JobsChanged =
  | { readonly kind: 'done'; readonly jobs: readonly JobRow[] }
  | { readonly kind: 'missing' | 'not_over' | 'over' | 'joined' }

/** Which jobs to change, and the user who does it. */
export interface Wish {
  readonly ids: readonly string[]
  readonly userId: string
  /** Callbacks for the subjects of the jobs, by queue. */
  readonly hooks: readonly QueueHooks[]
}

/** Queues failed or cancelled jobs again, with all their attempts. */
export async function retryJobs(tx: Executor, jobs: Jobs, wish: Wish): Promise<JobsChanged> {
  const found = await prepare(tx, wish, (hooks, keys) => hooks.retried(tx, keys, wish.userId))
  if (found === undefined) return { kind: 'missing' }
  for (const { hooks, rows } of found) {
    const ended = rows.filter(isEnded)
    if (ended.length < rows.length) return { kind: 'not_over' }
    if (new Set(keysOf(rows)).size < rows.length) return { kind: 'joined' }
    for (const key of keysOf(rows)) {
      if ((await jobs.findLive(tx, hooks.queue, key)).length > 0) return { kind: 'joined' }
    }
    if (!(await jobs.restore(tx, hooks.queue, ended))) return { kind: 'not_over' }
  }
  return { kind: 'done', jobs: await tx.query<JobRow>(findJobs(wish.ids)) }
}

/** Ends waiting or running jobs. The result of a running one is dropped. */
export async function cancelJobs(tx: Executor, jobs: Jobs, wish: Wish): Promise<JobsChanged> {
  const found = await prepare(tx, wish, (hooks, keys) => hooks.cancelled(tx, keys, wish.userId))
  if (found === undefined) return { kind: 'missing' }
  for (const { hooks, rows } of found) {
    const ids = rows.map(({ id }) => id)
    if (!(await jobs.cancel(tx, hooks.queue, ids))) return { kind: 'over' }
  }
  return { kind: 'done', jobs: await tx.query<JobRow>(findJobs(wish.ids)) }
}

interface OfQueue {
  readonly hooks: QueueHooks
  readonly rows: readonly JobRow[]
}

/**
 * The jobs of each queue, read after their subjects are locked; undefined if one is missing. If this fails the caller rolls back, including
 * what the hooks wrote.
 */
async function prepare(
  tx: Executor,
  { ids, hooks }: Wish,
  tell: (hooks: QueueHooks, keys: readonly string[]) => Promise<void>,
): Promise<readonly OfQueue[] | undefined> {
  const seen = await tx.query<JobRow>(findJobs(ids))
  if (seen.length < new Set(ids).size) return undefined
  for (const each of hooks) {
    const keys = keysOf(seen.filter(({ queue }) => queue === each.queue.name))
    if (keys.length > 0) await tell(each, keys)
  }
  const rows = await tx.query<JobRow>(findJobs(ids))
  const ofQueues = hooks.map((each) => ({ hooks: each, rows: rows.filter(({ queue }) => queue === each.queue.name) }))
  // A job of a queue without hooks cannot be changed here.
  const known = ofQueues.reduce((sum, each) => sum + each.rows.length, 0)
  return known < new Set(ids).size ? undefined : ofQueues.filter((each) => each.rows.length > 0)
}

function keysOf(rows: readonly { readonly key: string | null }[]): string[] {
  return rows.flatMap(({ key }) => (key === null ? [] : [key]))
}

function isEnded(row: JobRow): row is JobRow & EndedJob {
  return row.state === 'failed' || row.state === 'cancelled'
}
