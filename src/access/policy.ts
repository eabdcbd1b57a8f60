/** What an installation has decided about signing in, from its settings. */
import type { Encryption } from '../encryption/encryption.ts'

/** The decisions. */
export interface AccessPolicy {
  /** Seconds after which a session ends, whatever happens in it. */
  readonly sessionSeconds: number
  /** Seconds without activity after which a session of a page ends; undefined: it does not end so. */
  readonly idleSeconds: number | undefined
  /** Whether users may sign in with a password; else they do at the OpenID provider. */
  readonly isPasswordSignInOn: boolean
  readonly secondFactor: SecondFactorPolicy
}

/** What it has decided about a second factor beside the password. */
export interface SecondFactorPolicy {
  /** Who must have one: nobody, whoever has a role in a client of the NHS, or every user. */
  readonly requiredOf: 'off' | 'nhs' | 'all'
  /** The keys that seal its secrets; undefined: nobody can turn one on. */
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
