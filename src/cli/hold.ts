/** `zvirka hold` and `zvirka release` (spec 7.1): whether runs of a process may start. */
import { Command } from 'commander'
import type { OperatedProcess } from '../api/operations.ts'
import { audit } from '../audit/audit.ts'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import { holdProcess, releaseProcess } from '../synchronization/holds.ts'
import type { NewRun, RunRow } from '../synchronization/plans/runs.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { openImpatient } from './impatient-database.ts'
import { operatedProcesses } from './operated.ts'
import { reason } from './options.ts'
import { processOf, STREAM_WORDS, typedStream } from './process-argument.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { stateWords } from './run-words.ts'

interface Typed {
  readonly reason?: string
}

/** `zvirka hold`. */
export function holdCommand(): Command {
  return command('hold', 'pause the run of a process and start no other, until it is released', hold)
    .requiredOption('--reason <text>', 'the reason, at least 10 characters; shown with the run', reason)
    .addHelpText('after', '\nRepeating it changes nothing. Stop a run of zvirka sync first.')
}

/** `zvirka release`. */
export function releaseCommand(): Command {
  return command('release', 'resume a held process: its paused run and its schedule', release).option(
    '--reason <text>',
    'the reason, at least 10 characters',
    reason,
  )
}

type Act = (database: Database, settings: Settings, process: OperatedProcess, typed: Typed) => Promise<string>

function command(name: string, description: string, act: Act): Command {
  return new Command(name)
    .description(description)
    .argument('<stream>', STREAM_WORDS)
    .argument('<subject>', 'person or party')
    .action(ending((stream: string, subject: string, typed: Typed) => run(name, act, stream, subject, typed)))
}

function run(name: string, act: Act, stream: string, subject: string, typed: Typed): Promise<ExitCode> {
  const { key } = processOf(stream, subject)
  return withContext({ isConversation: true }, async (context: Context) => {
    const { url } = await readyDatabase(context, 'work')
    const database = openImpatient({ url, role: 'zvirka_worker', applicationName: `zvirka ${name}`, max: 1 })
    context.defer(() => database.close())
    const process_ = operatedProcesses(context.settings).find(({ process }) => process.key === key)
    if (process_ === undefined) throw new Error(`the process ${key} is not operated`)
    process.stdout.write(`${await act(database, context.settings, process_, typed)}\n`)
    return exitCode.done
  })
}

/** The paused run that holds a process if no run is in progress; after the release it continues like any other run. */
export function holdingRun(settings: Settings, { process, validationPeriodDays, maxBatches }: OperatedProcess): NewRun {
  return {
    ...{ process: process.key, cause: 'api', userId: settings.systemUserId, startedByWorker: null },
    ...{ validationPeriodDays, triggeredSecondsAgo: null, takesWaiting: false, maxSubjects: null, maxBatches },
    isGuarded: settings.worker.runGuard,
  }
}

async function hold(database: Database, settings: Settings, operated: OperatedProcess, typed: Typed): Promise<string> {
  const words = `${typedStream(operated.process)} ${operated.process.kind}`
  const by = { userId: settings.systemUserId, reason: typed.reason ?? null }
  const held = await database.transaction(async (tx) => {
    const done = await holdProcess(tx, holdingRun(settings, operated), by)
    const entry = { action: 'write', operation: 'hold', subjectKind: 'run', subjectIds: [done.run.id] } as const
    if (done.kind === 'held') await audit(tx, commandActor(settings), { ...entry, reason: by.reason })
    return done
  })
  switch (held.kind) {
    case 'held':
    case 'held_before':
      return `${words} is held: run ${held.run.id} is ${stateWords(heldOf(held.run))}; to resume it: zvirka release ${words}`
    case 'stopping':
      throw new CommandFailure(`run ${held.run.id} is being stopped`, 'repeat the command when it has ended')
    case 'of_sync':
      throw new CommandFailure(
        `run ${held.run.id} belongs to a zvirka sync and ends with it`,
        `zvirka run stop ${held.run.id}, then hold the process`,
      )
  }
}

function heldOf({ held_by: heldBy, finding, state_reason: reason }: RunRow) {
  return { state: 'paused', heldBy, finding, reason }
}

async function release(
  database: Database,
  settings: Settings,
  { process }: OperatedProcess,
  typed: Typed,
): Promise<string> {
  const by = { userId: settings.systemUserId, reason: typed.reason ?? null }
  const released = await database.transaction(async (tx) => {
    const run = await releaseProcess(tx, process.key, by)
    const entry = { action: 'write', operation: 'release', subjectKind: 'run', subjectIds: [run?.id ?? ''] } as const
    if (run !== undefined) await audit(tx, commandActor(settings), { ...entry, reason: by.reason })
    return run
  })
  const words = `${typedStream(process)} ${process.kind}`
  if (released === undefined) throw new CommandFailure(`${words} is not held`, 'zvirka status shows what is paused')
  return `${words} is resumed with run ${released.id}`
}
