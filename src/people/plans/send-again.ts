/** Statements of sending again; the verification row is locked by an earlier statement of the transaction. */
import type { Query } from '../../database/query.ts'
import type { OwnStream, SubjectKind } from '../../verification/status.ts'
import { cumulativeText } from '../../verification-store/cumulative.ts'
import { KINDS } from '../../verification-store/kinds.ts'

const IS_ACTIVE: Readonly<Record<SubjectKind, string>> = {
  person: `s.status = 'active' and s.is_active`,
  party: `exists (select from prm.employees e where e.party_id = s.id and e.status = 'APPROVED' and e.is_active)`,
}

/** Whether a subject is checked at all; no row: there is none. */
export function findStanding(kind: SubjectKind, id: string): Query {
  return { text: `select ${IS_ACTIVE[kind]} as is_active from ${KINDS[kind].subjects} s where s.id = $1`, values: [id] }
}

/** Gives a verification row to a subject who has none, as to those who were there before verification was (spec 1.4). */
export function provideVerification(kind: SubjectKind, id: string, userId: string): Query {
  const { verifications, subjectId, subjects } = KINDS[kind]
  return {
    text: `insert into ${verifications} (${subjectId}, is_subject_active, inserted_by, updated_by)
           select s.id, ${IS_ACTIVE[kind]}, $2, $2 from ${subjects} s where s.id = $1
           on conflict (${subjectId}) do nothing`,
    values: [id, userId],
  }
}

/** Sets a stream to be checked again; unverified_at is left, a trigger is no result (spec 1.4). */
export function sendStreamAgain(kind: SubjectKind, stream: OwnStream, id: string, userId: string): Query {
  const of = KINDS[kind]
  const s = stream
  return {
    text: `
with sent as (
  update ${of.verifications} v
     set ${s}_verification_status = 'VERIFICATION_NEEDED', ${s}_verification_reason = 'ONLINE_TRIGGERED',
         ${s}_data_id = null, ${s}_data_status = null, ${s}_synced_at = null,
         ${s}_triggered_at = statement_timestamp(), ${s}_waits_until = null, ${s}_failures = 0,
         updated_at = statement_timestamp(), updated_by = $2
   where v.${of.subjectId} = $1
  returning v.${of.subjectId} as subject_id, ${of.cumulativeStatus}(v) as cumulative_status
),
released as (
  delete from zvirka.claims c where c.subject_id = $1 and c.subject_kind = '${kind}' and c.stream = '${s}'
),
${cumulativeText(of, 'sent')},
history as (
  insert into zvirka.verification_history (at, subject_id, subject_kind, stream, status, reason, step, changed_by)
  select statement_timestamp(), subject_id, '${kind}', '${s}', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', 'trigger', $2 from sent
)
select count(*) as sent from sent`,
    values: [id, userId],
  }
}
