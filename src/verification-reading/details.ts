/** What is told of each stream (spec 6.3), made from the columns of a verification row. */
import {
  STREAMS_OF,
  type Stream,
  type StreamReason,
  type StreamStatus,
  type SubjectKind,
} from '../verification/status.ts'
import { hasSyncedAt, isOwnStream } from '../verification-store/kinds.ts'

/** A stream as it is told: what beside status and reason it has differs by stream. */
export interface StreamDetails {
  readonly verification_status: StreamStatus
  readonly verification_reason: StreamReason
  /** What drfo answered. */
  readonly result?: number | null
  /** Why, in words, where somebody said so: dracs_death and nhs. */
  readonly verification_comment?: string | null
  /** What the registry answered: ours. */
  readonly status?: number | null
  /** When the registry was asked; told in lists. */
  readonly synced_at?: string | null
  /** Since when it is not verified; told in lists. */
  readonly unverified_at?: string | null
}

/** A verification row, by its columns. */
export type VerificationRow = Readonly<Record<string, unknown>>

/** The columns that `detailsOf` reads. */
export function detailColumns(kind: SubjectKind): string[] {
  return STREAMS_OF[kind].flatMap((stream) => [
    ...[`${stream}_verification_status`, `${stream}_verification_reason`, `${stream}_unverified_at`],
    ...Object.values(ownFields(stream)),
    ...(hasSyncedAt(stream) ? [`${stream}_synced_at`] : []),
  ])
}

/** What a stream has of its own, with the column that holds it. */
export function ownFields(stream: Stream): Partial<Record<'result' | 'status' | 'verification_comment', string>> {
  if (isOwnStream(stream)) return { status: `${stream}_data_status` }
  return stream === 'drfo' ? { result: 'drfo_data_result' } : { verification_comment: `${stream}_verification_comment` }
}

/** All streams of a row; with their times where a list tells them. */
export function detailsOf(kind: SubjectKind, row: VerificationRow, withTimes: boolean): Record<string, StreamDetails> {
  return Object.fromEntries(STREAMS_OF[kind].map((stream) => [stream, streamOf(stream, row, withTimes)]))
}

function streamOf(stream: Stream, row: VerificationRow, withTimes: boolean): StreamDetails {
  const own = Object.entries(ownFields(stream)).map(([name, column]) => [name, row[column] ?? null])
  const times = {
    ...(hasSyncedAt(stream) ? { synced_at: instantOf(row[`${stream}_synced_at`]) } : {}),
    unverified_at: instantOf(row[`${stream}_unverified_at`]),
  }
  return {
    verification_status: row[`${stream}_verification_status`] as StreamStatus,
    verification_reason: row[`${stream}_verification_reason`] as StreamReason,
    ...Object.fromEntries(own),
    ...(withTimes ? times : {}),
  }
}

function instantOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null
}
