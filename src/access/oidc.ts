/**
 * Tokens of an OpenID provider (spec 6.4): JWTs that it signed for us. The subject or a verified e-mail names the user, the claims
 * `client_id` and `scope` the rest; an unknown user is created at the first sign-in, without roles. A blocked user stays blocked.
 */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Database } from '../database/database.ts'
import {
  askForLink,
  findOidcClient,
  findOidcUser,
  insertOidcUser,
  keepOidcUser,
  type OidcUserRow,
} from './plans/oidc.ts'
import type { ScopeSourcesRow } from './plans/scope-sources.ts'
import { clientRights, type Principal } from './principal.ts'
import { scopeWords } from './scopes.ts'

/** A trusted provider. */
interface OidcSettings {
  readonly issuer: string
  readonly audience: string
  /** The address of its keys; undefined: taken from its discovery document. */
  readonly jwksUrl: string | undefined
  /** The claim that marks access tokens, if their type is not `at+jwt`. */
  readonly accessTokenClaim?: { readonly name: string; readonly value: string } | undefined
  /** Allowed parties (`azp`) besides the client itself. */
  readonly authorizedParties?: readonly string[]
  /** Whether a verified e-mail links to its user automatically; otherwise an administrator must confirm it. */
  readonly linksByEmail?: boolean
  /** Minimum time between two fetches of keys because of an unknown key; default 10 s. */
  readonly cooldownMilliseconds?: number
}

/** The provider's keys cannot be fetched, so no token can be verified. */
export class ProviderUnreachableError extends Error {
  override readonly name = 'ProviderUnreachableError'
}

/** The token is valid and its e-mail belongs to a user: an administrator must confirm that they are the same person. */
export class UnconfirmedLinkError extends Error {
  override readonly name = 'UnconfirmedLinkError'
}

// Only asymmetric algorithms: with a shared secret, a verifier could forge tokens.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const CLOCK_SECONDS = 5
const DISCOVERY_MILLISECONDS = 5000
const LONGEST_SECONDS = 86_400

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: z.email().max(320).optional(),
  email_verified: z.boolean().optional(),
  client_id: z.uuid(),
  iat: z.number(),
  exp: z.number(),
  azp: z.string().optional(),
  scope: z.union([z.string(), z.array(z.string())]).optional(),
})
type Claims = z.output<typeof claimsSchema>

/** Whether a token looks like a JWT; ours have no dots. */
export function looksLikeJwt(token: string): boolean {
  return token.split('.').length === 3
}

/** Verifies JWTs of one provider. */
export class Oidc {
  readonly #database: Database
  readonly #settings: OidcSettings
  #keys: Promise<JWTVerifyGetKey> | undefined

  constructor(database: Database, settings: OidcSettings) {
    this.#database = database
    this.#settings = settings
  }

  /**
   * The principal of the token; undefined: it is invalid. Throws a `ProviderUnreachableError` if it cannot be verified, and an
   * `UnconfirmedLinkError`.
   */
  async findPrincipal(token: string): Promise<Principal | undefined> {
    const claims = await this.#claims(token)
    return claims === undefined ? undefined : this.#principal(claims)
  }

  async #claims(token: string): Promise<Claims | undefined> {
    const { issuer, audience, accessTokenClaim } = this.#settings
    const keys = await this.#findKeys()
    let payload: JWTPayload
    try {
      const options = {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_SECONDS,
        requiredClaims: ['exp', 'iat', 'sub'],
        maxTokenAge: LONGEST_SECONDS,
        ...(accessTokenClaim === undefined ? { typ: 'at+jwt' } : {}),
      }
      payload = (await jwtVerify(token, keys, options)).payload
    } catch (error) {
      if (isUnreachable(error))
        throw new ProviderUnreachableError("the OpenID provider's keys cannot be had", { cause: error })
      return undefined
    }
    const claims = claimsSchema.safeParse(payload).data
    return claims !== undefined && this.#isAccessToken(payload) && this.#isOurs(claims) ? claims : undefined
  }

  // RFC 9068, 4 and RFC 8725, 3.11: a token that the provider signed for another purpose is not an access token.
  #isAccessToken(payload: JWTPayload): boolean {
    const { accessTokenClaim: told } = this.#settings
    const isOther = ['at_hash', 'c_hash', 'events'].some((claim) => payload[claim] !== undefined)
    return !isOther && (told === undefined || String(payload[told.name]) === told.value)
  }

  #isOurs({ azp, client_id: clientId, iat, exp }: Claims): boolean {
    const isParty = azp === undefined || azp === clientId || this.#settings.authorizedParties?.includes(azp) === true
    return isParty && exp - iat <= LONGEST_SECONDS
  }

  #findKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#openKeys()
    // If the provider could not be reached, the next token tries again.
    this.#keys.catch(() => {
      this.#keys = undefined
    })
    return this.#keys
  }

  async #openKeys(): Promise<JWTVerifyGetKey> {
    const { issuer, jwksUrl, cooldownMilliseconds: cooldownDuration = 10_000 } = this.#settings
    return createRemoteJWKSet(new URL(jwksUrl ?? (await discover(issuer))), {
      timeoutDuration: DISCOVERY_MILLISECONDS,
      cooldownDuration,
    })
  }

  async #principal(claims: Claims): Promise<Principal | undefined> {
    const user = await this.#user(claims)
    if (user === undefined) return undefined
    const [row] = await this.#database.query<ScopeSourcesRow>(findOidcClient(user.id, claims.client_id))
    if (row === undefined) return undefined
    const words = typeof claims.scope === 'string' ? scopeWords(claims.scope) : (claims.scope ?? [])
    return {
      userId: user.id,
      email: user.email,
      token: { id: undefined, expiresAt: new Date(claims.exp * 1000), isExchanged: false },
      ...clientRights(row, words),
      ...{ isMasked: false, isMaskedByScope: true },
    }
  }

  async #user({
    sub,
    email,
    email_verified: isVerified,
    iat,
  }: Claims): Promise<{ id: string; email: string } | undefined> {
    const subject = `${this.#settings.issuer} ${sub}`
    const [known] = await this.#database.query<OidcUserRow>(findOidcUser(subject))
    if (known !== undefined) return isRefused(known, iat) ? undefined : known
    if (email === undefined || isVerified !== true) return undefined
    const kept = await this.#keep(subject, email.toLowerCase())
    return kept === undefined || isRefused(kept, iat) ? undefined : kept
  }

  async #keep(subject: string, email: string): Promise<OidcUserRow | undefined> {
    const isLinked = this.#settings.linksByEmail === true
    const keep = isLinked ? keepOidcUser(subject, email) : insertOidcUser(subject, email)
    const [kept] = await this.#database.query<OidcUserRow>(keep)
    if (kept !== undefined || isLinked) return kept
    const asked = await this.#database.query(askForLink(subject, email))
    if (asked.length > 0) throw new UnconfirmedLinkError('an account of the OpenID provider waits to be linked')
    return undefined
  }
}

// Ending the sessions of a user invalidates the provider's earlier tokens.
function isRefused({ is_blocked: isBlocked, sessions_ended_at: endedAt }: OidcUserRow, issuedAt: number): boolean {
  return isBlocked || (endedAt !== null && issuedAt * 1000 < endedAt.getTime())
}

async function discover(issuer: string): Promise<string> {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const response = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_MILLISECONDS), redirect: 'error' })
    return keysUrl(
      issuer,
      z.object({ issuer: z.literal(issuer), jwks_uri: z.url() }).parse(await response.json()).jwks_uri,
    )
  } catch (error) {
    throw new ProviderUnreachableError("the OpenID provider's discovery document cannot be had", { cause: error })
  }
}

// An https provider must not refer to http: control of the keys is control of all identities.
function keysUrl(issuer: string, url: string): string {
  if (new URL(issuer).protocol === 'https:' && new URL(url).protocol !== 'https:') throw new Error('keys without https')
  return url
}

// An unknown key means an invalid token; a failed fetch means that the token cannot be verified.
function isUnreachable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true
  return (
    !(error instanceof errors.JOSEError) ||
    (error.code === 'ERR_JOSE_GENERIC' && !(error instanceof errors.JWKSNoMatchingKey))
  )
}
