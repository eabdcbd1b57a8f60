/** Statements about users of an OpenID provider. */
import type { Query } from '../../database/query.ts'
import { scopeSources } from './scope-sources.ts'

/** A user, as found by the subject of a provider. */
export interface OidcUserRow {
  readonly id: string
  readonly email: string
  readonly is_blocked: boolean
  readonly sessions_ended_at: Date | null
}

/** The user of a provider's subject. */
export function findOidcUser(subject: string): Query {
  return {
    name: 'find oidc user',
    text: `select id, email, is_blocked or not zvirka.admits(is_demo) as is_blocked, sessions_ended_at
             from mithril.users where oidc_subject = $1`,
    values: [subject],
  }
}

/** Links a subject to the user with its verified e-mail, or creates one; no row: that user has another subject. */
export function keepOidcUser(subject: string, email: string): Query {
  return {
    text: `insert into mithril.users (email, oidc_subject) values ($2, $1)
           on conflict (email) do update set oidc_subject = excluded.oidc_subject, updated_at = clock_timestamp()
             where users.oidc_subject is null and zvirka.admits(users.is_demo)
           returning id, email, is_blocked, sessions_ended_at`,
    values: [subject, email],
  }
}

/** Creates a user for a subject with its verified e-mail; no row: a user with this e-mail exists. */
export function insertOidcUser(subject: string, email: string): Query {
  return {
    text: `insert into mithril.users (email, oidc_subject) values ($2, $1) on conflict (email) do nothing
           returning id, email, is_blocked, sessions_ended_at`,
    values: [subject, email],
  }
}

/** Requests the link of a subject to the user with its e-mail; no row: that user has another subject. */
export function askForLink(subject: string, email: string): Query {
  return {
    text: `
with known as (
  select id from mithril.users where email = $2 and oidc_subject is null and zvirka.admits(is_demo)
), asked as (
  insert into mithril.oidc_links (subject, user_id) select $1, id from known on conflict (subject) do nothing
)
select id from known`,
    values: [subject, email],
  }
}

/** The subjects that wait to be linked to a user, oldest first. */
export function findLinks(userId: string): Query {
  return {
    text: 'select subject from mithril.oidc_links where user_id = $1 order by asked_at, subject',
    values: [userId],
  }
}

/** Links a subject to a user and deletes waiting requests. No row: the user already has a subject. */
export function linkUser(userId: string, subject: string): Query {
  return {
    text: `with waiting as (delete from mithril.oidc_links where user_id = $1)
update mithril.users set oidc_subject = $2, updated_at = clock_timestamp() where id = $1 and oidc_subject is null returning id`,
    values: [userId, subject],
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
