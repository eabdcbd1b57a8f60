/**
 * Reverts statuses that answers set (spec 2.6). The history says which stream each answer set to which state; if the stream still has
 * exactly that state, it is queued again as in spec 4.2.
 */
import type { Query } from '../../database/query.ts'
import { DEAD_REASONS, type SubjectKind } from '../../verification/status.ts'
import { endedCandidatesText } from '../../verification-store/candidates.ts'
import { consequencesText } from '../../verification-store/cumulative.ts'
import { checksOf, isHeld, KINDS, otherKind } from '../../verification-store/kinds.ts'
import { CHECKED_ANEW } from '../../verification-store/trigger.ts'
import type { SyncProcess } from '../process.ts'

/** What to revert: the answers of one run, or those of the process since an instant. */
export type RecheckScope = { readonly runId: string } | { readonly since: Date }

/** The part of the history that the scope covers, and its number of entries. */
export interface ScopeRow {
  readonly first: number | null
  readonly last: number | null
  readonly entries: number
}

/** A history entry that an answer wrote. */
export interface EntryRow {
  readonly id: number
  readonly subject_id: string
  readonly subject_kind: SubjectKind
}

// Steps 4, 4.1 and 5 write subjects of the process's own kind, 4.2 those of the other kind (spec 2.5). 1.1 is no answer.
function isByAnswer(process: SyncProcess, entry: string): string {
  return `(${entry}.stream = '${process.stream}' and (
    (${entry}.subject_kind = '${process.kind}' and ${entry}.step in ('4', '4.1', '5'))
    or (${entry}.subject_kind = '${otherKind(process.kind)}' and ${entry}.step = '4.2')))`
}

function isInScope(scope: RecheckScope, entry: string, parameter: string): string {
  if ('since' in scope) return `${entry}.at >= ${parameter}::timestamptz`
  // By time, in which the history is ordered: see migration 0007.
  return `${entry}.run_id = ${parameter}::uuid
    and ${entry}.at >= (select started_at from zvirka.runs where id = ${parameter}::uuid)
    and ${entry}.at <= (select coalesce(ended_at, 'infinity') from zvirka.runs where id = ${parameter}::uuid)`
}

function scopeValue(scope: RecheckScope): unknown {
  return 'runId' in scope ? scope.runId : scope.since
}

/** Finds the bounds of a scope, so that later entries are not included. Reads the scope's time range once. */
export function findScope(process: SyncProcess, scope: RecheckScope): Query {
  return {
    text: `
with scoped as materialized (
  select h.id from zvirka.verification_history h
   where ${isInScope(scope, 'h', '$1')} and ${isByAnswer(process, 'h')}
)
select min(id) as first, max(id) as last, count(*) as entries from scoped`,
    values: [scopeValue(scope)],
  }
}

/** The next entries of a scope after a position, in the order of writing. */
export function nextEntries(
  process: SyncProcess,
  scope: RecheckScope,
  place: { readonly after: number; readonly last: number; readonly count: number },
): Query {
  return {
    text: `select h.id, h.subject_id, h.subject_kind from zvirka.verification_history h
            where h.id > $2 and h.id <= $3 and ${isInScope(scope, 'h', '$1')} and ${isByAnswer(process, 'h')}
            order by h.id limit $4`,
    values: [scopeValue(scope), place.after, place.last, place.count],
  }
}

/** Those of a kind's entries $1 that are the newest of their subject and stream, with the state that they wrote. */
function newestText(process: SyncProcess, kind: SubjectKind): string {
  return `
newest as materialized (
  select h.subject_id, h.status, h.reason, h.at, h.run_id from zvirka.verification_history h
   where h.id = any ($1::bigint[]) and h.subject_kind = '${kind}' and not exists (
     select from zvirka.verification_history later
      where later.subject_id = h.subject_id and later.stream = '${process.stream}' and later.subject_kind = '${kind}'
        and later.id > h.id)
)`
}

// Whether the check `c` still has the state that the entry `n` wrote.
const HOLDS_WHAT_WAS_WRITTEN =
  'c.subject_id = n.subject_id and c.synced_at = n.at and c.status = n.status and c.reason = n.reason'

/** How many streams of a batch are still as the answers left them. */
export interface TakenRow {
  readonly holding: number
}

/** The same, and how many would be but are currently claimed. */
export interface RecheckHeldRow extends TakenRow {
  readonly in_review: number
}

/** Counts one kind's part of a batch: streams that would be reverted, and streams that cannot be because they are claimed. */
export function countHolding(process: SyncProcess, kind: SubjectKind, entryIds: readonly number[]): Query {
  const isHeldNow = isHeld(kind, process.stream, 'c')
  return {
    text: `
with ${newestText(process, kind)}
select count(*) filter (where not ${isHeldNow}) as holding, count(*) filter (where ${isHeldNow}) as in_review
  from newest n
  join ${checksOf(kind, process.stream)} c on ${HOLDS_WHAT_WAS_WRITTEN}`,
    values: [entryIds],
  }
}

/**
 * Reverts one kind's part of a batch. An earlier statement of this transaction has locked the summaries.
 *
 * The trigger time is 'infinity': these subjects are queued behind every other trigger, including future ones, so that millions of them do
 * not delay subjects that were changed or queued manually. unverified_at stays unchanged, as for triggers (spec 1.4).
 */
export function takeBack(process: SyncProcess, kind: SubjectKind, entryIds: readonly number[], userId: string): Query {
  const { stream: s } = process
  return {
    text: `
with ${newestText(process, kind)},
taken as (
  update ${checksOf(kind, s)} c
     set status = 'VERIFICATION_NEEDED', reason = 'ONLINE_TRIGGERED', triggered_at = 'infinity',
         ${CHECKED_ANEW}
    from newest n
   where ${HOLDS_WHAT_WAS_WRITTEN} and not ${isHeld(kind, s, 'c')}
  returning c.subject_id, c.status, n.run_id
),
${process.rules.proposesCandidates ? `${endedCandidatesText(KINDS[kind], 'taken', `'RECHECKED'`)},` : ''}
${consequencesText(KINDS[kind], s, 'taken')},
history as (
  insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, run_id, changed_by)
  select subject_id, '${kind}', '${s}', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', 'recheck', run_id, $2
    from taken order by subject_id
)
select count(*) as holding from taken`,
    values: [entryIds, userId],
  }
}

/** Those of these persons who are inactive because somebody confirmed their death. */
export function findConfirmedDead({ stream }: SyncProcess, ids: readonly string[]): Query {
  return {
    text: `select s.id from mpi.persons s join ${checksOf('person', stream)} c on c.subject_id = s.id
            where s.id = any ($1::uuid[]) and s.status = 'inactive'
              and c.status = 'VERIFIED' and c.reason::text = any ($2::text[]) order by s.id`,
    values: [ids, DEAD_REASONS],
  }
}

/** Records the start of a recheck. */
export function beginRecheck(process: string, scope: RecheckScope, reason: string | null, userId: string): Query {
  return {
    text: `insert into zvirka.rechecks (process, run_id, since, reason, requested_by) values ($1, $2, $3, $4, $5) returning id`,
    values: [process, 'runId' in scope ? scope.runId : null, 'since' in scope ? scope.since : null, reason, userId],
  }
}

/** Adds a batch to a recheck's record. */
export function countRecheck(id: string, persons: number, parties: number): Query {
  return {
    text: 'update zvirka.rechecks set persons = persons + $2, parties = parties + $3 where id = $1',
    values: [id, persons, parties],
  }
}

/** Records that a recheck completed. */
export function endRecheck(id: string): Query {
  return { text: 'update zvirka.rechecks set ended_at = clock_timestamp() where id = $1', values: [id] }
}
