/** `zvirka status` (spec 7.1): due subjects and statuses, runs in progress, workers. */
import { Command } from 'commander'
import type { OperatedProcess } from '../api/operations.ts'
import type { Settings } from '../config/settings.ts'
import type { Executor } from '../database/query.ts'
import { type ProcessCounts, readCounts } from '../synchronization/counts.ts'
import { type RunReport, reportsUnderWay, type WorkerReport, workerReports } from '../synchronization/report.ts'
import { withContext } from './context.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { openImpatient } from './impatient-database.ts'
import { kyivTime } from './instants.ts'
import { operatedProcesses } from './operated.ts'
import { typedStream } from './process-argument.ts'
import { readyDatabase } from './ready-database.ts'
import { outcomeWords, progressWords, RUN_JSON_HELP, runJson, stateWords } from './run-words.ts'
import { table } from './table.ts'
import { settingsFor } from './trembita-access.ts'
import { duration, number } from './words.ts'

interface Typed {
  readonly json?: boolean
}

/** The displayed state. */
export interface Status {
  readonly counts: readonly { readonly operated: OperatedProcess; readonly counts: ProcessCounts | undefined }[]
  readonly runs: readonly RunReport[]
  readonly workers: readonly WorkerReport[]
}

/** `zvirka status`. */
export function statusCommand(): Command {
  return new Command('status')
    .description('show how many subjects are due and in each status, runs in progress, workers')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(ending(runStatus))
}

const HELP = `
It counts active persons. Up to 100,000 are counted now; more are counted by workers in the background, at most every
10 minutes, and shown with the time of the count. Times are Kyiv time.

--json: {"processes": [{"stream", "subject", "due", "waiting", "by_status", "counted_at", "fresh", "served"}], "runs": [run], "workers": [worker]}
  counts are null if nothing was counted yet; by_status has every status; served: whether the registry is asked here
  run: ${RUN_JSON_HELP}
  worker: {"id", "kind", "host", "pid", "version", "started_at", "lease_age", "alive", "claims",
   "runs": [{"id", "process", "state"}], "open_breakers": [{"service", "since"}]}; lease_age in seconds`

function runStatus(typed: Typed): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const access = await readyDatabase(context, 'look')
    const { url } = access
    const database = openImpatient({ url, role: 'zvirka_read', applicationName: 'zvirka status', max: 1 })
    context.defer(() => database.close())
    const settings = await settingsFor(access, context.settings)
    const status = await readStatus(database, settings)
    process.stdout.write(
      typed.json === true ? `${JSON.stringify(statusJson(status))}\n` : statusText(status, new Date()),
    )
    return exitCode.done
  })
}

/** Reads the displayed state. */
async function readStatus(executor: Executor, settings: Settings): Promise<Status> {
  const counts: Status['counts'][number][] = []
  for (const operated of operatedProcesses(settings)) {
    const { process, validationPeriodDays } = operated
    counts.push({ operated, counts: await readCounts(executor, process, validationPeriodDays) })
  }
  return { counts, runs: await reportsUnderWay(executor), workers: await workerReports(executor) }
}

/** The JSON object of `--json`. */
function statusJson({ counts, runs, workers }: Status) {
  return {
    processes: counts.map(({ operated: { process, isServed }, counts: taken }) => ({
      ...{ stream: process.stream, subject: process.kind, due: taken?.due ?? null, waiting: taken?.waiting ?? null },
      by_status: taken?.byStatus ?? null,
      counted_at: taken?.countedAt.toISOString() ?? null,
      fresh: taken?.isFresh ?? null,
      served: isServed,
    })),
    runs: runs.map(runJson),
    workers: workers.map(({ startedAt, leaseAge, isAlive, openBreakers, ...worker }) => ({
      ...worker,
      started_at: startedAt.toISOString(),
      lease_age: leaseAge,
      alive: isAlive,
      open_breakers: openBreakers,
    })),
  }
}

/** The same as text. */
export function statusText({ counts, runs, workers }: Status, now: Date): string {
  const lines = [
    ...countLines(counts, now),
    '',
    'Runs in progress',
    ...(runs.length === 0 ? ['  none'] : runs.flatMap(runLines)),
    '',
    'Workers',
    ...(workers.length === 0
      ? ['  none; to start one: zvirka worker']
      : workerLines(workers, now).map((line) => `  ${line}`)),
  ]
  return `${lines.join('\n')}\n`
}

const COUNTS_HEAD = [
  'STREAM',
  'SUBJECT',
  'DUE',
  'WAITING',
  'IN REVIEW',
  'NEEDED',
  'VERIFIED',
  'NOT VERIFIED',
  'NOT NEEDED',
  'COUNTED',
]

function countLines(counts: Status['counts'], now: Date): string[] {
  const rows = counts.map(({ operated: { process }, counts: taken }) => {
    const by = taken?.byStatus
    return [
      ...[typedStream(process), process.kind, taken?.due ?? null, taken?.waiting ?? null, by?.IN_REVIEW ?? null],
      ...[by?.VERIFICATION_NEEDED ?? null, by?.VERIFIED ?? null, by?.NOT_VERIFIED ?? null],
      ...[by?.VERIFICATION_NOT_NEEDED ?? null, countedWords(taken, now)],
    ]
  })
  return [...table(COUNTS_HEAD, rows), ...unservedLines(counts)]
}

function unservedLines(counts: Status['counts']): string[] {
  const unserved = Map.groupBy(
    counts.map(({ operated }) => operated).filter(({ isServed }) => !isServed),
    ({ servingSetting }) => servingSetting,
  )
  return [...unserved].map(([setting, processes]) => {
    const names = processes.map(({ process }) => `${typedStream(process)} ${process.kind}`)
    return `not asked here, since ${setting} is not set: ${names.join(', ')}`
  })
}

function countedWords(taken: ProcessCounts | undefined, now: Date): string {
  if (taken === undefined) return 'not yet; a worker counts'
  return taken.isFresh ? 'now' : `${kyivTime(taken.countedAt)}, ${ago(taken.countedAt, now)}`
}

function ago(then: Date, now: Date): string {
  return `${duration((now.getTime() - then.getTime()) / 1000)} ago`
}

function runLines(run: RunReport): string[] {
  return [
    `  ${run.id}  ${run.process}  ${stateWords(run)}`,
    `    ${progressWords(run)}; started ${duration(run.seconds)} ago by ${run.cause}${run.isTriggeredOnly ? ', triggered subjects only' : ''}`,
    `    ${outcomeWords(run)}`,
  ]
}

function workerLines(workers: readonly WorkerReport[], now: Date): string[] {
  const rows = workers.map((worker) => [
    ...[worker.kind, worker.host, `${worker.pid}`, leaseWords(worker), workWords(worker)],
    worker.openBreakers
      .map(({ service, since }) => (since === null ? service : `${service} ${ago(since, now)}`))
      .join(', ') || '-',
  ])
  return table(['KIND', 'HOST', 'PID', 'LEASE RENEWED', 'DOES', 'OPEN BREAKERS'], rows)
}

function leaseWords({ leaseAge, isAlive }: WorkerReport): string {
  return `${duration(leaseAge)} ago${isAlive ? '' : ', out'}`
}

function workWords({ runs, claims }: WorkerReport): string {
  const held = claims === 0 ? '' : `, holds ${number(claims)}`
  const names = runs.map(({ process, state }) => (state === 'running' ? process : `${process} (${state})`))
  return `${names.length === 0 ? 'idle' : names.join(', ')}${held}`
}
