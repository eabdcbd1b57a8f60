/** Statements about users whom an OpenID provider names. */
import type { Query } from '../../database/query.ts'
import { scopeSources } from './scope-sources.ts'

/** A user as tokens of a provider lead to them. */
export interface OidcUserRow {
  readonly id: string
  readonly email: string
  readonly is_blocked: boolean
  readonly sessions_ended_at: Date | null
}

/** The user whom a provider's subject is. */
export function findOidcUser(subject: string): Query {
  return {
    name: 'find oidc user',
    text: `select id, email, is_blocked or not zvirka.admits(is_demo) as is_blocked, sessions_ended_at
             from mithril.users where oidc_subject = $1`,
    values: [subject],
  }
}

/** Links a subject to the user with its verified e-mail, or makes one; no row: another subject has that user already. */
export function keepOidcUser(subject: string, email: string): Query {
  return {
    text: `insert into mithril.users (email, oidc_subject) values ($2, $1)
           on conflict (email) do update set oidc_subject = excluded.oidc_subject, updated_at = clock_timestamp()
             where users.oidc_subject is null and zvirka.admits(users.is_demo)
           returning id, email, is_blocked, sessions_ended_at`,
    values: [subject, email],
  }
}

/** The client that a token names, with the scopes of its type and of the user's roles in it; no row: there is none. */
export function findOidcClient(userId: string, clientId: string): Query {
  return {
    name: 'find oidc client',
    text: `
select ${scopeSources('$1')}
  from mithril.clients c join mithril.client_types y on y.id = c.client_type_id
 where c.id = $2`,
    values: [userId, clientId],
  }
}
