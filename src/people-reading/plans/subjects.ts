/** Reads subjects by id, and their related records. */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { KINDS } from '../../verification-store/kinds.ts'

const COMMON = [
  ...['id', 'first_name', 'last_name', 'second_name', 'birth_date', 'gender', 'tax_id', 'no_tax_id'],
  ...['verification_status', 'inserted_at', 'inserted_by', 'updated_at', 'updated_by'],
]
const OWN: Readonly<Record<SubjectKind, readonly string[]>> = {
  person: ['unzr', 'status', 'is_active', 'death_date'],
  party: [
    ...['phones', 'educations', 'qualifications', 'specialities', 'science_degree'],
    ...['about_myself', 'working_experience', 'declaration_limit'],
  ],
}

/** The selected columns of a subject `s`. */
export function subjectColumns(kind: SubjectKind): string {
  const columns = [...COMMON, ...OWN[kind]].map((column) => `s.${column}`)
  return `${columns.join(', ')}, to_char(s.inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place`
}

/** Subjects by their ids. */
export function subjectsByIds(kind: SubjectKind, ids: readonly string[]): Query {
  return {
    name: `subjects ${kind}`,
    text: `select ${subjectColumns(kind)} from ${KINDS[kind].subjects} s where s.id = any ($1::uuid[])`,
    values: [ids],
  }
}

/** Documents of subjects. */
export function findDocuments(kind: SubjectKind, ids: readonly string[]): Query {
  const { documents, subjectId } = KINDS[kind]
  return {
    name: `documents ${kind}`,
    text: `select d.id, d.${subjectId} as subject_id, d.type, d.number, d.issued_at, d.expiration_date, d.issued_by
             from ${documents} d where d.${subjectId} = any ($1::uuid[]) order by d.inserted_at, d.id`,
    values: [ids],
  }
}

/** Employees of parties. */
export function findEmployees(partyIds: readonly string[]): Query {
  return {
    name: 'employees of parties',
    text: `select e.id, e.party_id, e.employee_type, e.position, e.status, e.is_active, e.start_date, e.end_date, e.division_id,
                  e.legal_entity_id, l.name as legal_entity_name, l.edrpou as legal_entity_edrpou, l.type as legal_entity_type
             from prm.employees e join prm.legal_entities l on l.id = e.legal_entity_id
            where e.party_id = any ($1::uuid[]) order by e.inserted_at, e.id`,
    values: [partyIds],
  }
}
