import type { Query } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { checksOf, isActivePerson, KINDS, ownStreamsOf } from './kinds.ts'

/** Whether the subject of a row is checked, for a new summary. For a party a trigger decides by its employees (migration 0003). */
export function isActiveAtFirst(kind: SubjectKind, row: string): string {
  return kind === 'person' ? isActivePerson(row) : 'false'
}

/**
 * Creates a verification for subjects without one (inserted by other means), like for those from before verification existed (spec 1.4).
 */
export function provideVerifications(kind: SubjectKind, ids: readonly string[], userId: string): Query {
  const { summaries, subjectId, subjects } = KINDS[kind]
  const checks = ownStreamsOf(kind).map(
    (stream) => `${stream} as (
  insert into ${checksOf(kind, stream)} (subject_id, subject_inserted_at, is_subject_active, updated_by)
  select subject_id, subject_inserted_at, is_subject_active, $2 from provided
)`,
  )
  return {
    name: `provide ${kind} verifications`,
    text: `
with provided as (
  insert into ${summaries} (${subjectId}, is_subject_active, inserted_by, updated_by)
  select s.id, ${isActiveAtFirst(kind, 's')}, $2, $2 from ${subjects} s where s.id = any ($1::uuid[]) order by s.id
  on conflict (${subjectId}) do nothing
  returning ${subjectId} as subject_id, subject_inserted_at, is_subject_active
),
${checks.join(',\n')}
select count(*) as provided from provided`,
    values: [ids, userId],
  }
}
