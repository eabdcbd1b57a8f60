import type { Executor } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { lockVerifications } from '../verification-store/lock.ts'
import { provideVerifications } from '../verification-store/provide.ts'

/**
 * Locks the verification row of a subject, before anything else of it (spec 1.8); one who was put in by other means gets a row.
 * False: there is no such subject.
 */
export async function lockSubject(
  tx: Executor,
  kind: SubjectKind,
  subjectId: string,
  userId: string,
): Promise<boolean> {
  const locked = await tx.query(lockVerifications(kind, [subjectId]))
  if (locked.length > 0) return true
  await tx.query(provideVerifications(kind, [subjectId], userId))
  return (await tx.query(lockVerifications(kind, [subjectId]))).length > 0
}
