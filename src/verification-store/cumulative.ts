import type { KindOfSubject } from './kinds.ts'

/**
 * The two parts of a statement that follow every write of a stream's result or trigger: `moved_<kind>` sets the cumulative
 * status where it changed, `events_<kind>` tells of it. `source` selects subject_id and cumulative_status; $2 is the user.
 */
export function cumulativeText(of: KindOfSubject, source: string): string {
  return `
moved_${of.kind} as (
  update ${of.subjects} s
     set verification_status = c.cumulative_status, updated_at = statement_timestamp(), updated_by = $2
    from ${source} c
   where s.id = c.subject_id and s.verification_status <> c.cumulative_status and ${of.takesCumulativeStatus}
  returning s.id, s.verification_status
),
events_${of.kind} as (
  insert into event_manager.events (event_type, entity_type, entity_id, properties, event_time, changed_by)
  select 'StatusChangeEvent', '${of.entityType}', id,
         jsonb_build_object('verification_status', jsonb_build_object('new_value', verification_status)),
         clock_timestamp(), $2
    from moved_${of.kind}
)`
}
