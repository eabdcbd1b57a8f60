/** A party as files and requests bring it (spec 7.3): what is asked of a record, and why one is refused. */
import { z } from 'zod'
import {
  date,
  documents,
  flag,
  id,
  optional,
  optionalDate,
  optionalId,
  optionalInteger,
  optionalObject,
  optionalObjects,
  type RecordRead,
  readRecord,
  required,
  streamGiven,
  strictDocuments,
  syncedStreamGiven,
} from '../imports/fields.ts'

/** Statuses of an employee (spec 5.5); only an APPROVED one makes its party one to be checked (spec 2.2). */
export const EMPLOYEE_STATUSES = ['NEW', 'APPROVED', 'DISMISSED'] as const

const verification = z.strictObject({
  drfo: syncedStreamGiven.optional(),
  dracs_death: streamGiven.optional(),
  mvs_passport: syncedStreamGiven.optional(),
  dms_passport: syncedStreamGiven.optional(),
})

const employee = z.object({
  id,
  legal_entity_id: id,
  division_id: optionalId,
  // Of any type: the platform's dictionary grows, and no rule here hangs on it.
  employee_type: required,
  position: required,
  status: z.enum(EMPLOYEE_STATUSES),
  status_reason: optional,
  is_active: flag(true),
  start_date: date,
  end_date: optionalDate,
  speciality: optionalObject,
  additional_info: optionalObject,
})

/** A party's job with a legal entity, in the record of 7.3. */
export type EmployeeRecord = z.output<typeof employee>

const party = z.object({
  id,
  last_name: required,
  first_name: required,
  second_name: optional,
  birth_date: date,
  gender: optional,
  tax_id: optional,
  no_tax_id: flag(false),
  phones: optionalObjects,
  educations: optionalObjects,
  qualifications: optionalObjects,
  specialities: optionalObjects,
  science_degree: optionalObject,
  about_myself: optional,
  working_experience: optionalInteger,
  declaration_limit: optionalInteger,
  documents,
  employees: z
    .array(employee)
    .nullish()
    .transform((value) => value ?? []),
  verification: verification.nullish().transform((value) => value ?? {}),
})

/** A party of 7.3, with null for what is absent. Personal: kept in a `Sensitive`. */
export type PartyRecord = z.output<typeof party>

/** What a request says of a party whose id is in its path: the same without `verification`, and nothing that is not known. */
export const partyBody = party
  .omit({ verification: true })
  .extend({ id: id.optional(), documents: strictDocuments, employees: z.array(employee.strict()).nullish() })
  .strict()

/** Reads a value as a party; `reason` names fields and what is wrong with them, never what they hold. */
export function readParty(value: unknown): RecordRead<PartyRecord> {
  const read = readRecord(party, value)
  const reason = 'record' in read ? whatContradicts(read.record.employees) : undefined
  return reason === undefined ? read : { reason }
}

// What no order of writing could make right.
function whatContradicts(employees: readonly EmployeeRecord[]): string | undefined {
  const seen = new Set<string>()
  const legalEntities = new Map<string, string>()
  for (const [place, { id, division_id, legal_entity_id }] of employees.entries()) {
    if (seen.has(id)) return `employees[${place}].id comes twice`
    seen.add(id)
    if (division_id === null) continue
    if ((legalEntities.get(division_id) ?? legal_entity_id) !== legal_entity_id) {
      return `employees[${place}].division_id stands in two legal entities`
    }
    legalEntities.set(division_id, legal_entity_id)
  }
  return undefined
}
