/** The mutual-TLS files as administrators hand them out and replace them (spec 3.2). */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TlsFiles } from '../../src/trembita/settings.ts'
import { readTlsIdentity } from '../../src/trembita/tls.ts'
import { TlsFileError } from '../../src/trembita/tls-files.ts'
import { createTransport, type ReloadHook, type Transport } from '../../src/trembita/transport.ts'
import { type Authority, type KeyType, makeCertificate, type Pair } from './support/certificates.ts'
import { settings } from './support/messages.ts'
import { closed, listen } from './support/server.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zvirka-tls-files-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const KEY_TYPES: readonly KeyType[] = ['ec', 'rsa', 'ed25519']
const PASSPHRASE = 'таємниця 1'

const authority = makeCertificate({ name: 'authority', isAuthority: true })
const issuedTo = (name: string, keyType: KeyType, days = 30) =>
  makeCertificate({ name, issuer: authority, keyType, days })
const der = (pem: string) => Buffer.from(new X509Certificate(pem).raw)

const server = makeCertificate({ name: 'server' })
const ours = issuedTo('ours', 'ec')

const write = (pair: Pair, more = ''): TlsFiles & { certificate: string; key: string; authority: string } => ({
  certificate: file('cert.pem', pair.certificate + more),
  key: file('key.pem', pair.key),
  authority: file('ca.pem', server.certificate),
})

/** The problem of the files, as `code` and message. */
function problemOf(files: TlsFiles): Pick<TlsFileError, 'code' | 'problem' | 'message' | 'hint'> {
  try {
    readTlsIdentity(files)
  } catch (error) {
    if (error instanceof TlsFileError) return error
    throw error
  }
  throw new Error('nothing is wrong with them')
}

describe('a wrong file is refused by name, with what to do', () => {
  test.each<[what: string, content: string | Buffer, code: string, hint: RegExp]>([
    ['an empty one', '', 'tls_file_empty', /whole file/],
    ['white space', ' \n', 'tls_file_empty', /whole file/],
    ['a text', 'hello', 'tls_file_holds_nothing', /BEGIN CERTIFICATE/],
    ['DER', der(server.certificate), 'tls_file_der', /openssl x509 -inform der -in \S+ca\.pem -out/],
    ['PKCS#7', '-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n', 'tls_file_pkcs7', /openssl pkcs7 -print_certs/],
    [
      'PKCS#7 in DER',
      Buffer.from('308203c006092a864886f70d010702', 'hex'),
      'tls_file_pkcs7',
      /openssl pkcs7 -inform der/,
    ],
    ['PKCS#12', Buffer.from('308203c0020103', 'hex'), 'tls_file_pkcs12', /openssl pkcs12/],
    ['a private key', server.key, 'tls_file_holds_key', /with the certificate/],
    ['a certificate cut off', server.certificate.slice(0, -40), 'tls_file_broken_certificate', /cut off/],
    [
      'a good certificate before one cut off',
      `${server.certificate}${ours.certificate.slice(0, -40)}`,
      'tls_file_broken_certificate',
      /cut off/,
    ],
    [
      'a certificate with a wrong letter',
      server.certificate.replace(/\n(.{20})/, '\nAAAA$1'),
      'tls_file_broken_certificate',
      /cut off/,
    ],
  ])('TREMBITA_TLS_CA: %s', (_, content, code, hint) => {
    const problem = problemOf({ ...write(ours), authority: file('ca.pem', content) })
    expect(problem).toMatchObject({
      code,
      problem: { params: { setting: 'TREMBITA_TLS_CA' } },
      hint: expect.stringMatching(hint),
    })
    expect(problem.message).toContain(`TREMBITA_TLS_CA (${join(folder, 'ca.pem')}) `)
    // The same file as our certificate.
    expect(problemOf({ ...write(ours), certificate: file('cert.pem', content) })).toMatchObject({ code })
  })

  test.each<[what: string, content: string | Buffer, code: string, hint: RegExp]>([
    ['an empty one', '', 'tls_file_empty', /whole file/],
    ['a certificate', ours.certificate, 'tls_file_holds_no_key', /with the key/],
    [
      'DER',
      createPrivateKey(ours.key).export({ type: 'pkcs8', format: 'der' }),
      'tls_file_der',
      /openssl pkey -inform der/,
    ],
    ['PKCS#12', Buffer.from('308203c0020103', 'hex'), 'tls_file_pkcs12', /-nocerts/],
    ['a key cut off', ours.key.replace(/\n.{40}/, '\n'), 'tls_file_broken_key', /whole file/],
    [
      'a key with a passphrase',
      createPrivateKey(ours.key)
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
        .toString(),
      'tls_file_encrypted',
      /TREMBITA_TLS_KEY_PASSPHRASE/,
    ],
  ])('TREMBITA_TLS_KEY: %s', (_, content, code, hint) => {
    const problem = problemOf({ ...write(ours), key: file('key.pem', content) })
    expect(problem).toMatchObject({
      code,
      problem: { params: { setting: 'TREMBITA_TLS_KEY' } },
      hint: expect.stringMatching(hint),
    })
  })

  test('a missing file, and a folder', () => {
    expect(problemOf({ ...write(ours), key: join(folder, 'nowhere') })).toMatchObject({ code: 'tls_file_absent' })
    expect(problemOf({ ...write(ours), authority: folder }).message).toContain('is a folder, not a file')
  })
})

test.each(['pkcs8', 'pkcs1', 'sec1'] as const)(
  'a key with a passphrase is decrypted by it, and by no other: %s',
  (type) => {
    const pair = issuedTo('ours', type === 'pkcs1' ? 'rsa' : 'ec')
    const options = { format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE } as const
    const key = createPrivateKey(pair.key)
      .export({ type: type as 'pkcs8', ...options })
      .toString()
    const files = write({ ...pair, key })
    expect(readTlsIdentity({ ...files, passphrase: PASSPHRASE }).certificates).toHaveLength(2)
    expect(problemOf({ ...files, passphrase: 'another' })).toMatchObject({ code: 'tls_file_wrong_passphrase' })
    expect(JSON.stringify(problemOf({ ...files, passphrase: 'another' }))).not.toContain('another')
  },
)

describe('a key that does not match our certificate', () => {
  test.each(KEY_TYPES.flatMap((one) => KEY_TYPES.map((other) => [one, other] as const)))(
    'is refused: a certificate of %s, a key of %s',
    (one, other) => {
      const pair = { certificate: issuedTo('one', one).certificate, key: issuedTo('other', other).key }
      expect(problemOf(write(pair))).toMatchObject({
        code: 'tls_file_other_key',
        problem: { params: { setting: 'TREMBITA_TLS_CERT' } },
      })
    },
  )

  test('is distinguished from a file in the wrong order', () => {
    const problem = problemOf(write({ key: ours.key, certificate: authority.certificate + ours.certificate }))
    expect(problem.hint).toContain('our certificate first')
  })
})

describe('a renewal', () => {
  const cleanups: (() => unknown)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  /** A security server that trusts the authority and answers with the client certificate's name and chain length. */
  async function open(first: Authority, onReload?: ReloadHook): Promise<Transport> {
    const options = { cert: server.certificate, key: server.key, ca: authority.certificate, requestCert: true }
    const https = createServer({ ...options, rejectUnauthorized: true }, (request, response) => {
      response.end(String((request.socket as TLSSocket).getPeerCertificate().subject.CN))
    })
    const port = await listen(https)
    const tls = write(first)
    const transport = createTransport(
      { ...settings, urls: [`https://127.0.0.1:${port}`], tls, timeoutMs: 20_000 },
      onReload,
    )
    cleanups.push(
      () => {
        https.closeAllConnections()
        return closed(https)
      },
      () => transport.close(),
    )
    return transport
  }

  async function whoAsks(transport: Transport): Promise<string> {
    const received = await transport.send(0, ['content-type', 'text/xml'], '<a/>')
    return received.kind === 'response' ? Buffer.from(received.body).toString() : JSON.stringify(received)
  }

  const orders = [
    ['certificate first', ['cert.pem', 'key.pem']],
    ['key first', ['key.pem', 'cert.pem']],
  ] as const
  test.each(
    KEY_TYPES.flatMap((from) => KEY_TYPES.flatMap((to) => orders.map((order) => [from, to, ...order] as const))),
  )('from %s to %s, %s: half of it is never used, all of it always', async (from, to, _, [one, other]) => {
    const transport = await open(issuedTo('first', from))
    expect(await whoAsks(transport)).toBe('first')
    const second = issuedTo('second', to)
    const contents = { 'cert.pem': second.certificate, 'key.pem': second.key }
    file(one, contents[one])
    expect(transport.reload()).toBe(false)
    expect(transport.reload()).toBe(false)
    expect(await whoAsks(transport)).toBe('first')
    file(other, contents[other])
    expect(transport.reload()).toBe(true)
    expect(transport.reload()).toBe(false)
    expect(await whoAsks(transport)).toBe('second')
  })

  test('of only the certificates after ours is noticed: the server then gets the chain to a CA that it knows', async () => {
    const between = makeCertificate({ name: 'between', issuer: authority, isAuthority: true })
    const leaf = makeCertificate({ name: 'leaf', issuer: between })
    const transport = await open(leaf)
    expect(await whoAsks(transport)).toContain('failed')
    file('cert.pem', leaf.certificate + between.certificate)
    expect(transport.reload()).toBe(true)
    expect(await whoAsks(transport)).toBe('leaf')
  })

  test.each<[what: string, name: string, content: string, code: string]>([
    ['an empty file of authorities', 'ca.pem', '', 'tls_file_empty'],
    ['a key in place of authorities', 'ca.pem', server.key, 'tls_file_holds_key'],
    ['a certificate cut off', 'cert.pem', ours.certificate.slice(0, -40), 'tls_file_broken_certificate'],
    ['an empty key', 'key.pem', '', 'tls_file_empty'],
  ])('with a worse file never replaces valid ones, and the reason is reported: %s', async (_, name, content, code) => {
    const told: unknown[] = []
    const transport = await open(ours, ({ problem }) => told.push(problem?.code))
    file(name, content)
    expect(transport.reload()).toBe(false)
    expect(await whoAsks(transport)).toBe('ours')
    write(ours)
    expect(transport.reload()).toBe(false)
    expect(told).toEqual([code])
  })

  test('with a key that OpenSSL finds too weak is postponed', async () => {
    const told: unknown[] = []
    const transport = await open(ours, ({ problem }) => told.push(problem?.code))
    write(makeCertificate({ name: 'weak', issuer: authority, keyType: 'rsa', bits: 1024 }))
    expect(transport.reload()).toBe(false)
    expect(await whoAsks(transport)).toBe('ours')
    expect(told).toEqual(['tls_file_rejected'])
  })

  test.each([
    ['tls_file_expired', -1],
    ['tls_file_not_yet_valid', 30],
  ] as const)('with a certificate that is %s is postponed', async (code, days) => {
    const told: unknown[] = []
    const transport = await open(ours, ({ problem }) => told.push(problem?.code))
    const next = makeCertificate({
      name: 'next',
      issuer: authority,
      days,
      startsInDays: code === 'tls_file_expired' ? -2 : 10,
    })
    write(next)
    expect(transport.reload()).toBe(false)
    expect(await whoAsks(transport)).toBe('ours')
    expect(told).toEqual([code])
  })
})
