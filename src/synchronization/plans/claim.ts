/**
 * Claiming (spec 2.2): due subjects, in order, become IN_REVIEW / AUTO by being listed in a batch of the worker with the versions of their
 * checks. The checks themselves are not written. A process has one claim at a time, under an advisory lock (`stateForClaim`), so each claim
 * sees earlier batches and skips their subjects.
 *
 * The queue has three branches, each with its own partial index (migration 0009): triggered subjects by trigger time; due ones by the time
 * of their last sync; and, only for manual runs, those waiting after a failure. Finished subjects are in no branch, and waiting ones are
 * not in the due branch, so the cost of a claim does not depend on their number. A branch is read from a position on: otherwise each claim
 * would scan the dead index entries of the subjects settled before, which under an old snapshot get more and more.
 */
import type { Query } from '../../database/query.ts'
import { checksOf, isHeld } from '../../verification-store/kinds.ts'
import type { SyncProcess } from '../process.ts'
import { HAS_OPEN_CLAIMS } from './held.ts'

/** A position in a branch: its sort time as PostgreSQL prints it (a Date would lose the microseconds), and the subject. */
export interface QueuePlace {
  readonly at: string
  readonly subjectId: string
}

/** The start of the queue. */
export const START: QueuePlace = { at: '-infinity', subjectId: '00000000-0000-0000-0000-000000000000' }

/** The start position in each branch; null skips the branch. */
export interface Places {
  readonly triggered: QueuePlace | null
  readonly due: QueuePlace | null
  readonly waiting: QueuePlace | null
}
export type Branch = keyof Places

/** The branches that a run takes from: triggered only, or also due, or for manual runs also waiting (spec 2.1, 2.8). */
export function branchesOf(run: DueTerms & { readonly takes_waiting: boolean }): readonly Branch[] {
  if (run.triggered_before !== null) return ['triggered']
  return run.takes_waiting ? ['triggered', 'due', 'waiting'] : ['triggered', 'due']
}

/** What decides who is due for a run; times as PostgreSQL prints them. */
export interface DueTerms {
  readonly due_before: string
  /** Only those triggered until then; null for all. */
  readonly triggered_before: string | null
  readonly started_at: string
}

interface ClaimRequest {
  readonly workerId: string
  readonly runId: string
  readonly token: string
  /** The slot of the run's batches to overwrite; its previous batch is done. */
  readonly slot: number
  readonly count: number
  readonly places: Places
  readonly terms: DueTerms
}

export interface ClaimedRow {
  readonly subject_id: string
  readonly version: number
  readonly branch: Branch
  readonly place_at: string
}

const IS_TRIGGERED = `v.status = 'VERIFICATION_NEEDED' and v.reason = 'ONLINE_TRIGGERED'`
/** The predicate of a branch, which must match that of its index literally; `v` is the check. */
const BRANCH_PREDICATES: Readonly<Record<Branch, (isOpen: string) => string>> = {
  triggered: () => `${IS_TRIGGERED} and v.waits_until is null and v.is_subject_active`,
  due: (isOpen) => `${isOpen} and not (${IS_TRIGGERED}) and v.waits_until is null and v.is_subject_active`,
  waiting: (isOpen) => `${isOpen} and v.waits_until is not null and v.is_subject_active`,
}

/** Whether a check `v` has a status in which its stream asks. */
export function isOpen({ rules }: SyncProcess): string {
  return `v.status in (${rules.asksIn.map((status) => `'${status}'`).join(', ')})`
}

/** Membership in a branch: the predicate of its index, and not claimed by a worker; `v` is the check. */
export function branchPredicate(process: SyncProcess, branch: Branch): string {
  const { kind, stream } = process
  return `${BRANCH_PREDICATES[branch](isOpen(process))} and not ${isHeld(kind, stream, 'v')}`
}

/** The sort key of a branch, before the subject's id. */
export function branchOrder(branch: Branch): string {
  switch (branch) {
    case 'triggered':
      return `coalesce(v.triggered_at, '-infinity')`
    case 'due':
      return `coalesce(v.synced_at, '-infinity')`
    case 'waiting':
      return 'v.waits_until'
  }
}

/**
 * Additional conditions of a run on a branch; $1 due_before, $2 triggered_before, $3 started_at of the run. A waiting subject failed at
 * waits_until minus its waiting time: those that failed in this run are not retried by it (spec 2.1).
 */
function branchTerms(branch: Branch): string {
  switch (branch) {
    case 'triggered':
      return `${IS_DUE} and ($2::timestamptz is null or coalesce(v.triggered_at, '-infinity') <= $2::timestamptz)`
    case 'due':
      return `coalesce(v.synced_at, '-infinity') <= $1::timestamptz`
    case 'waiting':
      return `${IS_DUE} and v.waits_until - ${waitingTime('v.failures')} < $3::timestamptz`
  }
}

const IS_DUE = '(v.synced_at is null or v.synced_at <= $1::timestamptz)'

// Gives each parameter a type, even if no branch of the statement uses it. Never executed.
const TYPED_TERMS = 'with terms as (select $1::timestamptz, $2::timestamptz, $3::timestamptz)'

/** The waiting time after the nth failure: a minute, doubling, at most a day (spec 2.6). */
export function waitingTime(failures: string): string {
  return `least(interval '1 minute' * power(2, least(${failures}, 12) - 1), interval '24 hours')`
}

/** Claims up to `count` subjects and returns them in queue order. */
export function claim(process: SyncProcess, request: ClaimRequest): Query {
  const { places, terms } = request
  return {
    name: `claim ${process.key}`,
    text: claimText(process),
    values: [
      terms.due_before,
      terms.triggered_before,
      terms.started_at,
      request.workerId,
      request.runId,
      request.token,
      request.slot,
      request.count,
      ...(['triggered', 'due', 'waiting'] as const).flatMap((branch) => [
        places[branch]?.at ?? null,
        places[branch]?.subjectId ?? null,
      ]),
    ],
  }
}

function claimText(process: SyncProcess): string {
  const { stream, kind } = process
  return `
with triggered as materialized (${branchSelection(process, 'triggered', 9, '$8')}),
due as materialized (${branchSelection(process, 'due', 11, '$8 - (select count(*) from triggered)')}),
waiting as materialized (${branchSelection(
    process,
    'waiting',
    13,
    '$8 - (select count(*) from triggered) - (select count(*) from due)',
  )}),
picked as materialized (select * from triggered union all select * from due union all select * from waiting),
held as (
  insert into zvirka.claim_batches (worker_id, run_id, slot, stream, subject_kind, token, subject_ids, versions)
  select $4, $5, $7, '${stream}', '${kind}', $6, array_agg(subject_id), array_agg(version) from picked having count(*) > 0
  on conflict (worker_id, run_id, slot) do update
     set stream = excluded.stream, subject_kind = excluded.subject_kind, token = excluded.token,
         claimed_at = clock_timestamp(), subject_ids = excluded.subject_ids, versions = excluded.versions
),
counted as (
  update zvirka.run_workers set batches = batches + 1, claimed = claimed + (select count(*) from picked)
   where run_id = $5 and worker_id = $4 and exists (select from picked)
)
select subject_id, version, branch, place_at::text from picked
order by case branch when 'triggered' then 1 when 'due' then 2 else 3 end, picked.place_at, subject_id`
}

function branchSelection(process: SyncProcess, branch: Branch, parameter: number, limit: string): string {
  const order = branchOrder(branch)
  return `
  select v.subject_id, v.version, '${branch}' as branch, ${order} as place_at
    from ${checksOf(process.kind, process.stream)} v
   where $${parameter}::timestamptz is not null and ${branchPredicate(process, branch)}
     and ${branchTerms(branch)}
     and (${order}, v.subject_id) > ($${parameter}::timestamptz, $${parameter + 1}::uuid)
   order by ${order}, v.subject_id
   limit greatest(${limit}, 0)`
}

/**
 * Ends an active run as finished if no subject is due in these branches and it has no open claim (spec 2.1); without branches, if its limit
 * is reached. No row: it continues. One statement, hence one snapshot: a subject is either claimed or due in it, and cannot move from one
 * to the other between two checks.
 */
export function finishRun(process: SyncProcess, runId: string, terms: DueTerms, branches: readonly Branch[]): Query {
  const checks = checksOf(process.kind, process.stream)
  const nobodyDue = branches.map(
    (branch) => `and not exists (select from ${checks} v where ${branchPredicate(process, branch)}
      and ${branchTerms(branch)})`,
  )
  return {
    text: `${TYPED_TERMS}
update zvirka.runs r set state = 'finished', ended_at = clock_timestamp()
 where id = $4 and state = 'running' and not ${HAS_OPEN_CLAIMS}
   ${nobodyDue.join('\n   ')}
   and ${branches.length > 0 ? `not exists (${waitingIsOver(process)})` : HAS_REACHED_LIMIT}
returning id`,
    values: [terms.due_before, terms.triggered_before, terms.started_at, runId],
  }
}

// Between the claim that reached the limit and the end of the run, subjects may have been released unasked.
const HAS_REACHED_LIMIT = `exists (
  select from zvirka.run_workers w where w.run_id = r.id
  having sum(w.claimed - w.given_back) >= r.max_subjects or sum(w.batches) >= r.max_batches)`

// Subjects whose waiting time was over when the run started, but that `endWaiting` has not returned to the queue: it skips locked rows and
// subjects that are temporarily inactive.
function waitingIsOver(process: SyncProcess): string {
  return `select from ${checksOf(process.kind, process.stream)} v
      where ${branchPredicate(process, 'waiting')} and v.waits_until <= $3::timestamptz and ${IS_DUE}
        and ($2::timestamptz is null or (${IS_TRIGGERED} and coalesce(v.triggered_at, '-infinity') <= $2::timestamptz))`
}

/**
 * Whether a subject was triggered at least this many seconds ago and has no waiting time left, while no run of the process is active (spec
 * 2.8): then a run for triggered subjects would have work. That run ends the waiting.
 */
export function isAnyTriggered(process: SyncProcess, seconds: number): Query {
  const checks = checksOf(process.kind, process.stream)
  // Not clock_timestamp(), which cannot be used in an index search: all waiting subjects would be read.
  const isLongAgo = `v.synced_at is null
     and ${branchOrder('triggered')} <= statement_timestamp() - $1 * interval '1 second'`
  return {
    name: `triggered ${process.key}`,
    text: `
select not exists (select from zvirka.runs where process = $2 and ended_at is null) and (exists (
  select from ${checks} v where ${branchPredicate(process, 'triggered')} and ${isLongAgo}) or exists (
  select from ${checks} v
   where ${IS_TRIGGERED} and v.waits_until is not null and v.is_subject_active
     and v.waits_until <= statement_timestamp() and ${isLongAgo} and not ${isHeld(process.kind, process.stream, 'v')})) as any_due`,
    values: [seconds, process.key],
  }
}

/** Whether a subject is due that no run has asked about since its last trigger, including those whose waiting time is over. */
export function isAnyDue(process: SyncProcess): Query {
  const checks = checksOf(process.kind, process.stream)
  const isThere = (branch: Branch, terms: string) => `exists (
  select from ${checks} v where ${branchPredicate(process, branch)} and ${terms})`
  return {
    name: `any due ${process.key}`,
    text: `
select ${isThere('triggered', 'v.synced_at is null')}
    or ${isThere('due', `${branchOrder('due')} = '-infinity'`)}
    or ${isThere('waiting', 'v.synced_at is null and v.waits_until <= statement_timestamp()')} as any_due`,
  }
}

/** The number of due subjects for a run, counted once at its start (spec 2.9). */
export function countDue(process: SyncProcess, terms: DueTerms, branches: readonly Branch[]): Query {
  const checks = checksOf(process.kind, process.stream)
  const counts = branches.map(
    (branch) => `(select count(*) from ${checks} v where ${branchPredicate(process, branch)}
      and ${branchTerms(branch)})`,
  )
  // The run returns subjects to the queue whose waiting time is over.
  if (branches.includes('due') && !branches.includes('waiting')) {
    counts.push(`(select count(*) from (${waitingIsOver(process)}) over)`)
  }
  return {
    text: `${TYPED_TERMS} select (${counts.join(' + ')})::bigint as due`,
    values: [terms.due_before, terms.triggered_before, terms.started_at],
    mayTakeLong: true,
  }
}

/**
 * Ends waiting times that were over when the run started, so that the subjects are in the queue in their order (spec 2.1); the number of
 * failures is kept. In chunks, because there may be a million.
 */
export function endWaiting(process: SyncProcess, userId: string, startedAt: string, count: number): Query {
  const checks = checksOf(process.kind, process.stream)
  return {
    name: `end waiting ${process.key}`,
    text: `
with over as materialized (
  select v.subject_id from ${checks} v
   where ${branchPredicate(process, 'waiting')} and v.waits_until <= $1::timestamptz
   order by v.waits_until, v.subject_id limit $2 for update skip locked
)
update ${checks} v set waits_until = null, updated_at = statement_timestamp(), updated_by = $3
  from over where v.subject_id = over.subject_id
returning 1`,
    values: [startedAt, count, userId],
  }
}

/** A random position in a branch instead of its head, for the subject of a probe (spec 2.6). No row: the branch is empty. */
export function randomPlace(process: SyncProcess, branch: Branch, terms: DueTerms): Query {
  const checks = checksOf(process.kind, process.stream)
  const order = branchOrder(branch)
  const end = (direction: 'asc' | 'desc') => `
    (select ${order} from ${checks} v
      where ${branchPredicate(process, branch)} and ${branchTerms(branch)}
      order by ${order} ${direction}, v.subject_id ${direction} limit 1)`
  return {
    text: `${TYPED_TERMS}
select (case when head in ('-infinity', 'infinity') or tail in ('-infinity', 'infinity') then head
             else head + random() * (tail - head) end)::text as at,
       gen_random_uuid() as "subjectId"
  from (select ${end('asc')} as head, ${end('desc')} as tail) ends
 where head is not null`,
    values: [terms.due_before, terms.triggered_before, terms.started_at],
  }
}
