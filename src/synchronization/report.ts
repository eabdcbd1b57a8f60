/** The results of a run so far, for `run show`, `status`, and the progress and summary of `sync` (spec 7.1). */
import type { Executor } from '../database/query.ts'
import type { Slice, TimePlace } from '../listing/slice.ts'
import type { RunFinding } from '../messages/run-findings.ts'
import type { RunHolder } from './held-by.ts'
import {
  changesOf,
  countSummaries,
  errorsOf,
  listSummaries,
  newestSummaries,
  PACE_SECONDS,
  type RunChangeRow,
  type RunErrorRow,
  type RunSummaryRow,
  type RunTerms,
  type RunWorkerRow,
  recentPace,
  type ServiceState,
  summariesUnderWay,
  summaryOf,
  type WorkerRow,
  workersNow,
  workersOf,
} from './plans/report.ts'
import type { RunCause, RunState } from './plans/runs.ts'

/** The number of subjects by outcome. All figures are exact, because they are counted in the same transaction. */
interface ReportedCounts {
  /** Claimed minus released unasked: what the run has taken, including subjects in progress. */
  readonly claimed: number
  readonly verified: number
  readonly not_verified: number
  readonly not_needed: number
  readonly incorrect: number
  /** Answers that a person must review: the stream is VERIFICATION_NEEDED. */
  readonly to_review: number
  readonly technical_errors: number
  /** Claimed and released unasked; they were, or will be, claimed again. */
  readonly given_back: number
  /** Answers that arrived after the subject was edited, queued again or claimed again (spec 2.3). */
  readonly dropped: number
  /** Other subjects with the same document that steps 4.1 and 4.2 wrote. */
  readonly propagated: number
}

/** Technical errors of one kind. */
export interface RunError {
  readonly whose: 'subject' | 'service'
  readonly code: string
  readonly count: number
}

/** A worker's part in a run. */
export interface RunWorker {
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

/** A change of a run: a new state, or a recheck that reverted results. */
export interface RunChange {
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

/** The complete report of a run. */
export interface RunReport extends ReportedCounts {
  readonly id: string
  readonly process: string
  readonly state: RunState
  /** Who paused or ended it; null: it is active, or finished normally. */
  readonly heldBy: RunHolder | null
  /** The program's finding, for example the guard's. */
  readonly finding: RunFinding | null
  /** The comment of the user who last changed its state. */
  readonly reason: string | null
  readonly cause: RunCause
  /** Whether it takes only triggered subjects (spec 2.8). */
  readonly isTriggeredOnly: boolean
  readonly startedAt: Date
  readonly endedAt: Date | null
  /** The user who started it, and the one who last changed its state. */
  readonly startedBy: string
  readonly stateChangedBy: string | null
  /** Its position among all runs, for lists. */
  readonly place: TimePlace
  /** From its start to its end, or until now. */
  readonly seconds: number
  readonly maxSubjects: number | null
  readonly maxBatches: number | null
  /** How many were due at the start; null while they are being counted (spec 2.9). */
  readonly due_at_start: number | null
  /** Finished subjects: settled, dropped, or with a technical error. */
  readonly done: number
  /** How many subjects are left, if known; an estimate, since subjects become due and are settled through others. */
  readonly remaining: number | null
  /** Subjects per second: recently for an active run, on average for a finished one. */
  readonly rate: number
  readonly errors: readonly RunError[]
  readonly workers: readonly RunWorker[]
  /** Its start, state changes, end and rechecks, in order. */
  readonly changes: readonly RunChange[]
}

/** The report of a run; undefined if there is no such run. */
export async function runReport(executor: Executor, runId: string): Promise<RunReport | undefined> {
  const [report] = await reports(executor, await executor.query<RunSummaryRow>(summaryOf(runId)))
  return report
}

/** The reports of all active runs, newest first. */
export async function reportsUnderWay(executor: Executor): Promise<RunReport[]> {
  return reports(executor, await executor.query<RunSummaryRow>(summariesUnderWay()))
}

/** The reports of the newest runs, of one process or of all. */
export async function newestReports(executor: Executor, process: string | null, count: number): Promise<RunReport[]> {
  return reports(executor, await executor.query<RunSummaryRow>(newestSummaries(process, count)))
}

/** The reports of one page of runs. */
export async function listReports(executor: Executor, terms: RunTerms, slice: Slice<TimePlace>): Promise<RunReport[]> {
  return reports(executor, await executor.query<RunSummaryRow>(listSummaries(terms, slice)))
}

/** The number of runs. */
export async function countRuns(executor: Executor, terms: RunTerms): Promise<number> {
  const [row] = await executor.query<{ count: number }>(countSummaries(terms))
  return row?.count ?? 0
}

/** A registry's service, as all live workers see it. */
export interface RegistryReport {
  readonly service: string
  /** The number of workers whose breaker for it is open, and of all that report it. */
  readonly openBreakers: number
  readonly workers: number
  /** When the first of the open breakers opened. */
  readonly openSince: Date | null
  /** The calls of the last minute, and how many failed. */
  readonly calls: number
  readonly errors: number
  /** Milliseconds over the last minute, of the slowest worker; null if there were no calls. */
  readonly p50: number | null
  readonly p95: number | null
}

/** The state of each service, from the lease rows of live workers. */
export async function registryReports(executor: Executor): Promise<RegistryReport[]> {
  const workers = (await executor.query<WorkerRow>(workersNow())).filter(({ is_alive }) => is_alive)
  const shown = workers.flatMap(({ breakers }) => Object.entries(breakers))
  const byService = Map.groupBy(shown, ([service]) => service)
  return [...byService]
    .map(([service, entries]) =>
      registryReport(
        service,
        entries.map(([, state]) => state),
      ),
    )
    .sort((left, right) => (left.service < right.service ? -1 : 1))
}

function registryReport(service: string, states: readonly ServiceState[]): RegistryReport {
  const open = states.filter((state) => state.open)
  const sum = (pick: (state: ServiceState) => number | undefined) =>
    states.reduce((total, state) => total + (pick(state) ?? 0), 0)
  const slowest = (pick: (state: ServiceState) => number | null | undefined) => {
    const known = states.map(pick).filter((each) => each !== null && each !== undefined)
    return known.length === 0 ? null : Math.max(...known)
  }
  const since = open
    .map((state) => state.since)
    .filter((each) => each !== null)
    .sort()[0]
  return {
    service,
    openBreakers: open.length,
    workers: states.length,
    openSince: since === undefined ? null : new Date(since),
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    p50: slowest(({ p50 }) => p50),
    p95: slowest(({ p95 }) => p95),
  }
}

/** The current state of a worker. */
export interface WorkerReport {
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
  /** The number of its claims. */
  readonly claims: number
  /** The active runs that it joined. */
  readonly runs: readonly { readonly id: string; readonly process: string; readonly state: RunState }[]
  /** Its open circuit breakers, each with the time it opened. */
  readonly openBreakers: readonly { readonly service: string; readonly since: Date | null }[]
}

/** The workers that have not ended, by start time. */
export async function workerReports(executor: Executor): Promise<WorkerReport[]> {
  const rows = await executor.query<WorkerRow>(workersNow())
  return rows.map(({ breakers, started_at, lease_age, is_alive, ...worker }) => ({
    ...worker,
    startedAt: started_at,
    leaseAge: lease_age,
    isAlive: is_alive,
    openBreakers: Object.entries(breakers).flatMap(([service, { open, since }]) =>
      open ? [{ service, since: since === null ? null : new Date(since) }] : [],
    ),
  }))
}

async function reports(executor: Executor, rows: readonly RunSummaryRow[]): Promise<RunReport[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const errors = Map.groupBy(await executor.query<RunErrorRow>(errorsOf(ids)), ({ run_id }) => run_id)
  const workers = Map.groupBy(await executor.query<RunWorkerRow>(workersOf(ids)), ({ run_id }) => run_id)
  const changes = Map.groupBy(await executor.query<RunChangeRow>(changesOf(ids)), ({ run_id }) => run_id)
  const all: RunReport[] = []
  for (const row of rows) {
    const rate = await rateOf(executor, row)
    all.push(
      asReport(row, rate, {
        errors: errors.get(row.id) ?? [],
        workers: workers.get(row.id) ?? [],
        changes: changes.get(row.id) ?? [],
      }),
    )
  }
  return all
}

interface ReportParts {
  readonly errors: readonly RunErrorRow[]
  readonly workers: readonly RunWorkerRow[]
  readonly changes: readonly RunChangeRow[]
}

function asReport(row: RunSummaryRow, rate: number, { errors, workers, changes }: ReportParts): RunReport {
  const { claimed, verified, not_verified, not_needed, incorrect, to_review, technical_errors, given_back } = row
  return {
    id: row.id,
    process: row.process,
    state: row.state,
    heldBy: row.held_by,
    finding: row.finding,
    reason: row.state_reason,
    cause: row.cause,
    isTriggeredOnly: row.triggered_only,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    startedBy: row.started_by,
    stateChangedBy: row.state_changed_by,
    place: { at: row.place, id: row.id },
    seconds: row.seconds,
    maxSubjects: row.max_subjects,
    maxBatches: row.max_batches,
    due_at_start: row.due_at_start,
    ...{ claimed, verified, not_verified, not_needed, incorrect, to_review, technical_errors, given_back },
    ...{ dropped: row.dropped, propagated: row.propagated },
    done: doneOf(row),
    remaining: remainingOf(row),
    rate,
    errors: errors.map(({ whose, code, count }) => ({ whose, code, count })),
    workers: workers.map(({ run_id: _, joined_at, is_alive, ...worker }) => ({
      ...worker,
      joinedAt: joined_at,
      isAlive: is_alive,
    })),
    changes: changes.map(({ at, kind, state, changed_by, reason, held_by, finding, taken_back }) => ({
      ...{ at, kind, state, reason, finding },
      heldBy: held_by,
      changedBy: changed_by,
      takenBack: taken_back,
    })),
  }
}

/** The number of a run's finished subjects: settled, dropped, or with a technical error. */
export function doneOf(row: RunSummaryRow): number {
  const { verified, not_verified, not_needed, incorrect, to_review, technical_errors, dropped } = row
  return verified + not_verified + not_needed + incorrect + to_review + technical_errors + dropped
}

/** How many subjects a run has left; null if the number due at its start is unknown. */
function remainingOf(row: RunSummaryRow): number | null {
  const isLimited = row.max_subjects !== null || row.max_batches !== null
  // Steps 4.1 and 4.2 settle due subjects without asking about them.
  if (row.state === 'finished' && !isLimited) return 0
  if (row.due_at_start === null) return null
  const due = row.max_subjects === null ? row.due_at_start : Math.min(row.due_at_start, row.max_subjects)
  return Math.max(0, due - doneOf(row))
}

async function rateOf(executor: Executor, row: RunSummaryRow): Promise<number> {
  if (row.ended_at !== null || row.seconds < PACE_SECONDS) return doneOf(row) / Math.max(row.seconds, 0.001)
  const [pace] = await executor.query<{ asked: number; seconds: number }>(recentPace(row.process, row.id))
  return pace === undefined ? 0 : pace.asked / Math.max(pace.seconds, 1)
}
