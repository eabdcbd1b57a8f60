/** Statements of creating a request (spec 5.5). */
import type { Query } from '../../database/query.ts'
import { CLIENT } from './invitation.ts'

/** The ids that a request refers to; undefined: it names none. */
export interface ReferenceIds {
  readonly legalEntityId: string | undefined
  readonly divisionId: string | undefined
  readonly employeeId: string | undefined
}

/** Everything that a request refers to, as one row; columns of missing records are null. */
export function findReferences({ legalEntityId, divisionId, employeeId }: ReferenceIds): Query {
  return {
    name: 'references of an employee request',
    text: `
select l.type as legal_entity_type, l.is_active as legal_entity_is_active,
       d.status = 'ACTIVE' and d.is_active as division_is_active, d.legal_entity_id as division_legal_entity_id,
       e.is_active as employee_is_active, e.status as employee_status, e.legal_entity_id as employee_legal_entity_id,
       e.employee_type, e.start_date, p.tax_id, p.birth_date
  from (select) as one
  left join prm.legal_entities l on l.id = $1
  left join prm.divisions d on d.id = $2
  left join prm.employees e on e.id = $3
  left join prm.parties p on p.id = e.party_id`,
    values: [legalEntityId, divisionId, employeeId].map((id) => id ?? null),
  }
}

/** Stores an accepted request, and creates the client of its legal entity; returns its id. */
export function insertRequest(data: object, userId: string): Query {
  return {
    name: 'insert employee request',
    text: `
with request as (
  insert into il.employee_requests (data, inserted_by, updated_by) values ($1, $2, $2) returning id, legal_entity_id
),${CLIENT}
select id from request`,
    values: [JSON.stringify(data), userId],
  }
}
