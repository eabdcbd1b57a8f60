/** The differences between persons and parties, which are otherwise shown alike. */

import { OWN_STREAMS, type OwnStreamOf, STREAMS_OF, type Stream } from '../../../../src/verification/status.ts'

export type { OwnStreamOf, Stream }

/** The kinds of subjects. */
export type Kind = 'person' | 'party'

/** The streams of each kind in display order, named as in URLs and the API's enums. */
export const STREAMS: Readonly<Record<Kind, readonly Stream[]>> = {
  person: ownFirst(STREAMS_OF.person),
  party: ownFirst(STREAMS_OF.party),
}

function ownFirst(streams: readonly Stream[]): Stream[] {
  const isOwn = (stream: Stream) => OWN_STREAMS.some((own) => own === stream)
  return [...streams.filter(isOwn), ...streams.filter((stream) => !isOwn(stream))]
}

type FieldOf<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<FieldOf<Rest>>}`
  : Name

/** A query's result about a subject; one that leaves out a stream of the kind does not compile. */
export type WithStreams<
  K extends Kind,
  T extends { readonly verificationDetails: Readonly<Record<FieldOf<(typeof STREAMS_OF)[K][number]>, unknown>> | null },
> = T

/** A stream as the API's fields name it: `mvs_passport` is `mvsPassport`. */
export function fieldOf(stream: string): string {
  return stream.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Cumulative statuses. */
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

/** A cumulative status. */
export type CumulativeStatus = (typeof CUMULATIVE)['person'][number]

/** Whether a stream's status keeps the subject from being verified. */
export function isOpen(status: string): boolean {
  return status !== 'VERIFIED' && status !== 'VERIFICATION_NOT_NEEDED'
}
