/** Progress streams (server-sent events): who may read them, for how long, and how they end. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts'
import { until } from '../support/until.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let metrics: Metrics
let run: string
beforeAll(async () => {
  metrics = createMetrics()
  const workLimits = { token: 100_000, process: 300_000, streams: { token: 8, process: 9 } }
  api = await startTestApi({ meter: metrics.api(), workLimits })
  const [row] = await api.db.database.query<{ id: string }>({
    text: `insert into zvirka.runs (process, state, cause, started_by, due_before)
           values ('dms_passport/person', 'running', 'schedule', gen_random_uuid(), now()) returning id`,
  })
  run = Buffer.from(`VerificationRun:${row?.id}`).toString('base64')
})
afterAll(() => metrics.close())

/** Follows the run; `read` returns the text up to a match, or to the end. */
async function follow(token: string, id = run) {
  const ending = new AbortController()
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription ($id: ID!) { verificationRunProgress(id: $id) { state } }',
      variables: { id },
    }),
    signal: ending.signal,
  })
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    ...{ status: response.status, headers: response.headers },
    async read(match?: RegExp): Promise<string> {
      for (;;) {
        if (match?.test(text)) return text
        const { done, value } = (await chunks?.read()) ?? { done: true, value: undefined }
        if (done) return text
        text += value
      }
    },
    leave: () => ending.abort(),
  }
}

const openStreams = async () => Number(/^zvirka_http_streams (\d+)$/m.exec(await metrics.text())?.[1])

describe('a stream', () => {
  test('carries the request id in each result, and is counted while it is open', async () => {
    const stream = await follow(await api.token())
    const text = await stream.read(/RUNNING/)
    const [, data = ''] = /^data: (\{.*\})$/m.exec(text) ?? []
    expect(JSON.parse(data)).toEqual({
      data: { verificationRunProgress: { state: 'RUNNING' } },
      extensions: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
    expect(await openStreams()).toBe(1)
    stream.leave()
    await until('the end of the stream', async () => (await openStreams()) === 0)
  })

  test.each([
    ['is revoked', 'delete from mithril.tokens'],
    ['runs out', `update mithril.tokens set expires_at = now() - interval '1 second'`],
    ['is of a user who is blocked', 'update mithril.users set is_blocked = true'],
  ])('ends when its token %s', async (_, change) => {
    const stream = await follow(await api.token())
    await stream.read(/RUNNING/)
    await api.db.open({ role: 'zvirka_owner', max: 1 }).query({ text: change })
    const text = await stream.read()
    expect(text).toMatch(/"message":"Invalid access token".*"code":"UNAUTHENTICATED"/)
    expect(text).toMatch(/event: complete\s*(data:)?\s*$/)
  })

  test('ends when its user loses the role', async () => {
    const stream = await follow(await api.token())
    await stream.read(/RUNNING/)
    await api.db.open({ role: 'zvirka_owner', max: 1 }).query({ text: 'delete from mithril.user_roles' })
    expect(await stream.read()).toMatch(/Missing allowances: verification_run:read/)
  })

  test('of an unknown run says so', async () => {
    const id = Buffer.from('VerificationRun:00000000-0000-4000-8000-000000000000').toString('base64')
    expect(await (await follow(await api.token(), id)).read()).toMatch(/Verification run not found.*NOT_FOUND/)
  })

  test('of a run shares its reads with all others', async () => {
    const token = await api.token()
    const asked = vi.spyOn(api.db.database, 'query')
    const reads = () => asked.mock.calls.filter(([{ text }]) => /\bzvirka\.runs\b/.test(text)).length
    const began = performance.now()
    const streams = await Promise.all(Array.from({ length: 8 }, () => follow(token)))
    await Promise.all(streams.map((stream) => stream.read(/RUNNING/)))
    // One more read for each second, not one for each follower.
    expect(reads()).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - began) / 1000))
    asked.mockRestore()
    for (const stream of streams) stream.leave()
    await until('the end of the streams', async () => (await openStreams()) === 0)
  })

  test('is refused to a token that has eight open, and allowed again after one has ended', async () => {
    const token = await api.token()
    const streams = await Promise.all(Array.from({ length: 8 }, () => follow(token)))
    await Promise.all(streams.map((stream) => stream.read(/RUNNING/)))
    const ninth = await follow(token)
    expect([ninth.status, ninth.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await ninth.read()).toMatch(/This token has too many streams open/)
    const other = await follow(await api.token())
    await other.read(/RUNNING/)
    // All tokens together may have nine here.
    const tenth = await follow(await api.token())
    expect([tenth.status, await tenth.read()]).toEqual([503, expect.stringMatching(/Too many streams are open/)])
    streams[0]?.leave()
    await until('a place', async () => (await openStreams()) === 8)
    const again = await follow(token)
    expect(await again.read(/RUNNING/)).toContain('RUNNING')
    for (const stream of [...streams, other, again]) stream.leave()
    await until('the end of the streams', async () => (await openStreams()) === 0)
  })

  test('has its token checked together with all others, by one statement a second', async () => {
    const tokens = await Promise.all(Array.from({ length: 3 }, () => api.token()))
    const streams = await Promise.all(Array.from({ length: 9 }, (_, n) => follow(tokens[n % 3] ?? '')))
    await Promise.all(streams.map((stream) => stream.read(/RUNNING/)))
    const asked = vi.spyOn(api.db.database, 'query')
    const began = performance.now()
    await Promise.all(streams.map((stream) => stream.read(/(RUNNING.*){4}/s)))
    const statements = asked.mock.calls.filter(([{ text }]) => /\bmithril\.tokens\b/.test(text)).length
    asked.mockRestore()
    expect(statements).toBeGreaterThan(1)
    expect(statements).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - began) / 1000))
    for (const stream of streams) stream.leave()
    await until('the end of the streams', async () => (await openStreams()) === 0)
  })

  // Last, because it closes the server.
  test('ends with the server, which does not wait for the run', async () => {
    const stream = await follow(await api.token())
    await stream.read(/RUNNING/)
    // A client that has connected and sent nothing: until it leaves nothing would close the connection.
    const silent = connect(Number(new URL(api.url).port), '127.0.0.1')
    await once(silent, 'connect')
    const began = performance.now()
    const closing = api.close()
    await stream.read()
    expect(performance.now() - began).toBeLessThan(900)
    await closing
    // Nor does it wait for the connection that the client keeps open.
    expect(performance.now() - began).toBeLessThan(3000)
  })
})
