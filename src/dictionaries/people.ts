/**
 * The platform's dictionaries for records of people and employee requests. All input is checked against them: a value that is merely
 * similar (another case, white space, a Cyrillic letter) would escape every rule that compares it.
 */

export const GENDERS = ['MALE', 'FEMALE'] as const
export const PHONE_TYPES = ['MOBILE', 'LAND_LINE'] as const

/** Of employees in requests (spec 5.5). */
export const REQUEST_DOCUMENT_TYPES = [
  ...(['PASSPORT', 'NATIONAL_ID', 'BIRTH_CERTIFICATE', 'TEMPORARY_PASSPORT', 'TEMPORARY_CERTIFICATE'] as const),
  ...(['PERMANENT_RESIDENCE_PERMIT', 'REFUGEE_CERTIFICATE', 'COMPLEMENTARY_PROTECTION_CERTIFICATE'] as const),
] as const
export type RequestDocumentType = (typeof REQUEST_DOCUMENT_TYPES)[number]

/** The whole DOCUMENT_TYPE: also documents of foreigners, and those that prove a minor's full legal capacity. */
export const DOCUMENT_TYPES = [
  ...REQUEST_DOCUMENT_TYPES,
  ...([
    'BIRTH_CERTIFICATE_FOREIGN',
    'FOREIGN_PASSPORT',
    'NO_CITIZENSHIP_CERTIFICATE',
    'FOREIGN_DOCUMENT_OTHER',
  ] as const),
  ...(['MARRIAGE_CERTIFICATE', 'DIVORCE_CERTIFICATE', 'COURT_DECISION_DIVORCE', 'EMPLOYMENT_CONTRACT'] as const),
  ...(['CHILD_BIRTH_CERTIFICATE', 'CHILD_BIRTH_CERTIFICATE_FOREIGN', 'STATE_REGISTER_EXTRACT'] as const),
  ...(['COURT_DECISION_LEGAL_CAPACITY', 'GUARDIANSHIP_DECISION_LEGAL_CAPACITY', 'LEGAL_CAPACITY_DOCUMENT'] as const),
] as const

/** Every employee type that can be requested (spec 5.5). The platform's dictionary has more, and grows. */
export const EMPLOYEE_TYPES = [
  ...(['OWNER', 'PHARMACY_OWNER', 'DOCTOR', 'SPECIALIST', 'ASSISTANT', 'PHARMACIST', 'HR', 'ADMIN'] as const),
  ...(['ACCOUNTANT', 'RECEPTIONIST', 'LABORANT', 'MED_ADMIN', 'MED_COORDINATOR'] as const),
] as const
export type EmployeeType = (typeof EMPLOYEE_TYPES)[number]

/**
 * Of an employee. One who is not APPROVED is not employed: their party is not checked because of it, no legal entity sees them, nothing
 * changes them.
 */
export const EMPLOYEE_STATUSES = [
  ...(['NEW', 'APPROVED', 'DISMISSED', 'STOPPED', 'ENTERED IN ERROR', 'AUTODEACTIVATED', 'REORGANIZED'] as const),
] as const

/** Degrees of an education. */
export const DEGREES = ['EXPERT', 'MASTER', 'BACHELOR', 'JUNIOR_EXPERT'] as const
/** Levels of a speciality. */
export const LEVELS = ['BASIC', 'FIRST', 'SECOND', 'HIGHEST', 'NOT_APPLICABLE'] as const
/** How a speciality's level was obtained. */
export const SPECIALITY_QUALIFICATION_TYPES = ['DEFENSE', 'AWARDING'] as const
export const QUALIFICATION_TYPES = [
  ...(['INTERNSHIP', 'STAZHUVANNYA', 'REATTESTATION', 'SPECIALIZATION'] as const),
  ...(['TOPIC_IMPROVEMENT', 'CLINICAL_RESIDENCY', 'INFORMATION_COURSES'] as const),
] as const
export const SCIENCE_DEGREES = ['PHD', 'DOCTOR_OF_SCIENCE', 'CANDIDATE_OF_SCIENCE'] as const
