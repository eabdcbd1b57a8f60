/** Persons and parties are shown alike; here is what they differ in. */

import { OWN_STREAMS, type OwnStreamOf, STREAMS_OF, type Stream } from '../../../../src/verification/status.ts'

export type { OwnStreamOf, Stream }

/** What is verified. */
export type Kind = 'person' | 'party'

/** The streams of each, as addresses and the API's words name them, in the order in which they are shown. */
export const STREAMS: Readonly<Record<Kind, readonly Stream[]>> = {
  person: ownFirst(STREAMS_OF.person),
  party: ownFirst(STREAMS_OF.party),
}

function ownFirst(streams: readonly Stream[]): Stream[] {
  const isOwn = (stream: Stream) => OWN_STREAMS.some((own) => own === stream)
  return [...streams.filter(isOwn), ...streams.filter((stream) => !isOwn(stream))]
}

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
