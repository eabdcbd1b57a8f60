/** What the server has written into the page for it to know before anybody has signed in. */

/** The OpenID provider, where there is one to sign in at. */
export interface OidcConfig {
  readonly issuer: string
  /** Whom the token must be made for. */
  readonly audience: string
  readonly clientId: string
  readonly scope: string
}

/** What is known without asking. */
export interface Config {
  readonly isDemo: boolean
  /** Nobody signs in with a password: at the provider, or with a token. */
  readonly isPasswordSignInOff?: boolean
  /** Whose changes are those of processes and commands, and of no person. */
  readonly systemUserId?: string
  readonly oidc?: OidcConfig
}

function read(): Config {
  const content = document.querySelector('meta[name="zvirka"]')?.getAttribute('content')
  return content == null ? { isDemo: false } : (JSON.parse(content) as Config)
}

/** The page's configuration. */
export const config = read()
