/**
 * The filters of lists of persons and parties, and the index for each combination (spec 4.3). A list is read in one of two ways: an index
 * with the list's order is walked from the cursor on; or the few subjects found by a number, an id or a name with a birth date are gathered
 * and filtered. Combinations that neither supports are refused.
 */
import type { CumulativeStatus } from '../verification/cumulative.ts'
import { STREAMS_OF, type Stream, type StreamStatus, type SubjectKind } from '../verification/status.ts'
import { isOwnStream } from '../verification-store/kinds.ts'

/** The filters of a list; undefined: no filter. Numbers and names are personal. */
export interface PeopleFilter {
  readonly databaseId?: string | undefined
  readonly taxId?: string | undefined
  /** Persons only. */
  readonly unzr?: string | undefined
  readonly documentNumber?: string | undefined
  /** Of the document with that number. */
  readonly documentType?: string | undefined
  readonly lastName?: string | undefined
  /** Only with a selective filter, like the next two. */
  readonly firstName?: string | undefined
  /** Persons only. */
  readonly status?: 'active' | 'inactive' | undefined
  /** `YYYY-MM-DD` */
  readonly birthDate?: string | undefined
  readonly verificationStatus?: CumulativeStatus | undefined
  readonly streams?: Partial<Readonly<Record<Stream, StreamStatus>>> | undefined
}

/** Selective filters, the most selective first. */
export const KEYS = ['databaseId', 'unzr', 'taxId', 'documentNumber', 'name'] as const
export type Key = (typeof KEYS)[number]

/** The index to walk: all subjects, those with a key or a status, those with a stream's status. */
export type Walk =
  | { readonly by: 'all' }
  | { readonly by: Exclude<Key, 'databaseId' | 'documentNumber'> | 'verificationStatus' }
  | { readonly by: 'stream'; readonly stream: Stream; readonly status: StreamStatus }

/** How to read a list. */
export type Way =
  | { readonly kind: 'walk'; readonly walk: Walk }
  /** `held`: subjects that workers have claimed for the one requested stream; they are always few. */
  | { readonly kind: 'gather'; readonly key: Key | 'held' }
  | { readonly kind: 'refused'; readonly reason: string }

/** Decides how to read a list. */
export function wayOf(kind: SubjectKind, filter: PeopleFilter): Way {
  const { lastName, birthDate, verificationStatus } = filter
  const refused: Way = { kind: 'refused', reason: refusalText(kind) }
  if (lastName !== undefined && birthDate === undefined) return refused
  const [key, ...keys] = KEYS.filter((each) => (each === 'name' ? lastName : filter[each]) !== undefined)
  const streams = streamsOf(filter)
  const statuses = streams.length + (verificationStatus === undefined ? 0 : 1)
  if (key !== undefined) {
    const isAlone = keys.length === 0 && statuses === 0 && !isLooked(filter, key)
    if (!isAlone || key === 'databaseId' || key === 'documentNumber') return { kind: 'gather', key }
    return { kind: 'walk', walk: { by: key } }
  }
  if (statuses > 1 || isLooked(filter, undefined)) return refused
  const [only] = streams
  if (only === undefined) return { kind: 'walk', walk: { by: statuses === 0 ? 'all' : 'verificationStatus' } }
  const [stream, status] = only
  if (status === 'IN_REVIEW' && isOwnStream(stream)) return { kind: 'gather', key: 'held' }
  return status === 'VERIFIED' ? refused : { kind: 'walk', walk: { by: 'stream', stream, status } }
}

// Whether there is a filter without an index.
function isLooked({ firstName, documentType, status, birthDate }: PeopleFilter, key: Key | undefined): boolean {
  const looked = [firstName, documentType, status, key === 'name' ? undefined : birthDate]
  return looked.some((value) => value !== undefined)
}

/** The streams in a filter, with the status of each. */
export function streamsOf({ streams = {} }: PeopleFilter): (readonly [Stream, StreamStatus])[] {
  return STREAMS_OF.person.flatMap((stream) => {
    const status = streams[stream]
    return status === undefined ? [] : [[stream, status] as const]
  })
}

function refusalText(kind: SubjectKind): string {
  const keys = [
    'databaseId',
    'taxId',
    ...(kind === 'person' ? ['unzr'] : []),
    'documentNumber',
    'lastName with birthDate',
  ]
  const streams = STREAMS_OF[kind].map(
    (stream) => `${stream.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}VerificationStatus`,
  )
  return [
    'No index serves this combination of filters. Served are',
    `each of ${keys.join(', ')}, alone or with any other filters;`,
    `without these one of verificationStatus, ${streams.join(', ')} alone,`,
    'a status of a stream not being VERIFIED',
  ].join(' ')
}
