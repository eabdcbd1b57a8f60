/** Reading employee requests (spec 5). They are created in employee-request-creation.ts, and decided in employee-request-decisions.ts. */
import { z } from 'zod'
import type { Principal } from '../../../access/principal.ts'
import { ROLELESS_SCOPES } from '../../../access/scopes.ts'
import type { Database } from '../../../database/database.ts'
import { REQUEST_STATUSES } from '../../../employee-requests/data.ts'
import { type RequestFilter, requestsOf } from '../../../employee-requests/list.ts'
import type { RequestPolicy } from '../../../employee-requests/policy.ts'
import { findPreview } from '../../../employee-requests/preview.ts'
import { findInvitedUser, findRequestById, type ReadRequest } from '../../../employee-requests/read.ts'
import { listedRequest, showRequest } from '../../../employee-requests/show.ts'
import { listed } from '../../../listing/slice.ts'
import { notFound } from '../../errors.ts'
import { pageQuery, pagingOf, sliceOf } from '../paging.ts'
import { REQUEST_EXAMPLES } from '../request-examples.ts'
import { listedRequestShape, misRequest, shownRequest } from '../request-shape.ts'
import { guardedRoute, type Route } from '../route.ts'
import { id, idParams } from '../shapes.ts'
import { toldRequest } from '../told-request.ts'
import { seenBy, subjectCursor } from '../verification-lists.ts'

const TAG = 'Employee requests'
const NO_REQUEST = 'There is no such request, or it belongs to another legal entity'

const text = z.string().min(1).max(255).optional()
const flag = z
  .string()
  .transform((value) => {
    const lower = value.toLowerCase()
    return lower === 'true' || lower === 'false' ? lower === 'true' : 'neither'
  })
  .describe('true or false, case-insensitive; any other value finds nothing.')

const list = guardedRoute({
  method: 'GET',
  path: '/api/employee_requests',
  summary: 'Employee requests, newest first',
  description:
    'The NHS sees all requests; any other client those of its own legal entity. Items are short: read a full request by its id.',
  tag: TAG,
  access: { scopes: ['employee_request:read'] },
  personal: { reads: 'employee_request', masks: 'nothing' },
  query: z.strictObject({
    id: id.optional(),
    legal_entity_id: id.optional(),
    edrpou: text,
    legal_entity_name: text.describe('A part of the name; case and kind of apostrophe do not matter.'),
    no_tax_id: flag.optional(),
    status: z.enum(REQUEST_STATUSES).optional(),
    ...pageQuery,
  }),
  data: z.array(listedRequestShape),
  examples: [REQUEST_EXAMPLES.list],
  async handle({ query }, { database, principal }) {
    const slice = sliceOf(query, subjectCursor, 'desc')
    const filter: RequestFilter = {
      ...{ id: query.id, status: query.status, noTaxId: query.no_tax_id, legalEntityId: query.legal_entity_id },
      ...{ edrpou: query.edrpou, legalEntityName: query.legal_entity_name },
    }
    const requests = await requestsOf(database, filter, seenBy(principal))
    const read = await requests.read({ ...slice, limit: slice.limit + 1 })
    const page = listed(read, slice.limit, ({ place, id }) => ({ at: place, id }), await requests.count())
    const of = page.rows.map((row) => row.id)
    return { data: page.rows.map(listedRequest), paging: pagingOf(query, page, subjectCursor), of }
  },
})

/** A legal entity sees its own requests, the NHS all, and an invited person their own invitation (spec 5). */
function isSeenBy({ scopes, email, clientType, clientId }: Principal, { data }: ReadRequest): boolean {
  const isOurs = clientType === 'NHS' || data.legal_entity_id === clientId
  const isInvited = ROLELESS_SCOPES.some((scope) => scopes.has(scope)) && data.party.email === email.toLowerCase()
  return (scopes.has('employee_request:read') && isOurs) || isInvited
}

const previewShape = z.object({
  changes_party: z.boolean(),
  renames_party: z.boolean(),
  suspended_contracts: z.int().describe('Verified contracts that an approval would suspend.'),
  needs_confirmation: z
    .boolean()
    .describe('The party has another user: the invited person can approve only after the NHS has confirmed.'),
})

// Not for the requesting facility: it could learn about other people by requesting them.
async function previewFor(
  database: Database,
  { clientType, email }: Principal,
  request: ReadRequest,
  policy: RequestPolicy,
): Promise<z.output<typeof previewShape> | undefined> {
  if (request.status !== 'NEW' || (clientType !== 'NHS' && request.data.party.email !== email.toLowerCase()))
    return undefined
  const preview = await findPreview(database, request, policy)
  return preview?.changes_party === true || (preview?.suspended_contracts ?? 0) > 0 ? preview : undefined
}

const BY_PLATFORM = '/api/employee_requests/:id'
const BY_SEED = '/employee_requests/:id'

const ONE = {
  method: 'GET',
  summary: 'An employee request',
  description:
    'The NHS sees any request; any other client those of its own legal entity; an invited person, even without a role, their own invitation. `urgent.user_id` is the user with the e-mail of the request, if there is one. `urgent.preview`, for the NHS and the invited person, shows what an approval would change of what is there already, if anything.',
  tag: TAG,
  access: { scopes: ['employee_request:read'], orAnyOf: ROLELESS_SCOPES },
  personal: { reads: 'employee_request', masks: 'party' },
  params: idParams,
  data: shownRequest,
  urgent: z.object({ user_id: z.guid().optional(), preview: previewShape.optional() }),
  errors: { 404: NO_REQUEST },
  examples: [REQUEST_EXAMPLES.one],
} as const

// Under the path of the platform's page, and under the platform's own (spec 5.0.1).
function one(path: string): Route {
  return guardedRoute({
    ...ONE,
    path,
    async handle({ params }, { database, principal, jobs }) {
      const request = await findRequestById(database, params.id)
      if (request === undefined || !isSeenBy(principal, request)) throw notFound(NO_REQUEST)
      const userId = await findInvitedUser(database, request)
      const preview = await previewFor(database, principal, request, jobs.requests)
      const urgent = {
        ...(userId === undefined ? {} : { user_id: userId }),
        ...(preview === undefined ? {} : { preview }),
      }
      return { ...toldRequest(principal, request), ...(Object.keys(urgent).length === 0 ? {} : { urgent }) }
    },
  })
}

function sees({ scopes, clientType, clientId }: Principal, { data }: ReadRequest): boolean {
  // Events show the same to those who may follow them; a MIS is no legal entity, and acts for many.
  return scopes.has('event:read') || clientType === 'MIS' || clientType === 'NHS' || data.legal_entity_id === clientId
}

const forMis = guardedRoute({
  method: 'GET',
  path: '/api/mis/employee_requests/:id',
  summary: 'The state of an employee request, for a MIS',
  description:
    'Contains no personal data. With `event:read`, or as a client of the type MIS, any request; other clients with `employee_request:read` those of their own legal entity.',
  tag: TAG,
  access: { scopes: ['event:read'], orAnyOf: ['employee_request:read'] },
  personal: { reads: 'employee_request', masks: 'nothing' },
  params: idParams,
  data: misRequest,
  errors: { 404: NO_REQUEST },
  examples: [REQUEST_EXAMPLES.forMis],
  async handle({ params }, { database, principal }) {
    const request = await findRequestById(database, params.id)
    if (request === undefined || !sees(principal, request)) throw notFound(NO_REQUEST)
    const { id, employee_id, status, updated_at } = showRequest(request)
    return { data: { id, employee_id, status, updated_at }, of: [id] }
  },
})

/** The routes that read. */
export const employeeRequestRoutes: readonly Route[] = [list, one(BY_PLATFORM), one(BY_SEED), forMis]
