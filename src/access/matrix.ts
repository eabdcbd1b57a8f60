/**
 * The matrix of client types, roles and scopes (spec 6.4). The database (migration 0012) and docs/access.md contain the same; tests check
 * both.
 */
import { ROLELESS_SCOPES, SCOPES, type Scope } from './scopes.ts'

const ALL = Object.keys(SCOPES) as Scope[]

const READING_VERIFICATIONS: readonly Scope[] = [
  'person_verification:read',
  'person_verification:details',
  'party_verification:read',
  'party_verification:details',
]

const OF_PLATFORM: readonly Scope[] = ['person:write', 'party:write', 'event:read']
const OF_FACILITIES: readonly Scope[] = [
  ...READING_VERIFICATIONS,
  'party_verification:write',
  'employee_request:read',
  'employee_request:write',
  ...ROLELESS_SCOPES,
]
/** Roles that treat a person may decide about their death (spec 8.15). */
const OF_CARE: readonly Scope[] = [...OF_FACILITIES, 'person_verification:write']

/** The upper limit of scopes for each client type. */
export const CLIENT_TYPES: Readonly<Record<string, readonly Scope[]>> = {
  /** The National Health Service. */
  NHS: ALL.filter((scope) => scope !== 'person:write' && scope !== 'party:write'),
  /** Another system of the platform, which reports changes. */
  PLATFORM: OF_PLATFORM,
  /** Health care facilities, pharmacies, and the information systems that act for them. */
  MSP: OF_CARE,
  PHARMACY: OF_FACILITIES,
  MIS: OF_CARE,
}

const CLINICIAN: readonly Scope[] = ['person_verification:read', 'person_verification:details']
const TREATING: readonly Scope[] = [...CLINICIAN, 'person_verification:write', 'employee_request:read']
const STAFF: readonly Scope[] = ['employee_request:read']
const HEAD: readonly Scope[] = [
  'party_verification:read',
  'party_verification:details',
  'party_verification:write',
  'employee_request:read',
  'employee_request:write',
]

/** The scopes of each role, within the limit of the client's type. Besides the roles of the NHS there is one for every employee type (spec 5.3). */
export const ROLES: Readonly<Record<string, readonly Scope[]>> = {
  'NHS ADMIN': [
    ...['person:read', 'person:verify', 'party:read', 'party:verify', 'employee:verify'],
    ...READING_VERIFICATIONS,
    'person_verification:write',
    'party_verification:write',
    'employee_request:read',
    'employee_request:write',
    'employee_request:confirm',
    'unzr:read',
    'unzr:write',
    ...['verification_run:read', 'verification_run:write', 'job:read', 'job:write', 'event:read', 'audit:read'],
    ...['global_parameters:read', 'global_parameters:write'],
  ] as Scope[],
  'NHS VERIFIER': [
    ...['person:read', 'person:verify', 'person:personal_data'],
    ...['party:read', 'party:verify', 'party:personal_data', 'employee:verify'],
    ...READING_VERIFICATIONS,
    ...['person_verification:write', 'party_verification:write', 'employee_request:read'],
    ...['unzr:read', 'unzr:write', 'verification_run:read'],
  ] as Scope[],
  'NHS OPERATOR': [
    'verification_run:read',
    'verification_run:write',
    'job:read',
    'job:write',
    'event:read',
    'global_parameters:read',
  ],
  'NHS AUDITOR': ['audit:read', 'event:read', 'verification_run:read', 'global_parameters:read'],
  PLATFORM: OF_PLATFORM,
  OWNER: [...HEAD, 'person_verification:details'],
  PHARMACY_OWNER: HEAD,
  HR: HEAD,
  ADMIN: [...HEAD, 'person_verification:details'],
  DOCTOR: TREATING,
  SPECIALIST: TREATING,
  ASSISTANT: TREATING,
  RECEPTIONIST: CLINICIAN,
  MED_ADMIN: CLINICIAN,
  MED_COORDINATOR: [...CLINICIAN, 'employee_request:read'],
  PHARMACIST: STAFF,
  LABORANT: STAFF,
  ACCOUNTANT: [],
}
