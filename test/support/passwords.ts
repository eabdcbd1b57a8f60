import { randomBytes, scryptSync } from 'node:crypto'

/** A password's hash in the program's format at the lowest cost: for users whose sign-in is not what a test is about. */
export function cheapHash(password: string): string {
  const salt = randomBytes(16)
  const key = scryptSync(password.normalize('NFC'), salt, 32, { N: 16, r: 8, p: 1 })
  return ['scrypt', 16, 8, 1, salt.toString('base64'), key.toString('base64')].join('$')
}
