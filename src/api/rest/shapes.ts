/** Schemas that several routes share. */
import { z } from 'zod'
import { DRACS_DEATH_REASONS } from '../../decisions/dracs-death.ts'
import { DECLARATION_STATUSES } from '../../people-reading/verification-lists.ts'
import { ownFields } from '../../people-reading/verifications.ts'
import {
  STREAM_REASONS,
  STREAM_STATUSES,
  STREAMS_OF,
  type Stream,
  type SubjectKind,
} from '../../verification/status.ts'
import { isShown } from '../../verification-store/kinds.ts'

/** An id in the platform's format; in lower case, so that a subject has one id. */
export const id = z.guid().transform((value) => value.toLowerCase())

/** A path with an id. An id that is not a uuid is 404 (spec 6.3). */
export const idParams = z.object({ id })

/** A comment about a verification, as a text that PostgreSQL can store. */
export const comment = z
  .string()
  .max(3000)
  .regex(/^[^\0]*$/)

/** The reason of a manual decision about a DRACS death. Another value has its own error message (spec 6.3). */
export const dracsDeathReason = z
  .string()
  .min(1)
  .max(64)
  .describe(`${DRACS_DEATH_REASONS.join(', ')}.`)

const CUMULATIVE = ['VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED', 'CHANGES_NEEDED'] as const

/** The cumulative status (spec 1.5). */
export const cumulativeStatusShape = z.enum(CUMULATIVE)

const instant = z.iso.datetime().nullable()
const state = { verification_status: z.enum(STREAM_STATUSES), verification_reason: z.enum(STREAM_REASONS) }
const synced = { synced_at: instant, unverified_at: instant }
const unsynced = { unverified_at: instant }
const own: Readonly<Record<keyof ReturnType<typeof ownFields>, z.ZodType>> = {
  result: z.int().nullable().describe('The answer of the tax service.'),
  status: z.int().nullable().describe('The answer of the registry: 1 found, 0 not found.'),
  verification_comment: z.string().nullable(),
}
const commentary = { verification_comment: own.verification_comment }

function streams<S extends z.ZodRawShape, U extends z.ZodRawShape>(synced: S, unsynced: U) {
  const ofStream = (stream: Stream) => {
    const fields = Object.entries(own).filter(([name]) => name in ownFields(stream))
    return z.object({ ...state, ...Object.fromEntries(fields), ...(isShown(stream, 'synced_at') ? synced : unsynced) })
  }
  const ofKind = (kind: SubjectKind) => Object.fromEntries(STREAMS_OF[kind].map((stream) => [stream, ofStream(stream)]))
  // The platform's streams that are not checked here.
  const plain = z.object(state)
  const renamed = { dracs_name_change: plain.extend(commentary) }
  const born = z.object({ ...state, ...commentary, ...synced })
  return {
    person: z.object({ ...ofKind('person'), ...renamed, dracs_birth: born, legal_capacity: plain.extend(unsynced) }),
    party: z.object({ ...ofKind('party'), ...renamed }),
  }
}

const details = streams({}, {})
const listedDetails = streams(synced, unsynced)

/** The verification of one subject. */
export const personVerification = z.object({ verification_status: cumulativeStatusShape, details: details.person })
export const partyVerification = z.object({ verification_status: cumulativeStatusShape, details: details.party })

/** The same in a list, with the streams' times. */
export const listedPerson = z.object({
  person_id: z.guid(),
  person_status: z.enum(['active', 'inactive']),
  person_updated_at: z.iso.datetime(),
  declaration_number: z
    .string()
    .nullable()
    .describe('The declaration that links the client to the person; null if there is none.'),
  declaration_status: z.enum(DECLARATION_STATUSES).nullable(),
  verification_status: cumulativeStatusShape,
  details: listedDetails.person,
})
export const listedParty = z.object({
  party_id: z.guid(),
  employee_id: z.guid().nullable().describe('The employee that links the client to the party, the newest of several.'),
  division_id: z.guid().nullable().describe('Of that employee.'),
  party_updated_at: z.iso.datetime(),
  verification_status: cumulativeStatusShape,
  details: listedDetails.party,
})

/** The outcome of a PUT. */
export const putResult = z.object({ id: z.guid(), result: z.enum(['created', 'changed', 'unchanged']) })
export type PutResult = z.output<typeof putResult>
