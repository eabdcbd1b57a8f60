/** Shared by answers about persons and parties: visibility, and the form of a verification. */
import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { Executor } from '../../database/query.ts'
import type { TimePlace } from '../../listing/slice.ts'
import {
  findVerificationOf,
  hasDeclarationWith,
  type SubjectVerification,
  worksFor,
} from '../../people-reading/verification-lists.ts'
import { ownFields, type StreamVerification, streamOf } from '../../people-reading/verifications.ts'
import { STREAMS_OF, type SubjectKind } from '../../verification/status.ts'
import { isShown } from '../../verification-store/kinds.ts'
import { forbidden, notFound } from '../errors.ts'
import { isInstant } from '../instants.ts'
import { textCursor } from './paging.ts'
import type { listedParty, listedPerson, partyVerification, personVerification } from './shapes.ts'

/** The cursor of a list of subjects. */
export const subjectCursor = textCursor<TimePlace>(
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ({ at, id }) => `${at} ${id}`,
  (text) => {
    const [at = '', id = ''] = text.split(' ')
    return isInstant(at) ? { at, id } : undefined
  },
)

/** The legal entity whose people a client may see; undefined: everybody (the NHS) (spec 6.3). */
export function seenBy({ clientType, clientId }: Principal): string | undefined {
  return clientType === 'NHS' ? undefined : clientId
}

/** The messages about subjects that a client may not see, or that have no verification. */
export const NOT_OURS = 'Access denied'
export const NO_VERIFICATION: Readonly<Record<SubjectKind, string>> = {
  person: 'There is no such person, or the person has no verification',
  party: 'There is no such party, or it has no verification',
}

/** A subject's verification, if the principal may see it. */
export async function visibleVerification(
  database: Executor,
  kind: SubjectKind,
  principal: Principal,
  id: string,
): Promise<SubjectVerification> {
  const row = await findVerificationOf(database, kind, id)
  if (row === undefined) throw notFound(NO_VERIFICATION[kind])
  const legalEntityId = seenBy(principal)
  const isOf = kind === 'person' ? hasDeclarationWith : worksFor
  if (legalEntityId !== undefined && !(await isOf(database, id, legalEntityId))) throw forbidden(NOT_OURS)
  return row
}

interface Told {
  readonly person: z.input<typeof personVerification>
  readonly party: z.input<typeof partyVerification>
}

interface ToldInLists {
  readonly person: z.input<typeof listedPerson>
  readonly party: z.input<typeof listedParty>
}

// Streams of the platform that its clients expect. They are not checked here and do not affect the cumulative status.
const NOT_NEEDED = { verification_status: 'VERIFICATION_NOT_NEEDED', verification_reason: 'INITIAL' } as const
const RENAMED = { dracs_name_change: { ...NOT_NEEDED, verification_comment: null } } as const
const TIMES = { synced_at: null, unverified_at: null } as const
const FURTHER = {
  party: { one: RENAMED, listed: RENAMED },
  person: {
    one: { ...RENAMED, dracs_birth: RENAMED.dracs_name_change, legal_capacity: NOT_NEEDED },
    listed: {
      ...RENAMED,
      dracs_birth: { ...RENAMED.dracs_name_change, ...TIMES },
      legal_capacity: { ...NOT_NEEDED, unverified_at: null },
    },
  },
} as const

/** The verification of one subject in an answer. */
export function toldVerification<Kind extends keyof Told>(kind: Kind, row: SubjectVerification): Told[Kind] {
  const { verification_status } = row
  const details = { ...detailsOf(kind, row, false), ...FURTHER[kind].one }
  return { verification_status, details } as unknown as Told[Kind]
}

/** The same in a list. */
export function toldInList<Kind extends keyof ToldInLists>(kind: Kind, row: SubjectVerification): ToldInLists[Kind] {
  const { id, verification_status, subject_updated_at: updated } = row
  const details = { ...detailsOf(kind, row, true), ...FURTHER[kind].listed }
  const updatedAt = updated instanceof Date ? updated.toISOString() : null
  const named = { [`${kind}_id`]: id, [`${kind}_updated_at`]: updatedAt, ...ledBy(kind, row) }
  return { ...named, verification_status, details } as unknown as ToldInLists[Kind]
}

function detailsOf(kind: keyof Told, row: SubjectVerification, withTimes: boolean): object {
  return Object.fromEntries(STREAMS_OF[kind].map((stream) => [stream, toldStream(streamOf(stream, row), withTimes)]))
}

// The other fields differ between streams; times are only in lists.
function toldStream({ stream, status, reason, ...told }: StreamVerification, withTimes: boolean): object {
  const { dataStatus, result, comment, syncedAt, unverifiedAt } = told
  const values = new Map(Object.entries({ status: dataStatus, result, verification_comment: comment }))
  const own = Object.fromEntries(Object.keys(ownFields(stream)).map((name) => [name, values.get(name)]))
  const synced = isShown(stream, 'synced_at') ? { synced_at: syncedAt?.toISOString() ?? null } : {}
  const times = withTimes ? { ...synced, unverified_at: unverifiedAt?.toISOString() ?? null } : {}
  return { verification_status: status, verification_reason: reason, ...own, ...times }
}

// What led to the subject: a declaration or an employee.
function ledBy(kind: keyof Told, row: SubjectVerification): object {
  const { subject_status: person_status, declaration_number, declaration_status, employee_id, division_id } = row
  return kind === 'person' ? { person_status, declaration_number, declaration_status } : { employee_id, division_id }
}
