/** Submitting a party on verification with the registries of other processes (spec 5.3.6). */
import type { Query } from '../../database/query.ts'

/**
 * DRACS death of a party, whose verification row is locked, and its candidates that nobody looked at yet. unverified_at is left: a
 * trigger is no result (spec 1.4). The cumulative status is the next statement's, which triggers the streams that we check ourselves.
 */
export function submitToOthers(partyId: string, userId: string): Query {
  return {
    name: 'submit party to dracs',
    text: `
with submitted as (
  update prm.party_verification_summaries v
     set dracs_death_verification_status = 'VERIFICATION_NEEDED', dracs_death_verification_reason = 'ONLINE_TRIGGERED',
         dracs_death_online_status = 'READY',
         updated_at = statement_timestamp(), updated_by = $2
   where v.party_id = $1
  returning v.party_id
),
candidates as (
  update prm.party_verification_candidates c
     set status = 'DEACTIVATED', status_reason = 'PARTY_UPDATED', updated_at = statement_timestamp()
   where c.party_id = $1 and c.status = 'NEW' and c.entity_type = 'dracs_death_act'
)
insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
select s.party_id, 'party', 'dracs_death', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', 'trigger', $2 from submitted s`,
    values: [partyId, userId],
  }
}
