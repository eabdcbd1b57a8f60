import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startTestApi({ maxBodyBytes: 1_048_576 })
  token = await api.token()
})
afterAll(() => api.close())

const ask = (query: string) => api.graphql(token, query)

describe('a request beyond the limits is answered 400, with errors, and is not executed', () => {
  test('5,000 levels', async () => {
    const depth = 5000
    const { status, body } = await ask(`${'{ node(id: "x") '.repeat(depth)}{ id }${' }'.repeat(depth)}`)
    expect(status).toBe(400)
    expect(body.errors.length).toBeGreaterThan(0)
  })

  test('10,000 aliases', async () => {
    const aliases = Array.from({ length: 10_000 }, (_, n) => `a${n}: viewer { userId }`).join(' ')
    const { status, body } = await ask(`{ ${aliases} }`)
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
    const { status } = await api.request('POST', '/graphql', { token, body })
    expect([400, 413]).toContain(status)
    const ten = await api.request('POST', '/graphql', { token, body: body.slice(0, 10) })
    expect([ten.status, ten.body.length]).toEqual([200, 10])
  })

  test('a body of more than the bytes that are read: 413', async () => {
    const { status } = await ask(`{ viewer { userId } } # ${'x'.repeat(1_100_000)}`)
    expect(status).toBe(413)
  })
})

describe('introspection', () => {
  test('is closed unless it is opened', async () => {
    const { body } = await ask('{ __schema { types { name } } }')
    expect(body.data?.__schema).toBeUndefined()
    expect(body.errors.length).toBeGreaterThan(0)
  })

  test('is not told by suggestions either', async () => {
    const { body } = await ask('{ viewr { userId } }')
    expect(body.errors[0].message).not.toMatch(/did you mean/i)
  })
})

describe('requests a minute', () => {
  test('are counted for a token and for an address, told in headers, and refused beyond with 429', async () => {
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

describe('every answer', () => {
  test('has the headers that keep browsers from guessing, framing and keeping it', async () => {
    const { headers } = await api.request('GET', '/nowhere')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  })
})
