// Rules: spec 6.1.1, 6.2.1
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/database/database.ts'
import { startTestApi, type TestApi } from '../api.ts'
import { expectDocumented, startRest } from './rest.ts'

let api: TestApi
let nhs: string
let platform: string
beforeAll(async () => {
  api = await startRest()
  nhs = await api.token({ role: 'NHS ADMIN' })
  platform = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') })
})
afterAll(() => api.close())

const ID = '5ac51ea2-7e5c-4b0d-a1a5-9ddb3a1dbd4f'
const PERSON = `/api/persons/${ID}`
const json = { 'content-type': 'application/json' }

describe('an error', () => {
  test('is in the envelope, with the request id and the address without its query', async () => {
    const { status, headers, body } = await api.request('GET', `${PERSON}/verification?tax_id=1`, {
      token: nhs,
      headers: { 'x-request-id': 'mine-1' },
    })
    expect(status).toBe(404)
    expect(headers.get('x-request-id')).toBe('mine-1')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(body).toEqual({
      meta: { url: `${api.url}${PERSON}/verification`, type: 'object', code: 404, request_id: 'mine-1' },
      error: { type: 'not_found', message: 'There is no such person, or the person has no verification' },
    })
  })

  test.each([
    ['{"last_name":', 400, 'request_malformed', 'Malformed request. Probably, you have sent corrupted JSON.'],
    ['', 400, 'request_malformed', 'Malformed request. Probably, you have sent corrupted JSON.'],
    [
      'null',
      422,
      'validation_failed',
      'Validation failed. You can find validators description at our API Manifest: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors.',
    ],
  ])('is reported for the body %j', async (sent, status, type, message) => {
    const answer = await api.request('PUT', PERSON, { token: platform, body: sent, headers: json })
    expect([answer.status, answer.body.error.type, answer.body.error.message]).toEqual([status, type, message])
  })

  test('is 400 without a body', async () => {
    expect((await api.request('PUT', PERSON, { token: platform })).status).toBe(400)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    'is 415 for a body of %s',
    async (type) => {
      const { status, body } = await api.request('PUT', PERSON, {
        token: platform,
        body: '{}',
        headers: { 'content-type': type },
      })
      expect([status, body.error.type]).toEqual([415, 'content_type_invalid'])
    },
  )

  test('is 413 for a body that is too large', async () => {
    const body = { last_name: 'Ж'.repeat(1_048_576) }
    const answer = await api.request('PUT', PERSON, { token: platform, body })
    expect([answer.status, answer.body.error.type]).toEqual([413, 'request_too_large'])
  })

  test('is 401 without a token and with an invalid one, before the body is read', async () => {
    const none = await api.request('PUT', PERSON, { body: '{', headers: json })
    expect([none.status, none.body.error]).toEqual([
      401,
      { type: 'access_denied', message: "Authorization header is not set or doesn't contain Bearer token" },
    ])
    const bad = await api.request('PUT', PERSON, { token: 'bad', body: '{', headers: json })
    expect([bad.status, bad.body.error]).toEqual([401, { type: 'access_denied', message: 'Invalid access token' }])
  })

  test('is 403 without the scope, before the body is read', async () => {
    const answer = await api.request('PUT', PERSON, { token: nhs, body: '{', headers: json })
    expect([answer.status, answer.body.error]).toEqual([
      403,
      {
        type: 'forbidden',
        message: 'Your scope does not allow to access this resource. Missing allowances: person:write',
      },
    ])
  })

  test.each(['/', '/api', '/api/persons', '/api/nothing', '/api/persons/1/2/3', '/.env'])(
    'is 404 at %s',
    async (path) => {
      const { status, body } = await api.request('POST', path, { body: {} })
      expect([status, body.error.type]).toEqual([404, 'not_found'])
    },
  )

  test.each([
    ['POST', '/api/persons/verifications', 'GET, HEAD'],
    // Not a person with the id `verifications`.
    ['PUT', '/api/persons/verifications', 'GET, HEAD'],
    ['DELETE', `/api/persons/${ID}/verification`, 'GET, HEAD, PATCH'],
    ['GET', PERSON, 'PUT'],
    ['POST', '/api/parties/x/verification', 'GET, HEAD, PATCH'],
    ['PATCH', '/api/global_parameters/', 'GET, HEAD, PUT'],
    ['OPTIONS', '/api/events', 'GET, HEAD'],
    ['PROPFIND', '/api/events', 'GET, HEAD'],
  ])('is 405 for %s %s, and lists the allowed methods', async (method, path, allow) => {
    const { status, headers, body } = await api.request(method, path)
    expect([status, headers.get('allow'), body.error.type]).toEqual([405, allow, 'method_not_allowed'])
  })

  test.each(['/api/persons/%zz/verification', '/api/persons/%00/verification'])('is not 500 at %s', async (path) => {
    const { status, body } = await api.request('GET', path, { token: nhs })
    expect([400, 404]).toContain(status)
    expect(body.meta.code).toBe(status)
  })

  test('is 400 for text that the database cannot store, in any field', async () => {
    const nul = String.fromCharCode(0)
    const login = { grant_type: 'password', email: `a${nul}@example.org`, password: 'x', client_id: ID }
    const answers = [
      await api.request('GET', '/api/events?entity_type=a%00', { token: nhs }),
      await api.request('PUT', '/api/global_parameters', { token: nhs, body: { adult_title: nul } }),
      await api.request('POST', '/oauth/tokens', { body: { token: login } }),
    ]
    for (const { status, body } of answers) expect([status, body.error.type]).toEqual([400, 'request_malformed'])
  })

  test.each([
    ['a list in a list', '['.repeat(200_000) + ']'.repeat(200_000), 422],
    ['phones in phones', `{"phones":[${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}]}`, 422],
    ['a prototype', '{"__proto__":{"isAdmin":true}}', 400],
  ])('is reported without delay for %s', async (_, body, expected) => {
    const began = performance.now()
    const { status } = await api.request('PUT', `/api/parties/${ID}`, { token: platform, body, headers: json })
    expect(status).toBe(expected)
    expect(performance.now() - began).toBeLessThan(2000)
  })

  test('inside the server reveals nothing, and is logged without the request’s content', async () => {
    await api.db.open({ role: 'zvirka_owner', max: 1 }).query({ text: 'alter table ops.declarations rename to gone' })
    const { status, body } = await api.request('GET', `/api/persons/verifications?employee_id=${ID}`, { token: nhs })
    expect(status).toBe(500)
    expect(body.error).toEqual({ type: 'internal_error', message: 'Internal server error' })
    expect(api.logged.map(({ message }) => message)).toContain('a request failed inside')
  })
})

describe('without its database', () => {
  test('the API answers 503, and does not reveal the database’s address', async () => {
    const other = await startRest()
    const token = await other.token({ role: 'NHS ADMIN' })
    const administrator = openDatabase({ url: api.db.url, role: 'zvirka_owner', applicationName: 'tests', max: 1 })
    const name = new URL(other.db.url).pathname.slice(1)
    await administrator.query({ text: 'set role none' })
    await administrator.query({ text: `alter database ${name} with allow_connections false` })
    await administrator.query({
      text: 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      values: [name],
    })
    const { status, body } = await other.request('GET', '/api/global_parameters', { token })
    expect([status, body.error]).toEqual([503, { type: 'internal_error', message: 'Internal server error' }])
    await administrator.query({ text: `alter database ${name} with allow_connections true` })
    expect((await other.request('GET', '/api/global_parameters', { token })).status).toBe(200)
    await administrator.close()
    await other.close()
  })
})

describe('the rate limit', () => {
  test('is answered 429 in the envelope, with the request id and Retry-After', async () => {
    const other = await startTestApi({ rateLimits: { token: undefined, address: 1 } })
    await other.request('GET', '/api/events')
    const answer = await other.request('GET', '/api/events', { headers: { 'x-request-id': 'mine-2' } })
    expectDocumented('GET', '/api/events', answer)
    const { status, headers, body } = answer
    expect([status, headers.get('x-request-id'), body.meta.request_id]).toEqual([429, 'mine-2', 'mine-2'])
    expect(body.error).toEqual({ type: 'too_many_requests', message: 'API rate limit exceeded' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    await other.close()
  })

  test('HEAD is answered like GET without a body', async () => {
    const { status, body } = await api.request('HEAD', '/api/global_parameters', { token: nhs })
    expect([status, body]).toEqual([200, undefined])
  })

  test('invalid HTTP closes the connection safely', async () => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => undefined)
    socket.resume()
    socket.write('\0\0\0 nonsense\r\n\r\n')
    await closed
    expect((await api.request('GET', '/api/global_parameters', { token: nhs })).status).toBe(200)
  })
})
