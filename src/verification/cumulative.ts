/**
 * The cumulative verification status of a person or a party (spec 1.5).
 *
 * In production the SQL function `zvirka.cumulative_status` computes it in the statements that write; property tests compare that function
 * with this reference implementation.
 */
import type { StreamStatus, SubjectKind } from './status.ts'

/** Values of `persons.verification_status` and `parties.verification_status`. */
export const CUMULATIVE_STATUSES = ['VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED', 'CHANGES_NEEDED'] as const
export type CumulativeStatus = (typeof CUMULATIVE_STATUSES)[number]

/** A stream as the cumulative status counts it. `heldBefore` is its status before one of our jobs claimed it. */
export interface CountedStream {
  readonly status: StreamStatus
  readonly heldBefore?: StreamStatus | undefined
}

/**
 * The cumulative status for these streams (spec 1.5). `current` is the subject's present status: a person's NOT_VERIFIED is only set
 * manually, blocks the person, and never changes here.
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
