/** Signing in at an OpenID provider in the browser: the library oidc-provider, its own forms, and our page. */
import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { confirmLink } from '../../src/access/links.ts'
import { Oidc } from '../../src/access/oidc.ts'
import { type Authenticate, tokenAuthentication } from '../../src/api/enforce.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { expectSound, openPage } from './browser.ts'
import { builtPage } from './world.ts'

const AUDIENCE = 'https://zvirka.example'
const EMAIL = 'olena@nszu.example'
const SCOPE = 'verification_run:read verification_run:write'

let api: TestApi
let handler: RequestListener = (_request, response) => response.destroy()
const server = createServer((request, response) => handler(request, response))
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A different host name from ours: another site.
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const clientId = randomUUID()
  const oidc = { issuer, audience: AUDIENCE, clientId, scope: `openid email ${SCOPE}` }
  let authenticate: Authenticate | undefined
  const late = async (token: string) => authenticate?.(token)
  api = await startTestApi({
    page: await builtPage({ isDemo: false, oidc }),
    authenticate: Object.assign(late, { all: async () => new Map() }),
  })
  const { database } = api.db
  authenticate = tokenAuthentication(database, new Oidc(database, { issuer, audience: AUDIENCE, jwksUrl: undefined }))
  await addClientWithUser(clientId)
  handler = await provider(issuer, clientId)
})
afterAll(async () => {
  await api.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function addClientWithUser(id: string): Promise<void> {
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({
    text: `insert into prm.legal_entities (id, name, type, status) values ($1, 'НСЗУ', 'NHS', 'ACTIVE')`,
    values: [id],
  })
  await owner.query({
    text: `insert into mithril.clients (id, name, client_type_id) select $1, 'НСЗУ', id from mithril.client_types where name = 'NHS'`,
    values: [id],
  })
  await api.user({ email: EMAIL, role: 'NHS OPERATOR', client: { id, type: 'NHS' } })
}

async function provider(issuer: string, clientId: string): Promise<RequestListener> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' }
  const made = new Provider(issuer, {
    jwks: { keys: [key] as never },
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [`${api.url}/signed-in`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    clientBasedCORS: () => true,
    cookies: { keys: [randomUUID()] },
    features: {
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          ...{ scope: SCOPE, audience: AUDIENCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } },
        }),
      },
    },
    extraTokenClaims: () => ({ email: EMAIL, email_verified: true }),
  })
  return made.callback()
}

/** Goes to the provider and through its forms; the browser is then on its way back. */
async function signInAtProvider(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Увійти через корпоративний обліковий запис' }).click()
  await page.locator('input[name=login]').fill('olena')
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit]').click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('an account with a user’s e-mail must wait for an administrator, and signs in once it is linked', async () => {
  const opened = await openPage(`${api.url}/runs`)
  await signInAtProvider(opened.page)
  await opened.page.getByText('Адміністратор має підтвердити, що цей обліковий запис ваш.').waitFor()
  await expectSound(opened)
  await opened.close()
  expect((await confirmLink(api.db.database, EMAIL, undefined, { userId: randomUUID() })).kind).toBe('done')
})

test('signing in with the provider returns to the requested URL, with a masking token', async () => {
  const opened = await openPage(`${api.url}/runs?state=FAILED`)
  const { page } = opened
  const button = page.getByRole('button', { name: 'Увійти через корпоративний обліковий запис' })
  await button.waitFor()
  await expectSound(opened)
  const exchanging = page.waitForRequest((request) => request.url().endsWith('/oauth/tokens/exchange'))
  // Read at once: after the browser has moved on, the response is gone.
  const issuing = page
    .waitForResponse((response) => response.url().endsWith('/token'))
    .then((response) => response.json() as Promise<{ id_token: string }>)
  await signInAtProvider(page)
  const jwt = ((await exchanging).headers()['authorization'] ?? '').replace('Bearer ', '')
  const { id_token: idToken } = await issuing
  await page.getByRole('heading', { name: 'Запуски' }).waitFor()
  expect(page.url()).toBe(`${api.url}/runs?state=FAILED`)
  await page.getByText('Немає запусків із такими фільтрами').waitFor()
  const token = await page.evaluate<string>(`sessionStorage.getItem('zvirka.token')`)
  const { body } = await api.graphql(token, '{ viewer { email masked } }')
  expect(body.data.viewer).toEqual({ email: EMAIL, masked: true })
  expect(await page.evaluate(`sessionStorage.getItem('zvirka.oidc')`)).toBeNull()
  // An id token is not accepted as an access token, and a provider's access token can be ended only by the provider.
  expect((await api.request('POST', '/oauth/tokens/exchange', { token: idToken })).status).toBe(401)
  const ended = await api.request('DELETE', '/oauth/tokens', { token: jwt })
  expect([ended.status, ended.body.error.type]).toEqual([409, 'request_conflict'])
  expect((await api.request('POST', '/oauth/tokens/exchange', { token: jwt })).status).toBe(201)
  await opened.close()
})

test('a response to somebody else’s request signs nobody in', async () => {
  const opened = await openPage(`${api.url}/runs`)
  const { page } = opened
  await page.route(
    '**/auth?**',
    (route) => {
      const url = new URL(route.request().url())
      url.searchParams.set('nonce', 'of another browser')
      return route.continue({ url: url.href })
    },
    { times: 1 },
  )
  await signInAtProvider(page)
  await page.getByText('Не вдалося увійти через корпоративний обліковий запис.').waitFor()
  expect(await page.evaluate(`sessionStorage.getItem('zvirka.token')`)).toBeNull()
  await opened.close()
})

test('a response without a request signs nobody in', async () => {
  const opened = await openPage(`${api.url}/signed-in?code=stolen&state=guessed`)
  const { page } = opened
  await page.getByText('Не вдалося увійти через корпоративний обліковий запис.').waitFor()
  expect(await page.evaluate(`sessionStorage.getItem('zvirka.token')`)).toBeNull()
  expect(page.url()).toBe(`${api.url}/signed-in`)
  await opened.close()
})
