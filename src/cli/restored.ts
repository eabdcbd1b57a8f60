/** `zvirka restored` (spec 7.1): what to do after a restore, before anything else uses the database. */
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { deleteAllTokens } from '../access/plans/tokens.ts'
import { audit } from '../audit/audit.ts'
import type { Settings } from '../config/settings.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { cancelJobs } from '../jobs/administration.ts'
import { findUnfinished } from '../jobs/plans/jobs.ts'
import { holdProcess } from '../synchronization/holds.ts'
import { endLeases, findNewestRenewal } from '../synchronization/plans/workers.ts'
import { sweep } from '../synchronization/sweep.ts'
import { withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { holdingRun } from './hold.ts'
import { type OpenJobServices, openJobServices } from './jobs-side.ts'
import { operatedProcesses } from './operated.ts'
import { reason } from './options.ts'
import { requireOwner } from './owner.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { number } from './words.ts'

interface Typed {
  readonly reason: string
  readonly keepTokens?: boolean
  readonly json?: boolean
}

const HELP = `
Run it before you start a worker or the API on a restored database. It releases the claims of the workers that ran at the time of
the backup, ends their zvirka sync runs, holds every process, cancels queued mails and UNZR look-ups (most were done after the
backup), and revokes every token (some were revoked after the backup). No registry is asked and no mail is sent until you release
them: zvirka release for processes, the mutation retryJobs for mails and look-ups. You can repeat the command.

--json: {"workers", "given_back", "held", "mails", "lookups", "tokens"}, each a number

Example:
  $ zvirka restored --reason "restored to 02:10 after the loss of the disk"`

/** `zvirka restored`. */
export function restoredCommand(): Command {
  return new Command('restored')
    .description('make a restored database safe to start: hold all processes, cancel queued jobs, revoke tokens')
    .requiredOption('--reason <text>', 'the reason, at least 10 characters; kept with the runs', reason)
    .option(
      '--keep-tokens',
      'do not revoke tokens (none was revoked after the backup, or clients cannot get new ones now)',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(ending(runRestored))
}

/** What was done, in numbers. */
interface Done {
  readonly workers: number
  readonly given_back: number
  readonly held: number
  readonly mails: number
  readonly lookups: number
  readonly tokens: number
}

function runRestored(typed: Typed): Promise<ExitCode> {
  return withContext({ isConversation: true }, async ({ settings, defer, ...context }) => {
    const { url } = await readyDatabase({ settings, defer }, 'look')
    await requireOwner(url, 'may prepare a restored database')
    const database = openDatabase({ url, role: 'zvirka_owner', applicationName: 'zvirka restored', max: 2 })
    defer(() => database.close())
    const jobs = await openJobServices(database, settings, context.log)
    defer(() => jobs.close())
    await requireNobodyAtWork(database)
    const done = await prepare(database, jobs, settings, typed)
    process.stdout.write(typed.json === true ? `${JSON.stringify(done)}\n` : wordsOf(done))
    return exitCode.done
  })
}

/** Longer than a live worker needs to renew its lease. */
const WATCH_MILLISECONDS = 5000

// Checks renewals instead of leases: those from just before the backup may still be valid.
async function requireNobodyAtWork(database: Database): Promise<void> {
  const newest = async () => (await database.query<{ at: string | null }>(findNewestRenewal()))[0]?.at
  const before = await newest()
  await delay(WATCH_MILLISECONDS)
  if ((await newest()) === before) return
  throw new CommandFailure(
    'workers are running on this database',
    'stop all of them first: their state is newer than the database',
  )
}

async function prepare(database: Database, jobs: OpenJobServices, settings: Settings, typed: Typed): Promise<Done> {
  await database.query(endLeases())
  const { deadWorkers, givenBack } = await sweep(database)
  return database.transaction(async (tx) => {
    const held = await holdAll(tx, settings, typed.reason)
    const waiting = await cancelWaiting(tx, jobs, settings.systemUserId)
    const tokens = typed.keepTokens === true ? [] : await tx.query(deleteAllTokens)
    const entry = { action: 'write', operation: 'restored', subjectKind: 'run', subjectIds: held } as const
    await audit(tx, commandActor(settings), { ...entry, reason: typed.reason })
    const lookups = waiting.filter((queue) => queue === jobs.unzrInfo.name).length
    const counts = { held: held.length, mails: waiting.length - lookups, lookups, tokens: tokens.length }
    return { workers: deadWorkers, given_back: givenBack, ...counts }
  })
}

async function holdAll(tx: Executor, settings: Settings, why: string): Promise<string[]> {
  const by = { userId: settings.systemUserId, reason: why, finding: { code: 'database_restored', params: {} } } as const
  const ids: string[] = []
  for (const operated of operatedProcesses(settings)) {
    const { kind, run } = await holdProcess(tx, holdingRun(settings, operated), by)
    if (kind !== 'held' && kind !== 'held_before')
      throw new CommandFailure(`run ${run.id} of ${run.process} has not ended yet`, 'repeat the command')
    ids.push(run.id)
  }
  return ids
}

// Returns the queue of each job that it cancels.
async function cancelWaiting(tx: Executor, { jobs, hooks }: OpenJobServices, userId: string): Promise<string[]> {
  const waiting = await tx.query<{ id: string; name: string }>(findUnfinished(hooks.map(({ queue }) => queue.name)))
  if (waiting.length === 0) return []
  const result = await cancelJobs(tx, jobs, { ids: waiting.map(({ id }) => id), userId, hooks })
  if (result.kind !== 'done')
    throw new CommandFailure(
      'the queues of jobs changed meanwhile',
      'stop the workers and the API, then repeat the command',
    )
  return waiting.map(({ name }) => name)
}

function wordsOf({ workers, given_back: givenBack, held, mails, lookups, tokens }: Done): string {
  return [
    `workers that ran at the time of the backup: ${number(workers)} ended; ${number(givenBack)} subjects released`,
    `${number(held)} processes held; to resume one: zvirka release <stream> <subject>`,
    `${number(mails)} mails cancelled; to send one all the same, retry its job or repeat the invitation`,
    `${number(lookups)} UNZR look-ups cancelled; to ask all the same, retry the job`,
    `${number(tokens)} tokens revoked; users sign in again, zvirka token create makes new ones for programs`,
    'users, roles and erasures are those of the backup: check zvirka user list and zvirka erase list before you start the API',
    '',
  ].join('\n')
}
