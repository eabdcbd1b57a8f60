/**
 * The files of mutual TLS, checked when a process starts and whenever they change (spec 3.2). Security server administrators hand out keys
 * and certificates in several formats; for a wrong one the error names the file, what it contains, and the command that converts it.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What can be wrong with a file. */
export type TlsFileCode =
  | 'unreadable'
  | 'empty'
  | 'der'
  | 'pkcs7'
  | 'pkcs12'
  | 'holds_key'
  | 'holds_no_certificate'
  | 'holds_no_key'
  | 'broken_certificate'
  | 'broken_key'
  | 'encrypted'
  | 'wrong_passphrase'
  | 'other_key'
  | 'unusable'
  | 'not_yet_valid'
  | 'expired'

/** An unusable TLS file: which setting names it, what is wrong, and how to fix it. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError'
  readonly code: TlsFileCode
  readonly setting: string
  readonly file: string
  /** How to fix it. */
  readonly hint: string

  constructor(code: TlsFileCode, { setting, file }: NamedFile, problem: string, hint: string) {
    super(`${setting} (${file}) ${problem}`)
    this.code = code
    this.setting = setting
    this.file = file
    this.hint = hint
  }
}

/** A file and the setting that names it. */
export interface NamedFile {
  readonly setting: string
  readonly file: string
}

/** The content of a file. Throws a `TlsFileError` if it cannot be read, is empty, or has a format that must be converted. */
export function readPem(named: NamedFile): Buffer {
  const content = readContent(named)
  const { file } = named
  const text = content.toString('latin1')
  if (text.trim() === '') throw new TlsFileError('empty', named, 'is empty', 'put the whole file in its place')
  if (/-----BEGIN (PKCS7|CMS)-----/.test(text)) throw pkcs7(named, '')
  if (text.includes('-----BEGIN ')) return content
  if (content[0] !== 0x30) {
    const hint = 'a PEM file has lines such as -----BEGIN CERTIFICATE-----'
    throw new TlsFileError('holds_no_certificate', named, 'holds neither a certificate nor a key', hint)
  }
  // DER starts with a sequence. Its first member is the number 3 in PKCS#12, and the OID of signed data in PKCS#7.
  const first = content.subarray(headerBytes(content)).toString('hex')
  if (first.startsWith('020103')) {
    throw new TlsFileError(
      'pkcs12',
      named,
      'is a PKCS#12 file (.p12, .pfx), not PEM',
      `take it apart: openssl pkcs12 -in ${file} -nokeys -out client.pem, and openssl pkcs12 -in ${file} -nocerts -out client.key; if the key has a passphrase, set TREMBITA_TLS_KEY_PASSPHRASE`,
    )
  }
  if (first.startsWith('06092a864886f70d010702')) throw pkcs7(named, ' -inform der')
  const convert = isCertificate(content) ? 'openssl x509' : 'openssl pkey'
  throw new TlsFileError('der', named, 'is in DER, not PEM', `${convert} -inform der -in ${file} -out ${file}.pem`)
}

function readContent(named: NamedFile): Buffer {
  try {
    return readFileSync(named.file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const words: Readonly<Record<string, string>> = {
      ENOENT: 'is not there',
      EACCES: 'may not be read by this user',
      EISDIR: 'is a folder, not a file',
    }
    throw new TlsFileError(
      'unreadable',
      named,
      words[code ?? ''] ?? `cannot be read (${code})`,
      'check the path and its rights',
    )
  }
}

function pkcs7(named: NamedFile, options: string): TlsFileError {
  const hint = `openssl pkcs7${options} -print_certs -in ${named.file} -out ${named.file}.pem`
  return new TlsFileError('pkcs7', named, 'is a PKCS#7 file (.p7b), not PEM', hint)
}

/** The number of bytes before the first member of a sequence. */
function headerBytes(der: Buffer): number {
  const length = der[1] ?? 0
  return length < 0x80 ? 2 : 2 + (length & 0x7f)
}

function isCertificate(der: Buffer): boolean {
  try {
    return new X509Certificate(der) !== undefined
  } catch {
    return false
  }
}

const CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g
const BEGIN_CERTIFICATE = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g
const KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/

/** The certificates of a PEM file, at least one. Throws a `TlsFileError` if there is none, or one cannot be parsed. */
export function certificatesOf(named: NamedFile, pem: Buffer): [X509Certificate, ...X509Certificate[]] {
  const text = pem.toString('latin1')
  const blocks = text.match(CERTIFICATE) ?? []
  const found = blocks.map((block, place) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw brokenCertificate(named, place + 1)
    }
  })
  if (found.length !== (text.match(BEGIN_CERTIFICATE) ?? []).length) throw brokenCertificate(named, found.length + 1)
  const [first, ...others] = found
  if (first !== undefined) return [first, ...others]
  throw KEY.test(text)
    ? new TlsFileError(
        'holds_key',
        named,
        'holds a private key and no certificate',
        'name the file with the certificate',
      )
    : new TlsFileError(
        'holds_no_certificate',
        named,
        'holds no certificate',
        'name the file with the certificate (PEM)',
      )
}

function brokenCertificate(named: NamedFile, place: number): TlsFileError {
  const hint = 'it may have been cut off while it was copied: put the whole file in its place'
  return new TlsFileError(
    'broken_certificate',
    named,
    `holds a certificate that cannot be read (number ${place})`,
    hint,
  )
}

/** The private key of a PEM file. Throws a `TlsFileError` if there is none, or the passphrase does not decrypt it. */
export function privateKeyOf(named: NamedFile, pem: Buffer, passphrase: string | undefined): KeyObject {
  const text = pem.toString('latin1')
  if (!KEY.test(text))
    throw new TlsFileError('holds_no_key', named, 'holds no private key', 'name the file with the key (PEM)')
  const isEncrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)
  if (isEncrypted && passphrase === undefined) {
    const without = `take the passphrase off: openssl pkey -in ${named.file} -out ${named.file}.plain`
    const hint = named.setting === 'TREMBITA_TLS_KEY' ? `set TREMBITA_TLS_KEY_PASSPHRASE, or ${without}` : without
    throw new TlsFileError('encrypted', named, 'holds a key with a passphrase', hint)
  }
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch {
    throw isEncrypted
      ? new TlsFileError(
          'wrong_passphrase',
          named,
          'is not opened by the passphrase',
          'check TREMBITA_TLS_KEY_PASSPHRASE',
        )
      : new TlsFileError('broken_key', named, 'holds a key that cannot be read', 'put the whole file in its place')
  }
}

/** Throws a `TlsFileError` unless the key belongs to our certificate, which must be the first in its file. */
export function expectKeyOf(
  named: NamedFile,
  [ours, ...others]: readonly [X509Certificate, ...X509Certificate[]],
  key: KeyObject,
): void {
  if (ours.checkPrivateKey(key)) return
  throw others.some((each) => each.checkPrivateKey(key))
    ? new TlsFileError(
        'other_key',
        named,
        'has our certificate not at its beginning',
        'put ours first, those of authorities after it',
      )
    : new TlsFileError(
        'other_key',
        named,
        'holds a certificate that TREMBITA_TLS_KEY does not belong to',
        'put both in place, as they were made',
      )
}

/** Throws a `TlsFileError` unless the certificate is valid now. */
export function expectValidNow(named: NamedFile, certificate: X509Certificate, now: number): void {
  const { validFrom, validTo } = certificate
  if (new Date(validFrom).getTime() > now)
    throw new TlsFileError(
      'not_yet_valid',
      named,
      `is good only from ${day(validFrom)} on`,
      'put it in place then, or check the clock',
    )
  if (new Date(validTo).getTime() <= now)
    throw new TlsFileError('expired', named, `expired on ${day(validTo)}`, 'order a new one')
}

const day = (text: string): string => new Date(text).toISOString().slice(0, 10)
