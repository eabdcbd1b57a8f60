// Rules: spec 4.3.7
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startTestApi({ maxBodyBytes: 1_048_576 })
  token = await api.token()
  // Warm-up: compiling at the first request does not count.
  await ask('{ viewer { userId } }')
})
afterAll(() => api.close())

const ask = (query: string) => api.graphql(token, query)

describe('a request over the limits is answered 400 with errors and is not executed', () => {
  // Milliseconds, on an idle machine.
  const SOON = 500

  test('5,000 levels', async () => {
    const depth = 5000
    const began = performance.now()
    const { status, body } = await ask(`${'{ node(id: "x") '.repeat(depth)}{ id }${' }'.repeat(depth)}`)
    expect(performance.now() - began).toBeLessThan(SOON)
    expect(status).toBe(400)
    expect(body.errors.length).toBeGreaterThan(0)
  })

  test('10,000 aliases', async () => {
    const aliases = Array.from({ length: 10_000 }, (_, n) => `a${n}: viewer { userId }`).join(' ')
    const began = performance.now()
    const { status, body } = await ask(`{ ${aliases} }`)
    expect(performance.now() - began).toBeLessThan(SOON)
    expect(status).toBe(400)
    expect(body.errors.length).toBeGreaterThan(0)
  })

  test('40 aliases', async () => {
    const { status, body } = await ask(
      `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: viewer { userId }`).join(' ')} }`,
    )
    expect(status).toBe(400)
    expect(body.errors[0].message).toMatch(/alias/i)
  })

  test('a batch of 11', async () => {
    const body = Array.from({ length: 11 }, () => ({ query: '{ viewer { userId } }' }))
    const many = await api.request('POST', '/graphql', { token, body })
    expect(many.status).toBe(400)
    expect(many.body.errors.length).toBeGreaterThan(0)
    const ten = await api.request('POST', '/graphql', { token, body: body.slice(0, 10) })
    expect([ten.status, ten.body.length]).toEqual([200, 10])
  })

  test('a body over the size limit: 413', async () => {
    const { status } = await ask(`{ viewer { userId } } # ${'x'.repeat(1_100_000)}`)
    expect(status).toBe(413)
  })
})

describe('introspection', () => {
  test('is closed by default', async () => {
    const { body } = await ask('{ __schema { types { name } } }')
    expect(body.data?.__schema).toBeUndefined()
    expect(body.errors.length).toBeGreaterThan(0)
  })

  test('is not revealed by suggestions', async () => {
    const { body } = await ask('{ viewr { userId } }')
    expect(body.errors[0].message).not.toMatch(/did you mean/i)
  })

  test('is not revealed by suggestions of enums and inputs, in the document or in variables', async () => {
    const inVariables = await api.graphql(
      token,
      'query ($filter: PersonFilter) { persons(first: 1, filter: $filter) { totalCount } }',
      { filter: { verificationStatus: 'VERIFIE', taxd: '1' } },
    )
    const inDocument = await ask(
      '{ persons(first: 1, filter: { verificationStatus: VERIFIE, taxd: "1" }) { totalCount } }',
    )
    for (const { body } of [inVariables, inDocument]) {
      expect(body.errors.length).toBeGreaterThan(0)
      expect(JSON.stringify(body)).not.toMatch(/did you mean|VERIFICATION_NEEDED|taxId/i)
    }
  })
})

describe('the rate limit', () => {
  test('counts requests per token and per address, reports in headers, and refuses the rest with 429', async () => {
    const limited = await startTestApi({ rateLimits: { token: 3, address: 5 } })
    try {
      const [one, other] = [await limited.token(), await limited.token()]
      const get = (with_: string) => limited.request('GET', '/nowhere', { token: with_ })
      const statuses = []
      for (let n = 0; n < 4; n += 1) statuses.push((await get(one)).status)
      expect(statuses).toEqual([404, 404, 404, 429])
      const last = await get(other)
      expect([last.status, last.headers.get('ratelimit-limit')]).toEqual([404, '3'])
      const refused = await get(other)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(refused.body.error).toEqual({ type: 'too_many_requests', message: 'API rate limit exceeded' })
    } finally {
      await limited.close()
    }
  })
})

describe('a token’s limit', () => {
  test('counts per token, however the header is written', async () => {
    const limited = await startTestApi({ rateLimits: { token: 3, address: undefined } })
    try {
      const held = await limited.token()
      const statuses = []
      for (const word of ['Bearer ', 'bearer ', 'bEaReR   ', 'BEARER  '])
        statuses.push(
          (await limited.request('GET', '/nowhere', { headers: { authorization: `${word}${held}` } })).status,
        )
      expect(statuses).toEqual([404, 404, 404, 429])
    } finally {
      await limited.close()
    }
  })
})

describe('behind a reverse proxy', () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' } })

  test('the client’s address comes from a trusted proxy, IPv6 by network, and its X-Forwarded-Proto is used', async () => {
    const limited = await startTestApi({
      rateLimits: { token: undefined, address: 2 },
      trustedProxies: ['127.0.0.0/8'],
    })
    try {
      const statuses = []
      for (const address of [
        '192.0.2.1',
        '::ffff:192.0.2.1',
        '192.0.2.1',
        '192.0.2.2',
        '2001:db8::1',
        '2001:db8::2',
        '2001:db8::3',
      ])
        statuses.push((await limited.request('GET', '/nowhere', from(address))).status)
      expect(statuses).toEqual([404, 404, 429, 404, 404, 404, 429])
      const { body } = await limited.request('GET', '/nowhere', from('192.0.2.3'))
      expect(body.meta.url).toMatch(/^https:/)
    } finally {
      await limited.close()
    }
  })

  test('headers of other peers are ignored', async () => {
    const limited = await startTestApi({ rateLimits: { token: undefined, address: 1 }, trustedProxies: ['10.0.0.0/8'] })
    try {
      expect((await limited.request('GET', '/nowhere', from('192.0.2.1'))).body.meta.url).toMatch(/^http:/)
      expect((await limited.request('GET', '/nowhere', from('192.0.2.2'))).status).toBe(429)
    } finally {
      await limited.close()
    }
  })
})

describe('every answer', () => {
  test.each([
    ['what there is not', 'GET', '/nowhere', {}, 404],
    ['no token', 'GET', '/api/events', {}, 401],
    ['GraphQL without a token', 'POST', '/graphql', {}, 401],
    ['GraphQL', 'POST', '/graphql', { query: '{ viewer { userId } }' }, 200],
    ['a broken query', 'POST', '/graphql', { query: '{' }, 400],
    ['another method', 'PATCH', '/api/events', {}, 405],
    ['what cannot be decoded', 'GET', '/api/persons/%zz/verification', {}, 404],
    ['the document', 'GET', '/openapi.json', {}, 200],
  ])('has the headers against content sniffing, framing and caching: %s', async (_, method, path, body, status) => {
    const needsBody = method !== 'GET' ? { body } : {}
    const answer = await api.request(method, path, { ...(status === 401 ? {} : { token }), ...needsBody })
    expect(answer.status).toBe(status)
    const { headers } = answer
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/)
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
    expect(JSON.stringify(answer.body)).not.toMatch(/\.ts:\d|node_modules|\n +at /)
  })

  test('to a cross-origin request allows nothing', async () => {
    const asked = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    for (const path of ['/graphql', '/oauth/tokens', '/api/events']) {
      const { status, headers } = await api.request('OPTIONS', path, { token, headers: asked })
      expect([path, status]).toEqual([path, 405])
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})
