/** Reads runs, their workers and the results by count; nothing about single persons. */
import type { Query } from '../../database/query.ts'
import type { Direction, Slice, TimePlace } from '../../listing/slice.ts'
import type { RunFinding } from '../../messages/run-findings.ts'
import type { RunHolder } from '../held-by.ts'
import type { RunCause, RunState } from './runs.ts'
import type { ErrorCount, RunCounts } from './tally.ts'

/** A run, with the counts of all its workers. They are exact, because they are counted in the transactions of what they count. */
export interface RunSummary extends RunCounts {
  readonly id: string
  readonly process: string
  readonly state: RunState
  readonly cause: RunCause
  /** Who paused or ended it; null: it is active, or finished normally. */
  readonly heldBy: RunHolder | null
  /** The program's finding, for example the guard's. */
  readonly finding: RunFinding | null
  /** The comment of the user who last changed its state. */
  readonly reason: string | null
  readonly startedAt: Date
  readonly endedAt: Date | null
  /** From its start to its end, or until now. */
  readonly seconds: number
  /** Whether it takes only triggered subjects (spec 2.8). */
  readonly isTriggeredOnly: boolean
  readonly maxSubjects: number | null
  readonly maxBatches: number | null
  /** How many were due at the start; null while they are being counted (spec 2.9). */
  readonly due_at_start: number | null
  /** The user who started it, and the one who last changed its state. */
  readonly startedBy: string
  readonly stateChangedBy: string | null
  /** `startedAt` with microseconds, ISO 8601: its position in lists. */
  readonly place: string
  /** Claimed minus released unasked: what the run has taken, including subjects in progress. */
  readonly claimed: number
}

/** A worker's part in a run. */
export interface RunWorker {
  readonly run_id: string
  readonly id: string
  readonly kind: string
  readonly host: string
  readonly pid: number
  readonly joinedAt: Date
  readonly isAlive: boolean
  readonly batches: number
  readonly claimed: number
  readonly technical_errors: number
}

/** Technical errors of a run by kind, summed over its workers. */
export interface RunError extends ErrorCount {
  readonly run_id: string
}

/** A change of a run: a new state, or a recheck that reverted results. */
export interface RunChange {
  readonly run_id: string
  readonly at: Date
  readonly kind: 'state' | 'recheck'
  /** Null for a recheck, which does not change the state. */
  readonly state: RunState | null
  /** The user who requested it; null: the run changed by itself. */
  readonly changedBy: string | null
  /** Null for a recheck, and for a change that the run made by itself. */
  readonly heldBy: RunHolder | null
  /** The program's finding, for example the guard's. */
  readonly finding: RunFinding | null
  /** The comment of the user who requested it. */
  readonly reason: string | null
  /** The number of subjects that a recheck reverted; null for a state. */
  readonly takenBack: number | null
}

const SUMMED = [
  ...['verified', 'not_verified', 'not_needed', 'incorrect', 'to_review'],
  ...['dropped', 'technical_errors', 'propagated'],
]

/** Whether a worker `w` has not ended and its lease has not expired. */
export const IS_ALIVE = 'w.ended_at is null and w.lease_until > clock_timestamp()'

function summaries(selection: string, values: readonly unknown[], direction: Direction = 'desc'): Query {
  return {
    text: `
select r.id, r.process, r.state, r.cause, r.state_reason as reason, r.held_by as "heldBy", r.finding,
       r.started_at as "startedAt", r.ended_at as "endedAt", r.due_at_start,
       extract(epoch from coalesce(r.ended_at, clock_timestamp()) - r.started_at)::float as seconds,
       r.triggered_before is not null as "isTriggeredOnly", r.max_subjects as "maxSubjects", r.max_batches as "maxBatches",
       r.started_by as "startedBy", r.state_changed_by as "stateChangedBy", to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place,
       coalesce(c.claimed, 0) as claimed, coalesce(c.given_back, 0) as given_back,
       ${SUMMED.map((name) => `coalesce(c.${name}, 0) as ${name}`).join(', ')}
  from (${selection}) r
  left join lateral (
    select sum(claimed - given_back)::bigint as claimed, sum(given_back)::bigint as given_back,
           ${SUMMED.map((name) => `sum(${name})::bigint as ${name}`).join(', ')}
      from zvirka.run_workers where run_id = r.id) c on true
 order by r.started_at ${direction}, r.id ${direction}`,
    values,
  }
}

/** One run. */
export function summaryOf(runId: string): Query {
  return summaries('select * from zvirka.runs where id = $1', [runId])
}

/** The active runs. */
export function summariesUnderWay(): Query {
  return summaries('select * from zvirka.runs where ended_at is null', [])
}

/** The newest runs, of one process or of all. */
export function newestSummaries(process: string | null, count: number): Query {
  return summaries(
    'select * from zvirka.runs where $1::text is null or process = $1 order by started_at desc, id desc limit $2',
    [process, count],
  )
}

/** Technical errors of some runs, most frequent first. */
export function errorsOf(runIds: readonly string[]): Query {
  return {
    text: `select run_id, whose, code, sum(count)::bigint as count from zvirka.run_errors
            where run_id = any ($1::uuid[]) group by run_id, whose, code order by count desc, whose, code`,
    values: [runIds],
  }
}

/** The changes of some runs, in chronological order. */
export function changesOf(runIds: readonly string[]): Query {
  return {
    text: `
select run_id, at, 'state' as kind, state, changed_by as "changedBy", reason, held_by as "heldBy", finding,
       null::bigint as "takenBack", id as place
  from zvirka.run_changes where run_id = any ($1::uuid[])
 union all
select run_id, started_at, 'recheck', null, requested_by, reason, null, null, persons + parties, null
  from zvirka.rechecks where run_id = any ($1::uuid[])
 order by at, place`,
    values: [runIds],
  }
}

/** The workers that joined some runs, in that order. */
export function workersOf(runIds: readonly string[]): Query {
  return {
    text: `select j.run_id, w.id, w.kind, w.host, w.pid, j.joined_at as "joinedAt", ${IS_ALIVE} as "isAlive", j.batches,
                  j.claimed - j.given_back as claimed, j.technical_errors
             from zvirka.run_workers j join zvirka.workers w on w.id = j.worker_id
            where j.run_id = any ($1::uuid[]) order by j.joined_at, w.id`,
    values: [runIds],
  }
}

/** `recentPace` uses the last minute, and at most this many tallies of the process. */
const PACE_TALLIES = 2000
/** The pace of a run that is younger than this is measured from its start. */
export const PACE_SECONDS = 60

/** How many subjects a run asked about recently, and in how many seconds. */
export function recentPace(process: string, runId: string): Query {
  return {
    text: `
select coalesce(sum(length(outcomes)) filter (where run_id = $2), 0)::float as asked,
       least(${PACE_SECONDS}, case when count(*) = ${PACE_TALLIES}
         then extract(epoch from clock_timestamp() - min(inserted_at)) else ${PACE_SECONDS} end)::float as seconds
  from (select run_id, outcomes, inserted_at from zvirka.answer_tallies
         where process = $1 order by id desc limit ${PACE_TALLIES}) recent
 where inserted_at > clock_timestamp() - interval '${PACE_SECONDS} seconds'`,
    values: [process, runId],
  }
}

/** What a worker reports about a service: its breaker, and the last minute's calls (missing from workers of older versions). */
export interface ServiceState {
  readonly open: boolean
  readonly since: string | null
  readonly calls?: number
  readonly errors?: number
  /** Milliseconds; null if there were no calls. */
  readonly p50?: number | null
  readonly p95?: number | null
}

/** A worker that has not ended, and what it does. */
export interface WorkerRow {
  readonly id: string
  readonly kind: string
  readonly host: string
  readonly pid: number
  readonly version: string
  readonly startedAt: Date
  /** Seconds since the last renewal of its lease. */
  readonly leaseAge: number
  /** False: the lease expired, and others will release its claims. */
  readonly isAlive: boolean
  readonly breakers: Readonly<Record<string, ServiceState>>
  /** The number of its claims. */
  readonly claims: number
  /** The active runs that it joined. */
  readonly runs: readonly { readonly id: string; readonly process: string; readonly state: RunState }[]
}

/** The workers that have not ended, including dead ones that nobody has taken over from. */
export function workersNow(): Query {
  return {
    text: `
select w.id, w.kind, w.host, w.pid, w.version, w.started_at as "startedAt", w.breakers, ${IS_ALIVE} as "isAlive",
       greatest(extract(epoch from clock_timestamp() - w.renewed_at), 0)::float as "leaseAge",
       (select count(*) from zvirka.claims c where c.worker_id = w.id) as claims,
       coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'process', r.process, 'state', r.state) order by r.started_at)
                   from zvirka.run_workers j join zvirka.runs r on r.id = j.run_id
                  where j.worker_id = w.id and r.ended_at is null), '[]') as runs
  from zvirka.workers w where w.ended_at is null order by w.started_at, w.id`,
  }
}

/** A page of the runs, of one state or all, of one process or all. */
export function listSummaries({ process, state }: RunTerms, slice: Slice<TimePlace>): Query {
  const { above, below, direction, limit } = slice
  return summaries(
    `select * from zvirka.runs r where ($1::text is null or process = $1) and ($2::text is null or state = $2)
        and ($3::timestamptz is null or (r.started_at, r.id) < ($3, $4::uuid))
        and ($5::timestamptz is null or (r.started_at, r.id) > ($5, $6::uuid))
      order by r.started_at ${direction}, r.id ${direction} limit $7`,
    [process, state, below?.at ?? null, below?.id ?? null, above?.at ?? null, above?.id ?? null, limit],
    direction,
  )
}

/** Filters of a list of runs; null: any. */
export interface RunTerms {
  readonly process: string | null
  readonly state: string | null
}

/** The number of these runs. */
export function countSummaries({ process, state }: RunTerms): Query {
  return {
    text: `select count(*)::int as count from zvirka.runs
            where ($1::text is null or process = $1) and ($2::text is null or state = $2)`,
    values: [process, state],
  }
}

/** The results of a process's runs by day in Kyiv, for the last days; from the history of runs, not of subjects. */
export function countsByDay(process: string | null, days: number): Query {
  return {
    text: `
select r.process, to_char(r.started_at at time zone 'Europe/Kyiv', 'YYYY-MM-DD') as day, count(distinct r.id)::int as runs,
       ${SUMMED.map((name) => `coalesce(sum(w.${name}), 0)::bigint as ${name}`).join(', ')}
  from zvirka.runs r left join zvirka.run_workers w on w.run_id = r.id
 where r.started_at >= (date_trunc('day', clock_timestamp() at time zone 'Europe/Kyiv') - ($2 - 1) * interval '1 day') at time zone 'Europe/Kyiv'
   and ($1::text is null or r.process = $1)
 group by 1, 2 order by 1, 2`,
    values: [process, days],
  }
}

/** The last tick of each process and its result. */
export function lastTicks(): Query {
  return {
    text: `select distinct on (process) process, time, outcome from zvirka.ticks order by process, time desc`,
  }
}

/** Whether any worker of the cluster is alive. */
export function isAnyAlive(): Query {
  return { text: `select exists (select from zvirka.workers w where ${IS_ALIVE}) as alive` }
}

/** A subject with an unfavourable answer in this run, to show an explanation. */
export function findFlagged(runId: string): Query {
  return {
    text: `select subject_id, subject_kind from zvirka.verification_history where run_id = $1
              and at >= (select started_at from zvirka.runs where id = $1) and step = '4' and status = 'NOT_VERIFIED' order by subject_id limit 1`,
    values: [runId],
  }
}
