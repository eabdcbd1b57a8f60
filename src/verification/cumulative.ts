/**
 * The cumulative verification status of a person or a party (spec 1.5).
 *
 * The value that counts is computed by the SQL function `zvirka.cumulative_status` inside the statements that write;
 * this twin is the reference that property tests compare it with.
 */
import type { StreamStatus, SubjectKind } from './status.ts'

/** Values of `persons.verification_status` and `parties.verification_status`. */
export const CUMULATIVE_STATUSES = ['VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED', 'CHANGES_NEEDED'] as const
export type CumulativeStatus = (typeof CUMULATIVE_STATUSES)[number]

/** A stream as the cumulative status sees it: `heldBefore` is what it was before one of our own jobs claimed it. */
export interface CountedStream {
  readonly status: StreamStatus
  readonly heldBefore?: StreamStatus | undefined
}

/**
 * The cumulative status of a subject with these streams (spec 1.5). `current` is what the subject holds now: a person's
 * NOT_VERIFIED is set by hand only, blocks the person, and is left as it is.
 */
export function cumulativeStatus(
  kind: SubjectKind,
  streams: readonly CountedStream[],
  current?: CumulativeStatus,
): CumulativeStatus {
  if (kind === 'person' && current === 'NOT_VERIFIED') return current
  const counted = streams.map(countedStatus).filter((status) => status !== 'VERIFICATION_NOT_NEEDED')
  if (counted.includes('NOT_VERIFIED')) return kind === 'person' ? 'CHANGES_NEEDED' : 'NOT_VERIFIED'
  return counted.every((status) => status === 'VERIFIED') ? 'VERIFIED' : 'VERIFICATION_NEEDED'
}

function countedStatus(stream: CountedStream): StreamStatus {
  return stream.status === 'IN_REVIEW' ? (stream.heldBefore ?? 'IN_REVIEW') : stream.status
}
