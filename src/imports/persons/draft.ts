import { reveal, type Sensitive } from '../../privacy/sensitive.ts'
import { type Draft, documentRows, streamColumns } from '../draft.ts'
import { digestOf } from './digest.ts'
import type { PersonRecord } from './record.ts'

/** Makes a person's record ready to be written. */
export function draftOf(person: Sensitive<PersonRecord>): Draft {
  const record = reveal(person)
  const { verification, documents, ...columns } = record
  const digest = digestOf(record)
  return {
    id: record.id,
    digest,
    row: { ...columns, digest: digest.toString('hex'), ...streamColumns(verification) },
    documents: documentRows('person', record.id, documents),
    triggered: { subjectId: record.id, data: record },
  }
}
