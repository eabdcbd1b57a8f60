import type { RequestPolicy } from '../employee-requests/policy.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Queue, QueueHooks } from '../jobs/queue.ts'

/** Jobs: enqueuing, and manual retry and cancel. */
export interface JobServices {
  readonly jobs: Jobs
  readonly unzrInfo: Queue
  /** What can be queued for employee requests, and the settings of approvals. */
  readonly requests: RequestPolicy
  /** The effects of manual actions, for each queue. */
  readonly hooks: readonly QueueHooks[]
}
