/** The content of an employee request (spec 1.3, 5.5): the accepted object `employee_request`, without its wrapper and status. */
import type { EmployeeType } from '../dictionaries/people.ts'

/** The employee types with their own object, and its name in the request (spec 1.7, 5.5). */
export const SPECIFICS = {
  DOCTOR: 'doctor',
  SPECIALIST: 'specialist',
  ASSISTANT: 'assistant',
  PHARMACIST: 'pharmacist',
  LABORANT: 'laborant',
  MED_ADMIN: 'med_admin',
  MED_COORDINATOR: 'med_coordinator',
} as const satisfies Partial<Record<EmployeeType, string>>
export type SpecificName = (typeof SPECIFICS)[keyof typeof SPECIFICS]

/** A speciality; the main one has `speciality_officio`. */
export interface Speciality {
  readonly speciality: string
  readonly speciality_officio: boolean
  readonly [property: string]: unknown
}

/** The type-specific object: education and qualifications. */
export interface Specifics {
  readonly educations: readonly object[]
  readonly specialities: readonly Speciality[]
  readonly qualifications?: readonly object[] | null
  readonly science_degree?: object | null
}

/** A document in a request; dates are `YYYY-MM-DD`. */
export interface RequestedDocument {
  readonly type: string
  readonly number: string
  readonly issued_at?: string | null
  readonly issued_by?: string | null
  readonly expiration_date?: string | null
}

/** The person of the request. All of it is personal data. */
export interface RequestedParty {
  readonly last_name: string
  readonly first_name: string
  /** Null clears it; if absent, it does not change (spec 5.3.1). */
  readonly second_name?: string | null
  readonly birth_date: string
  readonly gender: string
  /** For a person without a tax id (`no_tax_id`) a passport number. */
  readonly tax_id: string
  readonly no_tax_id?: boolean | null
  /** Lower-cased. */
  readonly email: string
  readonly documents: readonly RequestedDocument[]
  readonly phones: readonly { readonly type: string; readonly number: string }[]
  readonly about_myself?: string | null
  readonly working_experience?: number | null
}

/** The accepted object. */
export type EmployeeRequestData = {
  readonly legal_entity_id: string
  readonly division_id?: string | null
  readonly employee_id?: string | null
  readonly position: string
  readonly start_date: string
  readonly end_date?: string | null
  readonly employee_type: EmployeeType
  readonly party: RequestedParty
} & { readonly [Name in SpecificName]?: Specifics | null }

/** The states of a request (spec 5.5). */
export const REQUEST_STATUSES = ['NEW', 'APPROVED', 'REJECTED', 'EXPIRED'] as const
export type EmployeeRequestStatus = (typeof REQUEST_STATUSES)[number]

/** A stored request. */
export interface EmployeeRequestRow {
  readonly id: string
  readonly data: EmployeeRequestData
  readonly status: EmployeeRequestStatus
  readonly employee_id: string | null
  readonly inserted_at: Date
  readonly updated_at: Date
}

/** The type-specific object of the request; undefined or null if it has none. */
export function specificsOf(data: EmployeeRequestData): Specifics | null | undefined {
  const name = (SPECIFICS as Partial<Record<EmployeeType, SpecificName>>)[data.employee_type]
  return name === undefined ? undefined : data[name]
}
