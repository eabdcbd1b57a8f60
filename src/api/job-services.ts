import type { RequestPolicy } from '../employee-requests/policy.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Queue, QueueHooks } from '../jobs/queue.ts'

/** Jobs: enqueuing, and manual retry and cancel. */
export interface JobServices {
  readonly jobs: Jobs
  readonly unzrInfo: Queue
  /** What may be enqueued for employee requests, and what it takes to approve them. */
  readonly requests: RequestPolicy
  /** What a hand's touch means, for each queue. */
  readonly hooks: readonly QueueHooks[]
}
