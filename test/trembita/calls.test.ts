// Rules: spec 3.2.6, 3.2.8
/** Calls over real sockets to servers that do everything wrong (spec 3.2, 2.6). */
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { reveal } from '../../src/privacy/sensitive.ts'
import { createRegistries, type Registries, type StatusCallResult } from '../../src/registries/registries.ts'
import type { Attempt, FailedAttempt } from '../../src/trembita/call.ts'
import type { ClientOptions } from '../../src/trembita/client.ts'
import type { TrembitaSettings } from '../../src/trembita/settings.ts'
import {
  answer,
  envelope,
  fault11,
  fault12,
  groupsOf,
  headerBlocks,
  settings,
  soap12,
  statusBody,
} from './support/messages.ts'
import {
  answerNotFound,
  type Behaviour,
  reply,
  startServer,
  startTcpServer,
  type TestServer,
  unusedUrl,
} from './support/server.ts'

const question = { passType: '0101', pasSerial: 'АА', pasNumber: '123456' } as const
const detailId = 'd8b1d4b2-6f1c-4b5e-8f58-0d1d5a9f3f6d'
const cleanups: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Opened {
  readonly registries: Registries
  readonly attempts: Attempt[]
  readonly lines: FailedAttempt[]
}

function open(
  urls: readonly string[],
  { concurrency = 16, ...changed }: Partial<TrembitaSettings & { readonly concurrency: number }> = {},
  onFaultText: ClientOptions['onFaultText'] = () => undefined,
): Opened {
  const attempts: Attempt[] = []
  const lines: FailedAttempt[] = []
  const registries = createRegistries({
    settings: { ...settings, urls, groups: groupsOf(undefined, { concurrency }), ...changed },
    observe: (attempt) => attempts.push(attempt),
    log: { warn: (fields) => lines.push(fields) },
    onFaultText,
    random: () => 0,
  })
  cleanups.push(() => registries.close())
  return { registries, attempts, lines }
}

async function serve(behaviour?: Behaviour): Promise<TestServer> {
  const server = await startServer(behaviour)
  cleanups.push(() => server.close())
  return server
}

async function serveTcp(behave: Parameters<typeof startTcpServer>[0]): Promise<string> {
  const server = await startTcpServer(behave)
  cleanups.push(() => server.close())
  return server.url
}

const codeOf = (result: StatusCallResult) => (result.kind === 'technical_error' ? result.code : result.kind)

describe('a call', () => {
  test('returns the answer, its message id and one attempt', async () => {
    const server = await serve(reply(200, (id) => answer(id, statusBody('1'))))
    const { registries, attempts, lines } = open([server.url])
    const result = await registries.checkPassportDmsStatus(question)
    expect(result).toMatchObject({ kind: 'answer', value: { status: 1, description: '' }, attempts: 1 })
    expect(result).toMatchObject({ messageId: server.requests[0]?.id })
    expect(attempts).toMatchObject([{ service: 'CheckPassportDMSStatus', outcome: 'answer' }])
    expect(lines).toEqual([])
  })

  test('is a POST to the root path with the headers of its SOAP version, and offers no compression', async () => {
    const server = await serve()
    await open([server.url]).registries.checkPassportDmsStatus(question)
    const { method, url, headers } = server.requests[0]?.http ?? {}
    expect([method, url]).toEqual(['POST', '/'])
    expect(headers).toMatchObject({
      'content-type': 'application/soap+xml;charset=UTF-8;action="urn:CheckPassportDMSStatus"',
    })
    expect(headers).not.toHaveProperty('accept-encoding')
    expect(headers).not.toHaveProperty('soapaction')
  })

  test('has a new id each time, and reuses connections', async () => {
    const server = await serve()
    const { registries } = open([server.url])
    for (let n = 0; n < 5; n += 1) await registries.checkPassportDmsStatus(question)
    expect(new Set(server.requests.map(({ id }) => id)).size).toBe(5)
    // A second connection is opened if the next call begins before the first one is quite free.
    expect(new Set(server.requests.map(({ http }) => http.socket.remotePort)).size).toBeLessThan(3)
  })

  test('that cannot be written in XML is a subject error and is not sent', async () => {
    const server = await serve()
    const { registries } = open([server.url])
    const result = await registries.checkPassportDmsStatus({ passType: '0101', pasNumber: '12\u0000' })
    expect(result).toMatchObject({ kind: 'technical_error', whose: 'subject', code: 'unsendable', messageId: null })
    expect(server.requests).toEqual([])
  })
})

const html = '<html><body><h1>Bad Gateway</h1><br></body></html>'
const retried = 2

/** What the other side does, the code, whose error it is, and the number of retries (the budget allows one). */
const misbehaviours: readonly [string, Behaviour, string, 'subject' | 'service', number?][] = [
  ['Status -1', reply(200, (id) => answer(id, statusBody('-1'))), 'status_-1', 'subject'],
  ['Status -2', reply(200, (id) => answer(id, statusBody('-2'))), 'status_-2', 'service'],
  ['an unknown Status', reply(200, (id) => answer(id, statusBody('2'))), 'status_unknown', 'subject'],
  [
    'no Status',
    reply(200, (id) => answer(id, '<r:CheckPassportDMSStatusResponse xmlns:r="urn:r"/>')),
    'status_missing',
    'service',
  ],
  ['HTTP 500 with HTML', reply(500, html), 'http_500', 'service'],
  ['HTTP 502 with HTML', reply(502, html), 'http_502', 'service'],
  ['HTTP 503 without a body', reply(503, ''), 'http_503', 'service'],
  ['an answer with HTTP 500', reply(500, (id) => answer(id)), 'http_500', 'service'],
  ['HTML with HTTP 200', reply(200, html), 'malformed_xml', 'service'],
  ['plain text', reply(200, 'busy'), 'malformed_xml', 'service'],
  ['an empty body', reply(200, ''), 'empty', 'service'],
  ['HTTP 204', reply(204, ''), 'http_204', 'service'],
  [
    'a fault of SOAP 1.1 with HTTP 200',
    reply(200, envelope(undefined, fault11('s:Server.ServerProxy.AccessDenied'))),
    'Server.ServerProxy.AccessDenied',
    'service',
  ],
  ['a fault of SOAP 1.1 with HTTP 500', reply(500, envelope(undefined, fault11('s:Client'))), 'Client', 'subject'],
  [
    'a fault of SOAP 1.2 with HTTP 200',
    reply(200, envelope(undefined, fault12('s:Sender', 'app:BadNumber'), soap12)),
    'BadNumber',
    'subject',
  ],
  [
    'a fault of SOAP 1.2 with HTTP 500',
    reply(500, envelope(undefined, fault12('s:Receiver'), soap12)),
    'Receiver',
    'service',
  ],
  [
    'a fault worth a retry',
    reply(200, envelope(undefined, fault11('server.client_proxy.network_error'))),
    'Server.ClientProxy.NetworkError',
    'service',
    retried,
  ],
  ['XML cut off', reply(200, (id) => answer(id).slice(0, -40)), 'malformed_xml', 'service'],
  ['the answer to another request', reply(200, answer(detailId)), 'other_request', 'service'],
  [
    'an answer without the id',
    reply(200, (id) => answer(id).replace(headerBlocks(id).id, '')),
    'other_request',
    'service',
  ],
  [
    'an answer with the id twice',
    reply(200, (id) => answer(id).replace(headerBlocks(id).id, headerBlocks(id).id.repeat(2))),
    'other_request',
    'service',
  ],
  ['a DOCTYPE', reply(200, (id) => `<!DOCTYPE s:Envelope>${answer(id)}`), 'doctype', 'service'],
  [
    'an entity trick',
    reply(200, (id) => `<!DOCTYPE x [<!ENTITY s "0">]>${answer(id, statusBody('&s;'))}`),
    'doctype',
    'service',
  ],
  ['an undefined entity', reply(200, (id) => answer(id, statusBody('&zero;'))), 'malformed_xml', 'service'],
  [
    'nesting beyond 64',
    reply(200, (id) => answer(id, `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`)),
    'too_deep',
    'service',
  ],
  ['an oversized answer', reply(200, (id) => answer(id).padEnd(1_048_577)), 'oversized', 'service'],
  [
    'an oversized answer of unknown length',
    ({ id }, response) => {
      response.write(answer(id))
      response.end(' '.repeat(1_048_576))
    },
    'oversized',
    'service',
  ],
  [
    'a compressed answer',
    ({ id }, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(answer(id)))
    },
    'compressed',
    'service',
  ],
  [
    'another encoding',
    reply(200, (id) => `<?xml version="1.0" encoding="KOI8-U"?>${answer(id)}`),
    'not_utf8',
    'service',
  ],
  [
    'bytes of another encoding',
    ({ id }, response) => {
      response.end(Buffer.from(answer(id, statusBody('0').replace('>0<', '>\u00e9<')), 'latin1'))
    },
    'not_utf8',
    'service',
  ],
  ['a hang', () => undefined, 'timeout', 'service', retried],
  [
    'a hang after the headers',
    (_request, response) => {
      response.flushHeaders()
    },
    'timeout',
    'service',
    retried,
  ],
  [
    'a reset',
    ({ http }) => {
      http.socket.resetAndDestroy()
    },
    'connection_reset',
    'service',
    retried,
  ],
  [
    'a reset in mid-body',
    ({ http, id }, response) => {
      response.writeHead(200, { 'content-length': '5000' })
      response.write(answer(id), () => http.socket.resetAndDestroy())
    },
    'connection_reset',
    'service',
    retried,
  ],
  [
    'an end in mid-body',
    ({ http, id }, response) => {
      response.writeHead(200, { 'content-length': '5000' })
      response.write(answer(id), () => http.socket.end())
    },
    'connection_reset',
    'service',
    retried,
  ],
]

describe('a technical error is', () => {
  test.each(misbehaviours)('%s', async (_what, behaviour, code, whose, attempts = 1) => {
    const server = await serve(behaviour)
    // Only calls that never get an answer need a short timeout.
    const opened = open([server.url], { timeoutMs: code === 'timeout' ? 150 : 10_000 })
    const result = await opened.registries.checkPassportDmsStatus(question)
    expect(result).toMatchObject({
      kind: 'technical_error',
      code,
      whose,
      attempts,
      messageId: server.requests.at(-1)?.id,
    })
    expect(server.requests).toHaveLength(attempts)
    expect(opened.lines).toHaveLength(attempts)
    expect(JSON.stringify([opened.lines, opened.attempts, result])).not.toMatch(/123456|АА/)
    expect(opened.attempts.map(({ outcome }) => outcome)).toEqual(Array(attempts).fill(`${whose}_error`))
    // Whatever happened, the next call is answered.
    server.behave(answerNotFound)
    expect(codeOf(await opened.registries.checkPassportDmsStatus(question))).toBe('answer')
  })

  test('a refused connection', async () => {
    const { registries, lines } = open([await unusedUrl()])
    expect(await registries.checkPassportDmsStatus(question)).toMatchObject({
      code: 'connection_refused',
      whose: 'service',
      attempts: 2,
    })
    expect(lines).toHaveLength(2)
  })

  test('an unknown host name', async () => {
    const { registries } = open(['http://no-such-server.invalid'])
    expect(codeOf(await registries.checkPassportDmsStatus(question, { retry: false }))).toBe('name_not_resolved')
  })

  test('a response that is not HTTP', async () => {
    const url = await serveTcp((socket) => socket.end('220 mail.example ESMTP\r\n'))
    expect(codeOf(await open([url]).registries.checkPassportDmsStatus(question))).toBe('malformed_http')
  })

  test('endless headers', async () => {
    const url = await serveTcp((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`))
    expect(codeOf(await open([url]).registries.checkPassportDmsStatus(question))).toBe('headers_too_large')
  })
})

describe('the time limit', () => {
  test('covers the whole attempt: a slow server cannot extend it', async () => {
    const server = await serve(({ id }, response) => {
      const bytes = Buffer.from(answer(id))
      let at = 0
      const timer = setInterval(() => {
        response.write(bytes.subarray(at, at + 1))
        at += 1
      }, 10)
      response.on('close', () => clearInterval(timer))
    })
    const { registries } = open([server.url], { timeoutMs: 250 })
    const begin = performance.now()
    const result = await registries.checkPassportDmsStatus(question, { retry: false })
    expect(codeOf(result)).toBe('timeout')
    expect(performance.now() - begin).toBeLessThan(2_000)
  })

  test('includes the wait for a connection', async () => {
    const server = await serve(() => undefined)
    const { registries } = open([server.url], { timeoutMs: 200, maxConnections: 1 })
    const results = await Promise.all(
      [1, 2, 3].map(() => registries.checkPassportDmsStatus(question, { retry: false })),
    )
    expect(results.map(codeOf)).toEqual(['timeout', 'timeout', 'timeout'])
    server.behave(answerNotFound)
    expect(codeOf(await registries.checkPassportDmsStatus(question))).toBe('answer')
  })
})

test('redirects are not followed', async () => {
  const other = await serve()
  const server = await serve(reply(307, '', { location: other.url }))
  expect(codeOf(await open([server.url]).registries.checkPassportDmsStatus(question))).toBe('http_307')
  expect(other.requests).toEqual([])
})

test('no more connections are opened than allowed, and no more calls queued', async () => {
  const sockets = new Set<unknown>()
  let most = 0
  const server = await serve((_request, { socket }) => {
    sockets.add(socket)
    socket?.once('close', () => sockets.delete(socket))
    most = Math.max(most, sockets.size)
  })
  const { registries } = open([server.url], { maxConnections: 2, concurrency: 100, timeoutMs: 500 })
  const results = await Promise.all(
    Array.from({ length: 20 }, () => registries.checkPassportDmsStatus(question, { retry: false })),
  )
  expect(most).toBe(2)
  const codes = results.map(codeOf)
  expect(codes.filter((code) => code === 'queue_full')).toHaveLength(10)
  expect(codes.filter((code) => code === 'timeout')).toHaveLength(10)
})

describe('a log line', () => {
  test('of a failed attempt has ids, service, server, status, code, duration and the other side’s trace ids', async () => {
    const fault = envelope(
      undefined,
      fault11('s:Server.ServerProxy.UnknownService', `<detail><faultDetail>${detailId}</faultDetail></detail>`),
    )
    const server = await serve(reply(500, fault, { 'uxp-transaction-id': '1f0e8e0c-5b1a-4c7e-9a55-0123456789ab' }))
    const { registries, lines } = open([server.url])
    await registries.checkPassportDmsStatus(question)
    expect(lines).toEqual([
      {
        service: 'CheckPassportDMSStatus',
        server: server.url,
        messageId: server.requests[0]?.id,
        code: 'Server.ServerProxy.UnknownService',
        whose: 'service',
        attempts: 1,
        milliseconds: expect.any(Number),
        status: 500,
        faultDetail: detailId,
        transactionId: '1f0e8e0c-5b1a-4c7e-9a55-0123456789ab',
      },
    ])
  })

  test('has no text of a security server; only manual calls show it', async () => {
    const fault = envelope(undefined, fault11('Server.ClientProxy.UnknownMember'))
    const server = await serve(reply(500, fault))
    const told: string[] = []
    const { registries, lines, attempts } = open([server.url], {}, (_, text) => told.push(reveal(text)))
    const result = await registries.checkPassportDmsStatus(question)
    expect(told).toEqual(['Passport АА123456'])
    expect(JSON.stringify([lines, attempts, result])).not.toContain('123456')
    server.behave(reply(500, envelope(undefined, fault11('s:Client.BadPassport'))))
    await registries.checkPassportDmsStatus(question)
    expect(told).toHaveLength(1)
  })

  test('repeats nothing that a server may have invented', async () => {
    const fault = envelope(undefined, fault11('АА123456', '<detail><faultDetail>АА123456</faultDetail></detail>'))
    const server = await serve(reply(500, fault, { 'uxp-transaction-id': 'AA-123456' }))
    const { registries, lines } = open([server.url])
    await registries.checkPassportDmsStatus(question)
    expect(JSON.stringify(lines)).not.toContain('123456')
    expect(lines[0]?.code).toBe('Other')
  })
})

describe('an abort', () => {
  test('ends a call in progress, and is no error', async () => {
    const server = await serve(() => undefined)
    const { registries, lines, attempts } = open([server.url])
    const abort = new AbortController()
    const call = registries.checkPassportDmsStatus(question, { signal: abort.signal })
    while (server.requests.length === 0) await new Promise(setImmediate)
    abort.abort()
    expect(await call).toEqual({ kind: 'aborted' })
    expect(lines).toEqual([])
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['aborted'])
    server.behave(answerNotFound)
    expect(codeOf(await registries.checkPassportDmsStatus(question))).toBe('answer')
  })

  test('before the call prevents sending', async () => {
    const server = await serve()
    const { registries } = open([server.url])
    expect(await registries.checkPassportDmsStatus(question, { signal: AbortSignal.abort() })).toEqual({
      kind: 'aborted',
    })
    expect(await registries.checkPassportDmsStatus(question, { hold: AbortSignal.abort() })).toEqual({
      kind: 'aborted',
    })
    expect(server.requests).toEqual([])
  })

  test('of waiting calls does not affect those in progress', async () => {
    let release = () => {}
    const server = await serve(({ id }, response) => {
      release = () => response.end(answer(id))
    })
    const { registries } = open([server.url], { concurrency: 1 })
    const hold = new AbortController()
    const calls = [1, 2, 3].map(() => registries.checkPassportDmsStatus(question, { hold: hold.signal }))
    while (server.requests.length === 0) await new Promise(setImmediate)
    hold.abort()
    release()
    expect((await Promise.all(calls)).map(codeOf)).toEqual(['answer', 'aborted', 'aborted'])
    expect(server.requests).toHaveLength(1)
  })

  test('is caused by closing the registries', async () => {
    const server = await serve(() => undefined)
    const { registries } = open([server.url])
    const call = registries.checkPassportDmsStatus(question)
    while (server.requests.length === 0) await new Promise(setImmediate)
    await registries.close()
    expect(await call).toEqual({ kind: 'aborted' })
  })
})

describe('a retry', () => {
  test('has a new id, goes to another server and returns the answer', async () => {
    const bad = await serve(({ http }) => http.socket.resetAndDestroy())
    const good = await serve()
    const { registries } = open([good.url, bad.url])
    const result = await registries.checkPassportDmsStatus(question)
    expect(result).toMatchObject({ kind: 'answer', attempts: 2, messageId: good.requests[0]?.id })
    expect(bad.requests[0]?.id).not.toBe(good.requests[0]?.id)
    // The bad one is not used for a while.
    for (let n = 0; n < 5; n += 1) await registries.checkPassportDmsStatus(question)
    expect([good.requests.length, bad.requests.length]).toEqual([6, 1])
  })

  test('is delayed with full jitter, at most twice as long the second time', async () => {
    const server = await serve()
    const waits: number[] = []
    const draws = [0.25, 0.999, 0, 1]
    const registries = createRegistries({
      settings: { ...settings, urls: [server.url] },
      random: () => draws.shift() ?? 0.5,
      sleep: (milliseconds) => {
        waits.push(Math.round(milliseconds))
        return Promise.resolve(true)
      },
    })
    cleanups.push(() => registries.close())
    for (let n = 0; n < 40; n += 1) await registries.checkPassportDmsStatus(question)
    server.behave(({ http }) => http.socket.resetAndDestroy())
    await registries.checkPassportDmsStatus(question)
    await registries.checkPassportDmsStatus(question)
    expect(waits).toEqual([200, 1598, 0, 1600])
  })

  test('is made at most twice, and uses the budget each time', async () => {
    const server = await serve()
    const { registries } = open([server.url])
    for (let n = 0; n < 20; n += 1) await registries.checkPassportDmsStatus(question)
    server.behave(({ http }) => http.socket.resetAndDestroy())
    expect(await registries.checkPassportDmsStatus(question)).toMatchObject({ attempts: 3, code: 'connection_reset' })
    // The second's free retry was the last of the budget.
    expect(await registries.checkPassportDmsStatus(question)).toMatchObject({ attempts: 1 })
  })
})

describe('the breaker of a service', () => {
  const failing: Behaviour = reply(502, html)

  test('opens, rejects waiting calls, lets probes through, and closes', async () => {
    const server = await serve(failing)
    const { registries } = open([server.url], { concurrency: 20 })
    const breaker = registries.breakers.CheckPassportDMSStatus
    const results = await Promise.all(Array.from({ length: 60 }, () => registries.checkPassportDmsStatus(question)))
    expect(breaker.isOpen).toBe(true)
    expect(results.filter(({ kind }) => kind === 'aborted').length).toBeGreaterThanOrEqual(20)
    const asked = server.requests.length
    expect(await registries.checkPassportDmsStatus(question)).toEqual({ kind: 'aborted' })
    expect(server.requests).toHaveLength(asked)

    server.behave(answerNotFound)
    for (const isOpen of [true, true, false]) {
      expect(codeOf(await registries.checkPassportDmsStatus(question, { probe: true }))).toBe('answer')
      expect(breaker.isOpen).toBe(isOpen)
    }
    expect(codeOf(await registries.checkPassportDmsStatus(question))).toBe('answer')
  })

  test('counts a subject error as a successful probe, and a probe is never retried', async () => {
    const server = await serve(failing)
    const { registries } = open([server.url], { concurrency: 20 })
    const breaker = registries.breakers.CheckPassportDMSStatus
    await Promise.all(Array.from({ length: 20 }, () => registries.checkPassportDmsStatus(question)))
    const asked = server.requests.length
    server.behave(({ http }) => http.socket.resetAndDestroy())
    expect(await registries.checkPassportDmsStatus(question, { probe: true })).toMatchObject({ attempts: 1 })
    expect(server.requests).toHaveLength(asked + 1)
    expect(breaker.msUntilProbe()).toBeGreaterThan(9_000)
    server.behave(reply(200, (id) => answer(id, statusBody('-1'))))
    for (const _ of [1, 2, 3]) await registries.checkPassportDmsStatus(question, { probe: true })
    expect(breaker.isOpen).toBe(false)
  })

  test('is not opened by a thousand subjects that always get -1', async () => {
    const server = await serve(reply(200, (id) => answer(id, statusBody('-1'))))
    const { registries } = open([server.url])
    const results = await Promise.all(Array.from({ length: 1000 }, () => registries.checkPassportDmsStatus(question)))
    expect(new Set(results.map(codeOf))).toEqual(new Set(['status_-1']))
    expect(registries.breakers.CheckPassportDMSStatus.isOpen).toBe(false)
    expect(server.requests).toHaveLength(1000)
  })
})
