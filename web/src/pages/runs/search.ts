/** The filters of the list of runs in the URL. */
import { placeIn, type RawSearch, textIn, wordIn } from '../../app/search.ts'

/** The states of a run. */
export const RUN_STATES = ['RUNNING', 'PAUSED', 'STOPPING', 'STOPPED', 'FINISHED', 'FAILED'] as const

/** The filters. */
interface RunsSearch {
  readonly process?: string | undefined
  readonly state?: (typeof RUN_STATES)[number] | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Parses the filters. */
export function runsSearch(search: RawSearch): RunsSearch {
  return {
    process: textIn(search, 'process'),
    state: wordIn(search, 'state', RUN_STATES),
    ...placeIn(search),
  }
}
