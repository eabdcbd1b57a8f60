import type { OwnStream } from '../verification/status.ts'
import type { KindOfSubject } from './kinds.ts'

/**
 * The two parts of a statement that follow every write of a summary: `moved_<kind>` updates a changed cumulative status, `events_<kind>`
 * writes its event. `source` selects subject_id and cumulative_status; $2 is the user.
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
  insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
  select 'StatusChangeEvent', '${of.entityType}', id,
         jsonb_build_object('verification_status', jsonb_build_object('new_value', verification_status)), $2
    from moved_${of.kind}
)`
}

/**
 * The parts of a statement that follow a write of one stream's checks, of which `source` selects subject_id and status: the summary gets
 * the new status, and the cumulative status follows. A summary that already has it is only read. An earlier statement has locked it.
 */
export function consequencesText(of: KindOfSubject, stream: OwnStream, source: string): string {
  const counted = `${stream}_verification_status`
  return `
counted_${of.kind} as (
  update ${of.summaries} v
     set ${counted} = c.status, updated_at = statement_timestamp(), updated_by = $2
    from ${source} c
   where v.${of.subjectId} = c.subject_id and v.${counted} <> c.status
  returning v.${of.subjectId} as subject_id, ${of.cumulativeStatus}(v) as cumulative_status
),
summed_${of.kind} as (
  select * from counted_${of.kind}
  union all
  select v.${of.subjectId}, ${of.cumulativeStatus}(v)
    from ${source} c join ${of.summaries} v on v.${of.subjectId} = c.subject_id and v.${counted} = c.status
),
${cumulativeText(of, `summed_${of.kind}`)}`
}
