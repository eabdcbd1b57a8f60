/**
 * Finding what a claim holds by the keys of the claim, and by nothing else. The planner takes `claims` and the rows that are
 * IN_REVIEW for a handful, which they are, and would read them from end to end; but every subject passes through both, and
 * until a vacuum comes by they are full of dead entries. Measured with it so: 60 ms for a batch of 100 after 20,000 subjects.
 */
import type { SyncProcess } from '../process.ts'

/** Columns of a materialized input that complete the key of a claim: constants that the planner cannot see through. */
export function keyOfClaim({ kind, stream }: SyncProcess): string {
  return `'${kind}'::zvirka.subject_kind as subject_kind, '${stream}'::zvirka.stream as stream`
}

/** That the claim `c` is the one that the input `i` means. */
export const IS_CLAIM_OF_INPUT = `c.subject_id = i.subject_id and c.subject_kind = i.subject_kind
      and c.stream = i.stream and c.token = i.token`

/** That the stream of the verification row `v` is still IN_REVIEW, said so that the index of such rows is not used. */
export function isInReview({ stream }: SyncProcess): string {
  return `case v.${stream}_verification_status when 'IN_REVIEW' then true else false end`
}
