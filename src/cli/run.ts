/** `zvirka run list|show|pause|resume|stop` (spec 7.1): runs and their controls. */
import { Command } from 'commander'
import { audit } from '../audit/audit.ts'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import { servingRoles } from '../database/roles.ts'
import { newestReports, type RunReport, runReport } from '../synchronization/report.ts'
import { pauseRun, type RunControlBy, type RunControlled, resumeRun, stopRun } from '../synchronization/runs.ts'
import { waitForEnd } from '../synchronization/stopping.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { openImpatient } from './impatient-database.ts'
import { kyivTime } from './instants.ts'
import { reason, uuid, wholeNumber } from './options.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { RUN_JSON_HELP, runJson, runText, stateWords } from './run-words.ts'
import { table } from './table.ts'
import { duration } from './words.ts'

interface Typed {
  readonly json?: boolean
}

interface TypedList extends Typed {
  readonly limit: number
}

interface TypedControl extends Typed {
  readonly reason?: string
}

/** `zvirka run`. */
export function runCommand(): Command {
  const run = new Command('run').description('list, show and control runs').helpCommand(false)
  run
    .command('list')
    .description('list the newest runs')
    .option('--limit <n>', 'how many runs to list', wholeNumber(1, 1000), 20)
    .option('--json', 'print a JSON array of runs, see run show --help')
    .action(ending(runList))
  const id = ['<id>', "the run's id", uuid] as const
  run
    .command('show')
    .description('show the results of a run so far')
    .argument(...id)
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\n--json: ${RUN_JSON_HELP}`)
    .action(ending(runShow))
  const controls = [
    ['pause', 'pause a run: workers stop asking within 2 s and release their claims', pause],
    ['resume', 'resume a paused run; the guard starts a new window', resume],
    ['stop', 'stop a run and wait until it has ended', stop],
  ] as const
  for (const [name, description, action] of controls) {
    run
      .command(name)
      .description(description)
      .argument(...id)
      .option('--reason <text>', 'the reason, at least 10 characters; kept with the run', reason)
      .option('--json', 'print the run as one JSON object, see run show --help')
      .action(ending(action))
  }
  return run
}

function withDatabase(
  service: 'look' | 'work',
  work: (database: Database, context: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const { url } = await readyDatabase(context, service)
    const [role] = servingRoles[service]
    const database = openImpatient({ url, role, applicationName: 'zvirka run', max: 2 })
    context.defer(() => database.close())
    return work(database, context)
  })
}

function runList({ limit, json }: TypedList): Promise<ExitCode> {
  return withDatabase('look', async (database) => {
    const reports = await newestReports(database, null, limit)
    process.stdout.write(json === true ? `${JSON.stringify(reports.map(runJson))}\n` : listText(reports))
    return exitCode.done
  })
}

function listText(reports: readonly RunReport[]): string {
  if (reports.length === 0) return 'there are no runs yet\n'
  const head = ['RUN', 'PROCESS', 'STARTED', 'BY', 'TOOK', 'DONE', 'VERIFIED', 'NOT VERIFIED', 'ERRORS', 'STATE']
  const rows = reports.map((report) => [
    ...[report.id, report.process, kyivTime(report.startedAt), report.cause, duration(report.seconds)],
    ...[report.done, report.verified, report.not_verified, report.technical_errors, stateWords(report)],
  ])
  return `${table(head, rows).join('\n')}\n`
}

function runShow(id: string, typed: Typed): Promise<ExitCode> {
  return withDatabase('look', async (database) => {
    print(await getReport(database, id), typed, runText)
    return exitCode.done
  })
}

function pause(id: string, typed: TypedControl): Promise<ExitCode> {
  return withDatabase('work', async (database, { settings }) => {
    const by = { userId: settings.systemUserId, reason: typed.reason ?? null }
    requireDone(id, 'paused', await controlled(database, settings, 'run pause', id, by, pauseRun))
    print(await getReport(database, id), typed, () => `run ${id} is paused; to resume it: zvirka run resume ${id}\n`)
    return exitCode.done
  })
}

function resume(id: string, typed: TypedControl): Promise<ExitCode> {
  return withDatabase('work', async (database, { settings }) => {
    const by = { userId: settings.systemUserId, reason: typed.reason ?? null }
    requireDone(id, 'resumed', await controlled(database, settings, 'run resume', id, by, resumeRun))
    print(await getReport(database, id), typed, () => `run ${id} is resumed\n`)
    return exitCode.done
  })
}

function stop(id: string, typed: TypedControl): Promise<ExitCode> {
  return withDatabase('work', async (database, { settings, interrupt }) => {
    const { worker, systemUserId } = settings
    await askToStop(database, settings, id, { userId: systemUserId, reason: typed.reason ?? null })
    // Calls in progress may finish; the claims of a dead worker are released when its lease expires.
    const milliseconds = (worker.stopSeconds + worker.leaseSeconds + 5) * 1000
    const report = await waitForEnd(database, id, { milliseconds, signal: interrupt.signal })
    if (report === undefined) throw noSuchRun(id)
    const isOver = report.endedAt !== null
    if (isOver || typed.json === true) print(report, typed, runText)
    if (isOver) return exitCode.done
    if (interrupt.signal.aborted) {
      process.stderr.write(`run ${id} is still stopping; its workers will end it\n`)
      return exitCode.interrupted
    }
    throw new CommandFailure(`run ${id} is stopping but has not ended yet`, `zvirka run show ${id} shows when it has`)
  })
}

// A run that is already being stopped is waited for too.
async function askToStop(database: Database, settings: Settings, id: string, by: RunControlBy): Promise<void> {
  const stopped = await controlled(database, settings, 'run stop', id, by, stopRun)
  if (stopped.kind === 'wrong_state' && stopped.state === 'stopping') return
  requireDone(id, 'stopped', stopped)
}

/** Controls a run and audits it. */
function controlled(
  database: Database,
  settings: Settings,
  operation: string,
  id: string,
  by: RunControlBy,
  control: typeof pauseRun,
): Promise<RunControlled> {
  return database.transaction(async (tx) => {
    const done = await control(tx, id, by)
    const entry = { action: 'write', operation, subjectKind: 'run', subjectIds: [id], reason: by.reason } as const
    if (done.kind === 'done') await audit(tx, commandActor(settings), entry)
    return done
  })
}

function requireDone(id: string, done: string, controlled: RunControlled): void {
  switch (controlled.kind) {
    case 'done':
      return
    case 'no_such_run':
      throw noSuchRun(id)
    case 'wrong_state': {
      const { state } = controlled
      const isNow = state === 'stopping' ? 'being stopped' : state === 'running' ? 'running' : `${state} already`
      throw new CommandFailure(`run ${id} cannot be ${done}: it is ${isNow}`)
    }
  }
}

function noSuchRun(id: string): CommandFailure {
  return new CommandFailure(`there is no run ${id}`, 'zvirka run list shows the runs')
}

async function getReport(database: Database, id: string): Promise<RunReport> {
  const report = await runReport(database, id)
  if (report === undefined) throw noSuchRun(id)
  return report
}

function print(report: RunReport, { json }: Typed, words: (report: RunReport) => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(runJson(report))}\n` : words(report))
}
