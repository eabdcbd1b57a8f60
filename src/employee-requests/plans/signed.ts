/** Statements about signed requests. */
import type { Query } from '../../database/query.ts'

/** The tax id of the user's party; no row: the user has no party. Personal. */
export function findTaxIdOfUser(userId: string): Query {
  return {
    name: 'tax id of user',
    text: 'select p.tax_id from prm.party_users u join prm.parties p on p.id = u.party_id where u.user_id = $1',
    values: [userId],
  }
}

/** Stores the envelope of a request. */
export function insertEnvelope(id: string, envelope: Uint8Array): Query {
  return {
    name: 'insert envelope of employee request',
    text: 'insert into il.employee_request_envelopes (employee_request_id, envelope) values ($1, $2)',
    values: [id, envelope],
  }
}

/** The envelope of a request; no row: it has none, or does not exist. */
export function findEnvelope(id: string): Query {
  return {
    name: 'envelope of employee request',
    text: 'select envelope from il.employee_request_envelopes where employee_request_id = $1',
    values: [id],
  }
}
