/** Updating an answered request (spec 5.2, 5.3.5). */
import type { Query } from '../../database/query.ts'

// Secrets end with the request (spec 5).
const AFTERWARDS = `
secrets as (
  delete from il.employee_request_secrets s using answered a where s.employee_request_id = a.id
)`

/** Sets a locked request to APPROVED, with the employee and an event; returns its time. */
export function approve(id: string, employeeId: string, userId: string): Query {
  return {
    name: 'approve employee request',
    text: `
with answered as (
  update il.employee_requests r set status = 'APPROVED', employee_id = $2, updated_at = clock_timestamp(), updated_by = $3
   where r.id = $1
  returning r.id, r.updated_at
),${AFTERWARDS},
event as (
  insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
  select 'StatusChangeEvent', 'EmployeeRequest', id,
         jsonb_build_object('status', jsonb_build_object('new_value', 'APPROVED'),
                            'employee_id', jsonb_build_object('new_value', $2::uuid)), $3 from answered
)
select updated_at from answered`,
    values: [id, employeeId, userId],
  }
}

/** Stores that the NHS confirmed a locked request; the first confirmation stays. */
export function confirm(id: string, userId: string): Query {
  return {
    name: 'confirm employee request',
    text: `update il.employee_requests set confirmed_at = clock_timestamp(), confirmed_by = $2, updated_at = clock_timestamp(), updated_by = $2
            where id = $1 and confirmed_at is null`,
    values: [id, userId],
  }
}

/** Sets a locked request to REJECTED, with an event; returns its time. */
export function reject(id: string, userId: string): Query {
  return {
    name: 'reject employee request',
    text: `
with answered as (
  update il.employee_requests r set status = 'REJECTED', updated_at = clock_timestamp(), updated_by = $2
   where r.id = $1
  returning r.id, r.updated_at
),${AFTERWARDS},
event as (
  insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
  select 'StatusChangeEvent', 'EmployeeRequest', id, '{"status": {"new_value": "REJECTED"}}', $2 from answered
)
select updated_at from answered`,
    values: [id, userId],
  }
}
