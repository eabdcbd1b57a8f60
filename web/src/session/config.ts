/** The configuration that the server writes into the page, available before signing in. */

/** The OpenID provider, if one is configured. */
export interface OidcConfig {
  readonly issuer: string
  /** The audience of the token. */
  readonly audience: string
  readonly clientId: string
  readonly scope: string
}

/** The page's configuration. */
export interface Config {
  readonly isDemo: boolean
  /** Signing in with a password is disabled: use the provider or a token. */
  readonly isPasswordSignInOff?: boolean
  /** The user id of changes by processes and commands. */
  readonly systemUserId?: string
  readonly oidc?: OidcConfig
}

function read(): Config {
  const content = document.querySelector('meta[name="zvirka"]')?.getAttribute('content')
  return content == null ? { isDemo: false } : (JSON.parse(content) as Config)
}

/** The page's configuration. */
export const config = read()
