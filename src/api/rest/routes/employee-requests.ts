/** Creating and reading employee requests (spec 5). Deciding about them is in employee-request-decisions.ts. */
import { z } from 'zod'
import type { Principal } from '../../../access/principal.ts'
import { ROLELESS_SCOPES } from '../../../access/scopes.ts'
import type { Database } from '../../../database/database.ts'
import { type Asking, type Creation, createRequest } from '../../../employee-requests/create.ts'
import { REQUEST_STATUSES } from '../../../employee-requests/data.ts'
import { type RequestFilter, requestsOf } from '../../../employee-requests/list.ts'
import type { RequestPolicy } from '../../../employee-requests/policy.ts'
import { findPreview } from '../../../employee-requests/preview.ts'
import { findInvitedUser, findRequestById, type ReadRequest } from '../../../employee-requests/read.ts'
import { TAX_ID_DIFFERS } from '../../../employee-requests/references.ts'
import { comparedTaxId, sentBody } from '../../../employee-requests/schema.ts'
import { listedRequest, showRequest } from '../../../employee-requests/show.ts'
import { cut } from '../../../listing/slice.ts'
import { kyivDay } from '../../../verification/calendar.ts'
import { invalid, notFound } from '../../errors.ts'
import { isKeptFromNumbersOf } from '../../mask.ts'
import { refusalError } from '../../refusals.ts'
import { violationsOf } from '../../validate.ts'
import { pageQuery, pagingOf, sliceOf } from '../paging.ts'
import { REQUEST_EXAMPLES } from '../request-examples.ts'
import { listedRequestShape, misRequest, shownRequest } from '../request-shape.ts'
import { guardedRoute, type Route } from '../route.ts'
import { id, idParams } from '../shapes.ts'
import { toldRequest } from '../told-request.ts'
import { seenBy, subjectCursor } from '../verification-lists.ts'

const TAG = 'Employee requests'
const NO_REQUEST = 'There is no such request, or it is another legal entity’s'

const create = guardedRoute({
  method: 'POST',
  path: '/api/employee_requests',
  summary: 'Ask for an employee',
  description:
    'Whoever is asked for gets a mail with a link, by which they approve or reject the request. All that is wrong with a request is told at once. OWNER and PHARMACY_OWNER are for the NHS to ask for.',
  tag: TAG,
  access: { scopes: ['employee_request:write'] },
  // The handler looks at it: what is wrong in itself is told together with what it refers to.
  body: z.unknown().meta(z.toJSONSchema(sentBody, { io: 'input', unrepresentable: 'any' })),
  data: shownRequest,
  success: { 201: 'Created' },
  errors: {
    403: 'The token may not, or the legal entity is not its own',
    404: 'The employee to change is not active',
    409: 'An owner, who is for the NHS to ask for; the legal entity is not active; or the employee to change is dismissed, or somebody else',
    429: 'too many invitations to this e-mail within a day, or of this legal entity within an hour',
  },
  examples: [REQUEST_EXAMPLES.create, REQUEST_EXAMPLES.createInvalid],
  async handle({ body }, { database, jobs, principal, actor, lookups }) {
    const { clientType } = principal
    const operation = 'POST /api/employee_requests'
    const { mails } = jobs.requests
    const asking: Asking = { body, actor, clientType, operation, today: kyivDay(new Date()), mails }
    const create = () => database.transaction((tx) => createRequest(tx, jobs.jobs, asking))
    const taxId = comparedTaxId(body)
    const lookup = { operation, subjectKind: 'party', numbers: { taxId }, besides: [] } as const
    const isLimited = isKeptFromNumbersOf(principal, 'party')
    const creation =
      taxId === undefined || !isLimited
        ? await create()
        : await lookups.look({ ...lookup, isLimited }, async () => {
            const value = await create()
            return { value, ids: [], ...(isMismatch(value) ? {} : { counts: 'nothing' }) }
          })
    if (creation.kind === 'invalid') throw invalid(violationsOf(creation.issues, 'json_data_property'))
    if (creation.kind === 'refused') throw refusalError(creation.refusal)
    return { status: 201, data: toldRequest(principal, creation.request) }
  },
})

// Where a request is to change an employee, the answer tells whether its tax id is theirs.
function isMismatch(creation: Creation): boolean {
  return creation.kind === 'refused' && creation.refusal.message === TAX_ID_DIFFERS
}

const text = z.string().min(1).max(255).optional()
const flag = z
  .string()
  .transform((value) => {
    const lower = value.toLowerCase()
    return lower === 'true' || lower === 'false' ? lower === 'true' : 'neither'
  })
  .describe('true or false, in any case; any other value finds nothing.')

const list = guardedRoute({
  method: 'GET',
  path: '/api/employee_requests',
  summary: 'Employee requests, newest first',
  description:
    'The NHS sees all; any other client those of its own legal entity. Items are short: the whole of a request is read by its id.',
  tag: TAG,
  access: { scopes: ['employee_request:read'] },
  query: z.strictObject({
    id: id.optional(),
    legal_entity_id: id.optional(),
    edrpou: text,
    legal_entity_name: text.describe('The whole name, whatever its case and apostrophe.'),
    no_tax_id: flag.optional(),
    status: z.enum(REQUEST_STATUSES).optional(),
    ...pageQuery,
  }),
  data: z.array(listedRequestShape),
  examples: [REQUEST_EXAMPLES.list],
  async handle({ query }, { database, principal, reads }) {
    const { limit, offset, after } = sliceOf(query, subjectCursor)
    const filter: RequestFilter = {
      ...{ id: query.id, status: query.status, noTaxId: query.no_tax_id, legalEntityId: query.legal_entity_id },
      ...{ edrpou: query.edrpou, legalEntityName: query.legal_entity_name },
    }
    const requests = await requestsOf(database, filter, seenBy(principal))
    const place = after && { at: after.insertedAt, id: after.id }
    const slice = { isDescending: true, isFromEnd: false, limit: limit + 1, offset, after: place, before: undefined }
    const { rows, hasMore } = cut(await requests.read(slice), limit)
    const last = hasMore ? rows.at(-1) : undefined
    const next = last && { insertedAt: last.place, id: last.id }
    const listed = { rows, next, total: await requests.count() }
    const ids = rows.map((row) => row.id)
    reads.read('GET /api/employee_requests', 'employee_request', ids)
    return { data: rows.map(listedRequest), paging: pagingOf(query, listed, subjectCursor) }
  },
})

/** A legal entity sees its own, the NHS all, and whoever is invited the one that invites them (spec 5). */
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
    .describe('The party has another user: it takes a confirmation by the NHS before whoever is invited can approve.'),
})

// Not for the facility that asks: it would learn about people of others by asking for them.
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
    'The NHS sees any; any other client those of its own legal entity; whoever is invited, without any role, the one that invites them. `urgent.user_id` is the user with the e-mail of the request, if there is one. `urgent.preview`, for the NHS and whoever is invited, tells what an approval would change of what is there already, if anything.',
  tag: TAG,
  access: { scopes: ['employee_request:read'], orAnyOf: ROLELESS_SCOPES },
  params: idParams,
  data: shownRequest,
  urgent: z.object({ user_id: z.guid().optional(), preview: previewShape.optional() }),
  errors: { 404: NO_REQUEST },
  examples: [REQUEST_EXAMPLES.one],
} as const

// By the path of seed 004, and as the platform serves it.
function one(path: string): Route {
  return guardedRoute({
    ...ONE,
    path,
    async handle({ params }, { database, principal, reads, jobs }) {
      const request = await findRequestById(database, params.id)
      if (request === undefined || !isSeenBy(principal, request)) throw notFound(NO_REQUEST)
      reads.read(`GET ${path}`, 'employee_request', [request.id])
      const userId = await findInvitedUser(database, request)
      const preview = await previewFor(database, principal, request, jobs.requests)
      const urgent = {
        ...(userId === undefined ? {} : { user_id: userId }),
        ...(preview === undefined ? {} : { preview }),
      }
      return { data: toldRequest(principal, request), ...(Object.keys(urgent).length === 0 ? {} : { urgent }) }
    },
  })
}

function sees({ scopes, clientType, clientId }: Principal, { data }: ReadRequest): boolean {
  // Events tell whoever may follow them as much; a MIS is no legal entity, and acts for many.
  return scopes.has('event:read') || clientType === 'MIS' || clientType === 'NHS' || data.legal_entity_id === clientId
}

const forMis = guardedRoute({
  method: 'GET',
  path: '/api/mis/employee_requests/:id',
  summary: 'What became of an employee request, for a MIS',
  description:
    'Without anything personal. Whoever may follow events sees any, and so do clients of the type MIS; with `employee_request:read` alone any other client those of its own legal entity.',
  tag: TAG,
  access: { scopes: ['event:read'], orAnyOf: ['employee_request:read'] },
  params: idParams,
  data: misRequest,
  errors: { 404: NO_REQUEST },
  examples: [REQUEST_EXAMPLES.forMis],
  async handle({ params }, { database, principal, reads }) {
    const request = await findRequestById(database, params.id)
    if (request === undefined || !sees(principal, request)) throw notFound(NO_REQUEST)
    reads.read('GET /api/mis/employee_requests/:id', 'employee_request', [request.id])
    const { id, employee_id, status, updated_at } = showRequest(request)
    return { data: { id, employee_id, status, updated_at } }
  },
})

/** The routes that create and read. */
export const employeeRequestRoutes: readonly Route[] = [create, list, one(BY_PLATFORM), one(BY_SEED), forMis]
