/** Opaque tokens: 32 random bytes, kept as a hash (spec 6.4). */
import { hash, randomBytes } from 'node:crypto'
import type { Executor } from '../database/query.ts'
import { findToken, findTokens, insertToken, noteUse, type ParentToken, type TokenRow } from './plans/tokens.ts'
import { effectiveScopes, type Principal } from './principal.ts'
import { scopeWords } from './scopes.ts'

/** How each token of ours begins, so that scanners of secrets know one where it does not belong. */
const PREFIX = 'zvirka_'

/** The hash by which a token is kept and found. A value of 256 random bits needs no slow one. */
export function hashOfToken(value: string): Buffer {
  return hash('sha256', value, 'buffer')
}

/** A token that was just made. Its value is shown once, and is nowhere else. */
export interface IssuedToken {
  readonly id: string
  readonly value: string
  readonly expiresAt: Date
}

/** What a token is to be. */
export interface TokenRequest {
  readonly name: string
  readonly userId: string
  readonly clientId: string
  /** Scopes with spaces between them, kept as given. */
  readonly scope: string
  readonly seconds: number
  readonly isMasked?: boolean
  /** Seconds without activity after which it ends; undefined: it does not end so. */
  readonly idleSeconds?: number | undefined
  /** What it is exchanged for. */
  readonly parent?: ParentToken
}

/** Makes a token. */
export async function issueToken(executor: Executor, request: TokenRequest): Promise<IssuedToken> {
  const value = `${PREFIX}${randomBytes(32).toString('base64url')}`
  const [row] = await executor.query<{ id: string; expires_at: Date }>(
    insertToken({
      ...request,
      ...{ isMasked: request.isMasked ?? false, hash: hashOfToken(value) },
      ...{ idleSeconds: request.idleSeconds, parent: request.parent },
    }),
  )
  if (row === undefined) throw new Error('a token was not kept')
  return { id: row.id, value, expiresAt: row.expires_at }
}

/**
 * Whoever holds this token; undefined: it is unknown, has ended, or its user is blocked. What a page asks by itself (`isAutomatic`) is no
 * sign that somebody sits before it, and keeps no session alive.
 */
export async function findPrincipal(
  executor: Executor,
  value: string,
  isAutomatic = false,
): Promise<Principal | undefined> {
  const [row] = await executor.query<TokenRow>(findToken(hashOfToken(value)))
  if (row === undefined) return undefined
  if (row.is_use_due && !isAutomatic) await executor.query(noteUse(row.token_id))
  return principalOf(row)
}

/** The same of several tokens that nobody did anything with, by one statement; of one that is good no longer there is no entry. */
export async function findPrincipals(executor: Executor, values: readonly string[]): Promise<Map<string, Principal>> {
  const byHash = new Map(values.map((value) => [hashOfToken(value).toString('base64'), value]))
  const rows = byHash.size === 0 ? [] : await executor.query<TokenRow>(findTokens(values.map(hashOfToken)))
  return new Map(
    rows.flatMap((row) => {
      const value = byHash.get(row.value_hash.toString('base64'))
      return value === undefined ? [] : [[value, principalOf(row)] as const]
    }),
  )
}

function principalOf(row: TokenRow): Principal {
  return {
    userId: row.user_id,
    email: row.email,
    token: { id: row.token_id, expiresAt: row.expires_at, isExchanged: row.is_exchanged },
    clientId: row.client_id,
    clientType: row.client_type,
    scopes: effectiveScopes({
      token: scopeWords(row.scope),
      roles: row.role_scopes.split(' '),
      clientType: row.client_type_scopes.split(' '),
    }),
    ...{ isMasked: row.masked, isMaskedByScope: true },
    isLegalEntityActive: row.is_legal_entity_active,
  }
}
