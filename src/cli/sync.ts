/** `zvirka sync <stream> <subject>` (spec 7.1): one run now, in this process, with its progress and a summary. */
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { audit } from '../audit/audit.ts'
import { servingSetting } from '../config/trembita.ts'
import type { Database } from '../database/database.ts'
import { createMetrics } from '../observability/metrics.ts'
import { type NewRun, type RunRow, runsUnderWay } from '../synchronization/plans/runs.ts'
import { exactTime, hasRenewedSince } from '../synchronization/plans/workers.ts'
import type { SyncProcess } from '../synchronization/process.ts'
import { type RunReport, runReport } from '../synchronization/report.ts'
import { beginRun, stopRun } from '../synchronization/runs.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { wholeNumber } from './options.ts'
import { processOf, STREAM_WORDS, typedStream } from './process-argument.ts'
import { settingsOfProcess } from './process-settings.ts'
import { startProgress } from './progress.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { summaryJson, summaryText } from './run-words.ts'
import { groupOfStream, isStreamServed } from './served.ts'
import { openCommandTracing } from './tracing.ts'
import { withRegistries } from './trembita-access.ts'
import { openWorkerSide, type WorkerSide } from './worker-side.ts'

interface Typed {
  readonly limit?: number
  readonly attach?: true
  readonly json?: true
  readonly quiet?: true
}

const LOOK_MILLISECONDS = 250
/** How long the breaker may be open before the command gives up (spec 2.6). */
const BREAKER_MILLISECONDS = 30_000
const NO_RUN_YET = 'no run yet'

/** `zvirka sync`. */
export function syncCommand(): Command {
  return new Command('sync')
    .description('check everyone who is due against a registry, now')
    .argument('<stream>', STREAM_WORDS)
    .argument('<subject>', 'person or party')
    .option('--limit <n>', 'end after this many subjects, counted over all workers', wholeNumber(1))
    .option('--attach', 'join the run in progress, if there is one')
    .option('--json', 'print one JSON object at the end')
    .option('--quiet', 'show no progress')
    .addHelpText(
      'after',
      `
Ctrl-C stops a run that this command started, and leaves a run that it joined.
Exit codes: 0 done; 3 some subjects had technical errors, or the breaker or the guard stopped the run; 130 interrupted.`,
    )
    .action(ending(runSync))
}

function runSync(stream: string, subject: string, typed: Typed): Promise<ExitCode> {
  const process = processOf(stream, subject)
  return withContext({ isConversation: true }, async (context) => {
    const access = await readyDatabase(context, 'work')
    // In the demo all groups are enabled by its own settings.
    const settings = await withRegistries(context.settings, access)
    if (!isStreamServed(settings, process.stream))
      throw new UsageError(
        `this installation has no access to the registry of ${typedStream(process)}`,
        `${servingSetting(groupOfStream(process.stream))} is not set`,
      )
    const metrics = createMetrics()
    context.defer(() => metrics.close())
    const tracing = await openCommandTracing(context)
    const side = openWorkerSide({ settings, url: access.url, kind: 'sync', log: context.log, metrics, tracing })
    context.defer(() => side.close())
    side.worker.keepTo(NO_RUN_YET)
    await side.worker.start()
    context.defer(() => side.worker.stop())
    const { run, isOwn } = await beginOrJoin({ ...context, settings }, side, process, typed)
    side.worker.keepTo(run.id)
    const stoppedBy = await follow(context, side, process, run, isOwn, typed)
    return conclude(side.database, run, stoppedBy, typed)
  })
}

interface Begun {
  readonly run: RunRow
  readonly isOwn: boolean
}

async function beginOrJoin(context: Context, side: WorkerSide, process: SyncProcess, typed: Typed): Promise<Begun> {
  const { worker, database } = side
  const { leaseSeconds } = context.settings.worker
  const since = await databaseTime(database)
  for (const end = performance.now() + (leaseSeconds + 2) * 1000; ; ) {
    const run = await database.transaction(async (tx) => {
      const begun = await beginRun(tx, newRun(context, side, process, typed))
      const entry = { action: 'write', operation: 'sync', subjectKind: 'run' } as const
      if (begun !== undefined) await audit(tx, commandActor(context.settings), { ...entry, subjectIds: [begun.id] })
      return begun
    })
    if (run !== undefined) return { run, isOwn: true }
    const underWay = (await database.query<RunRow>(runsUnderWay())).find((each) => each.process === process.key)
    if (underWay === undefined) continue
    if (typed.attach === true) return { run: underWay, isOwn: false }
    // A run of a dead `zvirka sync` ends as soon as its lease expires; a live one renews it every 2 s.
    const isWaitingOfUse = underWay.started_by_worker !== null && !(await hasRenewed(database, underWay.id, since))
    if (!isWaitingOfUse || performance.now() > end || context.interrupt.signal.aborted) {
      throw new CommandFailure(
        `a run of ${typedStream(process)} ${process.kind} is in progress: ${underWay.id}, ${underWay.state}`,
        `--attach joins it; zvirka run stop ${underWay.id} stops it`,
      )
    }
    await delay(LOOK_MILLISECONDS)
    await worker.sweep()
  }
}

function newRun({ settings }: Context, side: WorkerSide, process: SyncProcess, typed: Typed): NewRun {
  const { validationPeriodDays, maxBatchesPerRun, newGuardShare } = settingsOfProcess(settings, process)
  return {
    process: process.key,
    cause: 'command',
    userId: settings.systemUserId,
    startedByWorker: side.worker.workerId,
    validationPeriodDays,
    triggeredSecondsAgo: null,
    takesWaiting: true,
    maxSubjects: typed.limit ?? null,
    maxBatches: maxBatchesPerRun,
    isGuarded: settings.worker.runGuard,
    newGuardShare,
  }
}

async function databaseTime(database: Database): Promise<string> {
  const [row] = await database.query<{ now: string }>(exactTime)
  return row?.now ?? 'now'
}

async function hasRenewed(database: Database, runId: string, since: string): Promise<boolean> {
  const [row] = await database.query<{ has: boolean }>(hasRenewedSince(runId, since))
  return row?.has === true
}

/** Why the command ended the run, or its part in it, early. */
type StoppedBy = keyof typeof STOPS | undefined

const STOPS = {
  interrupt: { holder: 'user', finding: { code: 'interrupted', params: {} } },
  breaker: { holder: 'fault', finding: { code: 'breaker_open', params: { seconds: BREAKER_MILLISECONDS / 1000 } } },
} as const

async function follow(
  { interrupt, settings }: Context,
  side: WorkerSide,
  process: SyncProcess,
  run: RunRow,
  isOwn: boolean,
  typed: Typed,
): Promise<StoppedBy> {
  const progress = startProgress({ label: `${typedStream(process)} ${process.kind}`, quiet: typed.quiet === true })
  let stoppedBy: StoppedBy
  try {
    for (;;) {
      const report = await runReport(side.database, run.id).catch(() => undefined)
      if (report !== undefined) {
        progress.update(stateOf(report))
        if (report.endedAt !== null) return stoppedBy
      }
      const reason = stoppedBy ?? reasonToStop(interrupt.signal, side)
      if (reason !== undefined && stoppedBy === undefined) {
        stoppedBy = reason
        if (!isOwn) return stoppedBy
        const by = { userId: settings.systemUserId, reason: null, ...STOPS[reason] }
        await side.database.transaction((tx) => stopRun(tx, run.id, by))
      }
      if (stoppedBy !== undefined) await side.worker.sweep().catch(() => undefined)
      await delay(LOOK_MILLISECONDS, undefined, stoppedBy ? {} : { signal: interrupt.signal }).catch(() => undefined)
    }
  } finally {
    progress.stop()
  }
}

function reasonToStop(signal: AbortSignal, { registries }: WorkerSide): StoppedBy {
  if (signal.aborted) return 'interrupt'
  const now = performance.timeOrigin + performance.now()
  const isOpenTooLong = Object.values(registries.breakers).some(
    ({ openSince }) => openSince !== undefined && now - openSince >= BREAKER_MILLISECONDS,
  )
  return isOpenTooLong ? 'breaker' : undefined
}

function stateOf(report: RunReport) {
  const { done, verified, not_verified, not_needed, incorrect, to_review, technical_errors } = report
  const total = report.remaining === null ? undefined : done + report.remaining
  const review = to_review > 0 ? { to_review } : {}
  return { done, total, outcomes: { verified, not_verified, not_needed, incorrect, ...review, technical_errors } }
}

async function conclude(database: Database, run: RunRow, stoppedBy: StoppedBy, typed: Typed): Promise<ExitCode> {
  const report = await runReport(database, run.id)
  if (report === undefined) throw new CommandFailure(`run ${run.id} no longer exists`)
  if (typed.json) process.stdout.write(`${JSON.stringify(summaryJson(report))}\n`)
  else process.stdout.write(summaryText(report))
  if (stoppedBy === 'interrupt') return exitCode.interrupted
  if (stoppedBy === 'breaker' || report.heldBy === 'guard') return exitCode.partly
  if (report.state !== 'finished') return exitCode.failed
  return report.technical_errors > 0 ? exitCode.partly : exitCode.done
}
