/** Statements about one employee request. */
import type { Query } from '../../database/query.ts'

/** A request's columns, with the shown fields of its legal entity (spec 5.3), and its position in lists in microseconds. */
export const REQUEST_COLUMNS = `
  r.id, r.data, r.status, r.employee_id, r.inserted_at, r.inserted_by, r.updated_at, r.updated_by,
  r.confirmed_at, r.confirmed_by, l.edrpou, l.name as legal_entity_name,
  to_char(r.inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place`

/** The tables that they come from. */
const REQUESTS_AND_LEGAL_ENTITIES = 'il.employee_requests r left join prm.legal_entities l on l.id = r.legal_entity_id'

/** One request. */
export function findRequest(id: string): Query {
  return {
    name: 'employee request',
    text: `select ${REQUEST_COLUMNS} from ${REQUESTS_AND_LEGAL_ENTITIES} where r.id = $1`,
    values: [id],
  }
}

/** One request, locked: the first in the lock order (spec 1.8). */
export function lockRequest(id: string): Query {
  return {
    name: 'employee request locked',
    text: `select ${REQUEST_COLUMNS} from ${REQUESTS_AND_LEGAL_ENTITIES} where r.id = $1 for update of r`,
    values: [id],
  }
}

/** The users with these e-mails (spec 5: `urgent.user_id`). */
export function findUsersOf(emails: readonly string[]): Query {
  return {
    name: 'users of employee requests',
    text: 'select id, email from mithril.users where email = any ($1)',
    values: [emails],
  }
}

/** Employees that approvals created or changed. */
export function findEmployeesOf(ids: readonly string[]): Query {
  return {
    name: 'employees of employee requests',
    text: `select id, party_id, employee_type, position, status, is_active, start_date, end_date
             from prm.employees where id = any ($1::uuid[])`,
    values: [ids],
  }
}
