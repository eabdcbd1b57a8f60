/** The filter of the list of UNZR info in the URL, which never contains a UNZR. */
import { placeIn, type RawSearch, wordIn } from '../../app/search.ts'
import type { Place } from '../../ui/pager.tsx'

/** Statuses of a request. */
export const JOB_STATUSES = ['pending', 'processed', 'failed'] as const

/** The filter. */
interface UnzrSearch extends Place {
  readonly status?: (typeof JOB_STATUSES)[number] | undefined
}

/** Parses the filter. */
export function unzrSearch(search: RawSearch): UnzrSearch {
  return { status: wordIn(search, 'status', JOB_STATUSES), ...placeIn(search) }
}
