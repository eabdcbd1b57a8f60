/** Certificates for tests of mutual TLS: X.509 written directly, since only Node.js can be expected. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate with its key, both PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

/** An authority that certifies others. */
export interface Authority extends Identity {
  certify(name: string): Identity
}

/** Makes a self-signed authority. */
export function createAuthority(name: string): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    ...identityOf(certificate(name, publicKey, name, privateKey, true), privateKey),
    certify(subject) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return identityOf(certificate(subject, pair.publicKey, name, privateKey, false), pair.privateKey)
    },
  }
}

function identityOf(der: Buffer, key: KeyObject): Identity {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

const tag = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  time: 0x17,
  boolean: 0x01,
}
const ecdsaWithSha256 = sequence(der(tag.oid, Buffer.from('2a8648ce3d040302', 'hex')))
const dayMs = 86_400_000

function certificate(
  subject: string,
  publicKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  isAuthority: boolean,
): Buffer {
  const now = Date.now()
  const body = sequence(
    der(0xa0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(time(now - dayMs), time(now + dayMs)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(isAuthority))),
  )
  const signature = sign('sha256', body, issuerKey)
  return sequence(body, ecdsaWithSha256, der(tag.bits, Buffer.concat([Buffer.from([0]), signature])))
}

/** Basic constraints, and the names localhost and 127.0.0.1. */
function extensions(isAuthority: boolean): Buffer[] {
  const constraints = isAuthority ? sequence(der(tag.boolean, Buffer.from([0xff]))) : sequence()
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  return [extension('551d13', constraints), extension('551d11', names)]
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(der(tag.oid, Buffer.from(oid, 'hex')), der(tag.octets, value))
}

function nameOf(commonName: string): Buffer {
  return sequence(
    der(tag.set, sequence(der(tag.oid, Buffer.from('550403', 'hex')), der(tag.utf8, Buffer.from(commonName)))),
  )
}

function time(at: number): Buffer {
  return der(tag.time, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(tag.sequence, Buffer.concat(parts))
}

function der(type: number, content: Buffer): Buffer {
  const { length } = content
  const head =
    length < 128 ? [type, length] : length < 256 ? [type, 0x81, length] : [type, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
