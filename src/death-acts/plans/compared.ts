/** Reads the subjects to compare with acts of death. Personal data. An earlier statement of the transaction has locked their summaries. */
import type { Query } from '../../database/query.ts'
import type { Verdict } from '../../verification/rules.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { checksOf, KINDS } from '../../verification-store/kinds.ts'
import type { ComparedSubject } from '../score.ts'

/** A subject and the state of its stream. */
export interface ComparedRow extends ComparedSubject, Verdict {
  readonly id: string
  /** The act that is taken to be the person's. */
  readonly data_id: string | null
}

/** The subjects with these ids, and the state of their streams. */
export function findCompared(kind: SubjectKind, ids: readonly string[]): Query {
  const { subjects, documents, subjectId } = KINDS[kind]
  return {
    name: `find compared ${kind}`,
    text: `
select s.id, s.last_name, s.first_name, s.second_name, s.birth_date, s.gender, s.tax_id, c.status, c.reason, c.data_id,
       coalesce((select jsonb_agg(jsonb_build_object('type', d.type, 'number', d.number)) from ${documents} d
                  where d.${subjectId} = s.id), '[]') as documents
  from ${subjects} s join ${checksOf(kind, 'dracs_death')} c on c.subject_id = s.id
 where s.id = any ($1::uuid[])`,
    values: [ids],
  }
}
