/** The words that a request's properties may hold (spec 5.5). Employee types are in data.ts. */

export const GENDERS = ['MALE', 'FEMALE'] as const
export const PHONE_TYPES = ['MOBILE', 'LAND_LINE'] as const
export const DOCUMENT_TYPES = [
  ...(['PASSPORT', 'NATIONAL_ID', 'BIRTH_CERTIFICATE', 'TEMPORARY_PASSPORT', 'TEMPORARY_CERTIFICATE'] as const),
  ...(['PERMANENT_RESIDENCE_PERMIT', 'REFUGEE_CERTIFICATE', 'COMPLEMENTARY_PROTECTION_CERTIFICATE'] as const),
] as const
export type DocumentType = (typeof DOCUMENT_TYPES)[number]

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

/** What the main speciality of a DOCTOR may be. */
export const DOCTOR_SPECIALITIES: readonly string[] = ['THERAPIST', 'PEDIATRICIAN', 'FAMILY_DOCTOR']
