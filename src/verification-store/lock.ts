import type { Executor, Query } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { KINDS } from './kinds.ts'
import { provideVerifications } from './provide.ts'

/** A subject whose summary is locked. An erased one must not be written any more. */
export interface LockedRow {
  readonly subject_id: string
  readonly is_erased: boolean
}

/** The selected columns of a locked summary `v`: a `LockedRow`, as committed before the lock was obtained. */
export function lockedColumns(kind: SubjectKind): string {
  return `v.${KINDS[kind].subjectId} as subject_id, ${kind === 'person' ? 'v.erased_at is not null' : 'false'} as is_erased`
}

/** Locks the verification of these subjects: their summaries, by id of the rows (spec 1.8). Returns those who have one. */
export function lockVerifications(kind: SubjectKind, subjectIds: readonly string[]): Query {
  const { summaries, subjectId } = KINDS[kind]
  return {
    name: `lock ${kind}`,
    text: `select ${lockedColumns(kind)} from ${summaries} v where v.${subjectId} = any ($1::uuid[]) order by v.id for update`,
    values: [subjectIds],
  }
}

/**
 * Locks the verification of these subjects, before anything else of them; a subject that was inserted by other means gets one first.
 * Returns the existing ones.
 */
export async function lockProvided(
  tx: Executor,
  kind: SubjectKind,
  subjectIds: readonly string[],
  userId: string,
): Promise<LockedRow[]> {
  const locked = await tx.query<LockedRow>(lockVerifications(kind, subjectIds))
  if (locked.length === subjectIds.length) return locked
  await tx.query(provideVerifications(kind, subjectIds, userId))
  return tx.query<LockedRow>(lockVerifications(kind, subjectIds))
}

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
