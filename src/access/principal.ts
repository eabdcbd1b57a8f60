/** The principal of a request: the token's user, client and effective scopes, computed on each request (spec 6.4). */
import type { ScopeSourcesRow } from './plans/scope-sources.ts'
import { ROLELESS_SCOPES, type Scope } from './scopes.ts'

/** The sender of a request with a valid token. */
export interface Principal {
  readonly userId: string
  /** Personal: only for the checks of spec 5.1.3. */
  readonly email: string
  readonly token: HeldToken
  readonly clientId: string
  readonly clientType: string
  readonly scopes: ReadonlySet<string>
  /** Whether the token is masked (spec 4.3). */
  readonly isMasked: boolean
  /** Whether numbers are also masked without the scope to reveal them. */
  readonly isMaskedByScope: boolean
  /** Whether the client's legal entity is ACTIVE and active; undefined: there is no such legal entity. */
  readonly isLegalEntityActive: boolean
}

/** The token that a request carries. */
interface HeldToken {
  /** Undefined: a JWT of a provider, which is not stored. */
  readonly id: string | undefined
  readonly expiresAt: Date
  /** Whether an exchange made it. */
  readonly isExchanged: boolean
}

/** The sources of the effective scopes. */
interface ScopeSources {
  readonly token: readonly string[]
  readonly roles: readonly string[]
  readonly clientType: readonly string[]
}

/** The token's scopes that are allowed by the client's type and by the user's roles, or that need no role (spec 5.1.1, 6.4). */
export function effectiveScopes({ token, roles, clientType }: ScopeSources): Set<string> {
  const ofRoles = new Set([...roles, ...ROLELESS_SCOPES])
  const ofType = new Set(clientType)
  return new Set(token.filter((scope) => ofRoles.has(scope) && ofType.has(scope)))
}

/** The client of a token with these scopes, and what it may do there. */
export function clientRights(row: ScopeSourcesRow, token: readonly string[]) {
  const [roles, clientType] = [row.role_scopes.split(' '), row.client_type_scopes.split(' ')]
  return {
    ...{ clientId: row.client_id, clientType: row.client_type, isLegalEntityActive: row.is_legal_entity_active },
    scopes: effectiveScopes({ token, roles, clientType }),
  }
}

/** The scopes that a principal lacks, in the order of the request. */
export function missingScopes(principal: Principal, needed: readonly Scope[]): Scope[] {
  return needed.filter((scope) => !principal.scopes.has(scope))
}
