/** Statements of invitations: their secrets, and the user that one creates. */
import type { Query } from '../../database/query.ts'
import type { EmployeeRequestData } from '../data.ts'

/** The content of an invitation and its recipient. Contains personal data. */
export interface InvitationRow {
  readonly data: EmployeeRequestData
  readonly legal_entity_name: string | null
  readonly edrpou: string | null
  readonly addresses: unknown
  readonly division_name: string | null
}

const FROM_REQUEST = `il.employee_requests r
  left join prm.legal_entities l on l.id = r.legal_entity_id
  left join prm.divisions d on d.id = (r.data ->> 'division_id')::uuid`
const SAID = `r.data, l.name as legal_entity_name, l.edrpou, l.addresses, d.name as division_name`

/**
 * An invited user signs in to a client of the legal entity: the part of a statement that creates it, for `request`, with its
 * legal_entity_id (its type: spec 5.3.4).
 */
export const CLIENT = `
client as (
  insert into mithril.clients (id, name, client_type_id)
  select l.id, l.name, y.id from request q join prm.legal_entities l on l.id = q.legal_entity_id
    join mithril.client_types y on y.name = case when l.type in ('PHARMACY', 'NHS') then l.type else 'MSP' end
   where not exists (select from mithril.clients c where c.id = l.id)
  on conflict (id) do nothing
)`

/** Stores another secret of a NEW request, and returns the content of its mail; no row: the request is no longer NEW. */
export function keepSecret(id: string, hash: Buffer): Query {
  return {
    name: 'keep secret of employee request',
    text: `
with request as (
  select r.id from il.employee_requests r where r.id = $1 and r.status = 'NEW' for key share
),
kept as (
  insert into il.employee_request_secrets (hash, employee_request_id) select $2, id from request
  returning employee_request_id
)
select ${SAID} from ${FROM_REQUEST} join kept k on k.employee_request_id = r.id`,
    values: [id, hash],
  }
}

/** An approval, for its mail. */
export interface RegistrationRow extends InvitationRow {
  readonly status: string
  readonly updated_at: Date
}

/** The same for the mail about an approval. */
export function findRegistration(id: string): Query {
  return {
    name: 'registration of employee request',
    text: `select ${SAID}, r.status, r.updated_at from ${FROM_REQUEST} where r.id = $1`,
    values: [id],
  }
}

/** A request with its legal entity and division, for the page that asks for sign-in. */
export function findPlace(id: string): Query {
  return {
    name: 'place of employee request',
    text: `select ${SAID} from ${FROM_REQUEST} where r.id = $1`,
    values: [id],
  }
}

/** Whether a secret belongs to this request: `alive`, or `dead` if it was invalidated. */
export function findSecret(id: string, hash: Buffer): Query {
  return {
    name: 'find secret of employee request',
    text: `
select 'alive' as state from il.employee_request_secrets where hash = $2 and employee_request_id = $1
union all
select 'dead' from il.employee_request_dead_secrets where hash = $2 and employee_request_id = $1
limit 1`,
    values: [id, hash],
  }
}

/** Invalidates all secrets of a request; returns their hashes. */
export function endSecrets(id: string): Query {
  return {
    text: 'delete from il.employee_request_secrets where employee_request_id = $1 returning hash',
    values: [id],
  }
}

/** Creates the invited user, and makes the legal entity a client; no row: a user with this e-mail exists. */
export function insertInvitedUser(id: string, email: string, passwordHash: string): Query {
  return {
    text: `
with request as (
  select r.id, r.legal_entity_id from il.employee_requests r where r.id = $1
),${CLIENT}
insert into mithril.users (email, password_hash) values ($2, $3)
on conflict (email) do nothing
returning id`,
    values: [id, email, passwordHash],
  }
}
