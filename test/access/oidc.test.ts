// Rules: spec 6.4.4
/** JWTs of a real OpenID provider on this machine, whose keys rotate during the test. */
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { blockUser } from '../../src/access/admin.ts'
import { confirmLink } from '../../src/access/links.ts'
import { Oidc, ProviderUnreachableError, UnconfirmedLinkError } from '../../src/access/oidc.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const AUDIENCE = 'https://zvirka.example'
const CLIENT = randomUUID()

let db: TestDatabase
let provider: TestProvider
beforeAll(async () => {
  db = await createTestDatabase()
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({
    text: `insert into prm.legal_entities (id, name, type, status) values ($1, 'НСЗУ', 'NHS', 'ACTIVE')`,
    values: [CLIENT],
  })
  await owner.query({
    text: `insert into mithril.clients (id, name, client_type_id) select $1, 'НСЗУ', id from mithril.client_types where name = 'NHS'`,
    values: [CLIENT],
  })
  provider = await startProvider()
})
afterAll(async () => {
  await provider.close()
  await db.drop()
})

interface TestProvider {
  readonly issuer: string
  keys: Key[]
  answers: boolean
  close(): Promise<void>
}

interface Key {
  readonly kid: string
  readonly jwk: JWK
  sign(claims: object, header?: object): Promise<string>
}

async function makeKey(issuer: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const kid = randomUUID()
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
  const now = Math.floor(Date.now() / 1000)
  return {
    kid,
    jwk,
    sign: (claims, header = {}) =>
      new SignJWT({ iss: issuer, aud: AUDIENCE, iat: now, exp: now + 600, client_id: CLIENT, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header })
        .sign(privateKey),
  }
}

/** Serves the discovery document and the keys of a provider. */
async function startProvider(): Promise<TestProvider> {
  const server: Server = createServer((request, response) => {
    if (!started.answers) return void response.destroy()
    const body = request.url?.startsWith('/.well-known')
      ? { issuer: started.issuer, jwks_uri: `${started.issuer}/jwks` }
      : { keys: started.keys.map(({ jwk }) => jwk) }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const started: TestProvider = {
    issuer,
    keys: [],
    answers: true,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  started.keys = [await makeKey(issuer)]
  return started
}

let oidc: Oidc
beforeEach(() => {
  oidc = new Oidc(db.database, { issuer: provider.issuer, audience: AUDIENCE, jwksUrl: undefined })
})

const somebody = () => {
  const sub = randomUUID()
  return { sub, email: `${sub}@example.org`, email_verified: true, scope: 'person:read audit:read' }
}
const sign = (claims: object, header?: object) =>
  provider.keys.at(-1)?.sign(claims, header) ?? Promise.reject(new Error('no key'))

async function giveRole(userId: string, role: string): Promise<void> {
  await db.database.query({
    text: 'insert into mithril.user_roles (user_id, role_id, client_id) select $1, id, $3 from mithril.roles where name = $2',
    values: [userId, role, CLIENT],
  })
}

describe('a JWT of the provider', () => {
  test('signs in the user it names: first without roles, then with the scopes common to token, role and client', async () => {
    const token = await sign(somebody())
    const first = await oidc.findPrincipal(token)
    expect([...(first?.scopes ?? ['?'])]).toEqual([])
    await giveRole(first?.userId ?? '', 'NHS AUDITOR')
    const second = await oidc.findPrincipal(token)
    expect(second).toMatchObject({
      userId: first?.userId,
      clientId: CLIENT,
      clientType: 'NHS',
      isLegalEntityActive: true,
    })
    expect([...(second?.scopes ?? [])]).toEqual(['audit:read'])
  })

  test('identifies the user by e-mail the first time, by subject afterwards', async () => {
    const claims = somebody()
    const { userId } = (await oidc.findPrincipal(await sign(claims))) ?? {}
    const renamed = await oidc.findPrincipal(await sign({ ...claims, email: `other-${claims.email}` }))
    expect(renamed?.userId).toBe(userId)
    // A second subject with an e-mail that is taken does not get that user.
    expect(await oidc.findPrincipal(await sign({ ...claims, sub: randomUUID() }))).toBeUndefined()
  })

  test.each([
    ['with an e-mail that nobody verified', { email_verified: false }],
    ['for another audience', { aud: 'https://other.example' }],
    ['of another issuer', { iss: 'https://other.example' }],
    ['that has run out', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['that never runs out', { exp: undefined }],
    ['for a client that is none', { client_id: randomUUID() }],
    ['without a client', { client_id: undefined }],
    ['issued to somebody else', { azp: randomUUID() }],
    ['good for more than a day', { exp: Math.floor(Date.now() / 1000) + 86_400 + 60 }],
    ['issued in the future', { iat: Math.floor(Date.now() / 1000) + 600, exp: Math.floor(Date.now() / 1000) + 1200 }],
    ['that does not say when it was issued', { iat: undefined }],
    ['that is an ID token', { at_hash: 'x', nonce: 'y' }],
    ['that is a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ])('is refused %s', async (_, wrong) => {
    expect(await oidc.findPrincipal(await sign({ ...somebody(), ...wrong }))).toBeUndefined()
  })

  test.each([['JWT'], ['logout+jwt'], [undefined]])('with the type %s is refused', async (typ) => {
    expect(await oidc.findPrincipal(await sign(somebody(), { typ }))).toBeUndefined()
  })

  test('is recognised as an access token by the configured claim, if its type does not say so', async () => {
    const accessTokenClaim = { name: 'token_use', value: 'access' }
    const told = new Oidc(db.database, {
      ...{ issuer: provider.issuer, audience: AUDIENCE, jwksUrl: undefined, accessTokenClaim },
      authorizedParties: ['the page'],
    })
    const find = async (claims: object) => told.findPrincipal(await sign({ ...somebody(), ...claims }, { typ: 'JWT' }))
    expect(await find({ token_use: 'access', azp: 'the page' })).toBeDefined()
    expect(await find({ token_use: 'id' })).toBeUndefined()
    expect(await find({})).toBeUndefined()
    expect(await find({ token_use: 'access', azp: 'another page' })).toBeUndefined()
  })

  test('is linked to an existing user only after an administrator confirms it', async () => {
    const claims = somebody()
    const by = { userId: randomUUID() }
    await db.database.query({ text: 'insert into mithril.users (email) values ($1)', values: [claims.email] })
    const token = await sign(claims)
    await expect(oidc.findPrincipal(token)).rejects.toThrow(UnconfirmedLinkError)
    const stranger = { ...claims, sub: randomUUID() }
    await expect(oidc.findPrincipal(await sign(stranger))).rejects.toThrow(UnconfirmedLinkError)
    const waiting = `${provider.issuer} ${claims.sub}`
    expect(await confirmLink(db.database, claims.email, undefined, by)).toMatchObject({
      ...{ kind: 'refused', hint: expect.stringContaining(waiting) },
    })
    expect(await confirmLink(db.database, claims.email, waiting, by)).toEqual({
      kind: 'done',
      value: { subject: waiting },
    })
    expect(await oidc.findPrincipal(token)).toMatchObject({ email: claims.email })
    expect(await oidc.findPrincipal(await sign(stranger))).toBeUndefined()
    const records = await db.database.query({
      text: `select from zvirka.audit where operation = 'user link' and user_id = $1`,
      values: [by.userId],
    })
    expect(records).toHaveLength(1)
    expect((await confirmLink(db.database, claims.email, undefined, by)).kind).toBe('refused')
  })

  test('is linked to an existing user automatically if so configured', async () => {
    const claims = somebody()
    await db.database.query({ text: 'insert into mithril.users (email) values ($1)', values: [claims.email] })
    const settings = { issuer: provider.issuer, audience: AUDIENCE, jwksUrl: undefined, linksByEmail: true }
    expect(await new Oidc(db.database, settings).findPrincipal(await sign(claims))).toMatchObject({
      email: claims.email,
    })
  })

  test('with a wrong or missing signature is refused', async () => {
    const foreign = await makeKey(provider.issuer)
    expect(await oidc.findPrincipal(await foreign.sign(somebody()))).toBeUndefined()
    const [, payload] = (await sign(somebody())).split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    expect(await oidc.findPrincipal(unsigned)).toBeUndefined()
  })

  test('of a blocked user is refused', async () => {
    const token = await sign(somebody())
    const { userId } = (await oidc.findPrincipal(token)) ?? {}
    await db.database.query({ text: 'update mithril.users set is_blocked = true where id = $1', values: [userId] })
    expect(await oidc.findPrincipal(token)).toBeUndefined()
  })

  test('issued before the user’s sessions were ended is refused, a later one is not', async () => {
    const claims = somebody()
    const now = Math.floor(Date.now() / 1000)
    const token = await sign({ ...claims, iat: now - 10 })
    const { userId = '', email = '' } = (await oidc.findPrincipal(token)) ?? {}
    expect((await blockUser(db.database, email, false, { userId })).kind).toBe('done')
    expect(await oidc.findPrincipal(token)).toBeUndefined()
    expect(await oidc.findPrincipal(await sign({ ...claims, iat: now + 4 }))).toBeDefined()
  })

  test('cannot be distinguished from an invalid one while the provider is unreachable', async () => {
    provider.answers = false
    const token = await sign(somebody())
    await expect(oidc.findPrincipal(token)).rejects.toThrow(ProviderUnreachableError)
    provider.answers = true
    expect(await oidc.findPrincipal(token)).toBeDefined()
  })
})
