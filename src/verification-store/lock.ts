import type { Query } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { KINDS } from './kinds.ts'

/** Locks the verification of these subjects: their summaries, in the order of the rows' ids (spec 1.8). Answers with those who have one. */
export function lockVerifications(kind: SubjectKind, subjectIds: readonly string[]): Query {
  const { summaries, subjectId } = KINDS[kind]
  return {
    name: `lock ${kind}`,
    text: `select v.${subjectId} as subject_id from ${summaries} v where v.${subjectId} = any ($1::uuid[]) order by v.id for update`,
    values: [subjectIds],
  }
}
