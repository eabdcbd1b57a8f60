/**
 * `zvirka start` (spec 7.1): everything in one process. On the embedded database, or with `--demo`, it also runs the registry simulator
 * unless TREMBITA_URLS is set, and loads demo data into an empty database.
 */
import { once } from 'node:events'
import { Command } from 'commander'
import type { Settings } from '../config/settings.ts'
import { type AcquiredDatabase, acquireDatabase } from '../database/acquire.ts'
import { migrateWithJobs } from '../jobs/schema.ts'
import { createMetrics } from '../observability/metrics.ts'
import { spanTime } from '../observability/tracing.ts'
import { traceTick } from '../observability/tracing-runs.ts'
import { findFlagged } from '../synchronization/plans/report.ts'
import { runReport } from '../synchronization/report.ts'
import { beginRun } from '../synchronization/runs.ts'
import { serveApi } from './api-side.ts'
import { type Context, withContext } from './context.ts'
import { loadDemo, type RunningDemo, type StartOptions } from './demo.ts'
import { refuseDemoDatabase } from './demo-database.ts'
import { doDuties } from './duties.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { openJobsSide } from './jobs-side.ts'
import { openKeys } from './keys-side.ts'
import { operatedProcesses } from './operated.ts'
import { readinessChecks } from './readiness.ts'
import { openCommandTracing } from './tracing.ts'
import { duration, number } from './words.ts'
import { openWorkerSide, type WorkerSide } from './worker-side.ts'

/** In the demo each process runs at the start and then every minute. */
const DEMO_CRON = '* * * * *'

/** `zvirka start`. */
export function startCommand(): Command {
  return new Command('start')
    .description(
      'run everything in one process: database, worker, API; in the demo also the simulator and made-up people',
    )
    .option(
      '--demo',
      'run the demo on the database of DATABASE_URL; refused if it contains anything that is not from a demo',
    )
    .option('--registries <folder>', 'start the simulator with the files in this folder, and load no demo people')
    .addHelpText('after', '\nWithout DATABASE_URL it starts an embedded PostgreSQL, with its data in .zvirka/.')
    .action(
      ending((typed: StartOptions) =>
        withContext({ below: { LOG_LEVEL: 'warn' } }, (context) => runStart(context, typed)),
      ),
    )
}

async function runStart(context: Context, typed: StartOptions): Promise<ExitCode> {
  const { log, interrupt, defer } = context
  refuseWhatWouldVerifyRealPeople(context.settings, typed)
  const access = await acquireDatabase(context.settings.database)
  defer(access.release)
  await migrateWithJobs(access.url)
  const demo = await beginDemo(context, access, typed)
  const settings = demo?.settings ?? context.settings
  const encryption = await openKeys({ settings, access, log, role: 'zvirka_app', isDemo: demo !== undefined })

  const metrics = createMetrics()
  defer(() => metrics.close())
  const tracing = await openCommandTracing(context)
  const side = openWorkerSide({
    ...{ settings, url: access.url, kind: 'start', log, metrics, tracing },
    ...(demo === undefined ? {} : { simulatorUrl: demo.simulatorUrl }),
    onRunLeft: (run, end) => {
      if (end === 'finished') tellOfRun(side, run.id).catch(() => undefined)
    },
  })
  defer(() => side.close())
  // Before the worker: a second start that finds the port in use must not join anything.
  const checks = readinessChecks(side, settings.worker.leaseSeconds)
  const cron = demo === undefined ? {} : { cron: DEMO_CRON }
  const served = await serveApi({ settings, url: access.url, log, metrics, encryption, checks, demo, ...cron })
  defer(() => served.close())
  const jobs = await openJobsSide({
    settings,
    url: access.url,
    kind: 'start',
    log,
    metrics,
    encryption,
    registries: side.registries,
    apiUrl: served.url,
  })
  defer(() => jobs.close())
  await side.worker.start()
  defer(() => Promise.all([side.worker.stop(), jobs.close()]))
  await greet(served.url, access, settings, demo)
  demo?.tellOfMails(served.url)
  if (demo !== undefined) await beginAll(side, settings)
  const duties = doDuties({
    ...{ settings, url: access.url, side, log, metrics, signal: interrupt.signal, ...cron },
  })
  if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort')
  await duties
  return exitCode.done
}

function refuseWhatWouldVerifyRealPeople(settings: Settings, { demo, registries }: StartOptions): void {
  const { urls } = settings.trembita
  if (urls !== undefined && (demo ?? registries) !== undefined) {
    throw new UsageError(
      `${demo ? '--demo' : '--registries'} starts a simulator, but TREMBITA_URLS is set`,
      'leave out one of the two',
    )
  }
  if (settings.database.url !== undefined && urls === undefined && demo === undefined) {
    throw new CommandFailure(
      'DATABASE_URL is set and TREMBITA_URLS is not, so there is no registry to ask',
      'set TREMBITA_URLS and its related settings (docs/configuration.md), or add --demo to use the simulator with made-up people',
    )
  }
}

async function beginDemo(
  context: Context,
  access: AcquiredDatabase,
  typed: StartOptions,
): Promise<RunningDemo | undefined> {
  if (context.settings.trembita.urls === undefined) return (await loadDemo()).begin(context, access, typed)
  await refuseDemoDatabase(access)
  return undefined
}

async function beginAll(side: WorkerSide, settings: Settings): Promise<void> {
  for (const { process: each, isServed, validationPeriodDays, maxBatches, newGuardShare } of operatedProcesses(
    settings,
  )) {
    if (!isServed) continue
    const since = spanTime()
    const run = await side.database.transaction((tx) =>
      beginRun(tx, {
        process: each.key,
        cause: 'schedule',
        userId: settings.systemUserId,
        startedByWorker: null,
        validationPeriodDays,
        triggeredSecondsAgo: null,
        takesWaiting: false,
        maxSubjects: null,
        maxBatches,
        isGuarded: settings.worker.runGuard,
        newGuardShare,
      }),
    )
    if (run !== undefined) traceTick(side.tracing, run, since)
  }
}

async function greet(
  url: string,
  access: AcquiredDatabase,
  { mail }: Settings,
  demo: RunningDemo | undefined,
): Promise<void> {
  const lines = [
    'zvirka is running; press Ctrl-C to stop it',
    `  admin page        ${url}/`,
    `  API               ${url}/graphql  ${url}/api`,
    `  health, metrics   ${url}/health/ready  ${url}/metrics`,
    `  database          ${access.embedded ? `embedded, in ${access.stateDirectory ?? ''}` : 'DATABASE_URL'}`,
    ...(demo?.greeting(url) ?? []),
  ]
  if ((mail.smtpUrl ?? mail.postmarkToken) === undefined)
    lines.push('  mails             not sent: set SMTP_URL or POSTMARK_TOKEN, and MAIL_FROM')
  if (demo !== undefined) lines.push('', ...(await demo.provideAccess()))
  lines.push('', 'in another terminal:  npx zvirka status', '')
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function tellOfRun(side: WorkerSide, runId: string): Promise<void> {
  const report = await runReport(side.database, runId)
  if (report === undefined || report.claimed === 0) return
  const { verified, not_verified, not_needed, incorrect, to_review, technical_errors } = report
  const outcomes = Object.entries({ verified, not_verified, not_needed, incorrect, to_review, technical_errors })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name.replaceAll('_', ' ')} ${number(count)}`)
  const rate = number(Math.round(report.done / Math.max(report.seconds, 0.001)))
  process.stdout.write(
    `${report.process}: ${number(report.done)} checked in ${duration(report.seconds)} (${rate}/s): ${outcomes.join(', ')}\n`,
  )
  const [flagged] = await side.database.query<{ subject_id: string; subject_kind: string }>(findFlagged(runId))
  if (flagged !== undefined)
    process.stdout.write(`  why, for one of them:  npx zvirka explain ${flagged.subject_kind} ${flagged.subject_id}\n`)
}
