/** `zvirka recheck <stream> <subject>` (spec 2.6, 7.1): takes back what a run, or all runs since a time, settled by answers. */
import { Command } from 'commander'
import { audit } from '../audit/audit.ts'
import { openDatabase } from '../database/database.ts'
import { type RunRow, runsUnderWay } from '../synchronization/plans/runs.ts'
import type { SyncProcess } from '../synchronization/process.ts'
import { type RecheckRefusal, type RecheckResult, type RecheckScope, recheck } from '../synchronization/recheck.ts'
import { withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { kyivTime, pastInstant } from './instants.ts'
import { reason, uuid } from './options.ts'
import { processOf, STREAM_WORDS, typedStream } from './process-argument.ts'
import { startProgress } from './progress.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { number } from './words.ts'

interface Typed {
  readonly run?: string
  readonly since?: Date
  readonly dryRun?: boolean
  readonly reason?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** `zvirka recheck`. */
export function recheckCommand(): Command {
  return new Command('recheck')
    .description('take back what a registry answered in a run, or since a time: its subjects are due again')
    .argument('<stream>', STREAM_WORDS)
    .argument('<subject>', 'person or party')
    .option('--run <id>', 'what this run settled', uuid)
    .option('--since <time>', 'what all runs settled since then; without a zone by the clock in Kyiv', (raw) =>
      pastInstant(raw),
    )
    .option('--dry-run', 'only count')
    .option('--reason <text>', 'why, in ten characters at least; kept with the record of the recheck', reason)
    .option('--json', 'print one JSON object')
    .option('--quiet', 'show no progress')
    .addHelpText('after', HELP)
    .action(ending(runRecheck))
}

const HELP = `
Taken back is what answers wrote, of the subjects asked about and of others with the same document, persons and parties,
where it still stands exactly so. What was settled without an answer (no document, an ill-formed number) and what was
written since stays. The subjects become VERIFICATION_NEEDED / ONLINE_TRIGGERED and stand in the line after all others that
were triggered. It may be interrupted and repeated.

--json: {"process", "state": "done" | "interrupted", "dry_run", "persons", "parties", "in_review"}
  in_review: being checked right now, and left; repeat the command when that is over.

Examples:
  $ zvirka recheck dms-passport person --run 0b5c2c0e-9f0a-4a57-8a3e-0c6a0f6f2f11 --dry-run
  $ zvirka recheck dms-passport person --since "2026-03-01 10:30" --reason "the registry flagged everybody"`

function runRecheck(stream: string, subject: string, typed: Typed): Promise<ExitCode> {
  const process = processOf(stream, subject)
  const scope = scopeOf(typed)
  return withContext({ isConversation: true }, async (context) => {
    const { url } = await readyDatabase(context, 'work')
    const database = openDatabase({ url, role: 'zvirka_worker', applicationName: 'zvirka recheck', max: 2 })
    context.defer(() => database.close())
    if (typed.dryRun !== true) warnOfRun(process, await database.query<RunRow>(runsUnderWay()))

    const progress = startProgress({ label: 'looking through answers', quiet: typed.quiet === true })
    const result = await recheck(database, {
      process,
      scope,
      userId: context.settings.systemUserId,
      reason: typed.reason ?? null,
      isDryRun: typed.dryRun === true,
      onBegin: (tx) => audit(tx, commandActor(context.settings), begun(scope, typed.reason ?? null)),
      signal: context.interrupt.signal,
      onProgress: ({ done, total, takenBack }) => progress.update({ done, total, outcomes: { taken_back: takenBack } }),
    }).finally(() => progress.stop())
    return conclude(process, scope, typed, result)
  })
}

function begun(scope: RecheckScope, reason: string | null) {
  const subjectIds = 'runId' in scope ? [scope.runId] : []
  return { action: 'write', operation: 'recheck', subjectKind: 'run', subjectIds, reason } as const
}

function scopeOf({ run, since }: Typed): RecheckScope {
  if (run !== undefined && since === undefined) return { runId: run }
  if (since !== undefined && run === undefined) return { since }
  throw new UsageError('one of --run and --since is needed, and not both', 'zvirka run list shows the runs')
}

// Allowed: what it holds right now is left, and what it writes from now on is out of the scope.
function warnOfRun(process: SyncProcess, runs: readonly RunRow[]): void {
  const run = runs.find((each) => each.process === process.key)
  if (run === undefined || run.state === 'paused') return
  globalThis.process.stderr.write(
    `note: the run ${run.id} is under way; what it settles from now on is not taken back (zvirka run pause ${run.id})\n`,
  )
}

function conclude(
  process: SyncProcess,
  scope: RecheckScope,
  typed: Typed,
  result: RecheckResult | RecheckRefusal,
): ExitCode {
  switch (result.kind) {
    case 'no_such_run':
      throw new CommandFailure(`there is no run ${typed.run}`, 'zvirka run list shows the runs')
    case 'other_process':
      throw new CommandFailure(`the run ${typed.run} is one of ${result.process}, not of ${process.key}`)
    case 'done':
    case 'interrupted':
      globalThis.process.stdout.write(
        typed.json === true
          ? `${JSON.stringify(asJson(process, typed, result))}\n`
          : asText(process, scope, typed, result),
      )
      return result.kind === 'done' ? exitCode.done : exitCode.interrupted
  }
}

function asJson(process: SyncProcess, typed: Typed, { kind, persons, parties, inReview }: RecheckResult) {
  return { process: process.key, state: kind, dry_run: typed.dryRun === true, persons, parties, in_review: inReview }
}

function asText(process: SyncProcess, scope: RecheckScope, typed: Typed, result: RecheckResult): string {
  const { kind, persons, parties, inReview } = result
  const whose = 'runId' in scope ? `of run ${scope.runId}` : `since ${kyivTime(scope.since)} Kyiv`
  const verb = typed.dryRun === true ? 'would be taken back' : 'taken back'
  const lines = [
    `${typedStream(process)} ${process.kind}, answers ${whose}: ${number(persons)} persons and ${number(parties)} parties ${verb}`,
  ]
  if (inReview > 0)
    lines.push(`${number(inReview)} are being checked right now and were left; repeat it when that is over`)
  if (kind === 'interrupted') lines.push('interrupted; the same command goes on where it stopped')
  return `${lines.join('\n')}\n`
}
