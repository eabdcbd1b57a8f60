/** Statements about tokens. A token's value is never in a statement: its hash is. */
import type { Query } from '../../database/query.ts'
import { type ScopeSourcesRow, scopeSources } from './scope-sources.ts'

/** What a good token leads to. */
export interface TokenRow extends ScopeSourcesRow {
  readonly token_id: string
  readonly user_id: string
  readonly email: string
  readonly scope: string
  readonly masked: boolean
}

/** Finds a token that has not run out, of a user who is not blocked, with all that its effective scopes are made from. */
export function findToken(hash: Buffer): Query {
  return {
    name: 'find token',
    text: `
select t.id as token_id, u.id as user_id, u.email, ${scopeSources('u.id')},
       coalesce(t.details ->> 'scope', '') as scope, coalesce((t.details ->> 'masked')::boolean, false) as masked
  from mithril.tokens t
  join mithril.users u on u.id = t.user_id
  join mithril.clients c on c.id = (t.details ->> 'client_id')::uuid
  join mithril.client_types y on y.id = c.client_type_id
 where t.value_hash = $1 and t.expires_at > clock_timestamp() and not u.is_blocked`,
    values: [hash],
  }
}

/** What a new token is. */
export interface NewToken {
  readonly name: string
  readonly hash: Buffer
  readonly userId: string
  readonly clientId: string
  readonly scope: string
  readonly isMasked: boolean
  readonly seconds: number
}

/** Keeps a new token; answers with its id and when it runs out. */
export function insertToken({ name, hash, userId, clientId, scope, isMasked, seconds }: NewToken): Query {
  return {
    text: `insert into mithril.tokens (name, value_hash, user_id, expires_at, details)
           values ($1, $2, $3, clock_timestamp() + $4 * interval '1 second', $5) returning id, expires_at`,
    values: [
      name,
      hash,
      userId,
      seconds,
      JSON.stringify({ client_id: clientId, scope, ...(isMasked ? { masked: true } : {}) }),
    ],
  }
}

/** Ends a token. */
export function deleteToken(id: string): Query {
  return { text: 'delete from mithril.tokens where id = $1 returning id', values: [id] }
}

/** Every token of a user, without what could be used. */
export function listTokens(userId: string | null): Query {
  return {
    text: `select t.id, t.name, t.user_id, t.expires_at, t.expires_at <= clock_timestamp() as has_expired, t.inserted_at,
                  t.details ->> 'client_id' as client_id, t.details ->> 'scope' as scope
             from mithril.tokens t where $1::uuid is null or t.user_id = $1 order by t.inserted_at, t.id`,
    values: [userId],
  }
}
