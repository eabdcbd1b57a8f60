/**
 * Hashing a password takes a quarter of a second of CPU on purpose, and tests set and try hundreds. In test processes scrypt works at the
 * lowest cost, whatever cost is requested and stored with the hash; commands in their own processes use the real cost. A file in which
 * hashes pass between the two, or that tests the cost, calls `scryptInEarnest()`.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll } from 'vitest'

const work = { isReal: false }
const real = crypto.scrypt

/** Does that for this process, for all files that run in it. */
export function lightenScrypt(): void {
  if (Reflect.get(crypto.scrypt, 'isLight') === true) return
  const light: typeof crypto.scrypt = (password, salt, length, given: unknown, then?: unknown) => {
    const options = typeof given === 'object' && !work.isReal ? { ...given, N: 16 } : given
    return Reflect.apply(real, crypto, [password, salt, length, options, ...(then === undefined ? [] : [then])])
  }
  crypto.scrypt = Object.assign(light, { isLight: true })
  syncBuiltinESMExports()
}

/** Uses the requested cost in this file. */
export function scryptInEarnest(): void {
  beforeAll(() => {
    work.isReal = true
  })
  afterAll(() => {
    work.isReal = false
  })
}
