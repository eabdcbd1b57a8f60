/** Parties and their verification (spec 6.3). */
import { z } from 'zod'
import { EMPLOYEE_STATUSES } from '../../../dictionaries/people.ts'
import { partyBody } from '../../../imports/parties/record.ts'
import { listPartyVerifications } from '../../../people-reading/verification-lists.ts'
import { confirmDeath } from '../dracs-death.ts'
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
import {
  NO_VERIFICATION,
  NOT_OURS,
  seenBy,
  subjectCursor,
  toldInList,
  toldVerification,
  visibleVerification,
} from '../verification-lists.ts'

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
  errors: {
    403: `${NOT_OURS}: the party has no employee in the legal entity of the token`,
    404: NO_VERIFICATION.party,
  },
  examples: [EXAMPLES.partyVerification],
  async handle({ params }, { database, principal }) {
    const row = await visibleVerification(database, 'party', principal, params.id)
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
  errors: {
    403: `${NOT_OURS}: the party has no employee in the legal entity of the token`,
    404: NO_VERIFICATION.party,
  },
  examples: [EXAMPLES.confirmDracsDeath],
  handle({ params, body: { dracs_death: given } }, context) {
    const { verification_status: status, verification_reason: reason, verification_comment: comment = null } = given
    return confirmDeath('party', { subjectId: params.id, status, reason, comment }, context)
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
