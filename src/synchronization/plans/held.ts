/** A worker's claims, for statements that write outcomes. */
import type { Query } from '../../database/query.ts'
import { checksOf } from '../../verification-store/kinds.ts'
import type { OfClaim } from '../outcome.ts'
import type { SyncProcess } from '../process.ts'

/** Whether a run `r` holds subjects. It has few batches, and a finished batch holds nobody although it still lists them. */
export const HAS_OPEN_CLAIMS = `exists (select from zvirka.claims c where c.run_id = r.id)`

/** The tokens of a worker's batches (migration 0006). A batch that is missing was taken over or overwritten. */
export function openTokens(workerId: string): string {
  return `open as materialized (select b.token from zvirka.claim_batches b where b.worker_id = ${workerId})`
}

/**
 * Whether the check `c` is still held by the claim that the input `i` names: the batch is open, and the check was not written since.
 * Requires `openTokens` before it, and locked summaries, so that nobody writes the check meanwhile.
 */
export const IS_HELD_BY_INPUT = `c.subject_id = i.subject_id and c.version = i.version and i.token in (select token from open)`

/** Which of these claims still hold, as indexes starting at 1. This transaction has locked the summaries. */
export function heldAmong({ kind, stream, key }: SyncProcess, claims: readonly OfClaim[], workerId: string): Query {
  return {
    name: `held among ${key}`,
    text: `
with ${openTokens('$4')},
input as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::integer[]) with ordinality as i (subject_id, token, version, place)
)
select i.place from input i join ${checksOf(kind, stream)} c on ${IS_HELD_BY_INPUT} order by i.place`,
    values: [
      claims.map(({ subjectId }) => subjectId),
      claims.map(({ token }) => token),
      claims.map(({ version }) => version),
      workerId,
    ],
  }
}
