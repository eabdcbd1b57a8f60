/** The filters of the list of jobs in the URL. */
import { placeIn, type RawSearch, textIn, wordIn } from '../../app/search.ts'

/** The states of a job. */
export const JOB_STATES = ['CREATED', 'RETRY', 'ACTIVE', 'FAILED', 'CANCELLED', 'COMPLETED'] as const

/** The filters. */
interface JobsSearch {
  readonly queue?: string | undefined
  readonly state?: (typeof JOB_STATES)[number] | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Parses the filters. */
export function jobsSearch(search: RawSearch): JobsSearch {
  return { queue: textIn(search, 'queue'), state: wordIn(search, 'state', JOB_STATES), ...placeIn(search) }
}
