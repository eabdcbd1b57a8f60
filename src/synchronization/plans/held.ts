/** What a worker holds, as statements that write outcomes need it. */
import type { Query } from '../../database/query.ts'
import { checksOf } from '../../verification-store/kinds.ts'
import type { OfClaim } from '../outcome.ts'
import type { SyncProcess } from '../process.ts'

/** The tokens of a worker's batches (migration 0006): what is not among them was taken over, or written over. */
export function openTokens(workerId: string): string {
  return `open as materialized (select b.token from zvirka.claim_batches b where b.worker_id = ${workerId})`
}

/**
 * Whether the check `c` is still held by the claim that the input `i` names: the batch is open, and nobody has written the check since.
 * `openTokens` comes before, and the summaries are locked, so that nobody writes it meanwhile.
 */
export const IS_HELD_BY_INPUT = `c.subject_id = i.subject_id and c.version = i.version and i.token in (select token from open)`

/** Which of these claims still hold, by their places among them, from 1 on. The summaries are locked by this transaction. */
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
