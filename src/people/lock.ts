import type { Executor } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { lockProvided } from '../verification-store/lock.ts'

/**
 * Locks the verification row of a subject, before anything else of it (spec 1.8); one who was put in by other means gets a row.
 * False: no such subject.
 */
export async function lockSubject(
  tx: Executor,
  kind: SubjectKind,
  subjectId: string,
  userId: string,
): Promise<boolean> {
  return (await lockProvided(tx, kind, [subjectId], userId)).length > 0
}
