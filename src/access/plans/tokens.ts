/** Statements about tokens. A token's value is never in a statement: its hash is. */
import type { Query } from '../../database/query.ts'
import { type ScopeSourcesRow, scopeSources } from './scope-sources.ts'

/** What a valid token gives access to. */
export interface TokenRow extends ScopeSourcesRow {
  readonly value_hash: Buffer
  readonly token_id: string
  readonly user_id: string
  readonly email: string
  readonly scope: string
  readonly masked: boolean
  readonly expires_at: Date
  readonly is_exchanged: boolean
  /** Whether its last recorded use is so old that this one must be recorded. */
  readonly is_use_due: boolean
}

/** Whether the token of an alias is still valid: neither expired nor idle for too long. */
function isAlive(token: string): string {
  return `${token}.expires_at > clock_timestamp()
   and (${token}.idle_seconds is null or ${token}.used_at > clock_timestamp() - ${token}.idle_seconds * interval '1 second')`
}

/** The idle time is divided into this many parts; a use is recorded once in each part, not on every request. */
const IDLE_PARTS = 30

/** For a token without an idle time: a use is recorded once an hour. */
const USE_PERIOD = `interval '1 hour'`

/** Finds a valid token of a user who is not blocked, with everything needed to compute its effective scopes. */
export function findToken(hash: Buffer): Query {
  return { name: 'find token', text: goodTokens('t.value_hash = $1'), values: [hash] }
}

/** The same for several; an invalid one has no row. */
export function findTokens(hashes: readonly Buffer[]): Query {
  return { name: 'find tokens', text: goodTokens('t.value_hash = any ($1::bytea[])'), values: [hashes] }
}

function goodTokens(condition: string): string {
  return `
select t.value_hash, t.id as token_id, u.id as user_id, u.email, ${scopeSources('u.id')},
       coalesce(t.details ->> 'scope', '') as scope, coalesce((t.details ->> 'masked')::boolean, false) as masked,
       t.expires_at, t.is_exchanged,
       t.used_at < clock_timestamp() - coalesce(t.idle_seconds * interval '1 second' / ${IDLE_PARTS}, ${USE_PERIOD}) as is_use_due
  from mithril.tokens t
  join mithril.users u on u.id = t.user_id
  join mithril.clients c on c.id = (t.details ->> 'client_id')::uuid
  join mithril.client_types y on y.id = c.client_type_id
 where ${condition} and not u.is_blocked and zvirka.admits(u.is_demo) and ${isAlive('t')}
   and (t.parent_id is null or exists (select from mithril.tokens p where p.id = t.parent_id and ${isAlive('p')}))`
}

/** Records the use of a token and of its parent. */
export function noteUse(id: string): Query {
  return {
    name: 'note use of token',
    text: `update mithril.tokens set used_at = clock_timestamp()
            where id = $1 or id = (select parent_id from mithril.tokens where id = $1)`,
    values: [id],
  }
}

/** A new token. */
interface NewToken {
  readonly name: string
  readonly hash: Buffer
  readonly userId: string
  readonly clientId: string
  readonly scope: string
  readonly isMasked: boolean
  readonly seconds: number
  readonly idleSeconds: number | undefined
  /** The token that is exchanged for it. */
  readonly parent: ParentToken | undefined
}

/** A parent token, which is exchanged for a new one that ends no later. */
export interface ParentToken {
  /** Undefined: it is a JWT. */
  readonly id: string | undefined
  readonly expiresAt: Date
}

/** Inserts a token; returns its id and expiry. */
export function insertToken(token: NewToken): Query {
  const { name, hash, userId, clientId, scope, isMasked, seconds, idleSeconds, parent } = token
  return {
    text: `insert into mithril.tokens (name, value_hash, user_id, expires_at, details, idle_seconds, parent_id, is_exchanged)
           values ($1, $2, $3, least(clock_timestamp() + $4 * interval '1 second', $7), $5, $6, $8, $9) returning id, expires_at`,
    values: [
      ...[name, hash, userId, seconds],
      JSON.stringify({ client_id: clientId, scope, ...(isMasked ? { masked: true } : {}) }),
      ...[idleSeconds ?? null, parent?.expiresAt ?? null, parent?.id ?? null, parent !== undefined],
    ],
  }
}

/** Ends a token. */
export function deleteToken(id: string): Query {
  return { text: 'delete from mithril.tokens where id = $1 returning id', values: [id] }
}

/** Ends every token of all users; a row for each. */
export const deleteAllTokens: Query = { text: 'delete from mithril.tokens returning 1' }

/**
 * Ends every token of a user, in one client or in all; if in all, JWTs issued until now are refused too. `keptId`: except this one and its
 * parent.
 */
export function endTokens(
  userId: string,
  { clientId, keptId }: { clientId?: string; keptId?: string | undefined } = {},
): Query {
  return {
    text: `with ended as (
  delete from mithril.tokens where user_id = $1 and ($2::text is null or details ->> 'client_id' = $2)
     and id is distinct from $3 and id is distinct from (select parent_id from mithril.tokens where id = $3)
)
update mithril.users set sessions_ended_at = clock_timestamp() where id = $1 and $2 is null`,
    values: [userId, clientId ?? null, keptId ?? null],
  }
}

const LISTED = `
select t.id, t.name, t.user_id, t.expires_at, not (${isAlive('t')}) as has_expired, t.inserted_at, t.used_at,
       t.details ->> 'client_id' as client_id, t.details ->> 'scope' as scope
  from mithril.tokens t`

/** Every token of a user, without secret values. */
export function listTokens(userId: string | null): Query {
  return {
    text: `${LISTED} where $1::uuid is null or t.user_id = $1 order by t.inserted_at, t.id`,
    values: [userId],
  }
}

/** The same for the one token with this hash, valid or not. */
export function findListedToken(hash: Buffer): Query {
  return { text: `${LISTED} where t.value_hash = $1`, values: [hash] }
}
