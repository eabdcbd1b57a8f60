/** What servers, proxies and networks do to connections, over real sockets: none of it is ever taken for an answer. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createRegistries, type Registries } from '../../src/registries/registries.ts'
import { answer, idOf, settings, statusBody } from './support/messages.ts'
import { startTcpServer, unusedUrl } from './support/server.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const question = { passType: '0101', pasSerial: 'АА', pasNumber: '123456' } as const
const once_ = { retry: false } as const

function open(urls: readonly string[], timeoutMs = 5_000): Registries {
  const registries = createRegistries({ settings: { ...settings, urls, timeoutMs }, random: () => 0 })
  cleanups.push(() => registries.close())
  return registries
}

async function serve(behave: (socket: Socket, request: string) => void): Promise<string> {
  const server = await startTcpServer(behave)
  cleanups.push(() => server.close())
  return server.url
}

/** A complete HTTP response that says "found". */
function found(request: string, more = ''): Buffer {
  const body = Buffer.from(answer(idOf(request), statusBody('1')))
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${more}content-length: ${body.length}\r\n\r\n`), body])
}

/** The same in chunks of this size. */
function chunked(request: string, size: number): Buffer {
  const body = Buffer.from(answer(idOf(request), statusBody('1')))
  const parts: Buffer[] = [Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')]
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size)
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

const ends: readonly (readonly [how: string, end: (socket: Socket) => void])[] = [
  ['reset', (socket) => socket.resetAndDestroy()],
  ['closed', (socket) => socket.end()],
]
const shapes: readonly (readonly [what: string, response: (request: string) => Buffer])[] = [
  ['with its length', (request) => found(request)],
  ['in chunks', (request) => chunked(request, 100)],
]

describe.each(shapes)('an answer %s', (_shape, response) => {
  test.each(ends)('%s after any byte but the last is no answer', async (_how, end) => {
    let cut = 0
    let whole = 0
    const url = await serve((socket, request) => {
      const bytes = response(request)
      whole = bytes.length
      if (cut === 0) end(socket)
      else socket.write(bytes.subarray(0, cut), () => end(socket))
    })
    const registries = open([url])
    const codes = new Set<string>()
    do {
      // The breaker opens meanwhile; a probe is sent all the same.
      const result = await registries.checkPassportDmsStatus(question, {
        ...once_,
        probe: registries.breakers.CheckPassportDMSStatus.isOpen,
      })
      expect(result.kind, `cut after ${cut} of ${whole}`).toBe('technical_error')
      if (result.kind === 'technical_error') codes.add(result.code)
      cut += 1
    } while (cut < whole)
    expect([...codes].filter((code) => code !== 'connection_reset')).toEqual([])
    cut = whole
    const probe = { ...once_, probe: true }
    expect(await registries.checkPassportDmsStatus(question, probe)).toMatchObject({
      kind: 'answer',
      value: { status: 1 },
    })
  })

  test('byte by byte is an answer, if it arrives in time', async () => {
    const url = await serve((socket, request) => {
      const bytes = response(request)
      let at = 0
      const next = () => {
        if (at < bytes.length) socket.write(bytes.subarray(at, ++at), () => setImmediate(next))
      }
      socket.setNoDelay(true)
      next()
    })
    expect(await open([url], 30_000).checkPassportDmsStatus(question, once_)).toMatchObject({ kind: 'answer' })
  })
})

describe('a connection', () => {
  test('that is reused and closed during the next request costs a retry, not an answer', async () => {
    const seen = new WeakSet<Socket>()
    let closed = 0
    const url = await serve((socket, request) => {
      if (seen.has(socket) && closed === 0) {
        closed += 1
        socket.destroy()
        return
      }
      seen.add(socket)
      socket.write(found(request))
    })
    const registries = open([url])
    const attempts: number[] = []
    while (closed === 0) {
      const result = await registries.checkPassportDmsStatus(question)
      expect(result).toMatchObject({ kind: 'answer', value: { status: 1 } })
      if (result.kind === 'answer') attempts.push(result.attempts)
    }
    expect(attempts.at(-1)).toBe(2)
  })

  test('that is half open, accepted and never read from, ends at the time limit', async () => {
    const url = await serve(() => undefined)
    const result = await open([url], 200).checkPassportDmsStatus(question, once_)
    expect(result).toMatchObject({ kind: 'technical_error', code: 'timeout', whose: 'service' })
  })

  test('whose other half was closed before an answer is broken', async () => {
    const url = await serve((socket) => socket.end())
    expect(await open([url]).checkPassportDmsStatus(question, once_)).toMatchObject({ code: 'connection_reset' })
  })

  test('with two answers at once uses the first, and the second does not answer the next request', async () => {
    let requests = 0
    const url = await serve((socket, request) => {
      requests += 1
      const bytes = found(request)
      socket.write(requests === 1 ? Buffer.concat([bytes, bytes]) : bytes)
    })
    const registries = open([url])
    for (let call = 0; call < 5; call += 1) {
      const result = await registries.checkPassportDmsStatus(question)
      expect(result.kind === 'answer' || result.kind === 'technical_error').toBe(true)
      if (result.kind === 'technical_error')
        expect(['connection_reset', 'malformed_http', 'other_request']).toContain(result.code)
    }
  })

  test('to a server that is slow to accept is waited for', async () => {
    const source = `
      const server = require('node:http').createServer((request, response) => {
        let body = ''
        request.on('data', (chunk) => (body += chunk)).on('end', () => {
          const id = /<xro:id>([^<]*)</.exec(body)[1]
          response.end(${JSON.stringify(answer('{id}', statusBody('1')))}.replace('{id}', id))
        })
      })
      server.listen(0, '127.0.0.1', () => process.send(server.address().port))`
    const child = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    cleanups.push(() => child.kill('SIGKILL'))
    const [port] = await once(child, 'message')
    child.kill('SIGSTOP')
    const url = `http://127.0.0.1:${port}`
    expect(await open([url], 200).checkPassportDmsStatus(question, once_)).toMatchObject({ code: 'timeout' })
    const call = open([url], 20_000).checkPassportDmsStatus(question, once_)
    setTimeout(() => child.kill('SIGCONT'), 100)
    expect(await call).toMatchObject({ kind: 'answer', value: { status: 1 } })
  })

  test('that is refused by one server returns the answer of another', async () => {
    const good = await serve((socket, request) => socket.write(found(request)))
    const registries = open([await unusedUrl(), good])
    for (let call = 0; call < 4; call += 1) {
      expect(await registries.checkPassportDmsStatus(question)).toMatchObject({ kind: 'answer' })
    }
  })
})

describe('an idle connection', () => {
  test('is kept for the next call, and closed by us before the server’s 30 s are over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    cleanups.push(() => vi.useRealTimers())
    const sockets: Socket[] = []
    const url = await serve((socket, request) => {
      if (!sockets.includes(socket)) sockets.push(socket)
      socket.write(found(request))
    })
    const registries = open([url])
    const ask = () => registries.checkPassportDmsStatus(question, once_)
    expect(await ask()).toMatchObject({ kind: 'answer' })
    await settled()
    vi.advanceTimersByTime(15_000)
    expect(await ask()).toMatchObject({ kind: 'answer' })
    await settled()
    expect(sockets).toHaveLength(1)
    vi.advanceTimersByTime(28_000)
    await settled()
    expect(sockets[0]?.destroyed || sockets[0]?.readableEnded).toBe(true)
    expect(await ask()).toMatchObject({ kind: 'answer' })
    expect(sockets).toHaveLength(2)
  })

  /** Waits for pending network events. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
  }
})

describe('unusual HTTP', () => {
  test.each(['text/html', 'application/json', 'text/xml; charset=windows-1251', 'multipart/related', 'x'])(
    'the content type of an answer does not matter: %s',
    async (type) => {
      const url = await serve((socket, request) => socket.write(found(request, `content-type: ${type}\r\n`)))
      expect(await open([url]).checkPassportDmsStatus(question, once_)).toMatchObject({ kind: 'answer' })
    },
  )

  test.each([
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['103 with headers', 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\ncontent-length: 5\r\nconnection: close\r\n\r\n'],
    ['100 twice, then 102', `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(2)}HTTP/1.0 102 Processing\r\n\r\n`],
  ])('interim responses before each answer are skipped: %s', async (_what, interim) => {
    const sockets = new Set<Socket>()
    const url = await serve((socket, request) => {
      sockets.add(socket)
      socket.write(Buffer.concat([Buffer.from(interim), found(request)]))
    })
    const registries = open([url])
    for (let call = 0; call < 3; call += 1) {
      expect(await registries.checkPassportDmsStatus(question, once_)).toMatchObject({ kind: 'answer' })
    }
    expect(sockets.size).toBeLessThan(3)
  })

  test('interim responses that arrive byte by byte are skipped, and similar text in an answer stays', async () => {
    const said = 'HTTP/1.1 100 Continue'
    const url = await serve((socket, request) => {
      const head = Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n')
      const body = Buffer.from(
        answer(
          idOf(request),
          statusBody('1').replace('</r:Check', `<r:Description>${said}\r\n\r\n</r:Description></r:Check`),
        ),
      )
      const at = body.indexOf(said)
      const parts = [
        ...[...head].map((byte) => Buffer.from([byte])),
        Buffer.from(`content-length: ${body.length}\r\n\r\n`),
        ...[body.subarray(0, at), body.subarray(at)],
      ]
      socket.setNoDelay(true)
      const next = () => {
        const part = parts.shift()
        if (part !== undefined) socket.write(part, () => setImmediate(next))
      }
      next()
    })
    expect(await open([url]).checkPassportDmsStatus(question, once_)).toMatchObject({
      kind: 'answer',
      value: { description: expect.stringContaining(said) },
    })
  })

  test.each([
    [
      '101, which nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
      'http_101',
    ],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\n\r\n', 'malformed_http'],
    ['an interim response without end', `HTTP/1.1 100 Continue\r\n${'x: y\r\n'.repeat(5_000)}`, 'headers_too_large'],
  ])('%s is no answer, and is not retried', async (_what, bytes, code) => {
    const url = await serve((socket) => socket.write(bytes))
    expect(await open([url]).checkPassportDmsStatus(question)).toMatchObject({ code, attempts: 1 })
  })

  test.each([
    ['Content-Length twice, differently', 'length_unclear', 'content-length: 5\r\n'],
    ['Content-Length twice, alike', 'length_unclear', 'same'],
    ['a length and chunks at once', 'length_unclear', 'transfer-encoding: chunked\r\n'],
    ['a length that is no number', 'length_unclear', 'Content-Length: many\r\n'],
    ['a length beyond all numbers', 'length_unclear', `Content-Length: ${'9'.repeat(30)}\r\n`],
    ['headers of 17 KiB', 'headers_too_large', `x: ${'x'.repeat(17 * 1024)}\r\n`],
    ['many headers, 17 KiB in all', 'headers_too_large', `x: ${'x'.repeat(80)}\r\n`.repeat(210)],
    ['a header that HTTP does not allow', 'malformed_http', 'x: a\0b\r\n'],
    ['a length, and a header that HTTP does not allow', 'malformed_http', 'content-length: 5\r\nx: a\0b\r\n'],
  ])('%s is no answer, and is not retried: %s', async (what, code, more) => {
    const url = await serve((socket, request) => {
      const whole = found(request).toString()
      const length = /content-length: \d+\r\n/.exec(whole)?.[0] ?? ''
      // The length of the answer itself, where the case needs it.
      const head = more === 'same' ? length + length : what.startsWith('a length, and') ? more : more + length
      socket.end(whole.replace(length, head))
    })
    expect(await open([url]).checkPassportDmsStatus(question)).toMatchObject({ code, whose: 'service', attempts: 1 })
  })

  test.each(['gzip', 'deflate', 'br', 'x-gzip', 'gzip, identity'])(
    'an answer compressed as %s is an error',
    async (encoding) => {
      const url = await serve((socket, request) => socket.write(found(request, `content-encoding: ${encoding}\r\n`)))
      expect(await open([url]).checkPassportDmsStatus(question, once_)).toMatchObject({ code: 'compressed' })
    },
  )

  test.each(['gzip', 'gzip, chunked'])('an answer with the transfer coding %s is an error', async (coding) => {
    const url = await serve((socket, request) => {
      const answer = found(request)
        .toString()
        .replace(/content-length: \d+/, `transfer-encoding: ${coding}`)
      const at = answer.indexOf('\r\n\r\n') + 4
      const body = answer.slice(at)
      const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`
      socket.end(answer.slice(0, at) + (coding.endsWith('chunked') ? chunk : body))
    })
    expect(await open([url]).checkPassportDmsStatus(question)).toMatchObject({ code: 'compressed', attempts: 1 })
  })

  test.each(['UTF-8', 'utf8', 'identity, utf-8', 'x-unknown'])(
    'an answer with a content coding that is no compression is not reported as compressed: %s',
    async (encoding) => {
      const url = await serve((socket, request) => socket.write(found(request, `content-encoding: ${encoding}\r\n`)))
      expect(await open([url]).checkPassportDmsStatus(question)).toMatchObject({
        code: 'unknown_encoding',
        attempts: 1,
      })
    },
  )

  test('an HTTP/1.0 answer, which ends with the connection, is accepted', async () => {
    const url = await serve((socket, request) => {
      socket.end(`HTTP/1.0 200 OK\r\n\r\n${answer(idOf(request), statusBody('1'))}`)
    })
    expect(await open([url]).checkPassportDmsStatus(question, once_)).toMatchObject({ kind: 'answer' })
  })
})
