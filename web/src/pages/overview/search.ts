/** Which process the overview shows in full, as it stands in its address. */
import { type RawSearch, textIn } from '../../app/search.ts'

/** The search of the overview. */
export interface OverviewSearch {
  readonly process?: string | undefined
}

/** Reads it. */
export function overviewSearch(search: RawSearch): OverviewSearch {
  return { process: textIn(search, 'process') }
}
