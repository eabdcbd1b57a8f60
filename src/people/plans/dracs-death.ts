/** Statements about the stream dracs_death of parties. */
import type { Query } from '../../database/query.ts'
import { cumulativeText } from '../../verification-store/cumulative.ts'
import { KINDS } from '../../verification-store/kinds.ts'

/** The status that the stream holds. */
export function findDracsDeath(partyId: string): Query {
  return {
    text: 'select dracs_death_verification_status as status from prm.party_verifications where party_id = $1',
    values: [partyId],
  }
}

/** A party's employees, those in the NHS, and those of them at work; no row: there is no party. */
export function findNhsEmployees(partyId: string): Query {
  return {
    text: `
select count(e.id) as employees, count(*) filter (where l.type = 'NHS') as in_nhs,
       count(*) filter (where l.type = 'NHS' and e.status = 'APPROVED' and e.is_active) as at_work
  from prm.parties s
  left join prm.employees e on e.party_id = s.id
  left join prm.legal_entities l on l.id = e.legal_entity_id
 where s.id = $1 group by s.id`,
    values: [partyId],
  }
}

/** Sets the stream to VERIFIED; a result by hand clears unverified_at. The row is locked by an earlier statement. */
export function confirmDracsDeath(partyId: string, userId: string, reason: string, comment: string | null): Query {
  const of = KINDS.party
  return {
    text: `
with confirmed as (
  update ${of.verifications} v
     set dracs_death_verification_status = 'VERIFIED', dracs_death_verification_reason = $3::zvirka.stream_reason,
         dracs_death_verification_comment = $4, dracs_death_unverified_at = null,
         updated_at = statement_timestamp(), updated_by = $2
   where v.party_id = $1
  returning v.party_id as subject_id, ${of.cumulativeStatus}(v) as cumulative_status
),
${cumulativeText(of, 'confirmed')},
history as (
  insert into zvirka.verification_history (at, subject_id, subject_kind, stream, status, reason, step, changed_by)
  select statement_timestamp(), subject_id, 'party', 'dracs_death', 'VERIFIED', $3::zvirka.stream_reason, 'manual', $2 from confirmed
)
select count(*) as confirmed from confirmed`,
    values: [partyId, userId, reason, comment],
  }
}
