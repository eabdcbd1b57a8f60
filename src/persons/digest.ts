import { digestOfParts } from '../imports/digest.ts'
import type { PersonRecord } from './record.ts'

/** What a digest is of: a record of 7.3, or a person as it is stored. `verification` is no part of it. */
export type DigestedPerson = Omit<PersonRecord, 'verification'>

/** What the last import brought of a person, in 33 bytes: the last one has status and is_active, whose change alone triggers nothing. */
export function digestOf(person: DigestedPerson): Buffer {
  const { last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr, documents } = person
  const fields = [last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr]
  const flags = (person.status === 'active' ? 1 : 0) + (person.is_active ? 2 : 0)
  return digestOfParts(fields, documents, Buffer.of(flags))
}
