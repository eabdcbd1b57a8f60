/** A party from files and requests (spec 7.3): the requirements on a record, and why one is refused. */
import { z } from 'zod'
import { nearestName } from '../../dictionaries/nearest.ts'
import { EMPLOYEE_STATUSES, EMPLOYEE_TYPES } from '../../dictionaries/people.ts'
import {
  additionalInfo,
  bodyOf,
  DOCUMENT_NAMES,
  date,
  documents,
  educations,
  type FieldRefused,
  fieldRefused,
  flag,
  gender,
  optionalDate,
  optionalField,
  optionalId,
  optionalInteger,
  phones,
  qualifications,
  type RecordRead,
  readRecord,
  recordId,
  requiredField,
  scienceDegree,
  specialities,
  speciality,
  streamsGiven,
  strictDocuments,
} from '../fields.ts'
import type { FieldNames } from '../names.ts'

// The platform's dictionary has types that cannot be requested here, and grows. So unknown ones are accepted, unless they look like a
// misspelt known one.
const employeeType = requiredField.superRefine((value, context) => {
  const nearest = nearestName(value, EMPLOYEE_TYPES)
  if (nearest === undefined || nearest === value) return
  context.addIssue({ code: 'invalid_value', values: [...EMPLOYEE_TYPES], input: value })
})

const employee = z.object({
  id: recordId,
  legal_entity_id: recordId,
  division_id: optionalId,
  employee_type: employeeType,
  position: requiredField,
  status: z.enum(EMPLOYEE_STATUSES),
  status_reason: optionalField,
  is_active: flag(true),
  start_date: date,
  end_date: optionalDate,
  speciality,
  additional_info: additionalInfo,
})

/** A party's position at a legal entity, in the record of 7.3. */
export type EmployeeRecord = z.output<typeof employee>

const party = z.object({
  id: recordId,
  last_name: requiredField,
  first_name: requiredField,
  second_name: optionalField,
  birth_date: date,
  gender,
  tax_id: optionalField,
  no_tax_id: flag(false),
  phones,
  educations,
  qualifications,
  specialities,
  science_degree: scienceDegree,
  about_myself: optionalField,
  working_experience: optionalInteger,
  declaration_limit: optionalInteger,
  documents,
  employees: z
    .array(employee)
    .nullish()
    .transform((value) => value ?? []),
  verification: streamsGiven('party')
    .nullish()
    .transform((value) => value ?? {}),
})

/** A party of 7.3, with null for absent fields. Personal: kept in a `Sensitive`. */
export type PartyRecord = z.output<typeof party>

/** The body of a PUT: the same without `verification` and without unknown fields. */
export const partyBody = bodyOf(
  party
    .omit({ verification: true })
    .extend({ id: recordId.optional(), documents: strictDocuments, employees: z.array(employee.strict()).nullish() })
    .strict(),
)

/** The field names of a party. */
export const PARTY_NAMES: FieldNames = {
  fields: Object.keys(party.shape),
  within: { documents: DOCUMENT_NAMES, employees: Object.keys(employee.shape) },
}

/** Parses a party; `reason` names fields and problems, never values. */
export function readParty(value: unknown): RecordRead<PartyRecord> {
  const read = readRecord(party, value)
  return ('record' in read ? whatContradicts(read.record.employees) : undefined) ?? read
}

// Contradictions that no order of writing can resolve.
function whatContradicts(employees: readonly EmployeeRecord[]): FieldRefused | undefined {
  const seen = new Set<string>()
  const legalEntities = new Map<string, string>()
  for (const [place, { id, division_id, legal_entity_id }] of employees.entries()) {
    if (seen.has(id)) return fieldRefused([{ code: 'comes_twice', field: `employees[${place}].id` }])
    seen.add(id)
    if (division_id === null) continue
    if ((legalEntities.get(division_id) ?? legal_entity_id) !== legal_entity_id) {
      return fieldRefused([{ code: 'in_two_legal_entities', field: `employees[${place}].division_id` }])
    }
    legalEntities.set(division_id, legal_entity_id)
  }
  return undefined
}
