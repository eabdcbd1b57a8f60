import type { Queue } from '../jobs/queue.ts'

/** The queue of UNZR info; a job's key is the id of the row, never the UNZR (spec 1.2, 4.1). */
export function unzrInfoQueue(attempts: number): Queue {
  return { name: 'unzr_info', attempts }
}

/** Where the engine puts jobs of it that failed for good, so that their rows are told of it. */
export const UNZR_INFO_FAILED: Queue = { name: 'unzr_info_failed', attempts: 1_000_000 }
