/** The types of a queue, for the enqueuer and the worker. They hide the engine. */
import type { Executor } from '../database/query.ts'
import type { QueueName } from './schema.ts'

/** A queue: one kind of job. Each key has at most one waiting or running job. */
export interface Queue {
  readonly name: QueueName
  /** Maximum number of attempts. */
  readonly attempts: number
}

/** The input of an attempt. The payload is only a key: the id of a row (spec 1.2). */
export interface JobWork {
  /** The job's id, the same for each attempt. */
  readonly id: string
  readonly key: string
  /** When it was enqueued. */
  readonly enqueuedAt: Date
  /** Aborted when the worker must stop, or the job is no longer this attempt's. */
  readonly signal: AbortSignal
}

/** How an attempt ended. */
export type JobVerdict =
  /** Results are written in the transaction that ends the job: exactly once, or not at all. */
  | { readonly kind: 'done'; readonly write: (tx: Executor) => Promise<void> }
  /**
   * Retried if attempts are left and a retry would not fail the same way (`isFinal`). A permanently failed job goes to the dead letter
   * queue.
   */
  | { readonly kind: 'failed'; readonly code: string; readonly isFinal: boolean }
  /** Not started: another worker may take it, and no attempt is counted. */
  | { readonly kind: 'given_back' }

/** A queue and how to process its jobs. */
export interface QueueWork extends Queue {
  /** Concurrent jobs in this process. */
  readonly concurrency: number
  /** Seconds between a failed attempt and the next; the last value applies to all later ones. */
  readonly pauses: readonly number[]
  perform(work: JobWork): Promise<JobVerdict>
}

/** Callbacks for manual retry and cancel of jobs. They are called before the jobs change, in the same transaction. */
export interface QueueHooks {
  readonly queue: Queue
  /** A user wants the jobs of these keys retried. */
  retried(tx: Executor, keys: readonly string[], userId: string): Promise<void>
  /** The jobs of these keys are cancelled. */
  cancelled(tx: Executor, keys: readonly string[], userId: string): Promise<void>
}
