/** Writes the employee of an approval, the legal entity's previous owners, and the role (spec 5.3.3, 5.3.4). */
import type { Query } from '../../database/query.ts'
import type { EmployeeChange } from '../employee.ts'

const UPDATED = ['position', 'division_id', 'end_date', 'additional_info', 'speciality']
const INSERTED = [...UPDATED, 'employee_type', 'legal_entity_id', 'start_date', 'status', 'is_active']

/** Inserts an employee of a party. */
export function insertEmployee(id: string, partyId: string, change: EmployeeChange, userId: string): Query {
  return {
    name: 'insert approved employee',
    text: `
insert into prm.employees (id, party_id, ${INSERTED.join(', ')}, inserted_by, updated_by)
select $1, $2, ${INSERTED.map((name) => `n.${name}`).join(', ')}, $4, $4 from jsonb_populate_record(null::prm.employees, $3) n`,
    values: [id, partyId, JSON.stringify(change), userId],
  }
}

/** Updates an employee whose party's verification row is locked. */
export function updateEmployee(id: string, change: EmployeeChange, userId: string): Query {
  return {
    name: 'update approved employee',
    text: `
update prm.employees e
   set (${UPDATED.join(', ')}) = (select ${UPDATED.map((name) => `n.${name}`).join(', ')} from jsonb_populate_record(e, $2) n),
       updated_at = statement_timestamp(), updated_by = $3
 where e.id = $1`,
    values: [id, JSON.stringify(change), userId],
  }
}

/**
 * Replaces the owners of a legal entity that belong to these parties, whose verification rows are locked: they become inactive, their users
 * lose the role and the tokens of this client, and contracts that they signed are suspended. Returns the employees.
 */
export function replaceOwners(legalEntityId: string, partyIds: readonly string[], userId: string): Query {
  return {
    name: 'replace owners',
    text: `
with gone as (
  update prm.employees e set is_active = false, updated_at = statement_timestamp(), updated_by = $3
   where e.legal_entity_id = $1 and e.is_active and e.employee_type in ('OWNER', 'PHARMACY_OWNER')
     and e.party_id = any ($2::uuid[])
  returning e.id, e.party_id, e.employee_type
),
contracts as (
  update ops.contracts c set is_suspended = true, updated_at = statement_timestamp(), updated_by = $3
    from gone g where c.contractor_owner_id = g.id and c.status = 'VERIFIED' and not c.is_suspended
),
users as (
  select distinct u.user_id, g.employee_type from gone g join prm.party_users u on u.party_id = g.party_id
),
roles as (
  delete from mithril.user_roles ur using users u, mithril.roles r
   where ur.user_id = u.user_id and ur.client_id = $1 and r.id = ur.role_id and r.name = u.employee_type
),
tokens as (
  delete from mithril.tokens t using users u where t.user_id = u.user_id and (t.details ->> 'client_id')::uuid = $1
)
select id from gone order by id`,
    values: [legalEntityId, partyIds, userId],
  }
}

/**
 * Grants every user of a party a role in a legal entity, and creates its client if needed. Users who have the role keep it. A client's type
 * follows the legal entity's.
 */
export function giveRole(partyId: string, role: string, legalEntityId: string): Query {
  return {
    name: 'give role to users of party',
    text: `
with client as (
  insert into mithril.clients (id, name, client_type_id)
  select l.id, l.name, y.id from prm.legal_entities l
    join mithril.client_types y on y.name = case when l.type in ('PHARMACY', 'NHS') then l.type else 'MSP' end
   where l.id = $3 and not exists (select from mithril.clients c where c.id = l.id)
  on conflict (id) do nothing
)
insert into mithril.user_roles (user_id, role_id, client_id)
select u.user_id, r.id, $3 from prm.party_users u cross join mithril.roles r
 where u.party_id = $1 and r.name = $2
 order by u.user_id
on conflict do nothing`,
    values: [partyId, role, legalEntityId],
  }
}
