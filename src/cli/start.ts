/**
 * `zvirka start` (spec 7.1): everything in one process. On the embedded database, or with `--demo`, it also runs the registry simulator
 * where TREMBITA_URLS is not set, and loads demo data into an empty database.
 */
import { once } from 'node:events'
import { Command } from 'commander'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import type { Settings } from '../config/settings.ts'
import { type AcquiredDatabase, acquireDatabase } from '../database/acquire.ts'
import { migrate } from '../database/migrate.ts'
import { createMetrics } from '../observability/metrics.ts'
import { spanTime } from '../observability/tracing.ts'
import { traceTick } from '../observability/tracing-runs.ts'
import { PROCESSES } from '../synchronization/process.ts'
import { runReport } from '../synchronization/report.ts'
import { beginRun } from '../synchronization/runs.ts'
import { serveApi } from './api-side.ts'
import { type Context, withContext } from './context.ts'
import { provideDemo, refuseRealPeople } from './demo.ts'
import { type DemoAccess, provideDemoAccess } from './demo-access.ts'
import { type DemoMail, provideDemoMail } from './demo-mail.ts'
import { DEMO_MAILS_PATH } from './demo-mails-page.ts'
import { doDuties } from './duties.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { openJobsSide } from './jobs-side.ts'
import { settingsOfProcess } from './process-settings.ts'
import { readinessChecks } from './readiness.ts'
import { openCommandTracing } from './tracing.ts'
import { withSimulator } from './trembita-access.ts'
import { duration, number } from './words.ts'
import { openWorkerSide, type WorkerSide } from './worker-side.ts'

interface Typed {
  readonly demo?: true
  readonly registries?: string
}

/** In the demo each process runs at the start, and then every minute. */
const DEMO_CRON = '* * * * *'

/** `zvirka start`. */
export function startCommand(): Command {
  return new Command('start')
    .description('run everything: database, worker, and in the demo the registry simulator with made-up people')
    .option('--demo', 'run the demo on the database of DATABASE_URL too; refused where it holds persons no demo made')
    .option('--registries <folder>', 'give the simulator the files in this folder, and load no demo people')
    .addHelpText('after', '\nWithout DATABASE_URL it brings a PostgreSQL of its own, with its data in .zvirka/.')
    .action(
      ending((typed: Typed) => withContext({ below: { LOG_LEVEL: 'warn' } }, (context) => runStart(context, typed))),
    )
}

async function runStart(context: Context, typed: Typed): Promise<ExitCode> {
  const { log, interrupt, defer } = context
  refuseWhatWouldVerifyRealPeople(context.settings, typed)
  const access = await acquireDatabase(context.settings.database)
  defer(access.release)
  await migrate(access.url)
  const simulator = await simulate(context, access, typed)
  const mail = await settle(context, simulator)
  const { settings, mailbox } = mail

  const metrics = createMetrics()
  defer(() => metrics.close())
  const tracing = await openCommandTracing(context)
  const side = openWorkerSide({
    ...{ settings, url: access.url, kind: 'start', log, metrics, tracing },
    ...(simulator === undefined ? {} : { simulatorUrl: simulator.url }),
    onRunLeft: (run, end) => {
      if (end === 'finished') tellOfRun(side, run.id).catch(() => undefined)
    },
  })
  defer(() => side.close())
  // Before the worker: a second start that finds the port taken must not take part in anything.
  const checks = readinessChecks(side, settings.worker.leaseSeconds)
  const isDemo = simulator !== undefined
  const cron = isDemo ? { cron: DEMO_CRON } : {}
  const served = await serveApi({ settings, url: access.url, log, metrics, checks, isDemo, mailbox, ...cron })
  defer(() => served.close())
  const jobs = await openJobsSide({
    settings,
    url: access.url,
    kind: 'start',
    log,
    metrics,
    registries: side.registries,
    apiUrl: served.url,
  })
  defer(() => jobs.close())
  await side.worker.start()
  defer(() => Promise.all([side.worker.stop(), jobs.close()]))
  greet(served.url, access, { simulator, mail }, isDemo ? await provideDemoAccess(access.url) : undefined)
  mail.tellOfMails(served.url)
  if (simulator !== undefined) await beginAll(side, settings)
  const duties = doDuties({
    ...{ settings, url: access.url, side, log, metrics, signal: interrupt.signal, ...cron },
  })
  if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort')
  await duties
  return exitCode.done
}

// In the demo what is asked and what is sent stays on this machine.
async function settle({ settings, defer }: Context, simulator: Simulator | undefined): Promise<DemoMail> {
  if (simulator === undefined) return { settings, mailbox: undefined, tellOfMails: () => undefined }
  const mail = await provideDemoMail(withSimulator(simulator.url, settings))
  defer(() => mail.mailbox?.close())
  return mail
}

function refuseWhatWouldVerifyRealPeople(settings: Settings, { demo, registries }: Typed): void {
  const { urls } = settings.trembita
  if (urls !== undefined && (demo ?? registries) !== undefined) {
    throw new UsageError(
      `${demo ? '--demo' : '--registries'} brings a simulator of its own, and TREMBITA_URLS names another registry`,
      'leave one of the two out',
    )
  }
  if (settings.database.url !== undefined && urls === undefined && demo === undefined) {
    throw new CommandFailure(
      'DATABASE_URL is set and TREMBITA_URLS is not, so there is no registry to ask',
      'set TREMBITA_URLS and its companions (docs/configuration.md), or add --demo to run on a simulator with made-up people',
    )
  }
}

async function simulate(
  { settings, interrupt, defer }: Context,
  access: AcquiredDatabase,
  { demo, registries }: Typed,
): Promise<Simulator | undefined> {
  if (settings.trembita.urls !== undefined) return undefined
  if (demo === true) await refuseRealPeople(access)
  const folder = registries ?? (await provideDemo({ access, signal: interrupt.signal, defer }))
  const { registers, notes } = await loadRegistries(folder)
  for (const note of notes) process.stderr.write(`simulator: ${note}\n`)
  const simulator = await startSimulator({ registers })
  defer(() => simulator.close())
  return simulator
}

async function beginAll(side: WorkerSide, settings: Settings): Promise<void> {
  for (const each of PROCESSES.values()) {
    const { validationPeriodDays, maxBatchesPerRun } = settingsOfProcess(settings, each)
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
        maxBatches: maxBatchesPerRun,
        isGuarded: settings.worker.runGuard,
      }),
    )
    if (run !== undefined) traceTick(side.tracing, run, since)
  }
}

function greet(
  url: string,
  access: AcquiredDatabase,
  { simulator, mail }: { readonly simulator: Simulator | undefined; readonly mail: DemoMail },
  demo: DemoAccess | undefined,
): void {
  const lines = [
    'zvirka is running; Ctrl-C ends it',
    `  admin page        ${url}/`,
    `  API               ${url}/graphql  ${url}/api`,
    `  health, metrics   ${url}/health/ready  ${url}/metrics`,
    `  database          ${access.embedded ? `embedded, in ${access.stateDirectory ?? ''}` : 'DATABASE_URL'}`,
  ]
  if (simulator !== undefined) {
    const { invalid_passports } = simulator.holds()
    lines.push(`  simulator         ${simulator.url}  (${number(invalid_passports)} invalid passports)`)
  }
  if (mail.mailbox !== undefined)
    lines.push(`  mails             ${url}${DEMO_MAILS_PATH}  (caught here, none goes out)`)
  else if ((mail.settings.mail.smtpUrl ?? mail.settings.mail.postmarkToken) === undefined)
    lines.push('  mails             none goes out: set SMTP_URL or POSTMARK_TOKEN, and MAIL_FROM')
  if (demo !== undefined) {
    lines.push('', 'demo tokens (Authorization: Bearer …)')
    for (const { role, value } of demo.tokens) lines.push(`  ${role.padEnd(16)}  ${value}`)
    if (demo.password !== undefined) {
      lines.push(
        '',
        `demo people sign in with the password  ${demo.password}  (docs/employee-requests.md tells as whom)`,
      )
    }
  }
  lines.push('', 'beside it, in another terminal:  npx zvirka status', '')
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function tellOfRun(side: WorkerSide, runId: string): Promise<void> {
  const report = await runReport(side.database, runId)
  if (report === undefined || report.claimed === 0) return
  const { verified, not_verified, not_needed, incorrect, technical_errors } = report
  const outcomes = Object.entries({ verified, not_verified, not_needed, incorrect, technical_errors })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name.replaceAll('_', ' ')} ${number(count)}`)
  const rate = number(Math.round(report.done / Math.max(report.seconds, 0.001)))
  process.stdout.write(
    `${report.process}: ${number(report.done)} checked in ${duration(report.seconds)} (${rate}/s): ${outcomes.join(', ')}\n`,
  )
  const [flagged] = await side.database.query<{ subject_id: string; subject_kind: string }>({
    text: `select subject_id, subject_kind from zvirka.verification_history where run_id = $1 and step = '4' and status = 'NOT_VERIFIED' order by subject_id limit 1`,
    values: [runId],
  })
  if (flagged !== undefined)
    process.stdout.write(`  why, for one of them:  npx zvirka explain ${flagged.subject_kind} ${flagged.subject_id}\n`)
}
