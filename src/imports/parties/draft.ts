import { reveal, type Sensitive } from '../../privacy/sensitive.ts'
import { digestOfParts, sha256 } from '../digest.ts'
import { type Draft, type DraftRow, documentRows, givenStreamColumns } from '../draft.ts'
import type { EmployeeRecord, PartyRecord } from './record.ts'

/** A party's record prepared for writing, with the ids of its employees. */
export interface PartyDraft extends Draft {
  readonly birthDate: string
  readonly taxId: string | null
  readonly employees: readonly (EmployeeRecord & DraftRow)[]
}

/** Prepares a party's record for writing. */
export function draftOfParty(party: Sensitive<PartyRecord>): PartyDraft {
  const record = reveal(party)
  const { verification, documents, employees, ...columns } = record
  const { id, birth_date: birthDate, tax_id: taxId } = record
  const digest = digestOfParty(record)
  return {
    id,
    birthDate,
    taxId,
    digest,
    row: { ...columns, digest: digest.toString('hex'), ...givenStreamColumns(verification) },
    documents: documentRows('party', id, documents),
    employees: employees.map((employee) => ({ ...employee, party_id: id })),
    triggered: { subjectId: id, data: record },
  }
}

/** The input of a digest: a record of 7.3, or a stored party, without `verification`. */
export type DigestedParty = Omit<PartyRecord, 'verification'>

/** A digest of the last import of a party, 64 bytes: the second half has the unchecked fields. */
export function digestOfParty(party: DigestedParty): Buffer {
  const { last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, documents } = party
  const { phones, educations, qualifications, specialities, science_degree } = party
  const { about_myself, working_experience, declaration_limit } = party
  // Employees are matched by id, so their order does not matter.
  const employees = party.employees.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map(employeeValues)
  const objects = canonical([phones, educations, qualifications, specialities, science_degree])
  const rest = sha256([objects, about_myself, working_experience, declaration_limit, employees])
  return digestOfParts([last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id], documents, rest)
}

function employeeValues(employee: EmployeeRecord): unknown[] {
  const { id, legal_entity_id, division_id, employee_type, position, status, status_reason } = employee
  const { is_active, start_date, end_date, speciality, additional_info } = employee
  return [
    ...[id, legal_entity_id, division_id, employee_type, position, status, status_reason],
    ...[is_active, start_date, end_date, canonical(speciality), canonical(additional_info)],
  ]
}

// PostgreSQL does not preserve the order of object members.
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return { members: members.map(([name, inner]) => [name, canonical(inner)]) }
}
