/** Statements about users whom an OpenID provider names. */
import type { Query } from '../../database/query.ts'

/** The user whom a provider's subject is. */
export function findOidcUser(subject: string): Query {
  return {
    name: 'find oidc user',
    text: 'select id, email, is_blocked from mithril.users where oidc_subject = $1',
    values: [subject],
  }
}

/** Links a subject to the user with its verified e-mail, or makes one; no row: another subject has that user already. */
export function keepOidcUser(subject: string, email: string): Query {
  return {
    text: `insert into mithril.users (email, oidc_subject) values ($2, $1)
           on conflict (email) do update set oidc_subject = excluded.oidc_subject, updated_at = clock_timestamp()
             where users.oidc_subject is null
           returning id, email, is_blocked`,
    values: [subject, email],
  }
}

/** A client, and what a user may do there. */
export interface OidcClientRow {
  readonly client_id: string
  readonly client_type: string
  readonly client_type_scopes: readonly string[]
  readonly role_scopes: readonly string[]
  readonly is_legal_entity_active: boolean
}

/** The client that a token names, with the scopes of its type and of the user's roles in it; no row: there is none. */
export function findOidcClient(userId: string, clientId: string): Query {
  return {
    name: 'find oidc client',
    text: `
select c.id as client_id, y.name as client_type, y.scopes as client_type_scopes,
       array(select distinct scope from mithril.user_roles ur join mithril.roles r on r.id = ur.role_id, unnest(r.scopes) as scope
              where ur.user_id = $1 and ur.client_id = c.id) as role_scopes,
       exists (select from prm.legal_entities l where l.id = c.id and l.status = 'ACTIVE' and l.is_active) as is_legal_entity_active
  from mithril.clients c join mithril.client_types y on y.id = c.client_type_id
 where c.id = $2`,
    values: [userId, clientId],
  }
}
