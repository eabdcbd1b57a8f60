/**
 * The platform's dictionaries of verification: streams, statuses and reasons (spec 1.1, 1.4). The database has the same values as enums
 * (migrations/0001).
 */

/** Kinds of subjects: persons are patients (MPI), parties are health workers and other employees (PRM). */
export const SUBJECT_KINDS = ['person', 'party'] as const
export type SubjectKind = (typeof SUBJECT_KINDS)[number]

/** Every stream, with the kinds of subjects that have it (spec 1.3: a party has neither `unzr` nor `nhs`). */
export const STREAMS_OF = {
  person: ['drfo', 'dracs_death', 'nhs', 'unzr', 'mvs_passport', 'dms_passport'],
  party: ['drfo', 'dracs_death', 'mvs_passport', 'dms_passport'],
} as const satisfies Record<SubjectKind, readonly string[]>
export type Stream = (typeof STREAMS_OF)['person'][number]

/** The streams that this service checks; other processes run the rest (spec 1.1). */
export const OWN_STREAMS = ['unzr', 'mvs_passport', 'dms_passport', 'drfo', 'dracs_death'] as const
export type OwnStream = (typeof OWN_STREAMS)[number]
/** Those of our streams that a kind of subject has. */
export type OwnStreamOf<Kind extends SubjectKind> = Extract<OwnStream, (typeof STREAMS_OF)[Kind][number]>

/** Statuses of one stream (spec 1.4). */
export const STREAM_STATUSES = [
  'VERIFICATION_NEEDED',
  'IN_REVIEW',
  'VERIFIED',
  'NOT_VERIFIED',
  'VERIFICATION_NOT_NEEDED',
] as const
export type StreamStatus = (typeof STREAM_STATUSES)[number]

/** Reasons of a status: the platform's whole dictionary, including those that we never write (spec 1.4). */
export const STREAM_REASONS = [
  'AUTO',
  'AUTO_DATA_ABSENT',
  'AUTO_INCORRECT_DATA',
  'AUTO_LOST',
  'AUTO_NOT_FOUND',
  'AUTO_NOT_LOST',
  'AUTO_NOT_VALID',
  'AUTO_OFFLINE',
  'AUTO_ONLINE',
  'AUTO_VALID',
  'DOCUMENTS_TRIGGERED',
  'INITIAL',
  'INVALID_BIRTH_DATE',
  'INVALID_RNOKPP_FORMAT',
  'MANUAL',
  'MANUAL_CONFIRMED',
  'MANUAL_NOT_CONFIRMED',
  'MANUAL_DECEASED',
  'MANUAL_NO_DEATH_RECORD',
  'OFFLINE_VERIFIED',
  'ONLINE_TRIGGERED',
  'RULES_PASSED',
  'RULES_TRIGGERED',
  'TAX_ID_AND_PASSPORT_DOCUMENT_ABSENT',
] as const
export type StreamReason = (typeof STREAM_REASONS)[number]

/** Reasons that mean that the subject is dead: of the platform's pages, and of its live schema (spec 8.11). */
export const DEAD_REASONS = ['MANUAL_CONFIRMED', 'MANUAL_DECEASED'] as const satisfies readonly StreamReason[]

/** Whether DRACS has been asked since the last trigger: not yet, in progress, answered (spec 8.5). */
export const ONLINE_STATUSES = ['READY', 'IN_PROCESS', 'COMPLETED'] as const
export type OnlineStatus = (typeof ONLINE_STATUSES)[number]

/** A stream's status and its reason. */
export interface StreamState {
  readonly status: StreamStatus
  readonly reason: StreamReason
}
