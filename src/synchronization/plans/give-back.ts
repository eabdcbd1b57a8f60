/**
 * Releasing (spec 2.6): a claimed subject that could not be settled has the same status and reason as before, since claiming does not
 * change them; nothing is written to `mimir` and there is no event.
 */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { checksOf } from '../../verification-store/kinds.ts'
import type { SyncProcess } from '../process.ts'
import { waitingTime } from './claim.ts'
import { IS_HELD_BY_INPUT, openTokens } from './held.ts'

/** A claim to release. `failed`: the call ended in a technical error and the subject now waits; otherwise it was not asked about. */
export interface GivenBack {
  readonly subjectId: string
  readonly token: string
  readonly version: number
  readonly failed: boolean
}

/** Releases subjects of a worker. This transaction has locked their summaries and the lease. Returns those whose claim still held. */
export function giveBack(
  process: SyncProcess,
  claims: readonly GivenBack[],
  by: { readonly workerId: string; readonly userId: string },
): Query {
  return {
    name: `give back ${process.key}`,
    text: `
with ${openTokens('$6')},
input as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::boolean[]) as i (subject_id, token, version, failed)
)
update ${checksOf(process.kind, process.stream)} c
   set failures = case when i.failed then least(c.failures + 1, 32000) else c.failures end,
       waits_until = case when i.failed then statement_timestamp() + ${waitingTime('c.failures + 1')} else c.waits_until end,
       version = c.version + 1, updated_at = statement_timestamp(), updated_by = $5
  from input i
 where ${IS_HELD_BY_INPUT}
returning c.subject_id`,
    values: [
      claims.map(({ subjectId }) => subjectId),
      claims.map(({ token }) => token),
      claims.map(({ version }) => version),
      claims.map(({ failed }) => failed),
      by.userId,
      by.workerId,
    ],
  }
}

/**
 * Releases whole batches of a worker whose lease is locked: all of them, those of a run, or those with these tokens. As far as is known,
 * nobody in them was asked about. Adds the subjects that they still held to the run's counts, and returns their number.
 */
export function giveBackBatches(
  workerId: string,
  which: { readonly runId?: string; readonly tokens?: readonly string[] } = {},
): Query {
  return {
    name: 'give back batches',
    text: `
with gone as (
  delete from zvirka.claim_batches b
   where b.worker_id = $1 and ($2::uuid is null or b.run_id = $2) and ($3::uuid[] is null or b.token = any ($3))
  returning b.run_id, b.token
),
held as (
  select c.run_id, count(*) as subjects from zvirka.claims c
   where c.worker_id = $1 and c.token in (select token from gone) group by c.run_id
),
counted as (
  update zvirka.run_workers w set given_back = w.given_back + h.subjects
    from held h where w.run_id = h.run_id and w.worker_id = $1
)
select (select count(*) from gone) as batches, coalesce((select sum(subjects) from held), 0)::bigint as subjects`,
    values: [workerId, which.runId ?? null, which.tokens ?? null],
  }
}

/** The result of releasing batches. */
export interface BatchesGone {
  readonly batches: number
  readonly subjects: number
}

/** The kinds of the claims' subjects, persons before parties (spec 1.8). */
export const KINDS_IN_LOCK_ORDER: readonly SubjectKind[] = ['person', 'party']
