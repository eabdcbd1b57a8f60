import type { Executor } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { lockProvided } from '../verification-store/lock.ts'

/**
 * Locks a subject's verification row before anything else of it (spec 1.8); a subject that was inserted by other means gets one. False: no
 * such subject.
 */
export async function lockSubject(
  tx: Executor,
  kind: SubjectKind,
  subjectId: string,
  userId: string,
): Promise<boolean> {
  return (await lockProvided(tx, kind, [subjectId], userId)).length > 0
}
