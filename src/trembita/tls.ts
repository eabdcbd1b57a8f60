/**
 * Mutual TLS to the security servers (spec 3.2): our certificate and key; only the certificates of one file are trusted. That file may
 * contain the server's own certificate (then its name is not checked, because only this certificate is accepted) or the CA that signed it
 * (then the name must match too). This cannot be disabled.
 */

import { createHash, type X509Certificate } from 'node:crypto'
import {
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls'
import { bare } from '../messages/message.ts'
import { errorCodeOf } from '../observability/errors.ts'
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

/** TLS options of a connection, and the expiry of the certificates. */
export interface TlsIdentity {
  readonly secureContext: SecureContext
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined
  readonly certificates: readonly Expiry[]
  /** A digest of the files' content, to detect changes. */
  readonly fingerprint: string
  /** Throws a `TlsFileError` unless our certificate is valid at this time (epoch milliseconds). */
  expectValidAt(now: number): void
}

/** A certificate, ours or the server's, and when it expires. */
export interface Expiry {
  readonly of: 'client' | 'server'
  readonly expiresAt: Date
}

/** Reads and checks the three files. Throws a `TlsFileError` if one is invalid, or certificate and key do not match. */
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
    // The pinned certificate need not be self-signed.
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

/** OpenSSL refuses some files that parse but are too weak. A worker that reloads such files keeps using the old ones. */
function contextOf(file: NamedFile, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options)
  } catch (error) {
    const problem = {
      code: 'tls_file_rejected',
      params: { ...file, error: String(errorCodeOf(error)) },
    } as const
    throw new TlsFileError(problem, bare('order_stronger_certificate'))
  }
}

function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map(String).join('')
}

function expiry(of: Expiry['of'], certificate: X509Certificate): Expiry {
  return { of, expiresAt: new Date(certificate.validTo) }
}
