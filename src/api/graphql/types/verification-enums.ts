/** The dictionaries of verification in GraphQL (spec 1.4, 4.2). */
import type { EnumRef } from '@pothos/core'
import { CUMULATIVE_STATUSES, type CumulativeStatus } from '../../../verification/cumulative.ts'
import {
  ONLINE_STATUSES,
  type OnlineStatus,
  STREAM_REASONS,
  STREAM_STATUSES,
  STREAMS_OF,
  type Stream,
  type StreamReason,
  type StreamStatus,
  type SubjectKind,
} from '../../../verification/status.ts'
import type { Builder } from '../builder.ts'

type Types = Builder['$inferSchemaTypes']

/** The dictionaries, as enums. */
export interface VerificationEnums {
  /** Statuses of streams, under each kind's own name (spec 4.2). */
  readonly status: Readonly<Record<SubjectKind, EnumRef<Types, StreamStatus>>>
  readonly reason: EnumRef<Types, StreamReason>
  readonly cumulative: EnumRef<Types, CumulativeStatus>
  readonly stream: EnumRef<Types, Stream>
  readonly online: EnumRef<Types, OnlineStatus>
}

/** A column or a stream in GraphQL's spelling: `mvs_passport` is `mvsPassport`. */
export function fieldOf(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** `mvs_passport` as part of a type's name: `MvsPassport`. */
export function typeOf(stream: Stream): string {
  const name = fieldOf(stream)
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

/** Adds the enums. */
export function addEnums(builder: Builder): VerificationEnums {
  const status = (name: string) =>
    builder.enumType(name, { values: STREAM_STATUSES, description: 'The status of one stream.' })
  return {
    status: { person: status('PersonVerificationStatus'), party: status('PartyVerificationStatus') },
    reason: builder.enumType('VerificationReason', {
      values: STREAM_REASONS,
      description: 'Why a stream has its status.',
    }),
    cumulative: builder.enumType('CumulativeVerificationStatus', {
      values: CUMULATIVE_STATUSES,
      description: 'The status of all streams together.',
    }),
    stream: builder.enumType('VerificationStream', {
      values: Object.fromEntries(
        STREAMS_OF.person.map((stream) => [stream.toUpperCase(), { value: stream as Stream }]),
      ),
    }) as EnumRef<Types, Stream>,
    online: builder.enumType('OnlineVerificationStatus', { values: ONLINE_STATUSES }),
  }
}
