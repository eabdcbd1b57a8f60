/** Closes open candidates, as a part of statements that trigger; an earlier statement has locked the summaries. */
import type { KindOfSubject } from './kinds.ts'

/** The entity type of a candidate. */
export const DEATH_ACT = 'dracs_death_act'

/** The part `ended_<kind>`: closes the candidates of the subjects that `source` selects as subject_id. `reason` is an expression. */
export function endedCandidatesText(of: KindOfSubject, source: string, reason: string): string {
  return `
ended_${of.kind} as (
  update ${of.candidates} d
     set status = 'DEACTIVATED', status_reason = ${reason}, updated_at = statement_timestamp()
    from ${source} e
   where d.${of.subjectId} = e.subject_id and d.entity_type = '${DEATH_ACT}' and d.status = 'NEW'
)`
}
