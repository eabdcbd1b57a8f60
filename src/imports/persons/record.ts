/** A person from files and requests (spec 7.3): the requirements on a record, and why one is refused. */
import { z } from 'zod'
import {
  bodyOf,
  DOCUMENT_NAMES,
  date,
  documents,
  flag,
  gender,
  optionalField,
  type RecordRead,
  readRecord,
  recordId,
  requiredField,
  streamsGiven,
  strictDocuments,
} from '../fields.ts'
import type { FieldNames } from '../names.ts'

const person = z.object({
  id: recordId,
  last_name: requiredField,
  first_name: requiredField,
  second_name: optionalField,
  birth_date: date,
  gender,
  tax_id: optionalField,
  no_tax_id: flag(false),
  unzr: optionalField,
  status: z
    .enum(['active', 'inactive'])
    .nullish()
    .transform((value) => value ?? 'active'),
  is_active: flag(true),
  documents,
  verification: streamsGiven('person')
    .nullish()
    .transform((value) => value ?? {}),
})

/** A person of 7.3, with null for absent fields. Personal: kept in a `Sensitive`. */
export type PersonRecord = z.output<typeof person>

/** The body of a PUT: the same without `verification` and without unknown fields. */
export const personBody = bodyOf(
  person.omit({ verification: true }).extend({ id: recordId.optional(), documents: strictDocuments }).strict(),
)

/** The field names of a person. */
export const PERSON_NAMES: FieldNames = { fields: Object.keys(person.shape), within: { documents: DOCUMENT_NAMES } }

/** Parses a person; `reason` names fields and problems, never values. */
export function readPerson(value: unknown): RecordRead<PersonRecord> {
  return readRecord(person, value)
}
