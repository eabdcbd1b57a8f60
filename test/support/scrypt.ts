/**
 * Hashing a password takes a quarter of a second of a processor on purpose, and tests set and try hundreds. In the processes of tests scrypt
 * does the least work that there is, whatever cost is asked for and written beside the hash; commands in processes of their own work in
 * earnest. A file in which hashes go from one to the other, or whose subject is the cost, says `scryptInEarnest()`.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll } from 'vitest'

const work = { isReal: false }
const real = crypto.scrypt

/** Makes it so in this process; once is enough for all files that it runs. */
export function lightenScrypt(): void {
  if (Reflect.get(crypto.scrypt, 'isLight') === true) return
  const light: typeof crypto.scrypt = (password, salt, length, given: unknown, then?: unknown) => {
    const options = typeof given === 'object' && !work.isReal ? { ...given, N: 16 } : given
    return Reflect.apply(real, crypto, [password, salt, length, options, ...(then === undefined ? [] : [then])])
  }
  crypto.scrypt = Object.assign(light, { isLight: true })
  syncBuiltinESMExports()
}

/** For this file scrypt does what it is asked for. */
export function scryptInEarnest(): void {
  beforeAll(() => {
    work.isReal = true
  })
  afterAll(() => {
    work.isReal = false
  })
}
