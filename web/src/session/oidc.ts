/**
 * Signing in at an OpenID provider: the authorization code flow with PKCE, for a public client, in the browser (RFC 7636). The provider
 * sends the browser back to `signed-in`; what comes with it is exchanged there, and then for a token of ours.
 */
import { addressOf } from '../graphql/request.ts'
import type { OidcConfig } from './config.ts'
import { signInWithToken } from './sign-in.ts'

const KEY = 'zvirka.oidc'

interface Begun {
  readonly state: string
  readonly verifier: string
  readonly returnTo: string
}

interface Discovered {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
}

async function discover({ issuer }: OidcConfig): Promise<Discovered> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  if (!response.ok) throw new Error('the provider does not answer')
  return (await response.json()) as Discovered
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Sends the browser to the provider; it comes back to where it is now. */
export async function goToProvider(oidc: OidcConfig): Promise<void> {
  const { authorization_endpoint } = await discover(oidc)
  const begun: Begun = { state: random(), verifier: random(), returnTo: location.href }
  sessionStorage.setItem(KEY, JSON.stringify(begun))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(begun.verifier))
  const url = new URL(authorization_endpoint)
  const asked = {
    response_type: 'code',
    client_id: oidc.clientId,
    redirect_uri: addressOf('signed-in'),
    scope: oidc.scope,
    state: begun.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    // For whom the token is to be made (RFC 8707); a provider that does not know it does not mind.
    ...(URL.canParse(oidc.audience) ? { resource: oidc.audience } : {}),
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  location.assign(url)
}

/** Ends what `goToProvider` began, from the address that the provider sent the browser to; gives the address to go on to. */
export async function comeBack(oidc: OidcConfig, search: URLSearchParams): Promise<string> {
  const kept = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  const begun = kept === null ? undefined : (JSON.parse(kept) as Begun)
  const code = search.get('code')
  if (begun === undefined || code === null || search.get('state') !== begun.state) {
    throw new Error(search.get('error') ?? 'the provider sent something else than was asked for')
  }
  const { token_endpoint } = await discover(oidc)
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    client_id: oidc.clientId,
    redirect_uri: addressOf('signed-in'),
    code_verifier: begun.verifier,
    ...(URL.canParse(oidc.audience) ? { resource: oidc.audience } : {}),
  })
  const response = await fetch(token_endpoint, { method: 'POST', body })
  if (!response.ok) throw new Error('the provider gave no token')
  const tokens = (await response.json()) as { access_token?: string; id_token?: string }
  // Where access tokens are not JWTs, the one that says who somebody is will do if it is made for us.
  const given = [tokens.access_token, tokens.id_token].find((each) => each?.split('.').length === 3)
  if (given === undefined) throw new Error('the provider gave no token that can be checked')
  await signInWithToken(given)
  return begun.returnTo
}
