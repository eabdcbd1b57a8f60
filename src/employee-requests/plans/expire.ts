/** Expiry of unanswered employee requests (spec 5.4), by date in Kyiv. */
import type { Query } from '../../database/query.ts'

// The last day of a request is the date of its creation plus the term. `$1` is the time; null: the database's. `early_before` is only an
// upper bound (no later request has expired), because dates cannot be counted back: the 29th of February and the 28th expire on the same
// day, and no calendar goes back as far as a term may reach. Without a valid term nothing has expired.
const TERM = `
term as materialized (
  select t.today, t.term, (t.today - least(t.term, interval '5000 years') + interval '1 day') at time zone 'Europe/Kyiv' as early_before
    from (
      select (coalesce($1::timestamptz, clock_timestamp()) at time zone 'Europe/Kyiv')::date as today,
             case p.unit when 'YEARS' then make_interval(years => p.count) when 'DAYS' then make_interval(days => p.count) end as term
        from (
          select max(case when value ~ '^[1-9][0-9]{0,4}$' then value::int end)
                   filter (where parameter = 'employee_request_expiration') as count,
                 max(value) filter (where parameter = 'employee_request_term_unit') as unit
            from prm.global_parameters
        ) p
    ) t
)`

const HAS_EXPIRED = `
  r.status = 'NEW' and r.inserted_at < (select early_before from term)
  and ((r.inserted_at at time zone 'Europe/Kyiv') + (select term from term))::date < (select today from term)`

/** The global parameters of the term, as stored. */
export function findTerm(): Query {
  return {
    name: 'term of employee requests',
    text: `select parameter, value from prm.global_parameters
            where parameter in ('employee_request_expiration', 'employee_request_term_unit')`,
  }
}

/** How many requests are past their last day and still NEW. */
export function countExpired(now: Date | null): Query {
  return {
    text: `with ${TERM} select count(*)::int as count from il.employee_requests r where ${HAS_EXPIRED}`,
    values: [now],
  }
}

/**
 * Locks the oldest of them. All expiring processes lock in the same order; approving and rejecting lock one request before anything else,
 * and a request answered meanwhile is rechecked and skipped.
 */
export function lockExpired(now: Date | null, limit: number): Query {
  return {
    text: `with ${TERM} select r.id from il.employee_requests r where ${HAS_EXPIRED} order by r.inserted_at, r.id limit $2 for update`,
    values: [now, limit],
  }
}

/** Sets locked requests to EXPIRED, with an event each. This invalidates their secrets, including ones sent meanwhile. */
export function expireLocked(ids: readonly string[], userId: string): Query {
  return {
    text: `
with expired as (
  update il.employee_requests set status = 'EXPIRED', updated_at = clock_timestamp(), updated_by = $2
   where id = any ($1::uuid[])
  returning id
),
secrets as (
  delete from il.employee_request_secrets s using expired where s.employee_request_id = expired.id
)
insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
select 'StatusChangeEvent', 'EmployeeRequest', id, '{"status": {"new_value": "EXPIRED"}}', $2 from expired`,
    values: [ids, userId],
  }
}

/** Whether a tick was handled: one row, or none. */
export function isTickKept(process: string, time: Date): Query {
  return { text: 'select from zvirka.ticks where process = $1 and time = $2', values: [process, time] }
}

/** Stores that a tick was handled. */
export function keepTick(process: string, time: Date): Query {
  return {
    text: `insert into zvirka.ticks (process, time, outcome) values ($1, $2, 'done') on conflict do nothing`,
    values: [process, time],
  }
}
