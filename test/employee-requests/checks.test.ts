// Rules: spec 5.0.1, 5.1.1 to 5.1.5
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/access/tokens.ts'
import type { Database } from '../../src/database/database.ts'
import type { TestApi, TestClient } from '../api/api.ts'
import { startRest } from '../api/rest/rest.ts'
import { addRequest, addUser, eventsOf, type Given, requestData, rowOf } from './approve-ground.ts'

let api: TestApi
let owner: Database
let client: TestClient
beforeAll(async () => {
  api = await startRest()
  owner = api.db.open({ role: 'zvirka_owner', max: 2 })
  client = await api.client('MSP')
})
afterAll(() => api.close())

const UPDATE = 'employee_request:update'
const NOWHERE = '/api/employee_requests/00000000-0000-4000-8000-000000000000'
const MISSING_SCOPE = 'Your scope does not allow to access this resource. Missing allowances: employee_request:update'
const TAKEN = 'ЦЯ EMAIL-АДРЕСА ВЖЕ ЗАЙНЯТА ІНШИМ КОРИСТУВАЧЕМ'

/** Every route, by name. */
const ROUTES = [
  ['approve', 'POST', (id: string) => `/employee_requests/${id}/actions/approve`],
  ['approve', 'POST', (id: string) => `/api/employee_requests/${id}/approve`],
  ['reject', 'PATCH', (id: string) => `/employee_requests/${id}/actions/reject`],
  ['reject', 'POST', (id: string) => `/employee_requests/${id}/actions/reject`],
  ['reject', 'POST', (id: string) => `/api/employee_requests/${id}/reject`],
] as const
const NAMED = ROUTES.map(([action, method, path]) => ({ name: `${method} ${path('{id}')}`, action, method, path }))
const APPROVALS = NAMED.filter(({ action }) => action === 'approve')

/** A user without a role, signed in to the client with these scopes. */
async function signIn(email?: string, scope = UPDATE, of = client) {
  const user = await addUser(owner, email)
  const { value: token } = await issueToken(owner, {
    name: 'test',
    userId: user.id,
    clientId: of.id,
    scope,
    seconds: 60,
  })
  return { userId: user.id, email: user.email, token }
}

/** A request in a status, with the invited user, who signed in without a role. */
async function invited(given: Given = {}, status = 'NEW') {
  const data = requestData({ legal_entity_id: client.id, ...given })
  const id = await addRequest(owner, data, status)
  return { id, data, ...(await signIn(data['party'].email)) }
}

async function tell(id: string) {
  const request = await rowOf(owner, 'il.employee_requests', id)
  return { status: request?.['status'], events: (await eventsOf(owner, id)).length }
}

const refused = (status: number, type: string, message: string) => ({
  status,
  body: { meta: { code: status }, error: { type, message } },
})

describe.each(NAMED)('$name', ({ action, method, path }) => {
  const STATUS = action === 'approve' ? 'APPROVED' : 'REJECTED'

  test('returns the request to the invited user, without a role or a body', async () => {
    const { id, token, data } = await invited()
    const answer = await api.request(method, path(id), { token })
    expect(answer).toMatchObject({ status: 200, body: { meta: { code: 200, type: 'object' } } })
    const row = await rowOf(owner, 'il.employee_requests', id)
    expect(row).toMatchObject({ status: STATUS })
    expect(answer.body.data).toEqual({
      ...data,
      ...{ id, status: STATUS, employee_id: row?.['employee_id'] },
      ...{
        inserted_at: new Date(row?.['inserted_at']).toISOString(),
        updated_at: new Date(row?.['updated_at']).toISOString(),
      },
      ...{ edrpou: '42032422', legal_entity_name: 'Test', no_tax_id: false },
      ...{ first_name: 'Олена', second_name: 'Іванівна', last_name: 'Шевченко' },
    })
  })

  test.each([
    ['JSON of any kind', { body: { status: 'REJECTED', employee_request: [] } }],
    ['what is no JSON', { body: '{"' }],
    ['nothing sent as JSON', { body: '', headers: { 'content-type': 'application/json' } }],
    ['a form', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['bytes', { body: '\u0001', headers: { 'content-type': 'application/octet-stream' } }],
  ])('ignores a body: %s', async (_, sent) => {
    const { id, token } = await invited()
    expect((await api.request(method, path(id), { token, ...sent })).status).toBe(200)
    expect(await tell(id)).toEqual({ status: STATUS, events: 1 })
  })

  test('answers 401 to an invalid token, before anything else', async () => {
    const answer = await api.request(method, path(randomUUID()), { token: 'nobody' })
    expect(answer).toMatchObject(refused(401, 'access_denied', 'Invalid access token'))
  })

  test('answers 401 to a token without the scope, and names employee_request:update', async () => {
    const { token } = await signIn(undefined, 'person:read employee_request:read employee_request:write')
    for (const id of ['no-uuid', randomUUID()]) {
      expect(await api.request(method, path(id), { token })).toMatchObject(refused(401, 'access_denied', MISSING_SCOPE))
    }
  })

  test(`is open to a token with employee_request:${action} alone, and not to one with the other action's`, async () => {
    const data = requestData({ legal_entity_id: client.id })
    const id = await addRequest(owner, data)
    const { token } = await signIn(data['party'].email, `employee_request:${action}`)
    const other = action === 'approve' ? 'reject' : 'approve'
    const { token: wrong } = await signIn(undefined, `employee_request:${other}`)
    expect(await api.request(method, path(id), { token: wrong })).toMatchObject(
      refused(401, 'access_denied', MISSING_SCOPE),
    )
    expect((await api.request(method, path(id), { token })).status).toBe(200)
  })

  test('answers 401 if the client’s type lacks the scope', async () => {
    const platform = await api.client('PLATFORM')
    const { token } = await signIn(undefined, UPDATE, platform)
    expect((await api.request(method, path(randomUUID()), { token })).status).toBe(401)
  })

  test.each(['no-uuid', '0', '%D0%96', randomUUID()])('answers 404 for %s', async (id) => {
    const { token } = await signIn()
    expect(await api.request(method, path(id), { token })).toMatchObject({
      status: 404,
      body: { error: { type: 'not_found' } },
    })
  })

  test.each(['NEW', 'EXPIRED', 'APPROVED', 'REJECTED'])(
    'answers 403 to other users, even if the request is %s',
    async (status) => {
      const { id } = await invited({}, status)
      const { token } = await signIn()
      expect(await api.request(method, path(id), { token })).toMatchObject(refused(403, 'forbidden', 'Access denied'))
      expect(await tell(id)).toEqual({ status, events: 0 })
    },
  )

  test('compares e-mails case-insensitively', async () => {
    const data = requestData({ legal_entity_id: client.id, party: { email: `Мarія.${randomUUID()}@Example.org` } })
    const id = await addRequest(owner, data)
    const { token } = await signIn(data['party'].email.toLowerCase())
    expect((await api.request(method, path(id), { token })).status).toBe(200)
  })

  test.each([
    ['EXPIRED', refused(403, 'forbidden', 'Employee request is expired')],
    ['APPROVED', refused(409, 'request_conflict', 'Employee request status is APPROVED and cannot be updated')],
    ['REJECTED', refused(409, 'request_conflict', 'Employee request status is REJECTED and cannot be updated')],
  ])('refuses a request that is %s', async (status, expected) => {
    const { id, token } = await invited({}, status)
    expect(await api.request(method, path(id), { token })).toMatchObject(expected)
    expect(await tell(id)).toEqual({ status, events: 0 })
  })

  test('is possible once: any second answer is 409', async () => {
    const { id, token } = await invited()
    expect((await api.request(method, path(id), { token })).status).toBe(200)
    for (const each of NAMED) {
      const again = await api.request(each.method, each.path(id), { token })
      expect(again).toMatchObject(
        refused(409, 'request_conflict', `Employee request status is ${STATUS} and cannot be updated`),
      )
    }
    expect(await tell(id)).toEqual({ status: STATUS, events: 1 })
  })

  test('masks numbers for a masking token', async () => {
    const data = requestData({ legal_entity_id: client.id })
    const id = await addRequest(owner, data)
    const user = await addUser(owner, data['party'].email)
    const issued = await issueToken(owner, {
      ...{ name: 'test', userId: user.id, clientId: client.id, scope: UPDATE, seconds: 60, isMasked: true },
    })
    const { body } = await api.request(method, path(id), { token: issued.value })
    expect(body.data.party.tax_id).toBe(`********${data['party'].tax_id.slice(-2)}`)
    expect(body.data.party.documents[0].number).toMatch(/^\*{7}\d\d$/)
  })

  test('is audited with the route, and without personal data', async () => {
    const { id, token, userId } = await invited()
    const requestId = randomUUID()
    await api.request(method, path(id), { token, headers: { 'x-request-id': requestId } })
    const rows = await owner.query<Given>({
      text: 'select action, operation, user_id, client_id, subject_kind, subject_ids from zvirka.audit where request_id = $1 order by id',
      values: [requestId],
    })
    const by = { action: 'write', operation: `${method} ${path(':id')}`, user_id: userId, client_id: client.id }
    const request = await rowOf(owner, 'il.employee_requests', id)
    const employee = await rowOf(owner, 'prm.employees', request?.['employee_id'])
    expect(rows).toEqual([
      { ...by, subject_kind: 'employee_request', subject_ids: [id] },
      ...(action === 'reject'
        ? []
        : [
            { ...by, subject_kind: 'party', subject_ids: [employee?.['party_id']] },
            { ...by, subject_kind: 'employee', subject_ids: [employee?.['id']] },
          ]),
    ])
  })
})

describe('a body', () => {
  test('over the size limit is refused anyway', async () => {
    const { id, token } = await invited()
    const answer = await api.request('POST', `/api/employee_requests/${id}/approve`, {
      token,
      body: 'x'.repeat(1_048_577),
    })
    expect(answer.status).toBe(413)
    expect(await tell(id)).toEqual({ status: 'NEW', events: 0 })
  })

  test('is read after the token is checked: without one the error is about the token', async () => {
    expect((await api.request('POST', `${NOWHERE}/approve`, { body: 'x'.repeat(1_048_577) })).status).toBe(401)
  })
})

describe.each(APPROVALS)('a user of another party', ({ method, path }) => {
  test('is refused with the specification’s message, and nothing changes', async () => {
    const first = await invited()
    expect((await api.request(method, path(first.id), { token: first.token })).status).toBe(200)
    // A request for an unknown person, one for a known one, and one that names an employee.
    const known = await invited()
    expect((await api.request(method, path(known.id), { token: known.token })).status).toBe(200)
    const { tax_id, birth_date } = known.data['party']
    const { employee_id } = (await rowOf(owner, 'il.employee_requests', known.id)) ?? {}
    const requests = [
      { party: { email: first.email } },
      { party: { email: first.email, tax_id, birth_date } },
      { party: { email: first.email }, employee_id },
    ]
    for (const given of requests) {
      const id = await addRequest(owner, requestData({ legal_entity_id: client.id, ...given }))
      expect(await api.request(method, path(id), { token: first.token })).toMatchObject(
        refused(422, 'request_malformed', TAKEN),
      )
      expect(await tell(id)).toEqual({ status: 'NEW', events: 0 })
    }
  })

  test('may still reject', async () => {
    const first = await invited()
    await api.request(method, path(first.id), { token: first.token })
    const id = await addRequest(owner, requestData({ legal_entity_id: client.id, party: { email: first.email } }))
    expect((await api.request('POST', `/api/employee_requests/${id}/reject`, { token: first.token })).status).toBe(200)
  })

  test('gets the error about the request’s status first', async () => {
    const first = await invited()
    await api.request(method, path(first.id), { token: first.token })
    const id = await addRequest(owner, requestData({ party: { email: first.email } }), 'EXPIRED')
    expect((await api.request(method, path(id), { token: first.token })).status).toBe(403)
  })
})

describe('the role', () => {
  test('from an approval applies to the next request with the same token', async () => {
    const data = requestData({ legal_entity_id: client.id, employee_type: 'HR' })
    const id = await addRequest(owner, data)
    const { token } = await signIn(data['party'].email, `${UPDATE} party_verification:read`)
    const list = () => api.request('GET', '/api/parties/verifications', { token })
    expect((await list()).status).toBe(403)
    expect((await api.request('POST', `/api/employee_requests/${id}/approve`, { token })).status).toBe(200)
    expect((await list()).status).toBe(200)
  })
})
