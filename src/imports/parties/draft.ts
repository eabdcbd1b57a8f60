import { reveal, type Sensitive } from '../../privacy/sensitive.ts'
import { type Draft, type DraftRow, documentRows, givenStreamColumns } from '../draft.ts'
import { digestOfParty } from './digest.ts'
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
