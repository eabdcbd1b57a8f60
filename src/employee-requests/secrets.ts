/** Secrets of invitations (spec 5): 32 random bytes, sent in one mail and stored only as a hash. */
import { hash, randomBytes } from 'node:crypto'

/** A new secret. Its value is only in the mail. */
export interface Secret {
  readonly value: string
  readonly hash: Buffer
}

/** The hash under which a secret is stored and found. 256 random bits do not need a slow hash. */
export function hashOfSecret(value: string): Buffer {
  return hash('sha256', value, 'buffer')
}

/** Creates a secret. */
export function makeSecret(): Secret {
  const value = randomBytes(32).toString('base64url')
  return { value, hash: hashOfSecret(value) }
}
