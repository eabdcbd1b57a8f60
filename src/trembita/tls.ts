/**
 * Mutual TLS to the security servers (spec 3.2): our certificate and key, and nothing trusted but the certificates of one file. Which may
 * be the server's own certificate (then its name does not matter: it is that certificate or no connection) or the authority that signed it
 * (then the name must match as well). There is no way to switch this off.
 */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { checkServerIdentity, createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls'
import type { TlsFiles } from './settings.ts'

/** What a connection is made with, and until when the certificates are good. */
export interface TlsIdentity {
  readonly secureContext: SecureContext
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined
  readonly certificates: readonly Expiry[]
  /** Tells one content of the files from another. */
  readonly fingerprint: string
}

/** A certificate of ours or of the other side's, and its last moment. */
export interface Expiry {
  readonly of: 'client' | 'server'
  readonly expiresAt: Date
}

/** Reads the three files. Throws if one is missing, is not what it should be, or if certificate and key do not belong together. */
export function readTlsIdentity({ certificate, key, authority }: TlsFiles): TlsIdentity {
  if (certificate === undefined || key === undefined || authority === undefined) {
    throw new Error('an https security server needs a certificate, its key and the certificate of the server')
  }
  const cert = readFileSync(certificate)
  const ca = readFileSync(authority)
  const secureContext = createSecureContext({
    cert,
    key: readFileSync(key),
    ca,
    minVersion: 'TLSv1.2',
    // The pinned certificate may be one that is not self-signed.
    allowPartialTrustChain: true,
  })
  const ours = certificatesOf(cert).slice(0, 1)
  const theirs = certificatesOf(ca)
  const pinned = new Set(theirs.map((each) => each.fingerprint256))
  return {
    secureContext,
    checkServerIdentity: (host, peer) =>
      pinned.has(peer.fingerprint256) ? undefined : checkServerIdentity(host, peer),
    certificates: [...ours.map((each) => expiry('client', each)), ...theirs.map((each) => expiry('server', each))],
    fingerprint: [...ours, ...theirs].map((each) => each.fingerprint256).join(),
  }
}

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function certificatesOf(file: Buffer): X509Certificate[] {
  return (file.toString('latin1').match(pem) ?? []).map((block) => new X509Certificate(block))
}

function expiry(of: Expiry['of'], certificate: X509Certificate): Expiry {
  return { of, expiresAt: new Date(certificate.validTo) }
}
