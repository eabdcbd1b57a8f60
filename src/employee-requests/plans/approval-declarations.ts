/** Declarations of a doctor whose main speciality changes (spec 5.3.3). */
import type { Query } from '../../database/query.ts'
import type { Retraining } from '../retraining.ts'

/** Whose declarations change, how, and on whose behalf. */
interface RetrainingOf {
  readonly employeeId: string
  readonly retraining: Retraining
  readonly userId: string
  /** The date in Kyiv, `YYYY-MM-DD`; default: the database's. */
  readonly today?: string | undefined
}

// No calendar goes back as far as adult_age may be set; nobody is 5000 years old either way.
const RULES = `
rules as materialized (
  select coalesce($2::date, (statement_timestamp() at time zone 'Europe/Kyiv')::date) as today,
         make_interval(years => least(p.adult_age, 5000)) as adult_age,
         case p.unit when 'DAYS' then make_interval(days => p.term) else make_interval(years => p.term) end as term
    from (
      select coalesce(max(value) filter (where parameter = 'adult_age'), '18')::int as adult_age,
             coalesce(max(value) filter (where parameter = 'declaration_term'), '40')::int as term,
             max(value) filter (where parameter = 'declaration_term_unit') as unit
        from prm.global_parameters
    ) p
)`

/**
 * Terminates and changes the end dates of an employee's open declarations; only terminated ones get an event, since only their status
 * changes. Days are counted like PostgreSQL intervals: eighteen years after the 29th of February is the 28th.
 */
export function retrainDeclarations({ employeeId, retraining, userId, today }: RetrainingOf): Query {
  const { terminated, redated } = retraining
  return {
    name: 'retrain declarations',
    text: `
with ${RULES},
open as materialized (
  select d.id, p.birth_date <= (r.today - r.adult_age)::date as is_adult,
         (p.birth_date + r.adult_age - interval '1 day')::date as last_day_of_minority,
         (d.start_date + r.term - interval '1 day')::date as last_day_of_term
    from ops.declarations d join mpi.persons p on p.id = d.person_id cross join rules r
   where d.employee_id = $1 and d.status in ('active', 'pending_verification')
),
terminated as (
  update ops.declarations d
     set status = 'terminated', reason = $4, updated_at = statement_timestamp(), updated_by = $6
    from open o
   where d.id = o.id and d.status in ('active', 'pending_verification') and o.is_adult = ($3::text = 'adults')
  returning d.id
),
redated as (
  update ops.declarations d
     set end_date = case $5::text when 'term' then o.last_day_of_term else least(o.last_day_of_minority, o.last_day_of_term) end,
         updated_at = statement_timestamp(), updated_by = $6
    from open o
   where d.id = o.id and d.status in ('active', 'pending_verification') and $5::text is not null and not o.is_adult
)
insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
select 'StatusChangeEvent', 'Declaration', id, '{"status": {"new_value": "terminated"}}', $6 from terminated`,
    values: [
      ...[employeeId, today ?? null, terminated?.patients ?? null],
      ...[terminated?.reason ?? null, redated ?? null, userId],
    ],
  }
}
