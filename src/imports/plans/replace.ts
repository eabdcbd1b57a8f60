/** Updates existing subjects to their records. The transaction has locked their verification rows. */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import type { Draft } from '../draft.ts'
import { type Columns, documentsOf, documentsText, rowsOf, rowType } from './new.ts'

/** Writes changed subjects and replaces all their documents (spec 7.3). */
export function replaceSubjects(kind: SubjectKind, columns: Columns, drafts: readonly Draft[], userId: string): Query {
  const { subjects, documents, subjectId } = KINDS[kind]
  return {
    name: `replace ${kind}`,
    text: `
with input as materialized (select * from json_to_recordset($1) as i (${rowType(columns)})),
subjects as (
  update ${subjects} s
     set ${Object.keys(columns)
       .map((name) => `${name} = i.${name}`)
       .join(', ')},
         updated_at = statement_timestamp(), updated_by = $2
    from input i where s.id = i.id
),
gone as (delete from ${documents} d using input i where d.${subjectId} = i.id),${documentsText(kind, '$3')}
select count(*) from input`,
    values: [rowsOf(drafts), userId, documentsOf(drafts)],
  }
}

/** Writes only these columns, which triggers nothing (spec 2.8). */
export function switchSubjects(kind: SubjectKind, columns: Columns, drafts: readonly Draft[], userId: string): Query {
  const names = Object.keys(columns)
  return {
    name: `switch ${kind}`,
    text: `
update ${KINDS[kind].subjects} s
   set ${names.map((name) => `${name} = i.${name}`).join(', ')}, updated_at = statement_timestamp(), updated_by = $2
  from json_to_recordset($1) as i (${rowType(columns)})
 where s.id = i.id
   and (${names.map((name) => `s.${name}`).join(', ')}) is distinct from (${names.map((name) => `i.${name}`).join(', ')})`,
    values: [rowsOf(drafts), userId],
  }
}
