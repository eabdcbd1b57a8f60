/**
 * Giving back (seed 001 step 6, spec 2.6): a subject that was claimed and could not be settled gets back the status and
 * reason it had before; nothing else of it changes, nothing is written to `mimir`, there is no event.
 */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { cumulativeText } from '../../verification-store/cumulative.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import type { SyncProcess } from '../process.ts'
import { waitingTime } from './claim.ts'
import { IS_CLAIM_OF_INPUT, isInReview, keyOfClaim } from './held.ts'

/** A claim to give back. `failed`: the call ended in a technical error, and the subject now waits; else it was not asked. */
export interface GivenBack {
  readonly subjectId: string
  readonly token: string
  readonly failed: boolean
}

/** Gives back claims. Their verification rows are locked by this transaction. Answers with those whose claim still held. */
export function giveBack(process: SyncProcess, claims: readonly GivenBack[], userId: string): Query {
  const { stream: s, kind } = process
  const { verifications, subjectId } = KINDS[kind]
  return {
    name: `give back ${process.key}`,
    text: `
with input as materialized (
  select *, ${keyOfClaim(process)} from unnest($1::uuid[], $2::uuid[], $3::boolean[]) as i (subject_id, token, failed)
),
back as (
  update ${verifications} v
     set ${s}_verification_status = c.status_before, ${s}_verification_reason = c.reason_before,
         ${s}_failures = case when i.failed then least(v.${s}_failures + 1, 32000) else v.${s}_failures end,
         ${s}_waits_until = case when i.failed
           then statement_timestamp() + ${waitingTime(`v.${s}_failures + 1`)} else v.${s}_waits_until end,
         updated_at = statement_timestamp(), updated_by = $4
    from input i join zvirka.claims c on ${IS_CLAIM_OF_INPUT}
   where v.${subjectId} = i.subject_id and ${isInReview(process)}
  returning v.${subjectId} as subject_id
),
released as (
  delete from zvirka.claims c using input i where ${IS_CLAIM_OF_INPUT}
)
select subject_id from back`,
    values: [
      claims.map((claim) => claim.subjectId),
      claims.map(({ token }) => token),
      claims.map(({ failed }) => failed),
      userId,
    ],
  }
}

/** Every claim that a worker holds, for whoever takes over from it (spec 2.7). */
export function claimsOf(workerId: string): Query {
  return {
    text: `select subject_id as "subjectId", subject_kind as "kind", stream, token, run_id as "runId"
             from zvirka.claims where worker_id = $1`,
    values: [workerId],
  }
}

/**
 * Rows of a stream that are IN_REVIEW without any claim (restored, set by hand): locked, so that the next statement can
 * look again whether that is so (spec 2.7).
 */
export function lockUnclaimed(process: SyncProcess, count: number): Query {
  const { stream: s, kind } = process
  const { verifications, subjectId } = KINDS[kind]
  return {
    text: `
select v.${subjectId} as subject_id from ${verifications} v
 where v.${s}_verification_status = 'IN_REVIEW' and not exists (
   select from zvirka.claims c
    where c.subject_id = v.${subjectId} and c.subject_kind = '${kind}' and c.stream = '${s}')
 order by v.id limit $1 for update skip locked`,
    values: [count],
  }
}

/**
 * They become VERIFICATION_NEEDED / INITIAL, with nothing synced, so that they are due (spec 2.7). An IN_REVIEW of nobody's
 * counts as not final, as VERIFICATION_NEEDED does; but who set it by hand may have left the cumulative status as it was.
 */
export function endUnclaimed(process: SyncProcess, subjectIds: readonly string[], userId: string): Query {
  const { stream: s, kind } = process
  const { verifications, subjectId, cumulativeStatus } = KINDS[kind]
  return {
    text: `
with ended as (
  update ${verifications} v
     set ${s}_verification_status = 'VERIFICATION_NEEDED', ${s}_verification_reason = 'INITIAL',
         ${s}_data_id = null, ${s}_data_status = null, ${s}_synced_at = null, ${s}_triggered_at = null,
         updated_at = statement_timestamp(), updated_by = $2
   where v.${subjectId} = any ($1::uuid[]) and v.${s}_verification_status = 'IN_REVIEW' and not exists (
     select from zvirka.claims c
      where c.subject_id = v.${subjectId} and c.subject_kind = '${kind}' and c.stream = '${s}')
  returning v.${subjectId} as subject_id, ${cumulativeStatus}(v) as cumulative_status
),
${cumulativeText(KINDS[kind], 'ended')}
insert into zvirka.verification_history (at, subject_id, subject_kind, stream, status, reason, step, changed_by)
select statement_timestamp(), subject_id, '${kind}', '${s}', 'VERIFICATION_NEEDED', 'INITIAL', 'unclaimed', $2 from ended
returning subject_id`,
    values: [subjectIds, userId],
  }
}

/** The kinds whose rows a set of claims lies in, persons before parties (spec 1.8). */
export const KINDS_IN_LOCK_ORDER: readonly SubjectKind[] = ['person', 'party']
