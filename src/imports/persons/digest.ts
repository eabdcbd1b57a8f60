import { digestOfParts } from '../digest.ts'
import type { PersonRecord } from './record.ts'

/** The input of a digest: a record of 7.3, or a stored person, without `verification`. */
export type DigestedPerson = Omit<PersonRecord, 'verification'>

/** A digest of the last import of a person, 33 bytes: the last byte has status and is_active, whose change alone triggers nothing. */
export function digestOfPerson(person: DigestedPerson): Buffer {
  const { last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr, documents } = person
  const fields = [last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr]
  const flags = (person.status === 'active' ? 1 : 0) + (person.is_active ? 2 : 0)
  return digestOfParts(fields, documents, Buffer.of(flags))
}
