/** Parties and their verification (spec 6.3). */
import { z } from 'zod'
import type { Principal } from '../../../access/principal.ts'
import type { Executor } from '../../../database/query.ts'
import { EMPLOYEE_STATUSES } from '../../../dictionaries/people.ts'
import { partyBody } from '../../../imports/parties/record.ts'
import { updateDracsDeath } from '../../../people/dracs-death.ts'
import {
  findVerificationOf,
  listPartyVerifications,
  type SubjectVerification,
  worksFor,
} from '../../../people/verification-lists.ts'
import { auditDecision } from '../../death-decision.ts'
import { forbidden, notFound } from '../../errors.ts'
import { refusalOfDracsDeath } from '../dracs-death.ts'
import { EXAMPLES } from '../examples.ts'
import { pageQuery, pagingOf, sliceOf } from '../paging.ts'
import { putParty } from '../put-people.ts'
import { guardedRoute, type Route } from '../route.ts'
import {
  comment,
  cumulativeStatusShape,
  dracsDeathReason,
  id,
  idParams,
  listedParty,
  partyVerification,
  putResult,
} from '../shapes.ts'
import { seenBy, subjectCursor, toldInList, toldVerification } from '../verification-lists.ts'

const NO_VERIFICATION = 'There is no such party, or it has no verification'
const NOT_OURS = 'Access denied'

// A party's verification, if the principal may see it.
async function visibleVerification(database: Executor, principal: Principal, id: string): Promise<SubjectVerification> {
  const row = await findVerificationOf(database, 'party', id)
  if (row === undefined) throw notFound(NO_VERIFICATION)
  const legalEntityId = seenBy(principal)
  if (legalEntityId !== undefined && !(await worksFor(database, id, legalEntityId))) throw forbidden(NOT_OURS)
  return row
}

const verification = guardedRoute({
  method: 'GET',
  path: '/api/parties/:id/verification',
  summary: 'The verification of a party',
  description: 'The NHS sees all parties; any other client those who have an employee in its legal entity.',
  tag: 'Parties',
  access: { scopes: ['party_verification:details'] },
  personal: { reads: 'party', masks: 'nothing' },
  params: idParams,
  data: partyVerification,
  errors: { 403: `${NOT_OURS}: the party has no employee in the legal entity of the token`, 404: NO_VERIFICATION },
  examples: [EXAMPLES.partyVerification],
  async handle({ params }, { database, principal }) {
    const row = await visibleVerification(database, principal, params.id)
    return { data: toldVerification('party', row), of: [row.id] }
  },
})

const verifications = guardedRoute({
  method: 'GET',
  path: '/api/parties/verifications',
  summary: 'Verifications of parties, newest parties first',
  description: 'The NHS sees all parties; any other client those who have an employee in its legal entity.',
  tag: 'Parties',
  access: { scopes: ['party_verification:read'] },
  personal: { reads: 'party', masks: 'nothing' },
  query: z.strictObject({
    division_id: id.optional(),
    status: z
      .enum(EMPLOYEE_STATUSES)
      .optional()
      .describe('The status of the employee. A legal entity sees only employees at work (APPROVED).'),
    verification_status: cumulativeStatusShape.optional(),
    ...pageQuery,
  }),
  data: z.array(listedParty),
  examples: [EXAMPLES.partyVerifications],
  async handle({ query }, { database, principal }) {
    const slice = sliceOf(query, subjectCursor, 'desc')
    const { division_id: divisionId, verification_status: verificationStatus, status: employeeStatus } = query
    const filter = { divisionId, employeeStatus, verificationStatus, legalEntityId: seenBy(principal) }
    const listed = await listPartyVerifications(database, filter, slice)
    const data = listed.rows.map((row) => toldInList('party', row))
    return { data, paging: pagingOf(query, listed, subjectCursor), of: listed.rows.map((row) => row.id) }
  },
})

const confirm = guardedRoute({
  method: 'PATCH',
  path: '/api/parties/:id/verification',
  summary: 'Record a manual decision about a death in DRACS',
  description:
    'For a party whose `dracs_death` is NOT_VERIFIED. The NHS may confirm any party; any other client those who have an employee in its legal entity.',
  tag: 'Parties',
  access: { scopes: ['party_verification:write'] },
  personal: { reads: 'itself', masks: 'nothing' },
  params: idParams,
  body: z.strictObject({
    dracs_death: z.strictObject({
      verification_status: z.enum(['VERIFIED']),
      verification_reason: dracsDeathReason,
      verification_comment: comment.nullish(),
    }),
  }),
  data: partyVerification,
  errors: { 403: `${NOT_OURS}: the party has no employee in the legal entity of the token`, 404: NO_VERIFICATION },
  examples: [EXAMPLES.confirmDracsDeath],
  async handle({ params, body: { dracs_death: given } }, { database, principal, actor }) {
    const partyId = params.id
    const row = await database.transaction(async (tx) => {
      await visibleVerification(tx, principal, partyId)
      const { verification_status: status, verification_reason: reason, verification_comment: comment = null } = given
      const request = { kind: 'party', subjectId: partyId, status, reason, comment, userId: actor.userId } as const
      const written = await updateDracsDeath(tx, request)
      if (written.kind !== 'updated') throw refusalOfDracsDeath('party', written, { reason, missing: NO_VERIFICATION })
      await auditDecision(tx, actor, 'PATCH /api/parties/:id/verification', { request, written })
      return visibleVerification(tx, principal, partyId)
    })
    return { data: toldVerification('party', row) }
  },
})

const put = guardedRoute({
  method: 'PUT',
  path: '/api/parties/:id',
  summary: 'Create or change a party',
  description:
    'For another system of the platform that reports a change. The record is complete: documents are replaced; employees that it does not name do not change. If a checked field differs, the party is checked again.',
  tag: 'Parties',
  access: { scopes: ['party:write'] },
  personal: 'nobody',
  params: idParams,
  body: partyBody,
  data: putResult,
  success: { 200: 'Changed, or unchanged', 201: 'Created' },
  errors: { 409: 'The tax_id with the birth_date, an employee or a division belongs to somebody else' },
  examples: [EXAMPLES.putParty],
  handle: ({ params, body }, context) => putParty(params.id, body, context),
})

/** The routes of parties. */
export const partyRoutes: readonly Route[] = [verification, verifications, confirm, put]
