/** Persons and parties are shown alike; here is what they differ in. */

/** What is verified. */
export type Kind = 'person' | 'party'

/** The streams of each, as addresses and the API's words name them, in the order in which they are shown. */
export const STREAMS = {
  person: ['unzr', 'mvs_passport', 'dms_passport', 'drfo', 'dracs_death', 'nhs'],
  party: ['mvs_passport', 'dms_passport', 'drfo', 'dracs_death'],
} as const satisfies Record<Kind, readonly string[]>

/** A stream. */
export type Stream = (typeof STREAMS)['person'][number]

/** A stream as fields of the API are named: `mvs_passport` is `mvsPassport`. */
export function fieldOf(stream: string): string {
  return stream.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Statuses of all streams together. */
export const CUMULATIVE = {
  person: ['CHANGES_NEEDED', 'VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED'],
  party: ['NOT_VERIFIED', 'VERIFICATION_NEEDED', 'VERIFIED'],
} as const satisfies Record<Kind, readonly string[]>

/** Statuses of one stream. */
export const STREAM_STATUSES = [
  'NOT_VERIFIED',
  'VERIFICATION_NEEDED',
  'IN_REVIEW',
  'VERIFICATION_NOT_NEEDED',
  'VERIFIED',
] as const

/** A status of a stream. */
export type StreamStatus = (typeof STREAM_STATUSES)[number]

/** A status of all streams together. */
export type CumulativeStatus = (typeof CUMULATIVE)['person'][number]

/** Whether a status of a stream keeps somebody from being verified. */
export function isOpen(status: string): boolean {
  return status !== 'VERIFIED' && status !== 'VERIFICATION_NOT_NEEDED'
}
