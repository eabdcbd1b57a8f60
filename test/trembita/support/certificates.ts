/** Certificates for tests, made here: without openssl, and without files in the repository that expire. */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export interface Pair {
  readonly certificate: string
  readonly key: string
}

export interface Wish {
  readonly name: string
  /** Host names and addresses of the certificate; if empty, no subjectAltName. */
  readonly hosts?: readonly string[]
  readonly days?: number
  /** Start of validity; an hour ago by default. */
  readonly startsInDays?: number
  /** The issuer; self-signed by default. */
  readonly issuer?: Authority
  readonly isAuthority?: boolean
  /** The type of its key; elliptic by default. */
  readonly keyType?: KeyType
  /** Of an RSA key. */
  readonly bits?: number
  /** The extended key usage; anything by default. */
  readonly usage?: 'server' | 'client'
  /** The hash of the signature, unless the key is Ed25519. */
  readonly hash?: 'sha256' | 'sha1'
}

export type KeyType = 'ec' | 'rsa' | 'ed25519'

export interface Authority extends Pair {
  readonly name: string
  readonly privateKey: KeyObject
}

function makeKey(type: KeyType, bits: number): KeyObject {
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: bits }).privateKey
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/** A certificate, self-signed or signed by an authority. */
export function makeCertificate({
  name,
  hosts = [],
  days = 30,
  startsInDays = -1 / 24,
  issuer,
  isAuthority = false,
  keyType = 'ec',
  bits = 2048,
  usage,
  hash = 'sha256',
}: Wish): Authority {
  const privateKey = makeKey(keyType, bits)
  const signer = issuer?.privateKey ?? privateKey
  const algorithm = ALGORITHMS[hash][signer.asymmetricKeyType as KeyType]
  const now = Date.now()
  const extensions = [
    extension('551d13', sequence(...(isAuthority ? [tlv(0x01, Buffer.from([0xff]))] : []))),
    ...(usage === undefined ? [] : [extension('551d25', sequence(oid(USAGES[usage])))]),
    ...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map(generalName)))] : []),
  ]
  const content = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(issuer?.name ?? name),
    sequence(time(now + startsInDays * 86_400_000), time(now + days * 86_400_000)),
    distinguishedName(name),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  )
  const signature = sign(signer.asymmetricKeyType === 'ed25519' ? null : hash, content, signer)
  const der = sequence(content, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  return {
    name,
    privateKey,
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function tlv(tag: number, ...content: Buffer[]): Buffer {
  const value = Buffer.concat(content)
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value])
  if (value.length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, value.length]), value])
  return Buffer.concat([Buffer.from([tag, 0x82, value.length >> 8, value.length & 0xff]), value])
}

function sequence(...content: Buffer[]): Buffer {
  return tlv(0x30, ...content)
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'))
}

/** The signature algorithm of each key type: ECDSA and RSA with the hash, Ed25519 with its own. */
const ALGORITHMS: Readonly<Record<'sha256' | 'sha1', Readonly<Record<KeyType, Buffer>>>> = {
  sha256: {
    ec: sequence(oid('2a8648ce3d040302')),
    rsa: sequence(oid('2a864886f70d01010b'), tlv(0x05)),
    ed25519: sequence(oid('2b6570')),
  },
  sha1: {
    ec: sequence(oid('2a8648ce3d0401')),
    rsa: sequence(oid('2a864886f70d010105'), tlv(0x05)),
    ed25519: sequence(oid('2b6570')),
  },
}

/** serverAuth and clientAuth. */
const USAGES = { server: '2b06010505070301', client: '2b06010505070302' }

function distinguishedName(name: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))))
}

function time(at: number): Buffer {
  return tlv(0x18, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}Z`))
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x04, value))
}

function generalName(host: string): Buffer {
  const bytes = host.split('.').map(Number)
  return bytes.some(Number.isNaN) ? tlv(0x82, Buffer.from(host)) : tlv(0x87, Buffer.from(bytes))
}
