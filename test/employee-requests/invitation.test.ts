// Rules: spec 5.6.2
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSecret } from '../../src/employee-requests/secrets.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { effort } from '../support/effort.ts'
import { USER } from '../synchronization/people.ts'
import { type Facility, makeFacility } from './facility.ts'
import { aRequest, changed, type Json } from './requests.ts'

const PASSWORD = 'Надійний Пароль 2026'

let api: TestApi
let facility: Facility
beforeAll(async () => {
  api = await startTestApi({ trustedProxies: ['127.0.0.1'] })
  facility = await makeFacility(api)
})
afterAll(() => api.close())

const query = <Row = Record<string, unknown>>(text: string, ...values: unknown[]) =>
  api.db.database.query<Row>({ text, values })

/** A NEW request for a new person; returns its id and e-mail. */
async function request(of: Facility = facility): Promise<{ id: string; email: string }> {
  const email = `${randomUUID()}@example.org`
  const { status: _status, ...data } = changed(aRequest('HR', of), ['party', 'email'], email) as Json
  const [row] = await query<{ id: string }>(
    'insert into il.employee_requests (data, inserted_by, updated_by) values ($1, $2, $2) returning id',
    JSON.stringify(data),
    USER,
  )
  return { id: row?.id ?? '', email }
}

/** Another secret of a request. */
async function secretOf(id: string): Promise<string> {
  const { value, hash } = makeSecret()
  await query('insert into il.employee_request_secrets (hash, employee_request_id) values ($1, $2)', hash, id)
  return value
}

const become = (id: string, body: object, headers: Record<string, string> = {}) =>
  api.request('POST', `/api/employee_requests/${id}/user`, { body, headers })
const invite = (id: string, token: string) => api.request('POST', `/api/employee_requests/${id}/invite`, { token })
const jobsOf = (id: string) =>
  query<{ state: string }>(
    `select state::text from pgboss.job where name = 'invitation_mail' and singleton_key = $1 order by created_on`,
    id,
  )
const setStatus = (id: string, status: string) =>
  query('update il.employee_requests set status = $2 where id = $1', id, status)
const forgetFailures = () => query('delete from zvirka.login_failures')

describe('creating a user from an invitation', () => {
  test('returns id and e-mail; the user signs in with the password, and it is audited', async () => {
    const { id, email } = await request()
    const { status, headers, body } = await become(id, { password: PASSWORD, invite: await secretOf(id) })
    expect(status).toBe(201)
    expect(body.data).toEqual({ id: expect.any(String), email })
    const [audit] = await query('select * from zvirka.audit where request_id = $1', headers.get('x-request-id'))
    expect(audit).toMatchObject({
      ...{ action: 'write', operation: 'POST /api/employee_requests/:id/user', subject_kind: 'user' },
      ...{ user_id: body.data.id, client_id: facility.legalEntityId, subject_ids: [body.data.id] },
    })
    const token = { grant_type: 'password', email, password: PASSWORD, client_id: facility.legalEntityId }
    const login = await api.request('POST', '/oauth/tokens', { body: { token } })
    expect(login.status).toBe(201)
    expect(
      (await api.request('POST', `/api/employee_requests/${id}/reject`, { token: login.body.data.value })).status,
    ).toBe(200)
  })

  test('creates a client for the legal entity if there is none, so that the user can sign in', async () => {
    const legalEntityId = randomUUID()
    await query(
      `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, 'Аптека', '12345678', 'PHARMACY', 'ACTIVE')`,
      legalEntityId,
    )
    const { id } = await request({ ...facility, legalEntityId })
    expect((await become(id, { password: PASSWORD, invite: await secretOf(id) })).status).toBe(201)
    expect(
      await query(
        'select c.name, y.name as type from mithril.clients c join mithril.client_types y on y.id = c.client_type_id where c.id = $1',
        legalEntityId,
      ),
    ).toEqual([{ name: 'Аптека', type: 'PHARMACY' }])
  })

  test('succeeds once of many concurrent attempts with one secret; there is one user', async () => {
    const { id, email } = await request()
    const secret = await secretOf(id)
    const many = effort(12, 50)
    const answers = await Promise.all(
      Array.from({ length: many }, () => become(id, { password: PASSWORD, invite: secret })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      201,
      ...Array.from({ length: many - 1 }, () => 403),
    ])
    expect(await query('select count(*)::int as n from mithril.users where email = $1', email)).toEqual([{ n: 1 }])
  })

  test('invalidates every secret of the request, and none of another', async () => {
    const [one, other] = [await request(), await request()]
    const [first, second, foreign] = [await secretOf(one.id), await secretOf(one.id), await secretOf(other.id)]
    expect((await become(one.id, { password: PASSWORD, invite: foreign })).status).toBe(403)
    expect((await become(one.id, { password: PASSWORD, invite: second })).status).toBe(201)
    expect((await become(one.id, { password: PASSWORD, invite: first })).status).toBe(403)
    expect((await become(other.id, { password: PASSWORD, invite: foreign })).status).toBe(201)
  })

  test('with a wrong or missing secret is 403, whatever else is wrong, even if the user exists', async () => {
    await forgetFailures()
    const { id, email } = await request()
    await api.user({ email })
    for (const body of [
      { password: PASSWORD, invite: 'x' },
      { password: 'weak', invite: 'x' },
      {},
      { password: PASSWORD },
    ]) {
      const { status, body: answer } = await become(id, body)
      expect(status).toBe(403)
      expect(answer.error).toEqual({ type: 'forbidden', message: 'Invitation is not valid or was used already' })
    }
    await setStatus(id, 'REJECTED')
    expect((await become(id, { password: PASSWORD, invite: 'x' })).status).toBe(403)
  })

  test.each([
    ['EXPIRED', 403, 'Employee request is expired'],
    ['APPROVED', 409, 'Employee request status is APPROVED and cannot be updated'],
    ['REJECTED', 409, 'Employee request status is REJECTED and cannot be updated'],
  ])('of a request that is %s is refused, whether or not its secret was invalidated', async (status, code, message) => {
    const { id, email } = await request()
    const [alive, dead] = [await secretOf(id), await secretOf(id)]
    await query('delete from il.employee_request_secrets where hash = sha256($1::bytea)', dead)
    await setStatus(id, status)
    await api.user({ email })
    for (const invite of [alive, dead]) {
      const answer = await become(id, { password: 'weak', invite })
      expect(answer.status).toBe(code)
      expect(answer.body.error.message).toBe(message)
    }
  })

  test('if the user exists is 409, before the password is checked, and the secret stays valid', async () => {
    const { id, email } = await request()
    const secret = await secretOf(id)
    await api.user({ email })
    const { status, body } = await become(id, { invite: secret })
    expect(status).toBe(409)
    expect(body.error).toEqual({ type: 'request_conflict', message: 'User with this email already exists' })
    expect(await query('select from il.employee_request_secrets where employee_request_id = $1', id)).toHaveLength(1)
  })

  test.each([
    ['none', undefined, 'required', 'required property password was not present'],
    ['11 characters', 'Надійний 26', 'invalid', 'password is too weak: it has fewer than 12 characters'],
    ['nothing uncommon', 'Password1234', 'invalid', 'password is too weak: it is common or easy to guess'],
  ])(
    'with a password of which there is %s is 422, and the secret stays valid',
    async (_, password, rule, description) => {
      const { id } = await request()
      const secret = await secretOf(id)
      const { status, body } = await become(id, { invite: secret, ...(password === undefined ? {} : { password }) })
      expect(status).toBe(422)
      expect(body.error.invalid).toEqual([
        {
          entry_type: 'json_data_property',
          entry: '$.password',
          rules: [{ rule, description, params: expect.any(Object) }],
        },
      ])
      expect((await become(id, { invite: secret, password: PASSWORD })).status).toBe(201)
    },
  )

  test('of an unknown request is 404', async () => {
    for (const id of [randomUUID(), 'x'])
      expect((await become(id, { invite: 'x', password: PASSWORD })).status).toBe(404)
  })

  test('slows down after wrong secrets, even with the right one; a used secret does not count as a guess', async () => {
    const { id } = await request()
    const secret = await secretOf(id)
    for (let n = 0; n < 11; n += 1) await become(id, { password: PASSWORD, invite: `guess ${n}` })
    const { status, headers } = await become(id, { password: PASSWORD, invite: secret })
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    // Another address is not locked: nobody can lock out the invited person.
    const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
    expect((await become(id, { password: PASSWORD, invite: secret }, elsewhere)).status).toBe(201)
    await forgetFailures()
    for (let n = 0; n < 15; n += 1) expect((await become(id, { password: PASSWORD, invite: secret })).status).toBe(403)
  })

  test('slows down by address, across requests, together with failed sign-ins', async () => {
    await forgetFailures()
    for (let n = 0; n < 51; n += 1) await become((await request()).id, { invite: `guess ${n}` })
    const { id } = await request()
    expect((await become(id, { password: PASSWORD, invite: await secretOf(id) })).status).toBe(429)
    const token = { grant_type: 'password', email: 'x@x.ua', password: 'x', client_id: facility.legalEntityId }
    expect((await api.request('POST', '/oauth/tokens', { body: { token } })).status).toBe(429)
    await forgetFailures()
  })
})

describe('sending the invitation again', () => {
  test('invalidates earlier secrets immediately, queues one mail, returns the request, and is audited', async () => {
    const { id } = await request()
    const secret = await secretOf(id)
    const { status, headers, body } = await invite(id, facility.token)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ id, status: 'NEW' })
    expect(await jobsOf(id)).toEqual([{ state: 'created' }])
    expect((await become(id, { password: PASSWORD, invite: secret })).status).toBe(403)
    const [audit] = await query('select * from zvirka.audit where request_id = $1', headers.get('x-request-id'))
    expect(audit).toMatchObject({ action: 'write', subject_kind: 'employee_request', subject_ids: [id] })
  })

  test('replaces a waiting job, or one that is sending the invalidated secret', async () => {
    const { id } = await request()
    await invite(id, facility.token)
    await query(`update pgboss.job set state = 'active', started_on = now() where singleton_key = $1`, id)
    await invite(id, facility.token)
    await invite(id, facility.token)
    expect(await jobsOf(id)).toEqual([{ state: 'cancelled' }, { state: 'cancelled' }, { state: 'created' }])
  })

  test('leaves one job, however many concurrent attempts', async () => {
    const { id } = await request()
    const answers = await Promise.all(Array.from({ length: 20 }, () => invite(id, facility.token)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await jobsOf(id)).filter(({ state }) => state === 'created')).toHaveLength(1)
  })

  test('is for the requesting legal entity and the NHS; for others the request does not exist', async () => {
    const { id } = await request()
    const [stranger, nhs] = [await makeFacility(api), await api.token()]
    expect((await invite(id, stranger.token)).status).toBe(404)
    expect((await invite(randomUUID(), nhs)).status).toBe(404)
    expect(await jobsOf(id)).toEqual([])
    expect((await invite(id, nhs)).status).toBe(200)
  })

  test.each([
    ['EXPIRED', 403, 'Employee request is expired'],
    ['APPROVED', 409, 'Employee request status is APPROVED and cannot be updated'],
    ['REJECTED', 409, 'Employee request status is REJECTED and cannot be updated'],
  ])('of a request that is %s is refused, and sends nothing', async (status, code, message) => {
    const { id } = await request()
    await setStatus(id, status)
    const answer = await invite(id, facility.token)
    expect(answer.status).toBe(code)
    expect(answer.body.error.message).toBe(message)
    expect(await jobsOf(id)).toEqual([])
  })
})
