/** JWTs of a real OpenID provider (the library oidc-provider) on this machine, whose keys rotate during the test. */
import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Oidc } from '../../src/access/oidc.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const AUDIENCE = 'https://zvirka.example'
const CLIENT = randomUUID()
const SECRET = randomUUID()

let db: TestDatabase
let handler: RequestListener = (_request, response) => response.destroy()
const server = createServer((request, response) => handler(request, response))
let issuer = ''

beforeAll(async () => {
  db = await createTestDatabase()
  await db.database.query({
    text: `insert into mithril.clients (id, name, client_type_id) select $1, 'НСЗУ', id from mithril.client_types where name = 'NHS'`,
    values: [CLIENT],
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await db.drop()
})

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' }
}

/** The provider with these keys; it signs with the first. */
function serve(keys: readonly JWK[]): void {
  const provider = new Provider(issuer, {
    jwks: { keys: [...keys] as never },
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        grant_types: ['client_credentials'],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [],
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'person:read audit:read',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => ({ email: 'service@example.org', email_verified: true }),
  })
  handler = provider.callback()
}

async function fetchToken(): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'audit:read', resource: AUDIENCE }),
  })
  const body = (await response.json()) as { access_token?: string }
  if (body.access_token === undefined) throw new Error(`no token: ${JSON.stringify(body)}`)
  return body.access_token
}

test('its tokens sign in, with its present keys and with rotated ones', async () => {
  const [old, next] = [await newKey(), await newKey()]
  serve([old])
  const oidc = new Oidc(db.database, { issuer, audience: AUDIENCE, jwksUrl: undefined, cooldownMilliseconds: 0 })
  const before = await fetchToken()
  const first = await oidc.findPrincipal(before)
  expect(first).toMatchObject({ email: 'service@example.org', clientId: CLIENT })

  serve([next, old])
  const after = await fetchToken()
  expect((await oidc.findPrincipal(after))?.userId).toBe(first?.userId)
  expect((await oidc.findPrincipal(before))?.userId).toBe(first?.userId)

  serve([next])
  const fresh = new Oidc(db.database, {
    issuer,
    audience: AUDIENCE,
    jwksUrl: `${issuer}/jwks`,
    cooldownMilliseconds: 0,
  })
  expect(await fresh.findPrincipal(before)).toBeUndefined()
  expect(await fresh.findPrincipal(after)).toBeDefined()
})
