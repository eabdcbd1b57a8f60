/**
 * Mutual TLS to the security servers (spec 3.2): our certificate and key, and nothing trusted but the certificates of one file. Which may
 * be the server's own certificate (then its name does not matter: it is that certificate or no connection) or the authority that signed it
 * (then the name must match as well). There is no way to switch this off.
 */
import { createHash, type X509Certificate } from 'node:crypto'
import {
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls'
import type { TlsFiles } from './settings.ts'
import {
  certificatesOf,
  expectKeyOf,
  expectValidNow,
  type NamedFile,
  privateKeyOf,
  readPem,
  TlsFileError,
} from './tls-files.ts'

/** What a connection is made with, and until when the certificates are good. */
export interface TlsIdentity {
  readonly secureContext: SecureContext
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined
  readonly certificates: readonly Expiry[]
  /** Tells one content of the files from another. */
  readonly fingerprint: string
  /** Throws a `TlsFileError` unless our certificate is good at this time (milliseconds). */
  expectValidAt(now: number): void
}

/** A certificate of ours or of the other side's, and its last moment. */
export interface Expiry {
  readonly of: 'client' | 'server'
  readonly expiresAt: Date
}

/** Reads and checks the three files. Throws a `TlsFileError` if one is not what it must be, or certificate and key do not belong together. */
export function readTlsIdentity({ certificate, key, authority, passphrase }: TlsFiles): TlsIdentity {
  if (certificate === undefined || key === undefined || authority === undefined) {
    throw new Error('an https security server needs a client certificate, its key and the certificate of the server')
  }
  const certificateFile: NamedFile = { setting: 'TREMBITA_TLS_CERT', file: certificate }
  const keyFile: NamedFile = { setting: 'TREMBITA_TLS_KEY', file: key }
  const authorityFile: NamedFile = { setting: 'TREMBITA_TLS_CA', file: authority }
  const [cert, keyPem, ca] = [readPem(certificateFile), readPem(keyFile), readPem(authorityFile)]
  const chain = certificatesOf(certificateFile, cert)
  const theirs = certificatesOf(authorityFile, ca)
  const privateKey = privateKeyOf(keyFile, keyPem, passphrase)
  expectKeyOf(certificateFile, chain, privateKey)
  const secureContext = contextOf(certificateFile, {
    cert: pemOf(chain),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ca: pemOf(theirs),
    minVersion: 'TLSv1.2',
    // The pinned certificate may be one that is not self-signed.
    allowPartialTrustChain: true,
  })
  const [ours] = chain
  const pinned = new Set(theirs.map((each) => each.fingerprint256))
  return {
    secureContext,
    checkServerIdentity: (host, peer) =>
      pinned.has(peer.fingerprint256) ? undefined : checkServerIdentity(host, peer),
    certificates: [expiry('client', ours), ...theirs.map((each) => expiry('server', each))],
    fingerprint: [cert, keyPem, ca].map((content) => createHash('sha256').update(content).digest('hex')).join(),
    expectValidAt: (now) => expectValidNow(certificateFile, ours, now),
  }
}

/** OpenSSL refuses what reads well and is too weak: a worker that meets such files at a reload must go on with the old ones. */
function contextOf(file: NamedFile, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const hint = 'ask for a key of 2048 bits or more and a certificate signed with SHA-256'
    throw new TlsFileError('unusable', file, `is rejected by OpenSSL (${code})`, hint)
  }
}

function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map(String).join('')
}

function expiry(of: Expiry['of'], certificate: X509Certificate): Expiry {
  return { of, expiresAt: new Date(certificate.validTo) }
}
