/** The process whose details the overview shows, in the URL. */
import { type RawSearch, textIn } from '../../app/search.ts'

/** The query parameters of the overview. */
interface OverviewSearch {
  readonly process?: string | undefined
}

/** Parses the parameters. */
export function overviewSearch(search: RawSearch): OverviewSearch {
  return { process: textIn(search, 'process') }
}
