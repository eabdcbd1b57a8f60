/** An authenticator app, and the policy of an installation with second factors; the test controls its clock. */
import { Secret, TOTP } from 'otpauth'
import { type AccessPolicy, DEFAULT_POLICY } from '../../src/access/policy.ts'
import { Encryption } from '../../src/encryption/encryption.ts'
import { makeKeysFile } from './keys.ts'

/** A clock that a test sets. */
export class TestClock {
  #now = Date.parse('2026-11-30T12:00:10Z')
  readonly now = () => new Date(this.#now)
  /** Moves by steps of codes, forward or back. */
  move(steps: number): void {
    this.#now += steps * 30_000
  }
}

/** New keys. */
export function testKeys(): Encryption {
  return new Encryption(makeKeysFile())
}

/** The policy. */
export function secondFactorPolicy(
  encryption: Encryption | undefined,
  clock: { readonly now: () => Date },
  requiredOf: AccessPolicy['secondFactor']['requiredOf'] = 'off',
): AccessPolicy {
  return { ...DEFAULT_POLICY, secondFactor: { requiredOf, encryption, now: clock.now } }
}

/** The code of a secret, by that clock. */
export function codeOf(secret: string, clock: { readonly now: () => Date }, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now().getTime() + steps * 30_000 })
}
