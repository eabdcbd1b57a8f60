import type { Query } from '../../database/query.ts'
import { checksOf } from '../../verification-store/kinds.ts'
import type { SyncProcess } from '../process.ts'
import { IS_HELD_BY_INPUT, openTokens } from './held.ts'

/** A person with a malformed UNZR, and the claim that found it. Personal. */
interface IllFormedUnzr {
  readonly subjectId: string
  readonly token: string
  readonly version: number
  readonly unzr: string
}

/**
 * Removes malformed UNZR (spec 2.3.3), only if the stream is still IN_REVIEW by this claim and the person still has the same UNZR (spec
 * 2.3). This transaction has locked the summaries, so checks do not change until it ends.
 */
export function clearUnzr(
  process: SyncProcess,
  illFormed: readonly IllFormedUnzr[],
  by: { readonly workerId: string; readonly userId: string },
): Query {
  return {
    name: 'clear unzr',
    text: `
with ${openTokens('$6')},
input as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[]) as i (subject_id, token, version, unzr)
)
update mpi.persons p set unzr = null, updated_at = statement_timestamp(), updated_by = $5
  from input i join ${checksOf(process.kind, process.stream)} c on ${IS_HELD_BY_INPUT}
 where p.id = i.subject_id and p.unzr = i.unzr`,
    values: [
      illFormed.map(({ subjectId }) => subjectId),
      illFormed.map(({ token }) => token),
      illFormed.map(({ version }) => version),
      illFormed.map(({ unzr }) => unzr),
      by.userId,
      by.workerId,
    ],
  }
}
