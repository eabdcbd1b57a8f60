/**
 * Signing in with an OpenID provider: the authorization code flow with PKCE for a public client in the browser (RFC 7636). The provider
 * redirects to `signed-in`; the code is exchanged for the provider's token there, and that for one of ours.
 */
import { addressOf } from '../graphql/request.ts'
import type { OidcConfig } from './config.ts'
import { signInWithToken } from './sign-in.ts'

const KEY = 'zvirka.oidc'

interface Begun {
  readonly state: string
  readonly nonce: string
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

/** Redirects to the provider, which returns to the current URL. */
export async function goToProvider(oidc: OidcConfig): Promise<void> {
  const { authorization_endpoint } = await discover(oidc)
  const begun: Begun = { state: random(), nonce: random(), verifier: random(), returnTo: location.href }
  sessionStorage.setItem(KEY, JSON.stringify(begun))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(begun.verifier))
  const url = new URL(authorization_endpoint)
  const asked = {
    response_type: 'code',
    client_id: oidc.clientId,
    redirect_uri: addressOf('signed-in'),
    scope: oidc.scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    // The token's audience (RFC 8707); providers that do not support it ignore it.
    ...(URL.canParse(oidc.audience) ? { resource: oidc.audience } : {}),
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  location.assign(url)
}

/** Completes the sign-in from the redirect URL; returns the URL to continue at. */
export async function comeBack(oidc: OidcConfig, search: URLSearchParams): Promise<string> {
  const kept = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  const begun = kept === null ? undefined : (JSON.parse(kept) as Begun)
  const code = search.get('code')
  // RFC 9207: the issuer of the response, if given.
  const isOther = (search.get('iss') ?? oidc.issuer) !== oidc.issuer
  if (begun === undefined || code === null || isOther || search.get('state') !== begun.state) {
    throw new Error(search.get('error') ?? 'the provider sent an unexpected answer')
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
  checkIdToken(oidc, begun, tokens.id_token)
  if (tokens.access_token?.split('.').length !== 3) throw new Error('the provider gave no token that can be checked')
  await signInWithToken(tokens.access_token)
  return begun.returnTo
}

/**
 * Validates the ID token (OpenID Connect Core, 3.1.3.7). It came directly from the provider over TLS, so its signature need not be checked.
 */
function checkIdToken({ issuer, clientId, scope }: OidcConfig, { nonce }: Begun, token: string | undefined): void {
  if (token === undefined && !scope.split(' ').includes('openid')) return
  const claims = JSON.parse(textOf(token?.split('.')[1] ?? '')) as { iss?: string; aud?: unknown; nonce?: string }
  const isForUs = [claims.aud].flat().includes(clientId)
  if (claims.iss !== issuer || !isForUs || claims.nonce !== nonce)
    throw new Error('the provider answered somebody else')
}

function textOf(base64url: string): string {
  const bytes = Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
