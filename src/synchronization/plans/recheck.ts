/**
 * Taking back what answers wrote (spec 2.6): the history says which stream of whom each answer set, and to what; where the
 * stream still holds exactly that, it is set as one that is sent again (spec 4.2).
 */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { endedCandidatesText } from '../../verification-store/candidates.ts'
import { consequencesText } from '../../verification-store/cumulative.ts'
import { checksOf, isHeld, KINDS, otherKind } from '../../verification-store/kinds.ts'
import { CHECKED_ANEW } from '../../verification-store/trigger.ts'
import type { SyncProcess } from '../process.ts'

/** What is taken back: the answers of one run, or those of the process since an instant. */
export type RecheckScope = { readonly runId: string } | { readonly since: Date }

/** Where in the history the scope lies, and how many entries it has. */
export interface ScopeRow {
  readonly first: number | null
  readonly last: number | null
  readonly entries: number
}

/** An entry of the history that an answer wrote. */
export interface EntryRow {
  readonly id: number
  readonly subject_id: string
  readonly subject_kind: SubjectKind
}

// Steps 4, 4.1 and 5 write subjects of the process's own kind, 4.2 those of the other (spec 2.5). 1.1 is no answer.
function isByAnswer(process: SyncProcess, entry: string): string {
  return `(${entry}.stream = '${process.stream}' and (
    (${entry}.subject_kind = '${process.kind}' and ${entry}.step in ('4', '4.1', '5'))
    or (${entry}.subject_kind = '${otherKind(process.kind)}' and ${entry}.step = '4.2')))`
}

function isInScope(scope: RecheckScope, entry: string, parameter: string): string {
  if ('since' in scope) return `${entry}.at >= ${parameter}::timestamptz`
  // By their time, by which they lie: see migration 0007.
  return `${entry}.run_id = ${parameter}::uuid
    and ${entry}.at >= (select started_at from zvirka.runs where id = ${parameter}::uuid)
    and ${entry}.at <= (select coalesce(ended_at, 'infinity') from zvirka.runs where id = ${parameter}::uuid)`
}

function scopeValue(scope: RecheckScope): unknown {
  return 'runId' in scope ? scope.runId : scope.since
}

/** Finds the ends of a scope, so that what is written from now on is out of it. Its time is read through once. */
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

/** The next entries of a scope after a place, in the order they were written. */
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

/** Of a kind's entries $1 those that are the newest of their subject and stream, with what they say was written. */
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

// Whether the check `c` holds what the entry `n` says was written.
const HOLDS_WHAT_WAS_WRITTEN =
  'c.subject_id = n.subject_id and c.synced_at = n.at and c.status = n.status and c.reason = n.reason'

/** How many streams a batch finds as the answers left them. */
export interface TakenRow {
  readonly holding: number
}

/** The same, and how many would be but are held for a check right now. */
export interface HeldRow extends TakenRow {
  readonly in_review: number
}

/** Counts a kind's part of a batch: those that would be taken back, and those that are claimed and would be but for that. */
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
 * Takes back a kind's part of a batch; the summaries are locked by this transaction, in an earlier statement.
 *
 * The trigger time is 'infinity': these stand in the line after every other trigger, those yet to come included, so that
 * millions of them hold up nobody who was changed or sent again by hand. unverified_at is left, as triggers leave it (spec 1.4).
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
${s === 'dracs_death' ? `${endedCandidatesText(KINDS[kind], 'taken', `'RECHECKED'`)},` : ''}
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

/** Who of these persons is inactive because somebody has confirmed their death. */
export function findConfirmedDead(ids: readonly string[]): Query {
  return {
    text: `select s.id from mpi.persons s join ${checksOf('person', 'dracs_death')} c on c.subject_id = s.id
            where s.id = any ($1::uuid[]) and s.status = 'inactive'
              and c.status = 'VERIFIED' and c.reason in ('MANUAL_CONFIRMED', 'MANUAL_DECEASED') order by s.id`,
    values: [ids],
  }
}

/** Records that a recheck began. */
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

/** Records that a recheck went through to its end. */
export function endRecheck(id: string): Query {
  return { text: 'update zvirka.rechecks set ended_at = clock_timestamp() where id = $1', values: [id] }
}
