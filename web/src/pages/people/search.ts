/** The filters of the lists of persons and parties, and the position in a history, in the URL. Never personal. */
import { placeIn, type RawSearch, wordIn } from '../../app/search.ts'
import type { Place } from '../../ui/pager.tsx'
import {
  CUMULATIVE,
  type CumulativeStatus,
  fieldOf,
  type Kind,
  STREAM_STATUSES,
  STREAMS,
  type Stream,
  type StreamStatus,
} from './kinds.ts'

/** The filters. Without `stream`, `status` is the cumulative status; with it, `overall` is. */
export interface PeopleSearch extends Place {
  readonly stream?: Stream | undefined
  readonly status?: CumulativeStatus | StreamStatus | undefined
  readonly overall?: CumulativeStatus | undefined
}

function peopleSearch(kind: Kind, search: RawSearch): PeopleSearch {
  const stream = wordIn(search, 'stream', STREAMS[kind])
  return {
    stream,
    status:
      stream === undefined ? wordIn(search, 'status', CUMULATIVE[kind]) : wordIn(search, 'status', STREAM_STATUSES),
    overall: stream === undefined ? undefined : wordIn(search, 'overall', CUMULATIVE[kind]),
    ...placeIn(search),
  }
}

/** Parses the filters of the list of persons. */
export function personsSearch(search: RawSearch): PeopleSearch {
  return peopleSearch('person', search)
}

/** Parses the filters of the list of parties. */
export function partiesSearch(search: RawSearch): PeopleSearch {
  return peopleSearch('party', search)
}

/** The filters with both statuses under separate names. */
export interface Narrowed {
  readonly overall?: CumulativeStatus | undefined
  readonly stream?: Stream | undefined
  readonly status?: StreamStatus | undefined
}

/** Both statuses from the URL; a stream alone selects subjects that it keeps unverified. */
export function narrowedBy({ stream, status, overall }: PeopleSearch): Narrowed {
  if (stream === undefined) return { overall: status as CumulativeStatus | undefined }
  return { stream, status: (status as StreamStatus | undefined) ?? 'NOT_VERIFIED', overall }
}

/** The URL parameters of these filters. */
export function searchOf({ stream, status, overall }: Narrowed): PeopleSearch {
  return stream === undefined ? { status: overall } : { stream, status, overall }
}

/** The statuses as the API's filter. */
export function statusFilter({ overall, stream, status }: Narrowed): Readonly<Record<string, string>> {
  return {
    ...(overall === undefined ? {} : { verificationStatus: overall }),
    ...(stream === undefined || status === undefined ? {} : { [`${fieldOf(stream)}VerificationStatus`]: status }),
  }
}

/** The position in a subject's history, and the selected stream. */
export interface HistorySearch extends Place {
  readonly stream?: Stream | undefined
}

/** Parses the parameters of a person's page. */
export function personSearch(search: RawSearch): HistorySearch {
  return { stream: wordIn(search, 'stream', STREAMS.person), ...placeIn(search) }
}

/** Parses the parameters of a party's page. */
export function partySearch(search: RawSearch): HistorySearch {
  return { stream: wordIn(search, 'stream', STREAMS.party), ...placeIn(search) }
}

const HISTORY_SIZE = 20

/** The variables of the history query. */
export function historyVariables({ stream, after, before }: HistorySearch) {
  const of = { stream: stream === undefined ? null : (stream.toUpperCase() as Uppercase<Stream>) }
  return before === undefined
    ? { ...of, first: HISTORY_SIZE, after: after ?? null }
    : { ...of, last: HISTORY_SIZE, before }
}
