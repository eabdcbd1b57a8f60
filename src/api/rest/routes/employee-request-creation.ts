/** Creating employee requests (spec 5, 5.5), as plain JSON or signed content, and reading the signed envelope. */
import { z } from 'zod'
import { type Creation, createRequest, type RequestCreation } from '../../../employee-requests/create.ts'
import { TAX_ID_DIFFERS } from '../../../employee-requests/references.ts'
import { comparedTaxId, sentBody } from '../../../employee-requests/schema.ts'
import { contentOf, findEnvelopeOf, type SignedRefusal } from '../../../employee-requests/signed.ts'
import { kyivDay } from '../../../verification/calendar.ts'
import { ApiError, forbidden, invalid, notFound, TEXTS, unprocessable } from '../../errors.ts'
import { isKeptFromNumbersOf } from '../../mask.ts'
import { refusalError } from '../../refusals.ts'
import { violationsOf } from '../../validate.ts'
import { REQUEST_EXAMPLES } from '../request-examples.ts'
import { shownRequest } from '../request-shape.ts'
import { type AuthorizedContext, guardedRoute, type Route } from '../route.ts'
import { sentOnce } from '../sent-once.ts'
import { idParams } from '../shapes.ts'

const SHARED = {
  tag: 'Employee requests',
  access: { scopes: ['employee_request:write'] },
  personal: { reads: 'itself', masks: 'party' },
  data: shownRequest,
  takesKey: true,
  success: { 201: 'Created' },
} as const

const ERRORS = {
  403: 'The token has no access, or the legal entity is another one',
  404: 'The employee to change is not active',
  409: 'Only the NHS may request an owner; the legal entity is not active; or the employee to change is dismissed or somebody else',
  429: 'too many invitations to this e-mail within a day, or of this legal entity within an hour',
} as const

const create = guardedRoute({
  ...SHARED,
  ...{ method: 'POST', path: '/api/employee_requests' },
  summary: 'Ask for an employee',
  description:
    'The invited person gets a mail with a link to approve or reject the request. All errors of a request are reported at once. Only the NHS may request OWNER and PHARMACY_OWNER.',
  // The handler validates it, so that errors of the body and of its references are reported together.
  body: z.unknown().meta(z.toJSONSchema(sentBody, { io: 'input', unrepresentable: 'any' })),
  errors: ERRORS,
  examples: [REQUEST_EXAMPLES.create, REQUEST_EXAMPLES.createInvalid],
  async handle({ body }, context) {
    const operation = 'POST /api/employee_requests'
    return { status: 201, ...(await sentOnce(context, operation, () => created(context, operation, body))) }
  },
})

/** Unchanged: a document with its signature, in base64. */
const signedContent = {
  signed_content: z.string().min(1).describe('A CAdES envelope (CMS SignedData, attached) of the JSON, in base64.'),
  signed_content_encoding: z.enum(['base64']),
}

const createSigned = guardedRoute({
  ...SHARED,
  ...{ method: 'POST', path: '/api/v2/employee_requests' },
  summary: 'Request an employee by signed content',
  description:
    'The body of `POST /api/employee_requests`, signed once, by the sender: the tax id of the certificate must be that of the sender’s party. The envelope is stored. Whether signed content is accepted, and who verifies it, is EMPLOYEE_REQUEST_SIGNED_CONTENT.',
  body: z.strictObject(signedContent),
  errors: {
    ...ERRORS,
    400: 'Not an envelope, an invalid signature, or not exactly one signature',
    403: 'The token has no access, the legal entity is another one, or the user has no party',
    501: 'Signed content is not accepted here',
    503: 'The signature service or the database cannot be reached; nothing was created',
  },
  examples: [REQUEST_EXAMPLES.createSigned],
  async handle({ body }, context) {
    const operation = 'POST /api/v2/employee_requests'
    const creating = () => createdSigned(context, operation, body.signed_content)
    return { status: 201, ...(await sentOnce(context, operation, creating)) }
  },
})

async function createdSigned(context: AuthorizedContext, operation: string, text: string) {
  const { database, principal, signatures } = context
  const envelope = envelopeIn(text)
  if (envelope === undefined) throw badContent('Not a base64 string')
  const unsigned = await contentOf(database, await signatures.open(envelope), principal.userId)
  if (unsigned.kind !== 'content') throw signedError(unsigned)
  return created(context, operation, unsigned.content, envelope)
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

function envelopeIn(text: string): Buffer | undefined {
  const bare = text.replaceAll(/\s/g, '')
  return bare.length % 4 === 0 && BASE64.test(bare) ? Buffer.from(bare, 'base64') : undefined
}

function badContent(description: string): ApiError {
  const violation = {
    entryType: 'json_data_property',
    entry: '$.signed_content',
    rule: 'invalid',
    description,
  } as const
  return invalid([violation])
}

function signedError(refusal: SignedRefusal): ApiError {
  switch (refusal.kind) {
    case 'off':
      return new ApiError('not_implemented', TEXTS.noSignedContent)
    case 'unreachable':
      return new ApiError('internal_error', TEXTS.noSignatureService, { status: 503 })
    case 'no_json':
      return badContent('Malformed encoded content. Probably, you have encoded corrupted JSON.')
    case 'malformed':
      return new ApiError('request_malformed', refusal.message)
    case 'forbidden':
      return forbidden(refusal.message)
    case 'unprocessable':
      return unprocessable(refusal.message)
  }
}

async function created(
  { database, jobs, principal, actor, lookups, sending }: AuthorizedContext,
  operation: string,
  body: unknown,
  envelope?: Uint8Array,
) {
  const { clientType } = principal
  const { mails } = jobs.requests
  const asking: RequestCreation = {
    body,
    envelope,
    actor,
    clientType,
    operation,
    today: kyivDay(new Date()),
    mails,
    sending,
  }
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
  return creation.request
}

// If a request changes an employee, the answer says whether the tax id is theirs.
function isMismatch(creation: Creation): boolean {
  return creation.kind === 'refused' && creation.refusal.message === TAX_ID_DIFFERS
}

const NO_ENVELOPE = 'There is no such request, or it has no signature'
const MASKED = 'the envelope contains unmasked numbers, and this token is masked'

const envelope = guardedRoute({
  method: 'GET',
  path: '/api/employee_requests/:id/signed_content',
  summary: 'The signed envelope of an employee request',
  description: 'For the NHS: the original envelope, including its personal data.',
  tag: SHARED.tag,
  access: { scopes: ['employee_request:read', 'party:personal_data'], isForNhs: true },
  personal: { reads: 'employee_request', masks: 'nothing' },
  params: idParams,
  data: z.strictObject({ id: z.guid(), ...signedContent }),
  errors: { 403: 'The token has no access, or it is masked', 404: NO_ENVELOPE },
  examples: [REQUEST_EXAMPLES.envelope],
  async handle({ params: { id } }, { database, principal }) {
    if (isKeptFromNumbersOf(principal, 'party')) throw forbidden(MASKED)
    const kept = await findEnvelopeOf(database, id)
    if (kept === undefined) throw notFound(NO_ENVELOPE)
    const signed_content = Buffer.from(kept).toString('base64')
    return { data: { id, signed_content, signed_content_encoding: 'base64' } as const, of: [id] }
  },
})

/** The routes that create. */
export const employeeRequestCreationRoutes: readonly Route[] = [create, createSigned, envelope]
