/** Mutual TLS to a security server, on real sockets (spec 3.2). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTransport, type Transport } from '../../src/trembita/transport.ts'
import { type Authority, makeCertificate, type Pair } from './support/certificates.ts'
import { settings } from './support/messages.ts'
import { closed, listen, startTcpServer } from './support/server.ts'

const cleanups: (() => unknown)[] = []
let folder: string
const ourselves = makeCertificate({ name: 'zvirka', days: 20 })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zvirka-tls-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** A security server that wants our certificate and answers with the name in it. */
async function serve(own: Pair, trusted: Pair = ourselves): Promise<{ port: number; server: Server }> {
  const options = {
    cert: own.certificate,
    key: own.key,
    ca: trusted.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  }
  const server = createServer(options, (request, response) => {
    response.end(String((request.socket as TLSSocket).getPeerCertificate().subject.CN))
  })
  const port = await listen(server)
  cleanups.push(() => {
    server.closeAllConnections()
    return closed(server)
  })
  return { port, server }
}

function connect(url: string, authority: Pair, own: Pair = ourselves, timeoutMs = 5_000): Transport {
  const tls = {
    certificate: file('cert.pem', own.certificate),
    key: file('key.pem', own.key),
    authority: file('ca.pem', authority.certificate),
  }
  const transport = createTransport({ ...settings, urls: [url], tls, timeoutMs })
  cleanups.push(() => transport.close())
  return transport
}

async function ask(transport: Transport): Promise<string> {
  const received = await transport.send(0, ['content-type', 'text/xml'], '<a/>')
  return received.kind === 'response'
    ? Buffer.from(received.body).toString()
    : received.kind === 'failed'
      ? received.code
      : received.kind
}

describe('mutual TLS', () => {
  test('shows our certificate to the server whose certificate is pinned, whatever name that carries', async () => {
    const own = makeCertificate({ name: 'security-server' })
    const { port } = await serve(own)
    expect(await ask(connect(`https://127.0.0.1:${port}`, own))).toBe('zvirka')
  })

  test('refuses another certificate of the same name', async () => {
    const { port } = await serve(makeCertificate({ name: 'security-server', hosts: ['127.0.0.1'] }))
    const pinned = makeCertificate({ name: 'security-server', hosts: ['127.0.0.1'] })
    expect(await ask(connect(`https://127.0.0.1:${port}`, pinned))).toBe('tls_error')
  })

  test('takes a certificate that the pinned authority signed for this host, and for no other', async () => {
    const authority = makeCertificate({ name: 'authority', isAuthority: true })
    const right = await serve(makeCertificate({ name: 'server', hosts: ['127.0.0.1'], issuer: authority }))
    const wrong = await serve(makeCertificate({ name: 'server', hosts: ['10.0.0.1'], issuer: authority }))
    expect(await ask(connect(`https://127.0.0.1:${right.port}`, authority))).toBe('zvirka')
    expect(await ask(connect(`https://127.0.0.1:${wrong.port}`, authority))).toBe('tls_error')
  })

  test('takes a pinned certificate that another authority signed, without trusting that authority', async () => {
    const authority = makeCertificate({ name: 'authority', isAuthority: true })
    const pinned = makeCertificate({ name: 'server', issuer: authority })
    const { port } = await serve(pinned)
    expect(await ask(connect(`https://127.0.0.1:${port}`, pinned))).toBe('zvirka')
    const other = await serve(makeCertificate({ name: 'server', hosts: ['127.0.0.1'], issuer: authority }))
    expect(await ask(connect(`https://127.0.0.1:${other.port}`, pinned))).toBe('tls_error')
  })

  test('refuses a certificate that has run out, pinned or not', async () => {
    const expired = makeCertificate({ name: 'server', hosts: ['127.0.0.1'], days: -0.01 })
    const { port } = await serve(expired)
    expect(await ask(connect(`https://127.0.0.1:${port}`, expired))).toBe('tls_error')
  })

  test('is an error where the server does not know our certificate, or wants one that has not run out', async () => {
    const own = makeCertificate({ name: 'server' })
    const { port } = await serve(own, makeCertificate({ name: 'somebody else' }))
    const codes = ['tls_error', 'connection_reset']
    expect(codes).toContain(await ask(connect(`https://127.0.0.1:${port}`, own)))
    const over = makeCertificate({ name: 'over', days: -0.01 })
    const strict = await serve(own, over)
    expect(codes).toContain(await ask(connect(`https://127.0.0.1:${strict.port}`, own, over)))
  })

  test('is given up with the deadline where the server never greets back', async () => {
    const silent = await startTcpServer(() => undefined)
    cleanups.push(() => silent.close())
    const own = makeCertificate({ name: 'server' })
    const transport = connect(silent.url.replace('http:', 'https:'), own, ourselves, 200)
    expect(await ask(transport)).toBe('timeout')
    const patient = connect(silent.url.replace('http:', 'https:'), own, ourselves, 20_000)
    const begin = performance.now()
    // The connection alone has 3 s, however long the call may take.
    expect(await ask(patient)).toBe('connect_timeout')
    expect(performance.now() - begin).toBeGreaterThan(2_500)
    expect(performance.now() - begin).toBeLessThan(10_000)
  })

  test('does not take plain HTTP for it', async () => {
    const plain = await startTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    cleanups.push(() => plain.close())
    const own = makeCertificate({ name: 'server' })
    expect(await ask(connect(plain.url.replace('http:', 'https:'), own, ourselves, 500))).toMatch(
      /^(tls_error|timeout)$/,
    )
  })

  test('cannot be switched off by the environment', async () => {
    const { port } = await serve(makeCertificate({ name: 'server', hosts: ['127.0.0.1'] }))
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    cleanups.push(() => vi.unstubAllEnvs())
    expect(await ask(connect(`https://127.0.0.1:${port}`, makeCertificate({ name: 'server' })))).toBe('tls_error')
  })

  test('does not begin without all three files, nor with a key that is another certificate’s', () => {
    const tls = {
      certificate: file('cert.pem', ourselves.certificate),
      key: file('key.pem', makeCertificate({ name: 'x' }).key),
      authority: file('ca.pem', ourselves.certificate),
    }
    const opening = (files: Partial<typeof tls>) => () =>
      createTransport({ ...settings, urls: ['https://127.0.0.1:1'], tls: files })
    expect(opening({})).toThrow(/certificate/)
    expect(opening({ certificate: tls.certificate, key: tls.key })).toThrow(/certificate/)
    expect(opening(tls)).toThrow(/TREMBITA_TLS_KEY/)
  })
})

describe('new certificates', () => {
  test('come into use without a restart, and half a change is none', async () => {
    const authority: Authority = makeCertificate({ name: 'authority', isAuthority: true })
    const first = makeCertificate({ name: 'first', issuer: authority, days: 20 })
    const second = makeCertificate({ name: 'second', issuer: authority, days: 400 })
    const own = makeCertificate({ name: 'server' })
    const { port } = await serve(own, authority)
    const transport = connect(`https://127.0.0.1:${port}`, own, first)
    expect(await ask(transport)).toBe('first')
    expect(transport.reload()).toBe(false)

    file('cert.pem', second.certificate)
    expect(transport.reload()).toBe(false)
    expect(await ask(transport)).toBe('first')

    file('key.pem', second.key)
    expect(transport.reload()).toBe(true)
    expect(await ask(transport)).toBe('second')
    const days = transport
      .certificates()
      .map(({ of, expiresAt }) => [of, Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)])
    expect(days).toEqual([
      ['client', 400],
      ['server', 30],
    ])
  })

  test('let calls under way end on the old connection', async () => {
    const own = makeCertificate({ name: 'server' })
    const { port, server } = await serve(own)
    let release = () => {}
    server.removeAllListeners('request')
    const arrived = new Promise<void>((resolve) => {
      server.on('request', (_request, response) => {
        release = () => response.end('late')
        resolve()
      })
    })
    const transport = connect(`https://127.0.0.1:${port}`, own)
    const call = ask(transport)
    await arrived
    const next = makeCertificate({ name: 'zvirka' })
    file('cert.pem', next.certificate)
    file('key.pem', next.key)
    expect(transport.reload()).toBe(true)
    release()
    expect(await call).toBe('late')
  })

  test('taken up while calls go on all the time lose no call', async () => {
    const authority: Authority = makeCertificate({ name: 'authority', isAuthority: true })
    const own = makeCertificate({ name: 'server' })
    const { port } = await serve(own, authority)
    const transport = connect(
      `https://127.0.0.1:${port}`,
      own,
      makeCertificate({ name: 'number 0', issuer: authority }),
    )
    const outcomes = new Map<string, number>()
    let isOver = false
    const loop = async () => {
      while (!isOver) {
        const outcome = await ask(transport)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    }
    const loops = Array.from({ length: 16 }, loop)
    for (let renewal = 1; renewal <= 8; renewal += 1) {
      const before = `number ${renewal - 1}`
      await vi.waitUntil(() => (outcomes.get(before) ?? 0) >= 20, { interval: 1, timeout: 120_000 })
      const next = makeCertificate({ name: `number ${renewal}`, issuer: authority })
      file('cert.pem', next.certificate)
      file('key.pem', next.key)
      expect(transport.reload()).toBe(true)
    }
    await vi.waitUntil(() => (outcomes.get('number 8') ?? 0) >= 20, { interval: 1, timeout: 120_000 })
    isOver = true
    await Promise.all(loops)
    expect([...outcomes.keys()].sort()).toEqual(Array.from({ length: 9 }, (_, number) => `number ${number}`))
  })
})
