/**
 * Sending one stream of a subject to be checked again, by hand (spec 4.2, 4.3): from any status, IN_REVIEW included. An answer that is
 * under way is dropped, since its claim is taken away.
 */
import type { Executor } from '../database/query.ts'
import type { OwnStream, StreamStatus, SubjectKind } from '../verification/status.ts'
import { lockSubject } from './lock.ts'
import { findStanding, sendStreamAgain } from './plans/send-again.ts'

/** What is to be sent again, and by whom. */
export interface SendAgainRequest {
  readonly kind: SubjectKind
  readonly subjectId: string
  readonly stream: OwnStream
  /** What was asked for: only VERIFICATION_NEEDED may be. */
  readonly status: StreamStatus
  readonly userId: string
}

/** What came of it. */
export type SendAgainResult =
  | { readonly kind: 'sent' }
  | { readonly kind: 'missing' }
  /** A person who is not active; a party none of whose employees is approved and active (spec 2.2). */
  | { readonly kind: 'not_active' }
  | { readonly kind: 'status_not_allowed' }

/** Sends a stream again inside the transaction `tx`; the checks are made in the order in which the results stand. */
export async function sendAgain(tx: Executor, request: SendAgainRequest): Promise<SendAgainResult> {
  const { kind, subjectId, stream, status, userId } = request
  if (!(await lockSubject(tx, kind, subjectId, userId))) return { kind: 'missing' }
  // After the lock, in a statement of its own: it sees what was committed while the lock was waited for.
  const [standing] = await tx.query<{ is_active: boolean }>(findStanding(kind, subjectId))
  if (standing === undefined) return { kind: 'missing' }
  if (!standing.is_active) return { kind: 'not_active' }
  if (status !== 'VERIFICATION_NEEDED') return { kind: 'status_not_allowed' }
  await tx.query(sendStreamAgain(kind, stream, subjectId, userId))
  return { kind: 'sent' }
}
