/** Secrets of invitations (spec 5): 32 random bytes, sent in one mail and stored only as a hash. */
import { hash, randomBytes } from 'node:crypto'

/** A secret that was just made. Its value goes into the mail and is nowhere else. */
export interface Secret {
  readonly value: string
  readonly hash: Buffer
}

/** The hash by which a secret is kept and found. A value of 256 random bits needs no slow one. */
export function hashOfSecret(value: string): Buffer {
  return hash('sha256', value, 'buffer')
}

/** Makes a secret. */
export function makeSecret(): Secret {
  const value = randomBytes(32).toString('base64url')
  return { value, hash: hashOfSecret(value) }
}
