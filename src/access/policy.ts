/** What an installation has decided about signing in, from its settings. */

/** The decisions. */
export interface AccessPolicy {
  /** Seconds after which a session ends, whatever happens in it. */
  readonly sessionSeconds: number
  /** Seconds without activity after which a session of a page ends; undefined: it does not end so. */
  readonly idleSeconds: number | undefined
  /** Whether users may sign in with a password; else they do at the OpenID provider. */
  readonly isPasswordSignInOn: boolean
}

/** The defaults of the settings. */
export const DEFAULT_POLICY: AccessPolicy = {
  sessionSeconds: 12 * 3600,
  idleSeconds: 30 * 60,
  isPasswordSignInOn: true,
}
