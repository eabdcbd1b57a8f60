// Rules: spec 3.2.9
/** Mutual TLS to a security server, on real sockets (spec 3.2). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { TransportSettings } from '../../src/trembita/settings.ts'
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

/** A security server that requires our certificate and answers with its name. */
async function serve(
  own: Pair,
  trusted: Pair = ourselves,
  more: TlsOptions = {},
): Promise<{ port: number; server: Server }> {
  const options = {
    cert: own.certificate,
    key: own.key,
    ca: trusted.certificate,
    requestCert: true,
    rejectUnauthorized: true,
    ...more,
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

function connect(
  url: string,
  authority: Pair,
  own: Pair = ourselves,
  timeoutMs = 5_000,
  more: Partial<TransportSettings> = {},
): Transport {
  const tls = {
    certificate: file('cert.pem', own.certificate),
    key: file('key.pem', own.key),
    authority: file('ca.pem', authority.certificate),
  }
  const transport = createTransport({ ...settings, urls: [url], tls, timeoutMs, ...more })
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
  test('shows our certificate to the server whose certificate is pinned, whatever its name is', async () => {
    const own = makeCertificate({ name: 'security-server' })
    const { port } = await serve(own)
    expect(await ask(connect(`https://127.0.0.1:${port}`, own))).toBe('zvirka')
  })

  test('refuses another certificate with the same name', async () => {
    const { port } = await serve(makeCertificate({ name: 'security-server', hosts: ['127.0.0.1'] }))
    const pinned = makeCertificate({ name: 'security-server', hosts: ['127.0.0.1'] })
    expect(await ask(connect(`https://127.0.0.1:${port}`, pinned))).toBe('tls_unknown_server')
  })

  test('accepts a certificate that the pinned CA signed for this host, and for no other', async () => {
    const authority = makeCertificate({ name: 'authority', isAuthority: true })
    const right = await serve(makeCertificate({ name: 'server', hosts: ['127.0.0.1'], issuer: authority }))
    const wrong = await serve(makeCertificate({ name: 'server', hosts: ['10.0.0.1'], issuer: authority }))
    expect(await ask(connect(`https://127.0.0.1:${right.port}`, authority))).toBe('zvirka')
    expect(await ask(connect(`https://127.0.0.1:${wrong.port}`, authority))).toBe('tls_wrong_host')
  })

  test('accepts a pinned certificate that another CA signed, without trusting that CA', async () => {
    const authority = makeCertificate({ name: 'authority', isAuthority: true })
    const pinned = makeCertificate({ name: 'server', issuer: authority })
    const { port } = await serve(pinned)
    expect(await ask(connect(`https://127.0.0.1:${port}`, pinned))).toBe('zvirka')
    const other = await serve(makeCertificate({ name: 'server', hosts: ['127.0.0.1'], issuer: authority }))
    expect(await ask(connect(`https://127.0.0.1:${other.port}`, pinned))).toBe('tls_unknown_server')
  })

  test('refuses an expired certificate, pinned or not', async () => {
    const expired = makeCertificate({ name: 'server', hosts: ['127.0.0.1'], days: -0.01 })
    const { port } = await serve(expired)
    expect(await ask(connect(`https://127.0.0.1:${port}`, expired))).toBe('tls_server_expired')
  })

  test('ends at the time limit if the server never completes the handshake', async () => {
    const silent = await startTcpServer(() => undefined)
    cleanups.push(() => silent.close())
    const own = makeCertificate({ name: 'server' })
    const transport = connect(silent.url.replace('http:', 'https:'), own, ourselves, 200)
    expect(await ask(transport)).toBe('timeout')
    const patient = connect(silent.url.replace('http:', 'https:'), own, ourselves, 20_000)
    const begin = performance.now()
    // Connecting alone has 3 s, however long the call may take.
    expect(await ask(patient)).toBe('connect_timeout')
    expect(performance.now() - begin).toBeGreaterThan(2_500)
    expect(performance.now() - begin).toBeLessThan(10_000)
  })

  test('does not accept plain HTTP', async () => {
    const plain = await startTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    cleanups.push(() => plain.close())
    const own = makeCertificate({ name: 'server' })
    expect(await ask(connect(plain.url.replace('http:', 'https:'), own, ourselves, 500))).toMatch(
      /^(tls_closed|tls_not_spoken|timeout)$/,
    )
  })

  test('cannot be disabled by the environment', async () => {
    const { port } = await serve(makeCertificate({ name: 'server', hosts: ['127.0.0.1'] }))
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    cleanups.push(() => vi.unstubAllEnvs())
    expect(await ask(connect(`https://127.0.0.1:${port}`, makeCertificate({ name: 'server' })))).toBe(
      'tls_unknown_server',
    )
  })

  test('needs all three files, and a key that matches the certificate', () => {
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

describe('a TLS connection that fails has the code of its cause:', () => {
  const authority: Authority = makeCertificate({ name: 'authority', isAuthority: true })
  const stranger: Authority = makeCertificate({ name: 'stranger', isAuthority: true })
  const hosts = ['127.0.0.1']
  const good = makeCertificate({ name: 'server', hosts, issuer: authority })
  const weakAuthority: Authority = makeCertificate({ name: 'weak', isAuthority: true, keyType: 'rsa', bits: 1024 })
  const oldAuthority: Authority = makeCertificate({ name: 'old', isAuthority: true, days: -0.01 })
  const noAuthority: Authority = makeCertificate({ name: 'no authority' })
  /** A server with keys that OpenSSL accepts only at a lower security level. */
  const lax = { ciphers: 'DEFAULT@SECLEVEL=0' }

  test.each<[string, Pair, Pair, string, TlsOptions?]>([
    [
      'expired',
      makeCertificate({ name: 'server', hosts, issuer: authority, days: -0.01 }),
      authority,
      'tls_server_expired',
    ],
    [
      'authority expired',
      makeCertificate({ name: 'server', hosts, issuer: oldAuthority }),
      oldAuthority,
      'tls_server_expired',
    ],
    [
      'not yet valid',
      makeCertificate({ name: 'server', hosts, issuer: authority, startsInDays: 1 }),
      authority,
      'tls_server_not_yet_valid',
    ],
    [
      'wrong host',
      makeCertificate({ name: 'server', hosts: ['uxp.example'], issuer: authority }),
      authority,
      'tls_wrong_host',
    ],
    ['self-signed', makeCertificate({ name: 'server', hosts }), authority, 'tls_unknown_server'],
    [
      'unknown authority',
      makeCertificate({ name: 'server', hosts, issuer: stranger }),
      authority,
      'tls_unknown_server',
    ],
    [
      'no certificate for servers',
      makeCertificate({ name: 'server', hosts, issuer: authority, usage: 'client' }),
      authority,
      'tls_wrong_purpose',
    ],
    [
      'RSA of 1024 bits',
      makeCertificate({ name: 'server', hosts, issuer: authority, keyType: 'rsa', bits: 1024 }),
      authority,
      'tls_weak',
      lax,
    ],
    ['weak authority', makeCertificate({ name: 'server', hosts, issuer: weakAuthority }), weakAuthority, 'tls_weak'],
    [
      'signed with SHA-1',
      makeCertificate({ name: 'server', hosts, issuer: authority, hash: 'sha1' }),
      authority,
      'tls_weak',
      lax,
    ],
    [
      'an authority that may not sign',
      makeCertificate({ name: 'server', hosts, issuer: noAuthority }),
      noAuthority,
      'tls_wrong_purpose',
    ],
    [
      'a signature that is not the authority’s',
      makeCertificate({ name: 'server', hosts, issuer: { ...authority, privateKey: stranger.privateKey } }),
      authority,
      'tls_invalid_server',
    ],
    ['TLS 1.1', good, authority, 'tls_old_version', { ...lax, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }],
    ['no common cipher', good, authority, 'tls_no_agreement', { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }],
  ])('%s', async (_what, own, pinned, code, options) => {
    const { port } = await serve(own, ourselves, options)
    expect(await ask(connect(`https://127.0.0.1:${port}`, pinned))).toBe(code)
  })

  test.each([
    [42, 'tls_client_refused'],
    [43, 'tls_client_refused'],
    [44, 'tls_client_refused'],
    [45, 'tls_client_expired'],
    [46, 'tls_client_refused'],
    [48, 'tls_client_refused'],
    [49, 'tls_client_refused'],
    [116, 'tls_client_refused'],
    [40, 'tls_no_agreement'],
    [71, 'tls_no_agreement'],
    [70, 'tls_old_version'],
    [80, 'tls_error'],
  ])('the alert %i of the other side is %s', async (alert, code) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert])))
    })
    const port = await listen(server)
    cleanups.push(() => closed(server))
    expect(await ask(connect(`https://127.0.0.1:${port}`, good))).toBe(code)
  })

  test.each([
    ['TLSv1.2', 'tls_no_agreement'],
    // The alert comes after the handshake, when the request has been sent.
    ['TLSv1.3', 'tls_client_refused'],
  ] as const)('our certificate of a kind that the server does not accept, with %s: %s', async (maxVersion, code) => {
    const own = makeCertificate({ name: 'zvirka', keyType: 'ed25519' })
    const { port } = await serve(good, own, { maxVersion, sigalgs: 'ECDSA+SHA256' })
    expect(await ask(connect(`https://127.0.0.1:${port}`, authority, own))).toBe(code)
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'our certificate refused without an alert, with %s: tls_closed',
    async (maxVersion) => {
      // Node checks the certificate after the handshake, and closes.
      const { port } = await serve(good, stranger, { maxVersion })
      expect(await ask(connect(`https://127.0.0.1:${port}`, authority))).toBe('tls_closed')
    },
  )

  test('a connection that breaks after an answer is not a handshake error', async () => {
    const { port, server } = await serve(good)
    const transport = connect(`https://127.0.0.1:${port}`, authority, ourselves, 5_000, { maxConnections: 1 })
    expect(await ask(transport)).toBe('zvirka')
    server.removeAllListeners('request')
    server.on('request', (request) => request.socket.destroy())
    expect(await ask(transport)).toBe('connection_reset')
  })

  test('https on an http port, and http on a TLS port', async () => {
    const greeting = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.resume().end('220 mail.example ESMTP\r\n')
    })
    const port = await listen(greeting)
    const alerting = await startTcpServer((socket) => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 10])))
    cleanups.push(
      () => alerting.close(),
      () => closed(greeting),
    )
    expect(await ask(connect(`https://127.0.0.1:${port}`, good))).toBe('tls_not_spoken')
    const transport = createTransport({ ...settings, urls: [alerting.url] })
    cleanups.push(() => transport.close())
    const received = await transport.send(0, [], '<a></env:Envelope>')
    expect(received).toMatchObject({ kind: 'failed', code: 'tls_expected' })
  })
})

describe('new certificates', () => {
  test('are used without a restart, and a half-finished change is ignored', async () => {
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

  test('let calls in progress end on the old connection', async () => {
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

  test('loaded during continuous calls lose no call', async () => {
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
