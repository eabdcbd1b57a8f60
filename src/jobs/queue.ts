/** The types of a queue, for the enqueuer and the worker. They hide the engine. */
import type { Executor } from '../database/query.ts'
import type { QueueName } from './schema.ts'

/** A queue: one kind of job. Of one key there is one job at most that waits or runs. */
export interface Queue {
  readonly name: QueueName
  /** Attempts in all. */
  readonly attempts: number
}

/** The input of an attempt. The payload is only a key: the id of a row (spec 1.2). */
export interface Work {
  /** The job's, the same on each attempt. */
  readonly id: string
  readonly key: string
  /** When it was enqueued. */
  readonly enqueuedAt: Date
  /** Aborted when the worker must stop, or the job is no longer this attempt's. */
  readonly signal: AbortSignal
}

/** How an attempt ended. */
export type Verdict =
  /** Results are written in the transaction that ends the job: exactly once, or not at all. */
  | { readonly kind: 'done'; readonly write: (tx: Executor) => Promise<void> }
  /** There is another attempt, if any is left and another would not end the same (`isFinal`). A job that failed for good goes to the queue for such. */
  | { readonly kind: 'failed'; readonly code: string; readonly isFinal: boolean }
  /** Not started: another worker may take it, and no attempt is counted. */
  | { readonly kind: 'given_back' }

/** A queue and how its jobs are done. */
export interface QueueWork extends Queue {
  /** Jobs at once, in this process. */
  readonly concurrency: number
  /** Seconds between a failed attempt and the next one; the last of them holds for all that follow. */
  readonly pauses: readonly number[]
  perform(work: Work): Promise<Verdict>
}

/** Callbacks for manual retry and cancel of jobs. They are called before the jobs change, in the same transaction. */
export interface QueueHooks {
  readonly queue: Queue
  /** The jobs of these keys are to be done again, at this user's wish. */
  retried(tx: Executor, keys: readonly string[], userId: string): Promise<void>
  /** The jobs of these keys will not be done. */
  cancelled(tx: Executor, keys: readonly string[], userId: string): Promise<void>
}
