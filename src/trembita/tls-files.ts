/**
 * The files of mutual TLS, checked when a process starts and whenever they change (spec 3.2). Security server administrators hand out keys
 * and certificates in several formats; for a wrong one the error names the file, what it contains, and the command that converts it.
 */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sayCommand } from '../messages/command-messages.ts'
import { bare } from '../messages/message.ts'
import type { PlainTlsFileProblem, TlsFileAdvice, TlsFileProblem } from '../messages/tls-files.ts'
import { errorCodeOf } from '../observability/errors.ts'

/** An unusable TLS file: which setting names it, what is wrong, and how to fix it. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError'
  readonly code: TlsFileProblem['code']
  readonly problem: TlsFileProblem
  readonly advice: TlsFileAdvice
  /** How to fix it. */
  readonly hint: string

  constructor(problem: TlsFileProblem, advice: TlsFileAdvice) {
    super(sayCommand(problem))
    this.code = problem.code
    this.problem = problem
    this.advice = advice
    this.hint = sayCommand(advice)
  }
}

/** A file and the setting that names it. */
export interface NamedFile {
  readonly setting: string
  readonly file: string
}

/** The error for a problem that needs only the file as a parameter. */
function wrong(code: PlainTlsFileProblem, { setting, file }: NamedFile, advice: TlsFileAdvice): TlsFileError {
  return new TlsFileError({ code, params: { setting, file } }, advice)
}

/** The content of a file. Throws a `TlsFileError` if it cannot be read, is empty, or has a format that must be converted. */
export function readPem(named: NamedFile): Buffer {
  const content = readContent(named)
  const { file } = named
  const text = content.toString('latin1')
  if (text.trim() === '') throw wrong('tls_file_empty', named, bare('restore_whole_file'))
  if (/-----BEGIN (PKCS7|CMS)-----/.test(text)) throw pkcs7(named, '')
  if (text.includes('-----BEGIN ')) return content
  if (content[0] !== 0x30) throw wrong('tls_file_holds_nothing', named, bare('name_pem_file'))
  // DER starts with a sequence. Its first member is the number 3 in PKCS#12, and the OID of signed data in PKCS#7.
  const first = content.subarray(headerBytes(content)).toString('hex')
  if (first.startsWith('020103')) throw wrong('tls_file_pkcs12', named, { code: 'divide_pkcs12', params: { file } })
  if (first.startsWith('06092a864886f70d010702')) throw pkcs7(named, ' -inform der')
  const convert = isCertificate(content) ? 'openssl x509' : 'openssl pkey'
  throw wrong('tls_file_der', named, convertBy(`${convert} -inform der -in ${file} -out ${file}.pem`))
}

function convertBy(command: string): TlsFileAdvice {
  return { code: 'convert_file', params: { command } }
}

const UNREADABLE: Readonly<Record<string, PlainTlsFileProblem>> = {
  ENOENT: 'tls_file_absent',
  EACCES: 'tls_file_forbidden',
  EISDIR: 'tls_file_is_folder',
}

function readContent(named: NamedFile): Buffer {
  try {
    return readFileSync(named.file)
  } catch (thrown) {
    const error = String(errorCodeOf(thrown))
    const code = UNREADABLE[error]
    const advice = bare('check_path_and_rights')
    throw code === undefined
      ? new TlsFileError({ code: 'tls_file_unreadable', params: { ...named, error } }, advice)
      : wrong(code, named, advice)
  }
}

function pkcs7(named: NamedFile, options: string): TlsFileError {
  const command = `openssl pkcs7${options} -print_certs -in ${named.file} -out ${named.file}.pem`
  return wrong('tls_file_pkcs7', named, convertBy(command))
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
  throw wrong(
    KEY.test(text) ? 'tls_file_holds_key' : 'tls_file_holds_no_certificate',
    named,
    bare('name_certificate_file'),
  )
}

function brokenCertificate(named: NamedFile, number: number): TlsFileError {
  const problem = { code: 'tls_file_broken_certificate', params: { ...named, number } } as const
  return new TlsFileError(problem, bare('restore_whole_file'))
}

/** The private key of a PEM file. Throws a `TlsFileError` if there is none, or the passphrase does not decrypt it. */
export function privateKeyOf(named: NamedFile, pem: Buffer, passphrase: string | undefined): KeyObject {
  const text = pem.toString('latin1')
  if (!KEY.test(text)) throw wrong('tls_file_holds_no_key', named, bare('name_key_file'))
  const isEncrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)
  if (isEncrypted && passphrase === undefined) {
    const code = named.setting === 'TREMBITA_TLS_KEY' ? 'set_or_remove_passphrase' : 'remove_passphrase'
    throw wrong('tls_file_encrypted', named, { code, params: { file: named.file } })
  }
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch {
    throw isEncrypted
      ? wrong('tls_file_wrong_passphrase', named, bare('check_passphrase'))
      : wrong('tls_file_broken_key', named, bare('restore_whole_file'))
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
    ? wrong('tls_file_not_first', named, bare('put_our_certificate_first'))
    : wrong('tls_file_other_key', named, bare('put_certificate_with_its_key'))
}

/** Throws a `TlsFileError` unless the certificate is valid now. */
export function expectValidNow(named: NamedFile, certificate: X509Certificate, now: number): void {
  const { validFrom, validTo } = certificate
  const problem = (code: 'tls_file_not_yet_valid' | 'tls_file_expired', date: string) =>
    ({ code, params: { ...named, day: new Date(date).toISOString().slice(0, 10) } }) as const
  if (new Date(validFrom).getTime() > now)
    throw new TlsFileError(problem('tls_file_not_yet_valid', validFrom), bare('wait_or_check_clock'))
  if (new Date(validTo).getTime() <= now)
    throw new TlsFileError(problem('tls_file_expired', validTo), bare('order_a_new_certificate'))
}
