import type { Queue } from '../jobs/queue.ts'

/** The queue of UNZR info; a job's key is the id of the row, never the UNZR (spec 1.2, 4.1). */
export function unzrInfoQueue(attempts: number): Queue {
  return { name: 'unzr_info', attempts }
}

/** The dead letter queue, which marks the rows of finally failed jobs. */
export const UNZR_INFO_FAILED: Queue = { name: 'unzr_info_failed', attempts: 1_000_000 }
