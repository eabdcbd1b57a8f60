import type { Query } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { KINDS } from './kinds.ts'

/** Locks the verification rows of these subjects, in the order of the rows' ids (spec 1.8), and answers with the rows' ids. */
export function lockVerifications(kind: SubjectKind, subjectIds: readonly string[]): Query {
  const { verifications, subjectId } = KINDS[kind]
  return {
    name: `lock ${kind}`,
    text: `select v.id from ${verifications} v where v.${subjectId} = any ($1::uuid[]) order by v.id for update`,
    values: [subjectIds],
  }
}
