/** The filter of the list of UNZR info, as it stands in its address. A UNZR never does. */
import { placeIn, type RawSearch, wordIn } from '../../app/search.ts'
import type { Place } from '../../ui/pager.tsx'

/** How asking can stand. */
export const JOB_STATUSES = ['pending', 'processed', 'failed'] as const

/** The filter. */
export interface UnzrSearch extends Place {
  readonly status?: (typeof JOB_STATUSES)[number] | undefined
}

/** Reads it. */
export function unzrSearch(search: RawSearch): UnzrSearch {
  return { status: wordIn(search, 'status', JOB_STATUSES), ...placeIn(search) }
}
