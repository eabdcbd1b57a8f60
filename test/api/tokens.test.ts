// Rules: spec 6.4.3
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../../src/access/policy.ts'
import { issueToken } from '../../src/access/tokens.ts'
import { cheapHash } from '../support/passwords.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ trustedProxies: ['127.0.0.1'] })
})
afterAll(() => api.close())

const PASSWORD = 'Правильний пароль 1'

async function userWithPassword(role = 'NHS ADMIN') {
  const client = await api.client()
  const { id, email } = await api.user({ role, client })
  await api.db.database.query({
    text: 'update mithril.users set password_hash = $2 where id = $1',
    values: [id, cheapHash(PASSWORD)],
  })
  return { id, email, client }
}

const login = (token: object, headers: Record<string, string> = {}) =>
  api.request('POST', '/oauth/tokens', { body: { token }, headers })
/** As many failures as an attack from many addresses would make. */
const addFailures = (counter: string, failures: number) =>
  api.db.database.query({
    text: `insert into zvirka.login_failures (key, failures, not_before) values (sha256($1::text::bytea), $2, now() + interval '15 minutes')`,
    values: [counter, failures],
  })
const credentials = (email: string, clientId: string, more: object = {}) => ({
  grant_type: 'password',
  email,
  password: PASSWORD,
  client_id: clientId,
  ...more,
})

describe('the clients of a user', () => {
  const clientsOf = (body: object) => api.request('POST', '/oauth/clients', { body })

  test('are those in which they have a role, shown to those who know the password', async () => {
    const { id, email, client } = await userWithPassword()
    await api.client()
    const { status, body } = await clientsOf({ email: email.toUpperCase(), password: PASSWORD })
    expect([status, body.data]).toEqual([200, { clients: [{ id: client.id, name: 'Test' }], second_factor: 'nothing' }])
    await api.db.database.query({ text: 'delete from mithril.user_roles where user_id = $1', values: [id] })
    expect((await clientsOf({ email, password: PASSWORD })).body.data).toEqual({
      clients: [],
      second_factor: 'nothing',
    })
  })

  test('are shown to nobody else, and guessing slows down like signing in', async () => {
    const { email } = await userWithPassword()
    const wrong = { email, password: 'x' }
    const answers = []
    for (let n = 0; n < 7; n += 1) answers.push((await clientsOf(wrong)).status)
    expect(answers.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(answers).toContain(429)
    expect((await clientsOf({ email, password: PASSWORD })).status).toBe(429)
  })
})

describe('signing in', () => {
  test('gives a token with the requested scope, with the e-mail in any case', async () => {
    const { email, client } = await userWithPassword()
    const { status, body } = await login(
      credentials(email.toUpperCase(), client.id, { scope: 'person:read audit:read' }),
    )
    expect(status).toBe(201)
    expect(body.data.details).toEqual({ client_id: client.id, scope: 'person:read audit:read' })
    const [user] = await api.db.database.query({
      text: 'select id from mithril.users where email = $1',
      values: [email],
    })
    expect(body.data.user_id).toBe(user?.['id'])
    // Unix time, twelve hours from now.
    expect(body.data.expires_at).toBeGreaterThan(Date.now() / 1000)
    expect(body.data.expires_at).toBeLessThanOrEqual(Date.now() / 1000 + 12 * 3600)
    const { body: viewer } = await api.graphql(body.data.value, '{ viewer { scopes masked } }')
    expect(viewer.data.viewer).toEqual({ scopes: ['audit:read', 'person:read'], masked: true })
  })

  test('without a scope gives all that the user has in the client, masking if requested', async () => {
    const { email, client } = await userWithPassword('NHS AUDITOR')
    const { body } = await login(credentials(email, client.id, { masked: true }))
    const { body: viewer } = await api.graphql(body.data.value, '{ viewer { scopes masked } }')
    expect(viewer.data.viewer.masked).toBe(true)
    expect(viewer.data.viewer.scopes).toContain('audit:read')
    expect(viewer.data.viewer.scopes).not.toContain('person:read')
  })

  test.each([
    ['a wrong password', (c: object) => ({ ...c, password: 'x' })],
    ['an unknown e-mail', (c: object) => ({ ...c, email: 'nobody@example.org' })],
    ['an unknown client', (c: object) => ({ ...c, client_id: randomUUID() })],
  ])('with %s answers 401, always the same', async (_, wrong) => {
    const { email, client } = await userWithPassword()
    const { status, body } = await login(wrong(credentials(email, client.id)))
    expect(status).toBe(401)
    expect(body.error).toEqual({ type: 'access_denied', message: 'E-mail, password or client are wrong' })
  })

  test('of a blocked user answers 401, and issued tokens end immediately', async () => {
    const { id, email, client } = await userWithPassword()
    const { body } = await login(credentials(email, client.id))
    await api.db.database.query({ text: 'update mithril.users set is_blocked = true where id = $1', values: [id] })
    expect((await login(credentials(email, client.id))).status).toBe(401)
    expect((await api.graphql(body.data.value, '{ viewer { masked } }')).status).toBe(401)
  })

  test('slows down after failures, even with the right password', async () => {
    const { email, client } = await userWithPassword()
    for (let attempt = 0; attempt < 6; attempt += 1) await login({ ...credentials(email, client.id), password: 'x' })
    const { status, headers, body } = await login(credentials(email, client.id))
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(body.error.type).toBe('too_many_requests')
  })

  test('slows down also for concurrent attempts', async () => {
    const { email, client } = await userWithPassword()
    const wrong = { ...credentials(email, client.id), password: 'x' }
    const answers = await Promise.all(Array.from({ length: 30 }, () => login(wrong)))
    const refused = answers.filter(({ status }) => status === 401)
    expect(refused.length).toBeLessThan(8)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - refused.length)
  })

  test('does not slow down because of failures from elsewhere, few or many', async () => {
    const { email, client } = await userWithPassword()
    const right = credentials(email, client.id)
    const wrong = { ...right, password: 'x' }
    for (let n = 0; n < 7; n += 1) await login(wrong, { 'x-forwarded-for': '203.0.113.1' })
    expect((await login(right, { 'x-forwarded-for': '203.0.113.1' })).status).toBe(429)
    expect((await login(right, { 'x-forwarded-for': '203.0.113.2' })).status).toBe(201)
  })

  test('slows down if failures for one e-mail come from many addresses, except on a known device', async () => {
    const { id, email, client } = await userWithPassword()
    const right = credentials(email, client.id)
    const first = await login(right)
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    expect(first.headers.get('set-cookie')).toMatch(
      /^zvirka_device=[\w.~-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    )
    await addFailures(`email ${email}`, 110)
    expect((await login(right, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(429)
    expect((await login(right, { 'x-forwarded-for': '203.0.113.9', cookie })).status).toBe(201)
    const forged = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    expect((await login(right, { 'x-forwarded-for': '203.0.113.9', cookie: forged })).status).toBe(429)
    // Nor is it valid after a change of password.
    await api.db.database.query({
      text: 'update mithril.users set password_hash = $2 where id = $1',
      values: [id, cheapHash(PASSWORD)],
    })
    expect((await login(right, { 'x-forwarded-for': '203.0.113.9', cookie })).status).toBe(429)
  })

  test('on a known device slows down after failures on it, and for other users as anywhere', async () => {
    const [{ email, client }, other] = [await userWithPassword(), await userWithPassword()]
    const cookie = ((await login(credentials(email, client.id))).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const headers = { cookie, 'x-forwarded-for': '203.0.113.20' }
    const both = await login(credentials(other.email, other.client.id), headers)
    const shared = (both.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    for (const { email: of } of [{ email }, other]) await addFailures(`email ${of}`, 110)
    const on = { cookie: shared, 'x-forwarded-for': '203.0.113.21' }
    expect((await login(credentials(email, client.id), on)).status).toBe(201)
    expect((await login(credentials(other.email, other.client.id), on)).status).toBe(201)
    const statuses = []
    for (let n = 0; n < 12; n += 1)
      statuses.push((await login({ ...credentials(email, client.id), password: 'x' }, on)).status)
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401))
    expect(statuses.at(-1)).toBe(429)
  })

  test('over https sets the device cookie for this host only', async () => {
    const { email, client } = await userWithPassword()
    const { headers } = await login(credentials(email, client.id), { 'x-forwarded-proto': 'https' })
    expect(headers.get('set-cookie')).toMatch(/^__Host-zvirka_device=.*; Path=\/; .*; Secure$/)
  })

  test('counts the addresses of one IPv6 network as one', async () => {
    const { email, client } = await userWithPassword()
    const right = credentials(email, client.id)
    for (let n = 0; n < 7; n += 1) await login({ ...right, password: 'x' }, { 'x-forwarded-for': `2001:db8:5:6::${n}` })
    expect((await login(right, { 'x-forwarded-for': '2001:db8:5:6:abcd::1' })).status).toBe(429)
    expect((await login(right, { 'x-forwarded-for': '2001:db8:5:7::1' })).status).toBe(201)
  })

  test('names each violation of the body by its path', async () => {
    const { status, body } = await login({ grant_type: 'code', email: 5, client_id: 'x', more: 1 })
    expect(status).toBe(422)
    expect(body.error.type).toBe('validation_failed')
    const rules = body.error.invalid.map(
      ({ entry, rules: [rule] }: { entry: string; rules: { rule: string; description: string }[] }) => [
        entry,
        rule?.rule,
        rule?.description,
      ],
    )
    expect(rules).toEqual(
      expect.arrayContaining([
        ['$.token.grant_type', 'inclusion', 'value is not allowed in enum'],
        ['$.token.email', 'cast', 'type mismatch. Expected string but got number'],
        ['$.token.password', 'required', 'required property password was not present'],
        ['$.token.more', 'schema', 'schema does not allow additional properties'],
      ]),
    )
  })
})

const owner = () => api.db.open({ role: 'zvirka_owner', max: 1 })
const exchanged = async (token: string): Promise<string> =>
  (await api.request('POST', '/oauth/tokens/exchange', { token })).body.data.value
const isGood = async (token: string, headers = {}): Promise<boolean> => {
  const body = { query: '{ viewer { masked } }' }
  return (await api.request('POST', '/graphql', { token, body, headers })).status === 200
}

describe('a token', () => {
  test('ends by DELETE /oauth/tokens', async () => {
    const token = await api.token()
    expect((await api.request('DELETE', '/oauth/tokens', { token })).status).toBe(204)
    const { status, body } = await api.request('DELETE', '/oauth/tokens', { token })
    expect(status).toBe(401)
    expect(body.error.message).toBe('Invalid access token')
  })

  test('is exchanged for one that masks, of the same user and scopes', async () => {
    const token = await api.token({ role: 'NHS AUDITOR', scope: 'audit:read' })
    const { status, body } = await api.request('POST', '/oauth/tokens/exchange', { token })
    expect(status).toBe(201)
    const of = async (each: string) => (await api.graphql(each, '{ viewer { userId scopes masked } }')).body.data.viewer
    expect(await of(body.data.value)).toEqual({ ...(await of(token)), masked: true })
  })

  test('from an exchange ends with its original, and no later', async () => {
    const token = await api.token({ seconds: 1000 })
    const child = await exchanged(token)
    const [{ later } = {}] = await owner().query<{ later: boolean }>({
      text: `select c.expires_at > p.expires_at as later from mithril.tokens c join mithril.tokens p on p.id = c.parent_id
              where c.value_hash = sha256($1::text::bytea)`,
      values: [child],
    })
    expect(later).toBe(false)
    await api.request('DELETE', '/oauth/tokens', { token })
    expect(await isGood(child)).toBe(false)

    const other = await api.token()
    const itsChild = await exchanged(other)
    await owner().query({
      text: 'update mithril.tokens set expires_at = now() where value_hash = sha256($1::text::bytea)',
      values: [other],
    })
    expect(await isGood(itsChild)).toBe(false)
  })

  test('from an exchange is recorded, and cannot be exchanged itself', async () => {
    const child = await exchanged(await api.token())
    const { status, body } = await api.request('POST', '/oauth/tokens/exchange', { token: child })
    expect([status, body.error.message]).toEqual([409, 'A token that was made by an exchange cannot be exchanged'])
    const records = await owner().query({
      text: `select from zvirka.audit a join mithril.tokens t on t.id = any (a.subject_ids) and t.user_id = a.user_id
              where a.operation = 'POST /oauth/tokens/exchange' and t.value_hash = sha256($1::text::bytea)`,
      values: [child],
    })
    expect(records).toHaveLength(1)
    expect(await isGood(child)).toBe(true)
  })

  test('of a page ends after a period without use; automatic requests do not count as use', async () => {
    const { email, client } = await userWithPassword()
    const { body } = await login(credentials(email, client.id, { session: true }))
    const token = body.data.value
    const idle = (minutes: number) =>
      owner().query({
        text: `update mithril.tokens set used_at = clock_timestamp() - $2 * interval '1 minute' where value_hash = sha256($1::text::bytea)`,
        values: [token, minutes],
      })
    const usedMinutesAgo = async () => {
      const [row] = await owner().query<{ minutes: number }>({
        text: `select (extract(epoch from clock_timestamp() - used_at) / 60)::int as minutes from mithril.tokens
                where value_hash = sha256($1::text::bytea)`,
        values: [token],
      })
      return row?.minutes
    }
    await idle(29)
    expect(await isGood(token, { 'x-zvirka-automatic': '1' })).toBe(true)
    expect(await usedMinutesAgo()).toBe(29)
    expect(await isGood(token)).toBe(true)
    expect(await usedMinutesAgo()).toBe(0)
    await idle(31)
    expect(await isGood(token)).toBe(false)
  })

  test('of a program does not end for lack of use', async () => {
    const { email, client } = await userWithPassword()
    const { body } = await login(credentials(email, client.id))
    await owner().query({ text: `update mithril.tokens set used_at = clock_timestamp() - interval '11 hours'` })
    expect(await isGood(body.data.value)).toBe(true)
  })

  test('that has expired is invalid', async () => {
    const token = await api.token({ seconds: -1 })
    expect((await api.graphql(token, '{ viewer { masked } }')).status).toBe(401)
  })

  test('is required', async () => {
    const { status, body } = await api.request('DELETE', '/oauth/tokens')
    expect(status).toBe(401)
    expect(body.error.message).toBe("Authorization header is not set or doesn't contain Bearer token")
  })

  test.each(['Bearer', 'bearer', 'BEARER', 'Bearer ', 'Bearer    '])('is read after %j and a space', async (scheme) => {
    const headers = { authorization: `${scheme} ${await api.token()}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ query: '{ viewer { masked } }' })
    expect((await fetch(`${api.url}/graphql`, { method: 'POST', headers, body })).status).toBe(200)
  })

  test('is stored only as a hash', async () => {
    const token = await api.token()
    const rows = await api.db.database.query<{ text: string }>({ text: 'select t::text as text from mithril.tokens t' })
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.some(({ text }) => text.includes(token))).toBe(false)
  })

  test('has the scopes common to itself, the roles and the client type', async () => {
    const client = await api.client('MSP')
    const token = await api.token({
      role: 'NHS ADMIN',
      client,
      scope: 'audit:read employee_request:read employee_request:update',
    })
    const { body } = await api.graphql(token, '{ viewer { scopes } }')
    expect(body.data.viewer.scopes).toEqual(['employee_request:read', 'employee_request:update'])
  })
})

describe('one’s own password', () => {
  const NEXT = 'Зовсім інша фраза'
  const change = (token: string, body: object) => api.request('POST', '/oauth/password', { token, body })

  test('can be changed with the old one; all tokens end, including those issued by others', async () => {
    const { id, email, client } = await userWithPassword()
    const [here, there] = [await login(credentials(email, client.id)), await login(credentials(email, client.id))]
    const year = { name: 'command', userId: id, clientId: client.id, scope: '', seconds: 31_536_000 }
    const made = await issueToken(owner(), year)
    const token = here.body.data.value
    expect((await change(token, { password: PASSWORD, new_password: NEXT })).status).toBe(204)
    for (const each of [token, there.body.data.value, made.value]) expect(await isGood(each)).toBe(false)
    expect((await login(credentials(email, client.id))).status).toBe(401)
    expect((await login({ ...credentials(email, client.id), password: NEXT })).status).toBe(201)
    const records = await owner().query({
      text: `select from zvirka.audit where operation = 'POST /oauth/password' and user_id = $1`,
      values: [id],
    })
    expect(records).toHaveLength(1)
  })

  test('cannot be changed with a wrong one, nor to a weak one; wrong ones slow down', async () => {
    const { email, client } = await userWithPassword()
    const token = (await login(credentials(email, client.id))).body.data.value
    const weak = await change(token, { password: PASSWORD, new_password: 'Password1234' })
    expect([weak.status, weak.body.error.invalid[0].entry]).toEqual([422, '$.new_password'])
    const wrong = await change(token, { password: 'x', new_password: NEXT })
    expect([wrong.status, wrong.body.error.invalid[0].entry]).toEqual([422, '$.password'])
    for (let n = 0; n < 5; n += 1) await change(token, { password: 'x', new_password: NEXT })
    expect((await change(token, { password: PASSWORD, new_password: NEXT })).status).toBe(429)
    expect(await isGood(token)).toBe(true)
  })
})

describe('if password sign-in is disabled', () => {
  test('every way to use or set a password is refused', async () => {
    const off = await startTestApi({ policy: { ...DEFAULT_POLICY, isPasswordSignInOn: false } })
    try {
      const token = await off.token()
      const given = { email: 'a@example.org', password: PASSWORD }
      const bodies: [path: string, body: object][] = [
        ['/oauth/tokens', { token: credentials('a@example.org', randomUUID()) }],
        ['/oauth/clients', given],
        ['/oauth/password', { password: PASSWORD, new_password: 'Зовсім інша фраза' }],
        [`/api/employee_requests/${randomUUID()}/user`, { invite: 'x', password: PASSWORD }],
      ]
      for (const [path, body] of bodies) {
        const answer = await off.request('POST', path, { token, body })
        expect([path, answer.status, answer.body.error.message]).toEqual([
          ...[path, 403, 'Signing in with a password is switched off: sign in at the OpenID provider'],
        ])
      }
    } finally {
      await off.close()
    }
  })
})

describe('the envelope', () => {
  test('carries the request id of the request, or a new one', async () => {
    const given = await api.request('GET', '/nowhere', { headers: { 'x-request-id': 'abc-1' } })
    expect(given.body.meta).toMatchObject({ request_id: 'abc-1', code: 404, url: `${api.url}/nowhere` })
    expect(given.headers.get('x-request-id')).toBe('abc-1')
    const made = await api.request('GET', '/nowhere', { headers: { 'x-request-id': 'not one\t' } })
    expect(made.body.meta.request_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test.each(['command', 'Command', 'prune', 'several'])(
    'carries no request id that the audit reserves for our own acts: %s',
    async (mark) => {
      const { body } = await api.request('GET', '/nowhere', { headers: { 'x-request-id': mark } })
      expect(body.meta.request_id).toMatch(/^[0-9a-f-]{36}$/)
    },
  )

  test('of a request with two Host headers says that there are too many', async () => {
    const { port, hostname, host } = new URL(api.url)
    const socket = connect(Number(port), hostname)
    socket.write(`GET /nowhere HTTP/1.1\r\nHost: ${host}\r\nhost: other.example\r\nConnection: close\r\n\r\n`)
    const answer = (await socket.setEncoding('utf8').toArray()).join('')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('more than one Host header')
  })

  test('answers 405 to another method of a known path, and lists the allowed ones', async () => {
    const { status, headers } = await api.request('PATCH', '/oauth/tokens', { body: {} })
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('POST, DELETE')
  })

  test.each(['{"token":', '', 'null'])('answers 400 or 422 to a malformed body %j, never 500', async (body) => {
    const { status } = await api.request('POST', '/oauth/tokens', {
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect([400, 422]).toContain(status)
  })
})
