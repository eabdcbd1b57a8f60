/** What an app of codes does, and the policy of an installation whose users may have a second factor; its clock is the test's. */
import { Secret, TOTP } from 'otpauth'
import { type AccessPolicy, DEFAULT_POLICY } from '../../src/access/policy.ts'
import { Encryption } from '../../src/encryption/encryption.ts'
import { makeKeysFile } from './keys.ts'

/** A clock that stands where the test puts it. */
export class TestClock {
  #now = Date.parse('2026-11-30T12:00:10Z')
  readonly now = () => new Date(this.#now)
  /** Goes on by steps of codes, or back. */
  move(steps: number): void {
    this.#now += steps * 30_000
  }
}

/** Keys of their own. */
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
