/** Statements of administering users, clients and roles. */
import type { Query } from '../../database/query.ts'

/** A user, with roles by client. */
export interface ListedUser {
  readonly id: string
  readonly email: string
  readonly is_blocked: boolean
  readonly has_password: boolean
  readonly has_second_factor: boolean
  /** Accounts of the OpenID provider that wait to be linked to the user. */
  readonly waiting_links: readonly string[]
  readonly inserted_at: Date
  readonly roles: readonly { readonly role: string; readonly client_id: string; readonly client: string }[]
}

/** Inserts a client; no row: the type is unknown. Of an existing client only the name is updated. */
export function insertClient(id: string, type: string, name: string): Query {
  return {
    text: `insert into mithril.clients (id, name, client_type_id)
           select $1, $3, id from mithril.client_types where name = $2
           on conflict (id) do update set name = excluded.name, updated_at = clock_timestamp()
             where clients.client_type_id = excluded.client_type_id
           returning id`,
    values: [id, type, name],
  }
}

/** A client is a legal entity (spec 7.1): inserts one with that id if there is none. */
export function insertLegalEntity(id: string, type: string, name: string, edrpou: string): Query {
  return {
    text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, $3, $4, $2, 'ACTIVE')
           on conflict (id) do nothing`,
    values: [id, type, name, edrpou],
  }
}

/** The names of all client types, or of all roles. */
export function listNames(of: 'client_types' | 'roles'): Query {
  return { text: `select name from mithril.${of} order by name` }
}

/** Inserts a user; no row: the e-mail is taken. */
export function insertUser(email: string): Query {
  return {
    text: 'insert into mithril.users (email) values ($1) on conflict (email) do nothing returning id',
    values: [email],
  }
}

/** Grants a user a role in a client; no row: the role is unknown. */
export function insertUserRole(userId: string, role: string, clientId: string): Query {
  return {
    text: `with role as (select id from mithril.roles where name = $2),
given as (
  insert into mithril.user_roles (user_id, role_id, client_id) select $1, role.id, $3 from role on conflict do nothing
)
select id from role`,
    values: [userId, role, clientId],
  }
}

/** Removes a role; no row: the user did not have it there. */
export function deleteUserRole(userId: string, role: string, clientId: string): Query {
  return {
    text: `delete from mithril.user_roles ur using mithril.roles r
            where r.id = ur.role_id and ur.user_id = $1 and r.name = $2 and ur.client_id = $3 returning ur.user_id as id`,
    values: [userId, role, clientId],
  }
}

/** Blocks or unblocks. */
export function setBlocked(userId: string, isBlocked: boolean): Query {
  return {
    text: 'update mithril.users set is_blocked = $2, updated_at = clock_timestamp() where id = $1 returning id',
    values: [userId, isBlocked],
  }
}

/** Stores a password hash. */
export function setPasswordHash(userId: string, passwordHash: string): Query {
  return {
    text: 'update mithril.users set password_hash = $2, updated_at = clock_timestamp() where id = $1',
    values: [userId, passwordHash],
  }
}

/** Every user. */
export function listUsers(): Query {
  return {
    text: `
select u.id, u.email, u.is_blocked, u.password_hash is not null as has_password, u.inserted_at,
       exists (select from mithril.second_factors f where f.user_id = u.id and f.confirmed_at is not null) as has_second_factor,
       array(select subject from mithril.oidc_links k where k.user_id = u.id order by asked_at, subject) as waiting_links,
       coalesce((select jsonb_agg(jsonb_build_object('role', r.name, 'client_id', c.id, 'client', c.name) order by r.name, c.id)
                   from mithril.user_roles ur join mithril.roles r on r.id = ur.role_id join mithril.clients c on c.id = ur.client_id
                  where ur.user_id = u.id), '[]') as roles
  from mithril.users u order by u.email`,
  }
}

/** Every client with its type. */
export function listClients(): Query {
  return {
    text: `select c.id, c.name, y.name as type, l.edrpou, l.status, l.is_active from mithril.clients c
             join mithril.client_types y on y.id = c.client_type_id left join prm.legal_entities l on l.id = c.id
            order by c.name, c.id`,
  }
}
