/** Runs as records (spec 2.1): every worker of the cluster reads a run's row and takes batches of it. */
import { tryLock } from '../../database/locks.ts'
import type { Query } from '../../database/query.ts'
import type { RunFinding } from '../../messages/run-findings.ts'
import type { RunHolder } from '../held-by.ts'
import type { DueTerms } from './claim.ts'
import { HAS_OPEN_CLAIMS } from './held.ts'

export const RUN_STATES = ['running', 'paused', 'stopping', 'stopped', 'finished', 'failed'] as const
export type RunState = (typeof RUN_STATES)[number]
export type RunCause = 'schedule' | 'trigger' | 'command' | 'api'

/** A run as its workers see it. */
export interface RunRow extends DueTerms {
  readonly id: string
  readonly process: string
  readonly state: RunState
  readonly cause: RunCause
  readonly state_reason: string | null
  readonly held_by: RunHolder | null
  readonly finding: RunFinding | null
  readonly started_by_worker: string | null
  readonly takes_waiting: boolean
  readonly max_subjects: number | null
  readonly max_batches: number | null
  readonly due_at_start: number | null
  readonly guard_share: number | null
}

const RUN_COLUMNS = `id, process, state, cause, state_reason, held_by, finding, started_by_worker, takes_waiting, max_subjects, max_batches,
  due_at_start, guard_share, due_before::text, triggered_before::text, started_at::text`

export interface NewRun {
  readonly process: string
  readonly cause: RunCause
  readonly userId: string
  readonly startedByWorker: string | null
  /** A subject synced this many days ago, in Kyiv dates, is due (spec 1.3); null: a synced subject never becomes due. */
  readonly validationPeriodDays: number | null
  /** Only subjects triggered at least this many seconds ago; null: all due subjects. */
  readonly triggeredSecondsAgo: number | null
  readonly takesWaiting: boolean
  readonly maxSubjects: number | null
  readonly maxBatches: number | null
  readonly isGuarded: boolean
  /** The guard's tolerance for unfavourable answers until 5,000 answers of the process are known, if it is not the usual 90 %. */
  readonly newGuardShare?: number | undefined
}

/** Starts a run; no row: the process already has an active one. */
export function startRun(run: NewRun): Query {
  return {
    text: `
with past as (
  select coalesce(sum(w.not_verified + w.to_review), 0)::float as unfavourable,
         coalesce(sum(w.verified + w.not_verified + w.to_review), 0)::float as answers
    from zvirka.runs r join zvirka.run_workers w on w.run_id = r.id
   where r.process = $1 and r.state = 'finished' and r.started_at > clock_timestamp() - interval '30 days'
),
-- Of all runs, including paused ones: whoever resumed them has seen their answers.
known as (
  select coalesce(sum(w.verified + w.not_verified + w.to_review), 0)::float as answers
    from zvirka.runs r join zvirka.run_workers w on w.run_id = r.id where r.process = $1
)
insert into zvirka.runs (process, state, cause, started_by, started_by_worker, due_before, triggered_before, takes_waiting,
                         max_subjects, max_batches, guard_share)
select $1, 'running', $2, $3, $4,
       coalesce((date_trunc('day', clock_timestamp() at time zone 'Europe/Kyiv') - $5 * interval '1 day') at time zone 'Europe/Kyiv',
                '-infinity'),
       clock_timestamp() - $6 * interval '1 second', $7, $8, $9,
       -- Spec 2.6: min(90 %, max(10 %, 5 x the usual share)), or 90 % where too little is known of what is usual; a process that is new may be stricter (spec 8.6).
       case when not $10 then null
            when known.answers < 5000 then $11::float
            when past.answers < 5000 then 0.9
            else least(0.9, greatest(0.1, 5 * past.unfavourable / past.answers)) end
  from past, known
on conflict (process) where ended_at is null do nothing
returning ${RUN_COLUMNS}`,
    values: [
      run.process,
      run.cause,
      run.userId,
      run.startedByWorker,
      run.validationPeriodDays,
      run.triggeredSecondsAgo,
      run.takesWaiting,
      run.maxSubjects,
      run.maxBatches,
      run.isGuarded,
      run.newGuardShare ?? 0.9,
    ],
  }
}

/** The active runs. */
export function runsUnderWay(): Query {
  return {
    name: 'runs under way',
    text: `select ${RUN_COLUMNS} from zvirka.runs where ended_at is null order by started_at`,
  }
}

/** Who held the last run of the process before this one. */
export function findRunBefore({ process, id }: RunRow): Query {
  return {
    text: 'select held_by from zvirka.runs where process = $1 and id <> $2 order by started_at desc limit 1',
    values: [process, id],
  }
}

/** Records a tick as skipped; no row: another worker has recorded it. */
export function takeTick(process: string, time: Date): Query {
  return {
    text: `insert into zvirka.ticks (process, time, outcome) values ($1, $2, 'skipped') on conflict do nothing returning 1`,
    values: [process, time],
  }
}

/** Records that the tick started a run. */
export function startedAtTick(process: string, time: Date, runId: string): Query {
  return {
    text: `update zvirka.ticks set outcome = 'started', run_id = $3 where process = $1 and time = $2`,
    values: [process, time, runId],
  }
}

/** Locks the counting of due subjects for a run until the end of the transaction; false if somebody else is counting. */
export function lockDueCount(runId: string): Query {
  return tryLock(`zvirka count of ${runId}`)
}

/** A run by its id. */
export function findRun(runId: string): Query {
  return { name: 'find run', text: `select ${RUN_COLUMNS} from zvirka.runs where id = $1`, values: [runId] }
}

/**
 * What a claim needs: the run's state, and the time by the database's clock, which all workers share. No row: the run or the worker's lease
 * is gone. Locks the process until the transaction ends, so that there is one claim at a time and the next statement sees what the previous
 * one claimed.
 */
export function stateForClaim(runId: string, workerId: string): Query {
  return {
    name: 'state for claim',
    text: `select r.state, clock_timestamp() as now, pg_advisory_xact_lock(hashtextextended('zvirka claim of ' || r.process, 0)) from zvirka.workers w join zvirka.runs r on r.id = $1
            where w.id = $2 and w.ended_at is null and w.lease_until > clock_timestamp() for key share of w`,
    values: [runId, workerId],
  }
}

/** Locks a run with a limit, so that its workers count one after the other. */
export function lockRun(runId: string): Query {
  return { text: 'select 1 from zvirka.runs where id = $1 for no key update', values: [runId] }
}

/** How many subjects a run has taken in the cluster, without those released and not asked again. */
export function takenOf(runId: string): Query {
  return {
    text: `select coalesce(sum(claimed - given_back), 0)::bigint as subjects, coalesce(sum(batches), 0)::bigint as batches
             from zvirka.run_workers where run_id = $1`,
    values: [runId],
  }
}

/** Adds a worker to a run. */
export function joinRun(runId: string, workerId: string): Query {
  return {
    text: 'insert into zvirka.run_workers (run_id, worker_id) values ($1, $2) on conflict do nothing',
    values: [runId, workerId],
  }
}

interface StateChange {
  readonly runId: string
  readonly from: readonly RunState[]
  readonly to: RunState
  readonly userId: string
  readonly reason: string | null
  /** Who pauses or ends it by this change; null: it continues. */
  readonly heldBy: RunHolder | null
  readonly finding: RunFinding | null
}

/** Changes the state of a run that is in one of `from`; no row: it is not. */
export function changeState(change: StateChange): Query {
  const isEnd = change.to === 'stopped' || change.to === 'finished' || change.to === 'failed'
  return {
    text: `update zvirka.runs set state = $2, state_changed_by = $3, state_reason = $4, held_by = $6, finding = $7::jsonb,
                  ended_at = ${isEnd ? 'clock_timestamp()' : 'null'}
            where id = $1 and state = any ($5) returning ${RUN_COLUMNS}`,
    values: [change.runId, change.to, change.userId, change.reason, change.from, change.heldBy, asJson(change.finding)],
  }
}

/** The guard's finding, and the run's new state. */
export interface Holding {
  readonly runId: string
  readonly to: 'paused' | 'stopping'
  readonly userId: string
  readonly finding: RunFinding
  readonly windowAfter: number
}

/**
 * Pauses or stops an active run because of the guard's finding (spec 2.6). No row: the run is not active, or somebody resumed it meanwhile,
 * which restarted the guard's window.
 */
export function holdRun({ runId, to, userId, finding, windowAfter }: Holding): Query {
  return {
    text: `update zvirka.runs r set state = $2, state_changed_by = $3, state_reason = null, held_by = 'guard', finding = $4::jsonb
            where id = $1 and state = 'running'
              and $5 = coalesce((select after_tally from zvirka.guard_windows g where g.process = r.process), 0)
           returning ${RUN_COLUMNS}`,
    values: [runId, to, userId, asJson(finding), windowAfter],
  }
}

/** Ends every run that is being stopped and holds no subjects. */
export function endStopping(): Query {
  return {
    text: `update zvirka.runs r set state = 'stopped', ended_at = clock_timestamp()
            where state = 'stopping' and not ${HAS_OPEN_CLAIMS} returning ${RUN_COLUMNS}`,
  }
}

/** Ends as failed every run of a `zvirka sync` without a living worker (spec 2.7). */
export function endLost(): Query {
  return {
    text: `update zvirka.runs r set state = 'failed', state_reason = null, held_by = 'fault', finding = $1::jsonb,
                  ended_at = clock_timestamp()
            where ended_at is null and started_by_worker is not null and not exists (
                    select from zvirka.workers w
                     where w.ended_at is null and (w.id = r.started_by_worker or w.id in (
                       select worker_id from zvirka.run_workers where run_id = r.id)))
              and not ${HAS_OPEN_CLAIMS} returning ${RUN_COLUMNS}`,
    values: [asJson({ code: 'worker_lost', params: {} })],
  }
}

/** Stores how many subjects were due when a run started. */
export function setDueAtStart(runId: string, due: number): Query {
  return {
    text: 'update zvirka.runs set due_at_start = $2 where id = $1 and due_at_start is null',
    values: [runId, due],
  }
}

function asJson(finding: RunFinding | null): string | null {
  return finding && JSON.stringify(finding)
}
