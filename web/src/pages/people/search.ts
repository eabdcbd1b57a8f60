/** The filters of the lists of persons and parties, and the place in somebody's history, as they stand in addresses. Nothing personal. */
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

/** The filters. Without `stream` the status is that of all streams together; with it that is `overall`. */
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

/** Reads them of the list of persons. */
export function personsSearch(search: RawSearch): PeopleSearch {
  return peopleSearch('person', search)
}

/** Reads them of the list of parties. */
export function partiesSearch(search: RawSearch): PeopleSearch {
  return peopleSearch('party', search)
}

/** What the list is narrowed to: both statuses by their names. */
export interface Narrowed {
  readonly overall?: CumulativeStatus | undefined
  readonly stream?: Stream | undefined
  readonly status?: StreamStatus | undefined
}

/** Both statuses of an address; a stream alone asks for those whom it keeps from being verified. */
export function narrowedBy({ stream, status, overall }: PeopleSearch): Narrowed {
  if (stream === undefined) return { overall: status as CumulativeStatus | undefined }
  return { stream, status: (status as StreamStatus | undefined) ?? 'NOT_VERIFIED', overall }
}

/** The address of them. */
export function searchOf({ stream, status, overall }: Narrowed): PeopleSearch {
  return stream === undefined ? { status: overall } : { stream, status, overall }
}

/** The statuses as the API's filter has them. */
export function statusFilter({ overall, stream, status }: Narrowed): Readonly<Record<string, string>> {
  return {
    ...(overall === undefined ? {} : { verificationStatus: overall }),
    ...(stream === undefined || status === undefined ? {} : { [`${fieldOf(stream)}VerificationStatus`]: status }),
  }
}

/** The place in the history of one person or party, and the stream it is of. */
export interface HistorySearch extends Place {
  readonly stream?: Stream | undefined
}

/** Reads it of a person. */
export function personSearch(search: RawSearch): HistorySearch {
  return { stream: wordIn(search, 'stream', STREAMS.person), ...placeIn(search) }
}

/** Reads it of a party. */
export function partySearch(search: RawSearch): HistorySearch {
  return { stream: wordIn(search, 'stream', STREAMS.party), ...placeIn(search) }
}

const HISTORY_SIZE = 20

/** The part of the history as the API is asked for it. */
export function historyVariables({ stream, after, before }: HistorySearch) {
  const of = { stream: stream === undefined ? null : (stream.toUpperCase() as Uppercase<Stream>) }
  return before === undefined
    ? { ...of, first: HISTORY_SIZE, after: after ?? null }
    : { ...of, last: HISTORY_SIZE, before }
}
