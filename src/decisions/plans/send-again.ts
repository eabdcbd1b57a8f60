/** Statements of queueing again; an earlier statement of the transaction has locked the summary. */
import type { Query } from '../../database/query.ts'
import type { OwnStream, SubjectKind } from '../../verification/status.ts'
import { consequencesText } from '../../verification-store/cumulative.ts'
import { checksOf, isActivePerson, KINDS } from '../../verification-store/kinds.ts'
import { CHECKED_ANEW } from '../../verification-store/trigger.ts'

const IS_ACTIVE: Readonly<Record<SubjectKind, string>> = {
  person: isActivePerson('s'),
  party: `exists (select from prm.employees e where e.party_id = s.id and e.status = 'APPROVED' and e.is_active)`,
}

/** Whether a subject is checked at all; no row: it does not exist. */
export function findIsActive(kind: SubjectKind, id: string): Query {
  return { text: `select ${IS_ACTIVE[kind]} as is_active from ${KINDS[kind].subjects} s where s.id = $1`, values: [id] }
}

/** Queues a stream to be checked again; unverified_at does not change, because a trigger is not a result (spec 1.4). */
export function sendStreamAgain(kind: SubjectKind, stream: OwnStream, id: string, userId: string): Query {
  return {
    text: `
with sent as (
  update ${checksOf(kind, stream)} c
     set status = 'VERIFICATION_NEEDED', reason = 'ONLINE_TRIGGERED', triggered_at = statement_timestamp(),
         ${CHECKED_ANEW}
   where c.subject_id = $1
  returning c.subject_id, c.status
),
${consequencesText(KINDS[kind], stream, 'sent')},
history as (
  insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
  select subject_id, '${kind}', '${stream}', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', 'trigger', $2 from sent
)
select count(*) as sent from sent`,
    values: [id, userId],
  }
}
