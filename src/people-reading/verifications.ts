/**
 * The verification of persons and parties, by stream (spec 1.3, 4.3). Nothing personal, except what an official may have written in a
 * comment.
 */
import type { Executor } from '../database/query.ts'
import {
  type OnlineStatus,
  STREAMS_OF,
  type Stream,
  type StreamState,
  type StreamStatus,
  type SubjectKind,
} from '../verification/status.ts'
import { findVerifications } from './plans/verifications.ts'

export { ownFields } from './plans/verifications.ts'

/** One stream of a subject. */
export interface StreamVerification extends StreamState {
  readonly subjectId: string
  readonly stream: Stream
  readonly unverifiedAt: Date | null
  /** The registry's code; the rules of a stream (`shows`) say which of these fields it has. */
  readonly dataStatus: number | null
  readonly syncedAt: Date | null
  readonly result: number | null
  readonly comment: string | null
  readonly onlineStatus: OnlineStatus | null
  /** The act that counts as the person's. */
  readonly actId: string | null
}

/** All streams of a subject. */
export interface Verification {
  readonly subjectId: string
  /** Whether it is checked at all: an active person; a party with an active employee (spec 2.2). */
  readonly isSubjectActive: boolean
  readonly streams: Pick<ReadonlyMap<Stream, StreamVerification>, 'get'>
}

/** A verification row, with the columns of its streams. */
export type VerificationRow = Readonly<Record<string, unknown>> & { readonly id: string }

/** Reads the verifications of subjects by id; a subject without one is absent. */
export async function readVerifications(
  executor: Executor,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Verification>> {
  const rows = await executor.query<VerificationRow>(findVerifications(kind, ids))
  return new Map(rows.map((row) => [row.id, verificationOf(kind, row)]))
}

// Streams are created on demand: most readers of a list want two or three.
function verificationOf(kind: SubjectKind, row: VerificationRow): Verification {
  return {
    subjectId: row.id,
    isSubjectActive: row['is_subject_active'] === true,
    streams: {
      get: (stream) => ((STREAMS_OF[kind] as readonly Stream[]).includes(stream) ? streamOf(stream, row) : undefined),
    },
  }
}

/** A stream of a verification row. */
export function streamOf(stream: Stream, row: VerificationRow): StreamVerification {
  const value = <T>(name: string) => (row[`${stream}_${name}`] ?? null) as T | null
  return {
    subjectId: row.id,
    stream,
    status: row[`${stream}_verification_status`] as StreamStatus,
    reason: row[`${stream}_verification_reason`] as StreamState['reason'],
    unverifiedAt: value<Date>('unverified_at'),
    dataStatus: value<number>('data_status'),
    syncedAt: value<Date>('synced_at'),
    result: value<number>('data_result'),
    comment: value<string>('verification_comment'),
    onlineStatus: value<OnlineStatus>('online_status'),
    actId: value<string>('act_id'),
  }
}
