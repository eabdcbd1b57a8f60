/** The results of a run so far, for `run show`, `status`, and the progress and summary of `sync` (spec 7.1). */
import type { Executor } from '../database/query.ts'
import type { Slice, TimePlace } from '../listing/slice.ts'
import {
  changesOf,
  countSummaries,
  errorsOf,
  listSummaries,
  newestSummaries,
  PACE_SECONDS,
  type RunChange,
  type RunError,
  type RunSummary,
  type RunTerms,
  type RunWorker,
  recentPace,
  type ServiceState,
  summariesUnderWay,
  summaryOf,
  type WorkerRow,
  workersNow,
  workersOf,
} from './plans/report.ts'

/** The complete report of a run. */
export interface RunReport extends RunSummary {
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
  const [report] = await reports(executor, await executor.query<RunSummary>(summaryOf(runId)))
  return report
}

/** The reports of all active runs, newest first. */
export async function reportsUnderWay(executor: Executor): Promise<RunReport[]> {
  return reports(executor, await executor.query<RunSummary>(summariesUnderWay()))
}

/** The reports of the newest runs, of one process or of all. */
export async function newestReports(executor: Executor, process: string | null, count: number): Promise<RunReport[]> {
  return reports(executor, await executor.query<RunSummary>(newestSummaries(process, count)))
}

/** The reports of one page of runs. */
export async function listReports(executor: Executor, terms: RunTerms, slice: Slice<TimePlace>): Promise<RunReport[]> {
  return reports(executor, await executor.query<RunSummary>(listSummaries(terms, slice)))
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
  const workers = (await executor.query<WorkerRow>(workersNow())).filter(({ isAlive }) => isAlive)
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
export interface WorkerReport extends Omit<WorkerRow, 'breakers'> {
  /** Its open circuit breakers, each with the time it opened. */
  readonly openBreakers: readonly { readonly service: string; readonly since: Date | null }[]
}

/** The workers that have not ended, by start time. */
export async function workerReports(executor: Executor): Promise<WorkerReport[]> {
  const rows = await executor.query<WorkerRow>(workersNow())
  return rows.map(({ breakers, ...worker }) => ({
    ...worker,
    openBreakers: Object.entries(breakers).flatMap(([service, { open, since }]) =>
      open ? [{ service, since: since === null ? null : new Date(since) }] : [],
    ),
  }))
}

async function reports(executor: Executor, runs: readonly RunSummary[]): Promise<RunReport[]> {
  if (runs.length === 0) return []
  const ids = runs.map(({ id }) => id)
  const errors = Map.groupBy(await executor.query<RunError>(errorsOf(ids)), ({ run_id }) => run_id)
  const workers = Map.groupBy(await executor.query<RunWorker>(workersOf(ids)), ({ run_id }) => run_id)
  const changes = Map.groupBy(await executor.query<RunChange>(changesOf(ids)), ({ run_id }) => run_id)
  const all: RunReport[] = []
  for (const run of runs) {
    all.push({
      ...run,
      done: doneOf(run),
      remaining: remainingOf(run),
      rate: await rateOf(executor, run),
      errors: errors.get(run.id) ?? [],
      workers: workers.get(run.id) ?? [],
      changes: changes.get(run.id) ?? [],
    })
  }
  return all
}

/** The number of a run's finished subjects: settled, dropped, or with a technical error. */
export function doneOf(run: RunSummary): number {
  const { verified, not_verified, not_needed, incorrect, to_review, technical_errors, dropped } = run
  return verified + not_verified + not_needed + incorrect + to_review + technical_errors + dropped
}

/** How many subjects a run has left; null if the number due at its start is unknown. */
function remainingOf(run: RunSummary): number | null {
  const isLimited = run.maxSubjects !== null || run.maxBatches !== null
  // Steps 4.1 and 4.2 settle due subjects without asking about them.
  if (run.state === 'finished' && !isLimited) return 0
  if (run.due_at_start === null) return null
  const due = run.maxSubjects === null ? run.due_at_start : Math.min(run.due_at_start, run.maxSubjects)
  return Math.max(0, due - doneOf(run))
}

async function rateOf(executor: Executor, run: RunSummary): Promise<number> {
  if (run.endedAt !== null || run.seconds < PACE_SECONDS) return doneOf(run) / Math.max(run.seconds, 0.001)
  const [pace] = await executor.query<{ asked: number; seconds: number }>(recentPace(run.process, run.id))
  return pace === undefined ? 0 : pace.asked / Math.max(pace.seconds, 1)
}
