import { reveal, type Sensitive } from '../../privacy/sensitive.ts'
import { type Draft, documentRows, givenStreamColumns } from '../draft.ts'
import { digestOfPerson } from './digest.ts'
import type { PersonRecord } from './record.ts'

/** Prepares a person's record for writing. */
export function draftOfPerson(person: Sensitive<PersonRecord>): Draft {
  const record = reveal(person)
  const { verification, documents, ...columns } = record
  const digest = digestOfPerson(record)
  return {
    id: record.id,
    digest,
    row: { ...columns, digest: digest.toString('hex'), ...givenStreamColumns(verification) },
    documents: documentRows('person', record.id, documents),
    triggered: { subjectId: record.id, data: record },
  }
}
