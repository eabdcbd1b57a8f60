import type { Query } from '../../database/query.ts'
import type { SyncProcess } from '../process.ts'
import { IS_CLAIM_OF_INPUT, isInReview, keyOfClaim } from './held.ts'

/** A person whose UNZR is ill-formed, by the claim that looked at it. Personal. */
export interface IllFormedUnzr {
  readonly subjectId: string
  readonly token: string
  readonly unzr: string
}

/**
 * Takes ill-formed UNZR away (seed 002 step 1.1): only where the stream is still IN_REVIEW by this claim, and the person still has the
 * UNZR that was looked at (spec 2.3). The verification rows are locked by this transaction, so that claims do not change until it ends.
 */
export function clearUnzr(process: SyncProcess, illFormed: readonly IllFormedUnzr[], userId: string): Query {
  return {
    name: 'clear unzr',
    text: `
with input as materialized (
  select *, ${keyOfClaim(process)} from unnest($1::uuid[], $2::uuid[], $3::text[]) as i (subject_id, token, unzr)
)
update mpi.persons p set unzr = null, updated_at = statement_timestamp(), updated_by = $4
  from input i join zvirka.claims c on ${IS_CLAIM_OF_INPUT}
  join mpi.person_verifications v on v.person_id = i.subject_id and ${isInReview(process)}
 where p.id = i.subject_id and p.unzr = i.unzr`,
    values: [
      illFormed.map(({ subjectId }) => subjectId),
      illFormed.map(({ token }) => token),
      illFormed.map(({ unzr }) => unzr),
      userId,
    ],
  }
}
