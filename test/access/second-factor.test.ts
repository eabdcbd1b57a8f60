/** The second factor over HTTP: setting it up, signing in with it, and what it blocks. */
import { randomUUID } from 'node:crypto'
import { Secret } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { resetSecondFactor } from '../../src/access/admin.ts'
import { stepOf } from '../../src/access/second-factor.ts'
import { prepareKeys } from '../../src/encryption/known-keys.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { cheapHash } from '../support/passwords.ts'
import { codeOf, secondFactorPolicy, TestClock, testKeys } from '../support/second-factor.ts'

const clock = new TestClock()
const encryption = testKeys()
const PASSWORD = 'Правильний пароль 1'
const SETUP = '/oauth/second_factor/setup'

let api: TestApi
let strict: TestApi
beforeAll(async () => {
  const shared = { trustedProxies: ['127.0.0.1'], encryption }
  api = await startTestApi({ ...shared, policy: secondFactorPolicy(encryption, clock) })
  strict = await startTestApi({ ...shared, policy: secondFactorPolicy(encryption, clock, 'nhs') })
  for (const { db } of [api, strict]) await prepareKeys(db.database, encryption)
})
afterAll(() => Promise.all([api.close(), strict.close()]))
beforeEach(() => clock.move(10))

class User {
  readonly on: TestApi
  readonly id: string
  readonly email: string
  readonly client: string
  readonly #address = `203.0.113.${Math.floor(Math.random() * 250)}`
  secret = ''
  recovery: string[] = []

  constructor(on: TestApi, id: string, email: string, client: string) {
    this.on = on
    this.id = id
    this.email = email
    this.client = client
  }

  static async create(on = api, clientType = 'NHS', role = 'NHS ADMIN'): Promise<User> {
    const client = await on.client(clientType)
    const { id, email } = await on.user({ role, client })
    await on.db.database.query({
      text: 'update mithril.users set password_hash = $2 where id = $1',
      values: [id, cheapHash(PASSWORD)],
    })
    return new User(on, id, email, client.id)
  }

  signIn(more: object = {}, address = this.#address) {
    const token = { grant_type: 'password', email: this.email, password: PASSWORD, client_id: this.client, ...more }
    return this.on.request('POST', '/oauth/tokens', { body: { token }, headers: { 'x-forwarded-for': address } })
  }

  post(path: string, token: string | undefined, body: object) {
    return this.on.request('POST', path, {
      ...(token === undefined ? {} : { token }),
      body,
      headers: { 'x-forwarded-for': this.#address },
    })
  }

  /** Turns it on and moves the clock to where the next code is valid. */
  async enrol(token: string): Promise<void> {
    const begun = await this.post('/oauth/second_factor', token, { password: PASSWORD })
    expect(begun.status).toBe(201)
    this.secret = begun.body.data.secret
    const body = { password: PASSWORD, code: codeOf(this.secret, clock) }
    const confirmed = await this.post('/oauth/second_factor/confirm', token, body)
    expect(confirmed.status).toBe(200)
    this.recovery = confirmed.body.data.recovery_codes
    clock.move(3)
  }

  async token(): Promise<string> {
    const { status, body } = await this.signIn()
    expect(status).toBe(201)
    return body.data.value
  }

  async state(token: string) {
    return (await this.on.request('GET', '/oauth/second_factor', { token })).body.data
  }

  code(steps = 0): string {
    return codeOf(this.secret, clock, steps)
  }
}

/** A user with the second factor on. */
async function withFactor(): Promise<User> {
  const user = await User.create()
  await user.enrol(await user.token())
  return user
}

const typeOf = ({ status, body }: Awaited<ReturnType<User['signIn']>>) => [status, body.error?.type]
const isGood = async (on: TestApi, token: string) => (await on.graphql(token, '{ viewer { masked } }')).status === 200
const owned = <Row = Record<string, unknown>>(on: TestApi, text: string, ...values: unknown[]) =>
  on.db.open({ role: 'zvirka_owner', max: 1 }).query<Row>({ text, values })

test('codes equal those of RFC 6238', () => {
  // RFC 6238, appendix B: the secret, and the last six of the eight digits at these seconds.
  const secret = new Secret({ buffer: new TextEncoder().encode('12345678901234567890').buffer }).base32
  const sealed = encryption.seal('mithril.second_factors.secret/rfc', Buffer.from(secret))
  const vectors = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ] as const
  for (const [seconds, code] of vectors) {
    const { secondFactor } = secondFactorPolicy(encryption, { now: () => new Date(seconds * 1000) })
    expect(stepOf(secondFactor, 'rfc', sealed, code)).toBe(Math.floor(seconds / 30))
  }
})

describe('setting it up', () => {
  test('requires the password and a code of the app; until then no code is required', async () => {
    const user = await User.create()
    const token = await user.token()
    expect(await user.state(token)).toEqual({
      ...{ is_on: false, is_required: false, is_available: true, recovery_codes: 0 },
    })
    const wrong = await user.post('/oauth/second_factor', token, { password: 'x' })
    expect([wrong.status, wrong.body.error.invalid[0].entry]).toEqual([422, '$.password'])
    const { body } = await user.post('/oauth/second_factor', token, { password: PASSWORD })
    const uri = new URL(body.data.uri)
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      ...['otpauth:', 'totp', `/Zvirka:${user.email}`],
    ])
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      ...{ issuer: 'Zvirka', secret: body.data.secret, algorithm: 'SHA1', digits: '6', period: '30' },
    })
    const guessed = { password: PASSWORD, code: codeOf(body.data.secret, clock, 5) }
    const refused = await user.post('/oauth/second_factor/confirm', token, guessed)
    expect([refused.status, refused.body.error.invalid[0].entry]).toEqual([422, '$.code'])
    expect((await user.signIn()).status).toBe(201)
    await user.enrol(token)
    expect(await user.state(token)).toMatchObject({ is_on: true, recovery_codes: 10 })
    expect(typeOf(await user.signIn())).toEqual([401, 'second_factor_required'])
  })

  test('ends every other token of the user, but not the current one', async () => {
    const user = await User.create()
    const [own, other] = [await user.token(), await user.token()]
    const [page, others] = await Promise.all(
      [own, other].map(async (each) => (await user.post('/oauth/tokens/exchange', each, {})).body.data.value),
    )
    await user.enrol(page)
    expect(await Promise.all([own, page, other, others].map((each) => isGood(api, each)))).toEqual([
      ...[true, true, false, false],
    ])
  })

  test('stores the secret encrypted and recovery codes as hashes: neither is in the database as text', async () => {
    const user = await withFactor()
    const [row] = await owned<{ key_id: string; secret: Buffer; codes: Buffer[] }>(
      api,
      `select f.key_id, f.secret, array(select code_hash from mithril.recovery_codes c where c.user_id = f.user_id) as codes
         from mithril.second_factors f where user_id = $1`,
      user.id,
    )
    expect([row?.key_id, row?.codes.length]).toEqual([encryption.activeId, 10])
    expect(row?.secret.includes(user.secret)).toBe(false)
    for (const code of user.recovery)
      expect(row?.codes.some((kept) => kept.includes(code.replaceAll('-', '')))).toBe(false)
    expect(JSON.stringify(api.logged)).not.toContain(user.secret)
  })

  test('is atomic', async () => {
    const user = await User.create()
    const [token, other] = [await user.token(), await user.token()]
    const { body } = await user.post('/oauth/second_factor', token, { password: PASSWORD })
    const confirm = { password: PASSWORD, code: codeOf(body.data.secret, clock) }
    // The last step, the audit record, fails.
    await owned(api, 'revoke execute on function zvirka.append_audit from zvirka_app')
    try {
      expect((await user.post('/oauth/second_factor/confirm', token, confirm)).status).toBe(500)
    } finally {
      await owned(api, 'grant execute on function zvirka.append_audit to zvirka_app')
    }
    expect(await user.state(token)).toMatchObject({ is_on: false, recovery_codes: 0 })
    expect(await isGood(api, other)).toBe(true)
    expect((await user.post('/oauth/second_factor/confirm', token, confirm)).status).toBe(200)
    expect(await isGood(api, other)).toBe(false)
  })

  test('gives recovery codes to only one of several concurrent confirmations', async () => {
    const user = await User.create()
    const token = await user.token()
    const { body } = await user.post('/oauth/second_factor', token, { password: PASSWORD })
    const confirm = { password: PASSWORD, code: codeOf(body.data.secret, clock) }
    const answers = await Promise.all([1, 2, 3, 4].map(() => user.post('/oauth/second_factor/confirm', token, confirm)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409])
    expect(await user.state(token)).toMatchObject({ is_on: true, recovery_codes: 10 })
  })

  test('invalidates an earlier unfinished setup; a finished one cannot be started again', async () => {
    const user = await User.create()
    const token = await user.token()
    const begin = () => user.post('/oauth/second_factor', token, { password: PASSWORD })
    const first = (await begin()).body.data.secret
    await begin()
    const old = { password: PASSWORD, code: codeOf(first, clock) }
    expect((await user.post('/oauth/second_factor/confirm', token, old)).status).toBe(422)
    await user.enrol(token)
    expect((await begin()).status).toBe(409)
    expect((await user.signIn({ code: user.code() })).status).toBe(201)
  })

  test('is refused without encryption keys', async () => {
    const bare = await startTestApi({ policy: secondFactorPolicy(undefined, clock) })
    try {
      const user = await User.create(bare)
      const token = await user.token()
      expect((await user.post('/oauth/second_factor', token, { password: PASSWORD })).status).toBe(409)
      expect(await user.state(token)).toMatchObject({ is_available: false })
    } finally {
      await bare.close()
    }
  })
})

describe('signing in', () => {
  test('with the right password says that a code is needed; with a wrong one it does not', async () => {
    const user = await withFactor()
    expect(typeOf(await user.signIn())).toEqual([401, 'second_factor_required'])
    expect(typeOf(await user.signIn({ code: user.code(5) }))).toEqual([401, 'second_factor_wrong'])
    for (const code of [user.code(), user.code(5), undefined])
      expect(typeOf(await user.signIn({ password: 'x', code }))).toEqual([401, 'access_denied'])
    expect((await user.signIn({ code: user.code() })).status).toBe(201)
  })

  test('returns the clients, and that a code is needed, to those who know the password', async () => {
    const user = await withFactor()
    const { body } = await user.post('/oauth/clients', undefined, { email: user.email, password: PASSWORD })
    expect(body.data).toEqual({ clients: [{ id: user.client, name: 'Test' }], second_factor: 'code' })
  })

  test('accepts a code once, even with concurrent requests', async () => {
    const user = await withFactor()
    const code = user.code()
    const answers = await Promise.all([1, 2, 3, 4].map((n) => user.signIn({ code }, `198.51.100.${n}`)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 401, 401, 401])
    expect(typeOf(await user.signIn({ code }))).toEqual([401, 'second_factor_wrong'])
  })

  test('accepts the codes of the previous and next time step, no others, and none older than the last accepted', async () => {
    const user = await withFactor()
    const statuses = async (...steps: number[]) => {
      const found: number[] = []
      for (const step of steps) found.push((await user.signIn({ code: user.code(step) })).status)
      return found
    }
    expect(await statuses(-2, 2, -1, 0, 1)).toEqual([401, 401, 201, 201, 201])
    expect(await statuses(0, -1)).toEqual([401, 401])
    clock.move(1)
    expect(await statuses(0, 1)).toEqual([401, 201])
    // Setting the clock back does not make an old code valid again.
    clock.move(-3)
    expect(await statuses(-1, 0, 1)).toEqual([401, 401, 401])
    clock.move(5)
    expect(await statuses(0)).toEqual([201])
  })

  test('accepts a code with a space, as apps show it', async () => {
    const user = await withFactor()
    const code = user.code()
    expect((await user.signIn({ code: `${code.slice(0, 3)} ${code.slice(3)}` })).status).toBe(201)
  })

  test('accepts each recovery code once, however it is typed', async () => {
    const user = await withFactor()
    const [first = '', second = ''] = user.recovery
    expect(new Set(user.recovery).size).toBe(10)
    expect((await user.signIn({ code: first })).status).toBe(201)
    expect(typeOf(await user.signIn({ code: first }))).toEqual([401, 'second_factor_wrong'])
    const { status, body } = await user.signIn({ code: second.toUpperCase().replaceAll('-', ' ') })
    expect(status).toBe(201)
    expect(await user.state(body.data.value)).toMatchObject({ recovery_codes: 8 })
    const stranger = await withFactor()
    expect((await stranger.signIn({ code: user.recovery[2] })).status).toBe(401)
  })

  test('slows down after wrong codes, also for the right one; the password alone does not reset this', async () => {
    const user = await withFactor()
    const clients = () => user.post('/oauth/clients', undefined, { email: user.email, password: PASSWORD })
    const found: unknown[] = []
    for (let n = 0; n < 6; n += 1) {
      found.push((await user.signIn({ code: user.code(5 + n) })).status)
      if (n === 2) expect([(await user.signIn()).status, (await clients()).status]).toEqual([401, 200])
    }
    expect(found).toEqual([401, 401, 401, 401, 401, 429])
    expect((await user.signIn({ code: user.code() })).status).toBe(429)
    // Failures from one address do not lock the user out at another.
    expect((await user.signIn({ code: user.code() }, '192.0.2.7')).status).toBe(201)
  })

  test('allows no more attempts in parallel than in sequence', async () => {
    const user = await withFactor()
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => user.signIn({ code: user.code(5 + n) })))
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThan(8)
    expect(answers.some(({ status }) => status === 429)).toBe(true)
  })

  test('is audited with the reason of the failure', async () => {
    const user = await withFactor()
    await user.post('/oauth/clients', undefined, { email: user.email, password: PASSWORD })
    await user.signIn()
    await user.signIn({ code: user.code(5) })
    const rows = await owned(
      api,
      `select result from zvirka.audit where user_id = $1 and operation in ('POST /oauth/tokens', 'POST /oauth/clients') order by id`,
      user.id,
    )
    expect(rows.map(({ result }) => result)).toEqual(['done', 'code_needed', 'code_needed', 'wrong_code'])
  })
})

describe('changing the password', () => {
  test('requires a code', async () => {
    const user = await withFactor()
    const { body } = await user.signIn({ code: user.code() })
    clock.move(2)
    const change = (more: object) =>
      user.post('/oauth/password', body.data.value, { password: PASSWORD, new_password: 'Зовсім інша фраза', ...more })
    for (const more of [{}, { code: user.code(5) }]) {
      const answer = await change(more)
      expect([answer.status, answer.body.error.invalid[0].entry]).toEqual([422, '$.code'])
    }
    // A weak password does not use up the code.
    expect((await change({ code: user.code(), new_password: 'Password1234' })).body.error.invalid[0].entry).toBe(
      '$.new_password',
    )
    expect((await change({ code: user.code() })).status).toBe(204)
  })
})

describe('turning it off', () => {
  test('requires the password and a code; then the password suffices, and every other token has ended', async () => {
    const user = await withFactor()
    const other = (await user.signIn({ code: user.code() })).body.data.value
    clock.move(2)
    const token = (await user.signIn({ code: user.code() })).body.data.value
    clock.move(2)
    const off = (body: object) => user.post('/oauth/second_factor/off', token, { password: PASSWORD, ...body })
    expect((await off({ code: user.code(5) })).status).toBe(422)
    expect((await off({ code: user.code(), password: 'x' })).status).toBe(422)
    expect((await off({ code: user.code() })).status).toBe(204)
    expect([await isGood(api, token), await isGood(api, other)]).toEqual([true, false])
    expect((await user.signIn()).status).toBe(201)
    expect((await off({ code: user.code() })).status).toBe(409)
    const rows = await owned(
      api,
      `select from zvirka.audit where operation like '%/off' and $1 = any (subject_ids)`,
      user.id,
    )
    expect(rows).toHaveLength(1)
  })

  test('is possible with a recovery code', async () => {
    const user = await withFactor()
    const token = (await user.signIn({ code: user.recovery[0] })).body.data.value
    const body = { password: PASSWORD, code: user.recovery[1] }
    expect((await user.post('/oauth/second_factor/off', token, body)).status).toBe(204)
  })

  test('by an administrator ends every token, and is audited with both users', async () => {
    const user = await withFactor()
    const token = (await user.signIn({ code: user.code() })).body.data.value
    const by = { userId: randomUUID(), operator: 'olena@host' }
    expect(await resetSecondFactor(api.db.database, user.email, by)).toMatchObject({ kind: 'done' })
    expect(await isGood(api, token)).toBe(false)
    expect((await user.signIn()).status).toBe(201)
    expect(
      await owned(
        api,
        `select user_id, operator from zvirka.audit where operation = 'user reset-second-factor' and $1 = any (subject_ids)`,
        user.id,
      ),
    ).toEqual([{ user_id: by.userId, operator: by.operator }])
    expect(await resetSecondFactor(api.db.database, user.email, by)).toMatchObject({ kind: 'refused' })
  })
})

describe('if the NHS requires it', () => {
  test('a user without one gets no token, sets it up with the password alone, and signs in with the next code', async () => {
    const user = await User.create(strict)
    expect(typeOf(await user.signIn())).toEqual([403, 'second_factor_setup_required'])
    expect(typeOf(await user.signIn({ password: 'x' }))).toEqual([401, 'access_denied'])
    const credentials = { email: user.email, password: PASSWORD }
    expect((await user.post('/oauth/clients', undefined, credentials)).body.data.second_factor).toBe('setup')
    expect((await user.post(SETUP, undefined, { ...credentials, password: 'x' })).status).toBe(401)
    const { body } = await user.post(SETUP, undefined, credentials)
    const confirm = (code: string) => user.post(`${SETUP}/confirm`, undefined, { ...credentials, code })
    expect(typeOf(await confirm(codeOf(body.data.secret, clock, 5)))).toEqual([401, 'second_factor_wrong'])
    const code = codeOf(body.data.secret, clock)
    expect((await confirm(code)).body.data.recovery_codes).toHaveLength(10)
    expect(typeOf(await user.signIn({ code }))).toEqual([401, 'second_factor_wrong'])
    clock.move(1)
    expect((await user.signIn({ code: codeOf(body.data.secret, clock) })).status).toBe(201)
    // Once it is on, the password alone cannot set it up again.
    expect((await user.post(SETUP, undefined, credentials)).status).toBe(409)
  })

  test('setting it up slows down like signing in', async () => {
    const user = await User.create(strict)
    const answers: number[] = []
    for (let n = 0; n < 7; n += 1)
      answers.push((await user.post(SETUP, undefined, { email: user.email, password: 'x' })).status)
    expect(answers).toContain(429)
    expect((await user.signIn()).status).toBe(429)
  })

  test('turning it off also ends the session', async () => {
    const user = await User.create(strict)
    const credentials = { email: user.email, password: PASSWORD }
    const { body } = await user.post(SETUP, undefined, credentials)
    await user.post(`${SETUP}/confirm`, undefined, { ...credentials, code: codeOf(body.data.secret, clock) })
    clock.move(2)
    user.secret = body.data.secret
    const token = (await user.signIn({ code: user.code() })).body.data.value
    clock.move(2)
    const off = await user.post('/oauth/second_factor/off', token, { password: PASSWORD, code: user.code() })
    expect([off.status, await isGood(strict, token)]).toEqual([204, false])
    expect(typeOf(await user.signIn())).toEqual([403, 'second_factor_setup_required'])
  })

  test('users of other clients sign in as before, and can enable it afterwards', async () => {
    const user = await User.create(strict, 'MSP', 'OWNER')
    const token = await user.token()
    expect((await user.post(SETUP, undefined, { email: user.email, password: PASSWORD })).status).toBe(403)
    await user.enrol(token)
    expect((await user.signIn({ code: user.code() })).status).toBe(201)
  })
})
