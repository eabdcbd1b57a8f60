/** The installation's settings for sign-in. */
import type { Encryption } from '../encryption/encryption.ts'

/** The settings. */
export interface AccessPolicy {
  /** Seconds after which a session ends, even if it is in use. */
  readonly sessionSeconds: number
  /** Seconds without activity after which a session of a page ends; undefined: never. */
  readonly idleSeconds: number | undefined
  /** Whether users may sign in with a password; otherwise only at the OpenID provider. */
  readonly isPasswordSignInOn: boolean
  readonly secondFactor: SecondFactorPolicy
}

/** The settings for the second factor. */
export interface SecondFactorPolicy {
  /** Who must have one: nobody, users with a role in a client of the NHS, or every user. */
  readonly requiredOf: 'off' | 'nhs' | 'all'
  /** The keys that encrypt its secrets; undefined: nobody can turn one on. */
  readonly encryption: Encryption | undefined
  readonly now: () => Date
}

/** The defaults of the settings. */
export const DEFAULT_POLICY: AccessPolicy = {
  sessionSeconds: 12 * 3600,
  idleSeconds: 30 * 60,
  isPasswordSignInOn: true,
  secondFactor: { requiredOf: 'off', encryption: undefined, now: () => new Date() },
}

/** Whether a user must have a second factor. */
export function isSecondFactorRequired({ requiredOf }: SecondFactorPolicy, isOfNhs: boolean): boolean {
  return requiredOf === 'all' || (requiredOf === 'nhs' && isOfNhs)
}
