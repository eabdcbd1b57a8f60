/**
 * The schema of a new employee request (spec 5.5): types, required fields, dictionaries, formats. Rules between properties are in rules.ts.
 * Unknown properties are refused except in `party`.
 */
import { z } from 'zod'
import {
  DEGREES,
  EMPLOYEE_TYPES,
  GENDERS,
  LEVELS,
  PHONE_TYPES,
  QUALIFICATION_TYPES,
  REQUEST_DOCUMENT_TYPES,
  SCIENCE_DEGREES,
  SPECIALITY_QUALIFICATION_TYPES,
} from '../dictionaries/people.ts'
import { isDay } from '../verification/calendar.ts'
import { NAME, PHONE, TAX_ID } from './formats.ts'

const id = z.guid().transform((value) => value.toLowerCase())
/** Required texts must not be empty. */
const required = z.string().min(1)
const text = z.string().nullish()
const day = z.stringFormat('date', isDay).meta({ format: 'date' })
const name = z.string().regex(NAME)

const studied = {
  country: required,
  city: required,
  institution_name: required,
  diploma_number: required,
  speciality: required,
  issued_date: day.nullish(),
}
const education = z.strictObject({ ...studied, degree: z.enum(DEGREES) })
const scienceDegree = z.strictObject({ ...studied, degree: z.enum(SCIENCE_DEGREES) })

const qualification = z.strictObject({
  type: z.enum(QUALIFICATION_TYPES),
  institution_name: required,
  speciality: required,
  issued_date: day.nullish(),
  certificate_number: text,
  valid_to: day.nullish(),
  additional_info: text,
})

const specialityBase = {
  speciality: required,
  speciality_officio: z.boolean(),
  level: z.enum(LEVELS),
  valid_to_date: day.nullish(),
}
const attested = {
  qualification_type: z.enum(SPECIALITY_QUALIFICATION_TYPES),
  attestation_name: required,
  attestation_date: day,
  certificate_number: required,
}
const speciality = z.strictObject({ ...specialityBase, ...attested })
const pharmacistSpeciality = z.strictObject({
  ...specialityBase,
  qualification_type: attested.qualification_type.nullish(),
  attestation_name: text,
  attestation_date: day.nullish(),
  certificate_number: text,
})

function specifics<S extends z.ZodType>(ofType: S) {
  return z
    .strictObject({
      educations: z.array(education).min(1),
      specialities: z.array(ofType).min(1),
      qualifications: z.array(qualification).nullish(),
      science_degree: scienceDegree.nullish(),
    })
    .nullish()
}

const document = z.strictObject({
  type: z.enum(REQUEST_DOCUMENT_TYPES),
  number: required,
  issued_at: day.nullish(),
  issued_by: text,
  expiration_date: day.nullish(),
})

const phone = z.strictObject({ type: z.enum(PHONE_TYPES), number: z.string().regex(PHONE) })

const LONGEST_EMAIL = 254

// For a value that is not a number, zod only says that it expects a number.
function wantsInteger({ code }: { readonly code?: string | undefined }): string | undefined {
  return code === 'invalid_type' ? 'integer' : undefined
}

const party = z.looseObject({
  last_name: name,
  first_name: name,
  second_name: name.nullish(),
  birth_date: day,
  gender: z.enum(GENDERS),
  tax_id: z.string().regex(TAX_ID),
  no_tax_id: z.boolean().nullish(),
  email: z.email().max(LONGEST_EMAIL).toLowerCase(),
  documents: z.array(document).min(1),
  phones: z.array(phone).min(1),
  about_myself: z.string().max(2000).nullish(),
  // An empty text counts as null (spec 5.3.1).
  working_experience: z.preprocess(
    (value) => (value === '' ? null : value),
    z.int32({ error: wantsInteger }).min(1).nullish(),
  ),
})

const employeeRequest = z.strictObject({
  legal_entity_id: id,
  division_id: id.nullish(),
  employee_id: id.nullish(),
  position: required,
  start_date: day,
  end_date: day.nullish(),
  status: z.literal('NEW'),
  employee_type: z.enum(EMPLOYEE_TYPES),
  party,
  doctor: specifics(speciality),
  specialist: specifics(speciality),
  assistant: specifics(speciality),
  pharmacist: specifics(pharmacistSpeciality),
  laborant: specifics(speciality),
  med_admin: specifics(speciality),
  med_coordinator: specifics(speciality),
})

/** The body of a new request. */
export const requestBody = z.strictObject({ employee_request: employeeRequest })

/** The same as clients may send it. */
export const sentBody = z.strictObject({
  employee_request: employeeRequest.extend({
    legal_entity_id: id.optional().describe("The token's own, unless given. The NHS must give it."),
  }),
})

const loose = z.object({ employee_request: z.looseObject({}) })

/** The same body with this legal entity, if it names none. */
export function withLegalEntity(body: unknown, legalEntityId: string): unknown {
  const request = loose.safeParse(body).data?.employee_request
  if (request === undefined || (request['legal_entity_id'] ?? null) !== null) return body
  return { ...Object(body), employee_request: { ...request, legal_entity_id: legalEntityId } }
}

/** The references and main properties of a body, if they are well-formed, whatever else is wrong. */
export function idsOfRequest(body: unknown) {
  const request = loose.safeParse(body).data?.employee_request ?? {}
  const idAt = (name: string) => id.safeParse(request[name]).data
  return {
    legalEntityId: idAt('legal_entity_id'),
    divisionId: idAt('division_id'),
    employeeId: idAt('employee_id'),
    employeeType: z.enum(EMPLOYEE_TYPES).safeParse(request['employee_type']).data,
  }
}

/** The tax id of the body, to compare with that of the employee to change; undefined: it is for a new employee. Personal. */
export function comparedTaxId(body: unknown): string | undefined {
  if (idsOfRequest(body).employeeId === undefined) return undefined
  return withTaxId.safeParse(body).data?.employee_request.party.tax_id
}

const withTaxId = z.object({ employee_request: z.object({ party: z.object({ tax_id: z.string() }) }) })
