/**
 * The platform's dictionaries of what people's records and employee requests hold. Whoever takes such a value in checks it against
 * these: a value that is merely close to one (another case, white space, a Cyrillic letter) would escape every rule that asks for it.
 */

export const GENDERS = ['MALE', 'FEMALE'] as const
export const PHONE_TYPES = ['MOBILE', 'LAND_LINE'] as const

/** Of employees who are asked for (spec 5.5). */
export const REQUEST_DOCUMENT_TYPES = [
  ...(['PASSPORT', 'NATIONAL_ID', 'BIRTH_CERTIFICATE', 'TEMPORARY_PASSPORT', 'TEMPORARY_CERTIFICATE'] as const),
  ...(['PERMANENT_RESIDENCE_PERMIT', 'REFUGEE_CERTIFICATE', 'COMPLEMENTARY_PROTECTION_CERTIFICATE'] as const),
] as const
export type RequestDocumentType = (typeof REQUEST_DOCUMENT_TYPES)[number]

/** The whole of DOCUMENT_TYPE: besides, documents of foreigners, and those by which a minor shows full legal capacity. */
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
export type DocumentType = (typeof DOCUMENT_TYPES)[number]

/** Every employee type that can be asked for (spec 5.5). The platform's dictionary has more, and grows. */
export const EMPLOYEE_TYPES = [
  ...(['OWNER', 'PHARMACY_OWNER', 'DOCTOR', 'SPECIALIST', 'ASSISTANT', 'PHARMACIST', 'HR', 'ADMIN'] as const),
  ...(['ACCOUNTANT', 'RECEPTIONIST', 'LABORANT', 'MED_ADMIN', 'MED_COORDINATOR'] as const),
] as const
export type EmployeeType = (typeof EMPLOYEE_TYPES)[number]

/** Of an employee. Who is not APPROVED works nowhere: their party is not checked for it, no legal entity sees them, nothing changes them. */
export const EMPLOYEE_STATUSES = [
  ...(['NEW', 'APPROVED', 'DISMISSED', 'STOPPED', 'ENTERED IN ERROR', 'AUTODEACTIVATED', 'REORGANIZED'] as const),
] as const

/** Of an education. */
export const DEGREES = ['EXPERT', 'MASTER', 'BACHELOR', 'JUNIOR_EXPERT'] as const
/** Of a speciality. */
export const LEVELS = ['BASIC', 'FIRST', 'SECOND', 'HIGHEST', 'NOT_APPLICABLE'] as const
/** How a speciality's level was given. */
export const SPECIALITY_QUALIFICATION_TYPES = ['DEFENSE', 'AWARDING'] as const
export const QUALIFICATION_TYPES = [
  ...(['INTERNSHIP', 'STAZHUVANNYA', 'REATTESTATION', 'SPECIALIZATION'] as const),
  ...(['TOPIC_IMPROVEMENT', 'CLINICAL_RESIDENCY', 'INFORMATION_COURSES'] as const),
] as const
export const SCIENCE_DEGREES = ['PHD', 'DOCTOR_OF_SCIENCE', 'CANDIDATE_OF_SCIENCE'] as const
