/** `POST /api/v2/employee_requests`: requests as signed content, who may sign them, and what is stored. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openStructure } from '../../src/signatures/cms.ts'
import { NO_SIGNATURES, type Opened, type Signatures } from '../../src/signatures/opened.ts'
import type { TestApi } from '../api/api.ts'
import { startRest, violationsOf } from '../api/rest/rest.ts'
import { envelopeOf, type TestSigner } from '../signatures/envelopes.ts'
import { type Facility, makeFacility } from './facility.ts'
import { aRequest, changed } from './requests.ts'

const TAX_ID = '2925112340'
const SIGNER: TestSigner = { taxId: TAX_ID }

/** Parses the structure, unless a test sets another result. */
let opened: ((envelope: Uint8Array) => Opened) | undefined
const signatures: Signatures = {
  mode: 'http',
  open: async (envelope) => (opened ?? openStructure)(envelope),
  check: async () => undefined,
}

let api: TestApi
let facility: Facility
/** The token of a user with a party. */
let token: string
beforeAll(async () => {
  api = await startRest({ signatures })
  facility = await makeFacility(api)
  token = await tokenOf(TAX_ID)
})
afterAll(() => api.close())
beforeEach(() => {
  opened = undefined
})

async function tokenOf(taxId: string): Promise<string> {
  const email = `${randomUUID()}@example.org`
  const token = await api.token({ role: 'HR', client: facility.client, email })
  await api.db.database.query({
    text: `
with party as (
  insert into prm.parties (first_name, last_name, birth_date, tax_id, inserted_by, updated_by)
  select 'Олена', 'Петренко', '1980-02-01'::date + (select count(*)::int from prm.parties), $2, id, id from mithril.users where email = $1
  returning id
)
insert into prm.party_users (user_id, party_id) select u.id, p.id from mithril.users u, party p where u.email = $1`,
    values: [email, taxId],
  })
  return token
}

const DOCUMENT = () => ({ employee_request: aRequest('DOCTOR', facility) })

function send(content: Uint8Array | string, by = token) {
  const signed_content = typeof content === 'string' ? content : Buffer.from(content).toString('base64')
  const body = { signed_content, signed_content_encoding: 'base64' }
  return api.request('POST', '/api/v2/employee_requests', { token: by, body })
}

async function refusal(content: Uint8Array | string, by?: string) {
  const { status, body } = await send(content, by)
  return [status, body.error.type, body.error.message]
}

async function countRequests(): Promise<unknown> {
  const [row] = await api.db.database.query({ text: 'select count(*)::int as n from il.employee_requests' })
  return row
}

describe('a request that its sender has signed', () => {
  test('is accepted as any other, and its envelope is stored once, unchanged', async () => {
    const envelope = await envelopeOf(DOCUMENT(), [SIGNER])
    const { status, body } = await send(envelope)
    const plain = await api.request('POST', '/api/employee_requests', { token, body: DOCUMENT() })
    const varying = { id: body.data.id, inserted_at: body.data.inserted_at, updated_at: body.data.updated_at }
    expect([status, body.data]).toEqual([201, { ...plain.body.data, ...varying }])
    const kept = await api.db.database.query<{ envelope: Buffer }>({
      text: 'select envelope from il.employee_request_envelopes where employee_request_id = any ($1)',
      values: [[body.data.id, plain.body.data.id]],
    })
    expect(kept.map((row) => row.envelope.equals(envelope))).toEqual([true])
  })

  test('needs no legal entity, and can be wrapped in lines', async () => {
    const document = changed(DOCUMENT(), ['employee_request', 'legal_entity_id'], undefined)
    const lines = (await envelopeOf(document, [SIGNER])).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
    expect((await send(lines)).body.data.legal_entity_id).toBe(facility.legalEntityId)
  })

  test('can have a passport number instead of a tax id, in Cyrillic or Latin letters, with white space', async () => {
    const by = await tokenOf('АВ123456')
    for (const taxId of ['АВ123456', 'AB 123456', 'ab123456'])
      expect((await send(await envelopeOf(DOCUMENT(), [{ taxId, place: 'serial number' }]), by)).status).toBe(201)
  })

  test('gets all its errors, with the paths of the document', async () => {
    const broken = changed(DOCUMENT(), ['employee_request', 'party', 'tax_id'], '3184710692')
    const answer = await send(await envelopeOf(broken, [SIGNER]))
    expect([answer.status, violationsOf(answer)]).toEqual([
      422,
      { '$.employee_request.party.tax_id': 'invalid: invalid tax_id value' },
    ])
  })
})

describe('invalid signed content is refused, and nothing is created:', () => {
  let before: unknown
  beforeEach(async () => {
    before = await countRequests()
  })
  const expectNothing = async () => expect(await countRequests()).toEqual(before)

  const countText = (found: string) => `document must contain 1 signature and 0 stamps but contains ${found}`
  test.each([
    [[SIGNER, SIGNER], '2 signatures and 0 stamps'],
    [[SIGNER, { taxId: TAX_ID, isStamp: true }], '1 signature and 1 stamp'],
    [[{ taxId: TAX_ID, isStamp: true }], '0 signatures and 1 stamp'],
    [[], '0 signatures and 0 stamps'],
  ])('%j', async (signers, found) => {
    expect(await refusal(await envelopeOf(DOCUMENT(), signers))).toEqual([400, 'request_malformed', countText(found)])
    await expectNothing()
  })

  test('an envelope without its document', async () => {
    const detached = await envelopeOf(DOCUMENT(), [SIGNER], { isAttached: false })
    expect(await refusal(detached)).toEqual([400, 'request_malformed', countText('0 signatures and 0 stamps')])
    await expectNothing()
  })

  test.each([
    ['nobody’s tax id', {}, 'Invalid drfo'],
    ['another’s tax id', { taxId: '3184710691' }, 'Does not match the signer drfo'],
  ])('%s', async (_, signer, message) => {
    expect(await refusal(await envelopeOf(DOCUMENT(), [signer]))).toEqual([422, 'request_malformed', message])
    await expectNothing()
  })

  test('by a user who belongs to no party', async () => {
    const stranger = await api.token({ role: 'HR', client: facility.client })
    expect(await refusal(await envelopeOf(DOCUMENT(), [SIGNER]), stranger)).toEqual([
      ...[403, 'forbidden', 'User is not allowed to this action by client_id'],
    ])
    await expectNothing()
  })

  test('no envelope, no JSON, no base64', async () => {
    expect(await refusal(Buffer.from('hello'))).toEqual([400, 'request_malformed', 'Invalid signature'])
    const noJson = await send(await envelopeOf('{"employee_request":', [SIGNER]))
    expect([noJson.status, violationsOf(noJson)]).toEqual([
      422,
      { '$.signed_content': expect.stringContaining('corrupted JSON') },
    ])
    const noBase64 = await send('<xml>')
    expect([noBase64.status, violationsOf(noBase64)]).toEqual([
      422,
      { '$.signed_content': 'invalid: Not a base64 string' },
    ])
    await expectNothing()
  })

  test('an invalid signature, with the verification service’s message', async () => {
    const one = { isStamp: false, isValid: false, taxId: TAX_ID, message: 'the certificate is revoked' }
    opened = () => ({ kind: 'opened', content: DOCUMENT(), signatures: [one] })
    expect(await refusal(Buffer.from('x'))).toEqual([400, 'request_malformed', 'the certificate is revoked'])
    opened = () => ({ kind: 'opened', content: DOCUMENT(), signatures: [{ ...one, message: undefined }] })
    expect(await refusal(Buffer.from('x'))).toEqual([400, 'request_malformed', 'Invalid signature'])
    await expectNothing()
  })

  test('while the service is down', async () => {
    opened = () => ({ kind: 'unreachable', code: 'timeout' })
    const { status, body } = await send(Buffer.from('x'))
    expect([status, body.error.message]).toEqual([503, 'the signature service cannot be reached: try again later'])
    await expectNothing()
  })

  test('if signed content is disabled, which is the default', async () => {
    opened = () => ({ kind: 'off' })
    expect(await refusal(Buffer.from('x'))).toEqual([501, 'not_implemented', 'signed content is not accepted here'])
    expect(await NO_SIGNATURES.open(Buffer.from('x'))).toEqual({ kind: 'off' })
    await expectNothing()
  })
})

describe('the envelope', () => {
  const read = (id: string, by: string) =>
    api.request('GET', `/api/employee_requests/${id}/signed_content`, { token: by })

  test('is read by the NHS unchanged, and that is audited', async () => {
    const envelope = await envelopeOf(DOCUMENT(), [SIGNER])
    const { id } = (await send(envelope)).body.data
    const { status, body } = await read(id, await api.token({ role: 'NHS VERIFIER' }))
    expect([status, body.data]).toEqual([
      200,
      { id, signed_content: envelope.toString('base64'), signed_content_encoding: 'base64' },
    ])
    const audit = await api.db.database.query({
      text: 'select action, operation, subject_ids from zvirka.audit where request_id = $1',
      values: [body.meta.request_id],
    })
    const operation = 'GET /api/employee_requests/:id/signed_content'
    expect(audit).toEqual([{ action: 'read', operation, subject_ids: [id] }])
  })

  test('cannot be read with a masking token, or by others', async () => {
    const { id } = (await send(await envelopeOf(DOCUMENT(), [SIGNER]))).body.data
    for (const by of [
      token,
      await api.token({ role: 'NHS ADMIN' }),
      await api.token({ role: 'NHS VERIFIER', isMasked: true }),
    ])
      expect((await read(id, by)).status).toBe(403)
  })

  test('does not exist for a request in plain JSON', async () => {
    const { id } = (await api.request('POST', '/api/employee_requests', { token, body: DOCUMENT() })).body.data
    expect((await read(id, await api.token({ role: 'NHS VERIFIER' }))).status).toBe(404)
  })
})

test('the log has no personal data from signed content', async () => {
  await send(await envelopeOf(DOCUMENT(), [{ taxId: '3184710691' }]))
  opened = () => {
    throw new Error('broken')
  }
  await send(Buffer.from('Секретенко'))
  for (const text of ['3184710691', TAX_ID, 'Секретенко', Buffer.from('Секретенко').toString('base64')])
    expect(JSON.stringify(api.logged)).not.toContain(text)
})
