/** `zvirka restored` (spec 7.1): what must be done after a restore and before anything works on it. */
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { audit } from '../audit/audit.ts'
import type { Settings } from '../config/settings.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { mailHooks } from '../employee-requests/mails-work.ts'
import { cancelJobs } from '../jobs/administration.ts'
import { Jobs } from '../jobs/jobs.ts'
import { holdProcess } from '../synchronization/holds.ts'
import { sweep } from '../synchronization/sweep.ts'
import { withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { holdingRun } from './hold.ts'
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
Before a worker or the API is started on a restored database. It gives back what workers of that time held and ends their runs of
zvirka sync, holds every process, cancels mails that waited (most went out since), and ends every token (some were revoked since).
Nothing is asked and nothing goes out until somebody releases it: zvirka release, and retryJobs for mails. It may be repeated.

--json: {"workers", "given_back", "held", "mails", "tokens"}, each a number

Example:
  $ zvirka restored --reason "restored to 02:10 after the loss of the disk"`

/** `zvirka restored`. */
export function restoredCommand(): Command {
  return new Command('restored')
    .description(
      'make a restored database safe to start on: nothing is asked and no mail goes out until it is released',
    )
    .requiredOption('--reason <text>', 'why it was restored, in ten characters at least; kept with the runs', reason)
    .option('--keep-tokens', 'leave the tokens: none was revoked since, or clients cannot be given new ones now')
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
  readonly tokens: number
}

function runRestored(typed: Typed): Promise<ExitCode> {
  return withContext({ isConversation: true }, async ({ settings, defer, ...context }) => {
    const { url } = await readyDatabase({ settings, defer }, 'look')
    await requireOwner(url, 'prepares a restored database')
    const database = openDatabase({ url, role: 'zvirka_owner', applicationName: 'zvirka restored', max: 2 })
    defer(() => database.close())
    const jobs = await Jobs.open(database, (error) => context.log.warn({ error }, 'the jobs met trouble'))
    defer(() => jobs.close())
    await requireNobodyAtWork(database)
    const done = await prepare(database, jobs, settings, typed)
    process.stdout.write(typed.json === true ? `${JSON.stringify(done)}\n` : wordsOf(done))
    return exitCode.done
  })
}

/** Longer than a living worker needs to renew its lease. */
const WATCH_MILLISECONDS = 5000

// By renewals, not by leases: those of a moment before the back-up may still be good.
async function requireNobodyAtWork(database: Database): Promise<void> {
  const newest = async () =>
    (await database.query<{ at: string | null }>({ text: 'select max(renewed_at)::text as at from zvirka.workers' }))[0]
      ?.at
  const before = await newest()
  await delay(WATCH_MILLISECONDS)
  if ((await newest()) === before) return
  throw new CommandFailure(
    'workers are at work on this database',
    'stop all of them first: what they remember is of another time',
  )
}

async function prepare(database: Database, jobs: Jobs, settings: Settings, typed: Typed): Promise<Done> {
  await database.query({
    text: 'update zvirka.workers set lease_until = clock_timestamp() where ended_at is null and lease_until > clock_timestamp()',
  })
  const { deadWorkers, givenBack } = await sweep(database)
  return database.transaction(async (tx) => {
    const held = await holdAll(tx, settings, typed.reason)
    const mails = await cancelMails(tx, jobs, settings.systemUserId)
    const tokens = typed.keepTokens === true ? [] : await tx.query({ text: 'delete from mithril.tokens returning 1' })
    const entry = { action: 'write', operation: 'restored', subjectKind: 'run', subjectIds: held } as const
    await audit(tx, commandActor(settings), { ...entry, reason: typed.reason })
    return { workers: deadWorkers, given_back: givenBack, held: held.length, mails, tokens: tokens.length }
  })
}

async function holdAll(tx: Executor, settings: Settings, why: string): Promise<string[]> {
  const by = { userId: settings.systemUserId, reason: why, finding: { code: 'database_restored', params: {} } } as const
  const ids: string[] = []
  for (const operated of operatedProcesses(settings)) {
    const { kind, run } = await holdProcess(tx, holdingRun(settings, operated), by)
    if (kind !== 'held' && kind !== 'held_before')
      throw new CommandFailure(`run ${run.id} of ${run.process} is not over yet`, 'the same command once more')
    ids.push(run.id)
  }
  return ids
}

async function cancelMails(tx: Executor, jobs: Jobs, userId: string): Promise<number> {
  const hooks = mailHooks()
  const waiting = await tx.query<{ id: string }>({
    text: `select id from pgboss.job where name = any ($1) and state in ('created', 'retry', 'active')`,
    values: [hooks.map(({ queue }) => queue.name)],
  })
  if (waiting.length === 0) return 0
  const result = await cancelJobs(tx, jobs, { ids: waiting.map(({ id }) => id), userId, hooks })
  if (result.kind !== 'done')
    throw new CommandFailure('mails changed meanwhile', 'stop workers and API, then once more')
  return waiting.length
}

function wordsOf({ workers, given_back: givenBack, held, mails, tokens }: Done): string {
  return [
    `${number(workers)} workers of that time ended, ${number(givenBack)} subjects given back`,
    `${number(held)} processes are held: zvirka release <stream> <subject> lets each go on`,
    `${number(mails)} mails cancelled: what must go out all the same is retried as a job, or invited again`,
    `${number(tokens)} tokens ended: everybody signs in again, and zvirka token create makes those of programs`,
    'users, roles and erasures are as they were then: look at zvirka user list and zvirka erase list before the API is started',
    '',
  ].join('\n')
}
