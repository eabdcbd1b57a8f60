/**
 * Queuing one stream of a subject manually to be checked again (spec 4.2, 4.3): from any status, including IN_REVIEW. A pending answer is
 * discarded, because its claim is removed.
 */
import type { Executor } from '../database/query.ts'
import type { OwnStream, StreamStatus, SubjectKind } from '../verification/status.ts'
import { lockSubject } from '../verification-store/lock.ts'
import { findIsActive, sendStreamAgain } from './plans/send-again.ts'

/** The stream to queue, and the user. */
export interface SendAgainRequest {
  readonly kind: SubjectKind
  readonly subjectId: string
  readonly stream: OwnStream
  /** The requested status: only VERIFICATION_NEEDED is allowed. */
  readonly status: StreamStatus
  readonly userId: string
}

/** The outcome. */
export type SendAgainResult =
  | { readonly kind: 'sent' }
  | { readonly kind: 'missing' }
  /** An inactive person; a party without an approved and active employee (spec 2.2). */
  | { readonly kind: 'not_active' }
  | { readonly kind: 'status_not_allowed' }

/** Queues a stream again in the transaction `tx`; checks are made in the order of the results. */
export async function sendAgain(tx: Executor, request: SendAgainRequest): Promise<SendAgainResult> {
  const { kind, subjectId, stream, status, userId } = request
  if (!(await lockSubject(tx, kind, subjectId, userId))) return { kind: 'missing' }
  // After the lock and in a separate statement, so that it sees what was committed while waiting for the lock.
  const [found] = await tx.query<{ is_active: boolean }>(findIsActive(kind, subjectId))
  if (found === undefined) return { kind: 'missing' }
  if (!found.is_active) return { kind: 'not_active' }
  if (status !== 'VERIFICATION_NEEDED') return { kind: 'status_not_allowed' }
  await tx.query(sendStreamAgain(kind, stream, subjectId, userId))
  return { kind: 'sent' }
}
