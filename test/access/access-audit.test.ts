/** Signing in and out, and what is refused: who, from where, with what result; one record each, and no flood of them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCESS_LIMITS, AccessAudit } from '../../src/audit/access-audit.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { cheapHash } from '../support/passwords.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ trustedProxies: ['127.0.0.1'] })
})
afterAll(() => api.close())

const PASSWORD = 'Правильний пароль 1'
const ADDRESS = '203.0.113.7'

async function userWithPassword() {
  const client = await api.client()
  const { id, email } = await api.user({ role: 'NHS ADMIN', client })
  await api.db
    .open({ role: 'zvirka_owner', max: 1 })
    .query({ text: 'update mithril.users set password_hash = $2 where id = $1', values: [id, cheapHash(PASSWORD)] })
  return { id, email, clientId: client.id }
}

interface Sent {
  readonly token?: string
  readonly body?: unknown
}

/** Sends a request through the proxy, from an address; answers with the audit records it left. */
async function ask(method: string, path: string, sent: Sent = {}) {
  const requestId = randomUUID()
  const headers = { 'x-request-id': requestId, 'x-forwarded-for': ADDRESS }
  const { status, body } = await api.request(method, path, { ...sent, headers })
  const records = await api.db.database.query({
    text: `select action, operation, result, user_id, client_id, address, subject_kind, subject_ids from zvirka.audit where request_id = $1`,
    values: [requestId],
  })
  return { status, body, records, requestId }
}

const login = (email: string, clientId: string, password = PASSWORD) => ({
  body: { token: { grant_type: 'password', email, password, client_id: clientId } },
})

describe('signing in', () => {
  test('is recorded with user, client, address and token; so are the token’s exchange and its end', async () => {
    const { id, email, clientId } = await userWithPassword()
    const who = { user_id: id, client_id: clientId, address: ADDRESS, result: 'done', subject_kind: 'token' }
    const signedIn = await ask('POST', '/oauth/tokens', login(email, clientId))
    expect(signedIn.records).toMatchObject([{ action: 'sign_in', operation: 'POST /oauth/tokens', ...who }])
    const token = signedIn.body.data.value
    const exchanged = await ask('POST', '/oauth/tokens/exchange', { token })
    expect(exchanged.records).toMatchObject([{ action: 'sign_in', operation: 'POST /oauth/tokens/exchange', ...who }])
    const left = await ask('DELETE', '/oauth/tokens', { token })
    expect(left.records).toMatchObject([{ action: 'sign_out', operation: 'DELETE /oauth/tokens', ...who }])
    const kept = [signedIn, exchanged, left].flatMap(({ records }) => records.map(({ subject_ids }) => subject_ids))
    expect(kept[2]).toEqual(kept[0])
    expect(kept[1]).not.toEqual(kept[0])
  })

  test('with a wrong password is recorded with the user of the e-mail, and logged without a name', async () => {
    const { id, email, clientId } = await userWithPassword()
    const { status, records, requestId } = await ask('POST', '/oauth/tokens', login(email, clientId, 'x'))
    expect(status).toBe(401)
    expect(records).toMatchObject([
      { action: 'sign_in', result: 'wrong_credentials', user_id: id, client_id: clientId, address: ADDRESS },
    ])
    expect(records).toHaveLength(1)
    const lines = api.logged.filter(({ fields }) => fields.code === requestId)
    expect(lines).toMatchObject([{ message: 'a sign-in', fields: { state: 'wrong_credentials' } }])
    expect(JSON.stringify(lines)).not.toContain(email)
    const { records: stranger } = await ask('POST', '/oauth/clients', {
      body: { email: 'x@example.org', password: 'x' },
    })
    expect(stranger).toMatchObject([
      { action: 'sign_in', result: 'wrong_credentials', user_id: null, address: ADDRESS },
    ])
  })

  test('issues no token if it cannot be recorded', async () => {
    const { email, clientId } = await userWithPassword()
    const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({ text: 'revoke execute on function zvirka.append_audit from zvirka_app' })
    const { status, body } = await ask('POST', '/oauth/tokens', login(email, clientId))
    const refused = await ask('GET', '/api/persons/verifications')
    await owner.query({ text: 'grant execute on function zvirka.append_audit to zvirka_app' })
    expect([status, body.data]).toEqual([500, undefined])
    expect(refused.status).toBe(401)
  })
})

describe('refused requests', () => {
  test.each(['GET /api/persons/verifications', 'POST /graphql'])(
    'are recorded without a token: %s',
    async (operation) => {
      const [method = '', path = ''] = operation.split(' ')
      const { status, records } = await ask(
        method,
        path,
        method === 'POST' ? { body: { query: '{ __typename }' } } : {},
      )
      expect(status).toBe(401)
      expect(records).toEqual([
        {
          ...{ action: 'refusal', operation, result: 'unauthenticated', user_id: null, client_id: null },
          ...{ address: ADDRESS, subject_kind: 'access', subject_ids: [] },
        },
      ])
    },
  )

  test('are recorded with the user who lacks the permission, for REST and for a GraphQL field', async () => {
    const { id, email, clientId } = await userWithPassword()
    const { body } = await ask('POST', '/oauth/tokens', {
      body: { token: { ...login(email, clientId).body.token, scope: 'event:read' } },
    })
    const token = body.data.value
    const who = { action: 'refusal', result: 'forbidden', user_id: id, client_id: clientId, address: ADDRESS }
    const rest = await ask('GET', '/api/employee_requests', { token })
    expect(rest.status).toBe(403)
    expect(rest.records).toMatchObject([{ ...who, operation: 'GET /api/employee_requests' }])
    const field = await ask('POST', '/graphql', {
      token,
      body: { query: '{ a: persons { totalCount } b: persons { totalCount } }' },
    })
    expect(field.body.errors[0].extensions.code).toBe('FORBIDDEN')
    expect(field.records).toMatchObject([{ ...who, operation: 'Query.persons' }])
    const stream = await ask('POST', '/graphql', {
      token,
      body: { query: 'subscription { verificationRunProgress(id: "x") { id } }' },
    })
    expect(stream.records).toMatchObject([{ ...who, operation: 'Subscription.verificationRunProgress' }])
  })

  test('are recorded up to a limit if hundreds come within a minute from many addresses, and only counted beyond it', async () => {
    const audit = new AccessAudit(api.db.database, { info: () => undefined, error: () => undefined })
    const entry = {
      action: 'refusal',
      operation: 'a flood',
      subjectKind: 'access',
      subjectIds: [],
      result: 'forbidden',
    } as const
    for (let n = 0; n < 400; n += 1) await audit.record({ requestId: 'r', address: `10.0.0.${n}` }, entry)
    for (let n = 0; n < 50; n += 1)
      await audit.record({ requestId: 'r', address: '10.1.1.1', userId: randomUUID() }, entry)
    await audit.endMinute()
    const count = () =>
      api.db.database.query<{ records: number; acts: number }>({
        text: `select count(*)::int as records, sum(coalesce(occurrences, 1))::int as acts from zvirka.audit where operation = 'a flood'`,
      })
    const [flood] = await count()
    expect(flood?.acts).toBe(450)
    expect(flood?.records).toBeLessThanOrEqual(ACCESS_LIMITS.all + 50 + ACCESS_LIMITS.counters + 1)
    // One address alone, and then the next minute.
    for (let n = 0; n < 100; n += 1)
      await audit.record({ requestId: 'r', address: '10.2.2.2' }, { ...entry, operation: 'one' })
    await audit.endMinute()
    await audit.record({ requestId: 'r', address: '10.2.2.2' }, { ...entry, operation: 'one' })
    await audit.endMinute()
    const one = await api.db.database.query({
      text: `select address, occurrences from zvirka.audit where operation = 'one' and occurrences is not null`,
    })
    expect(one).toEqual([{ address: '10.2.2.2', occurrences: 100 - ACCESS_LIMITS.each }])
    const [known] = await api.db.database.query<{ count: number }>({
      text: `select count(*)::int as count from zvirka.audit where operation = 'one'`,
    })
    expect(known?.count).toBe(ACCESS_LIMITS.each + 2)
  })
})
