/** Opaque tokens: 32 random bytes, stored as a hash (spec 6.4). */
import { hash, randomBytes } from 'node:crypto'
import type { Executor } from '../database/query.ts'
import { findToken, findTokens, insertToken, noteUse, type ParentToken, type TokenRow } from './plans/tokens.ts'
import { clientRights, type Principal } from './principal.ts'
import { scopeWords } from './scopes.ts'

/** The prefix of our tokens, by which secret scanners recognise them. */
const PREFIX = 'zvirka_'

/** The hash under which a token is stored. 256 random bits do not need a slow hash. */
export function hashOfToken(value: string): Buffer {
  return hash('sha256', value, 'buffer')
}

/** A new token. Its value is shown once and stored nowhere. */
export interface IssuedToken {
  readonly id: string
  readonly value: string
  readonly expiresAt: Date
}

/** The properties of a new token. */
interface TokenRequest {
  readonly name: string
  readonly userId: string
  readonly clientId: string
  /** Scopes separated by spaces, stored as given. */
  readonly scope: string
  readonly seconds: number
  readonly isMasked?: boolean
  /** Seconds without activity after which it ends; undefined: never. */
  readonly idleSeconds?: number | undefined
  /** The token that is exchanged for it. */
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
 * The principal of this token; undefined: it is unknown, has ended, or its user is blocked. Automatic requests of a page (`isAutomatic`) do
 * not keep a session alive.
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

/** The same for several tokens in one query, without recording a use; an invalid one has no entry. */
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
    ...{ userId: row.user_id, email: row.email },
    token: { id: row.token_id, expiresAt: row.expires_at, isExchanged: row.is_exchanged },
    ...clientRights(row, scopeWords(row.scope)),
    ...{ isMasked: row.masked, isMaskedByScope: true },
  }
}
