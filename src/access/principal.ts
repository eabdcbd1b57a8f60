/** Who is asking: a token's user, client and what both may do together, computed at each request (spec 6.4). */
import { ROLELESS_SCOPES, type Scope } from './scopes.ts'

/** Whoever asks, once the token was found good. */
export interface Principal {
  readonly userId: string
  /** Personal: for the checks of spec 5.1.3 alone. */
  readonly email: string
  readonly token: HeldToken
  readonly clientId: string
  readonly clientType: string
  readonly scopes: ReadonlySet<string>
  /** Whether the token says that numbers are shown masked (spec 4.3). */
  readonly isMasked: boolean
  /** Whether numbers are masked as well for who has not the scope of revealing them. */
  readonly isMaskedByScope: boolean
  /** Whether the client's legal entity is ACTIVE and active; undefined: there is no such legal entity. */
  readonly isLegalEntityActive: boolean
}

/** The token that a request carries. */
export interface HeldToken {
  /** Undefined: a JWT of a provider, of which we keep nothing. */
  readonly id: string | undefined
  readonly expiresAt: Date
  /** Whether an exchange made it. */
  readonly isExchanged: boolean
}

/** What the effective scopes are made from. */
export interface ScopeSources {
  readonly token: readonly string[]
  readonly roles: readonly string[]
  readonly clientType: readonly string[]
}

/** The token's scopes that the client's type has and that the user's roles have, or that need no role (spec 5.1.1, 6.4). */
export function effectiveScopes({ token, roles, clientType }: ScopeSources): Set<string> {
  const ofRoles = new Set([...roles, ...ROLELESS_SCOPES])
  const ofType = new Set(clientType)
  return new Set(token.filter((scope) => ofRoles.has(scope) && ofType.has(scope)))
}

/** The scopes that a principal lacks, in the order in which they are asked for. */
export function missingScopes(principal: Principal, needed: readonly Scope[]): Scope[] {
  return needed.filter((scope) => !principal.scopes.has(scope))
}
