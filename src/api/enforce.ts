/** The only place that decides about access, for REST and GraphQL (spec 4, 6.4): token, scopes, client type, client. */
import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { looksLikeJwt, type Oidc, ProviderUnreachableError, UnconfirmedLinkError } from '../access/oidc.ts'
import type { Principal } from '../access/principal.ts'
import { missingScopes } from '../access/principal.ts'
import type { Scope } from '../access/scopes.ts'
import { findPrincipal, findPrincipals } from '../access/tokens.ts'
import type { Actor } from '../audit/audit.ts'
import type { Executor } from '../database/query.ts'
import { ApiError, conflict, forbidden, TEXTS } from './errors.ts'

/** The access rule of a route or a field. Each has one; `'public'` is explicit. */
export interface Access {
  /** All of these are required. */
  readonly scopes: readonly Scope[]
  /** Any one of these is enough instead of all the scopes (spec 5.1.1). */
  readonly orAnyOf?: readonly Scope[]
  /** Only clients of the NHS (spec 4). */
  readonly isForNhs?: boolean
  /** The routes of the platform's page answer a missing scope with 401 (spec 5.1.1). */
  readonly missingScopeStatus?: 401 | 403
}

const TOKEN = /^Bearer +([\w.~+/=-]+)$/i

/** The token of an Authorization header (RFC 9110, 11.4: one space or more); throws 401 if there is none. */
export function bearerToken(header: string | undefined): string {
  const token = TOKEN.exec(header ?? '')?.[1]
  if (token === undefined) throw new ApiError('access_denied', TEXTS.noToken)
  return token
}

/**
 * Identifies the token of a request however the header is written: its digest, because the token itself is not stored. Undefined if there
 * is none.
 */
export function tokenDigest({ authorization }: IncomingHttpHeaders): string | undefined {
  const token = TOKEN.exec(authorization ?? '')?.[1]
  return token === undefined ? undefined : hash('sha256', token)
}

/** Finds the principal of a token. */
export interface Authenticate {
  /** `isAutomatic`: a page sent the request by itself, without user activity. */
  (token: string, isAutomatic?: boolean): Promise<Principal | undefined>
  /** Principals of idle tokens: ours in one query. An invalid token has no entry. */
  all(tokens: readonly string[]): Promise<ReadonlyMap<string, Principal>>
}

/** Marks requests that a page sent by itself; they do not keep a session alive. */
const AUTOMATIC_HEADER = 'x-zvirka-automatic'

/** What decides about masking: token and scopes, or only the token. */
export type Masking = 'scope' | 'token'

/** Authenticates our opaque tokens, and JWTs of the provider if there is one. */
export function tokenAuthentication(executor: Executor, oidc?: Oidc, masking: Masking = 'scope'): Authenticate {
  const masked = (principal: Principal) => (masking === 'scope' ? principal : { ...principal, isMaskedByScope: false })
  const isJwt = (token: string) => oidc !== undefined && looksLikeJwt(token)
  const find = async (token: string, isAutomatic?: boolean) => {
    const principal = await (oidc !== undefined && isJwt(token)
      ? oidc.findPrincipal(token)
      : findPrincipal(executor, token, isAutomatic))
    return principal && masked(principal)
  }
  const all = async (tokens: readonly string[]) => {
    const ours = await findPrincipals(
      executor,
      tokens.filter((token) => !isJwt(token)),
    )
    const found = new Map([...ours].map(([token, principal]) => [token, masked(principal)]))
    const jwts = tokens.filter(isJwt).map(async (token) => {
      const principal = await find(token).catch(nobody)
      if (principal !== undefined) found.set(token, principal)
    })
    await Promise.all(jwts)
    return found
  }
  return Object.assign(find, { all })
}

// If the provider cannot be reached, other tokens are still valid.
function nobody(error: unknown): undefined {
  if (error instanceof ProviderUnreachableError || error instanceof UnconfirmedLinkError) return undefined
  throw error
}

/** The principal of a request; throws 401 for a missing or invalid token. */
export async function authenticate(headers: IncomingHttpHeaders, find: Authenticate): Promise<Principal> {
  const principal = await find(bearerToken(headers.authorization), headers[AUTOMATIC_HEADER] !== undefined)
  if (principal === undefined) throw new ApiError('access_denied', TEXTS.badToken)
  return principal
}

/** The principal of a request, for the audit. */
export function actorOf(
  { userId, clientId, token }: Principal,
  { id, ip }: { readonly id: string; readonly ip: string },
): Actor {
  return { userId, clientId, tokenId: token.id, requestId: id, address: ip }
}

function hasAnyOf({ scopes }: Principal, sufficient: readonly Scope[] = []): boolean {
  return sufficient.some((scope) => scopes.has(scope))
}

/** Throws unless the principal has access: scopes, then the client's type, then the client itself. */
export function authorize(principal: Principal, access: Access): void {
  const missing = hasAnyOf(principal, access.orAnyOf) ? [] : missingScopes(principal, access.scopes)
  if (missing.length > 0) {
    const message = TEXTS.missingScopes(missing)
    throw new ApiError(access.missingScopeStatus === 401 ? 'access_denied' : 'forbidden', message, {
      missingScopes: missing,
    })
  }
  if (access.isForNhs !== true) return
  if (principal.clientType !== 'NHS') throw forbidden(TEXTS.wrongClient)
  if (!principal.isLegalEntityActive) throw conflict(TEXTS.inactiveClient)
}
