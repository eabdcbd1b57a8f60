/** `zvirka recheck <stream> <subject>` (spec 2.6, 7.1): reverts the statuses that answers set in one run, or in all runs since a time. */
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
    .description('revert the statuses that wrong answers set, in one run or since a time, and queue the subjects again')
    .argument('<stream>', STREAM_WORDS)
    .argument('<subject>', 'person or party')
    .option('--run <id>', 'revert what this run decided', uuid)
    .option('--since <time>', 'revert what all runs decided since then; without a zone it is Kyiv time', (raw) =>
      pastInstant(raw),
    )
    .option('--dry-run', 'count only, change nothing')
    .option('--reason <text>', 'the reason, at least 10 characters; recorded in the audit', reason)
    .option('--json', 'print one JSON object')
    .option('--quiet', 'show no progress')
    .addHelpText('after', HELP)
    .action(ending(runRecheck))
}

const HELP = `
Reverts the statuses that answers set, for the subjects asked about and for other persons and parties with the same document,
if nothing has changed them since. It leaves statuses that were decided without an answer (no document, a malformed number)
and statuses that were written later. The subjects become VERIFICATION_NEEDED / ONLINE_TRIGGERED and are queued after all
other triggered subjects. You can interrupt the command and repeat it.

--json: {"process", "state": "done" | "interrupted", "dry_run", "persons", "parties", "in_review"}
  in_review: subjects that are being checked now and were skipped; repeat the command when their check has ended

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

    const progress = startProgress({ label: 'reading answers', quiet: typed.quiet === true })
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
  throw new UsageError('give either --run or --since', 'zvirka run list shows the runs')
}

// A running run is allowed: its present claims are skipped, and its later results are not included.
function warnOfRun(process: SyncProcess, runs: readonly RunRow[]): void {
  const run = runs.find((each) => each.process === process.key)
  if (run === undefined || run.state === 'paused') return
  globalThis.process.stderr.write(
    `note: run ${run.id} is in progress; what it decides from now on is not reverted (to pause it: zvirka run pause ${run.id})\n`,
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
      throw new CommandFailure(`run ${typed.run} belongs to ${result.process}, not to ${process.key}`)
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

function asJson(
  process: SyncProcess,
  typed: Typed,
  { kind, persons, parties, inReview, confirmedDead }: RecheckResult,
) {
  return {
    ...{ process: process.key, state: kind, dry_run: typed.dryRun === true, persons, parties, in_review: inReview },
    ...(process.rules.proposesCandidates ? { confirmed_dead: confirmedDead } : {}),
  }
}

function asText(process: SyncProcess, scope: RecheckScope, typed: Typed, result: RecheckResult): string {
  const { kind, persons, parties, inReview, confirmedDead } = result
  const whose = 'runId' in scope ? `of run ${scope.runId}` : `since ${kyivTime(scope.since)} Kyiv`
  const verb = typed.dryRun === true ? 'would be reverted' : 'reverted'
  const lines = [
    `${typedStream(process)} ${process.kind}, answers ${whose}: ${number(persons)} persons and ${number(parties)} parties ${verb}`,
  ]
  if (inReview > 0)
    lines.push(
      `${number(inReview)} are being checked now and were skipped; repeat the command when their check has ended`,
    )
  if (confirmedDead.length > 0)
    lines.push(
      `${number(confirmedDead.length)} were confirmed dead by a person and keep that status: ${confirmedDead.join(', ')}`,
    )
  if (kind === 'interrupted') lines.push('interrupted; repeat the command to continue')
  return `${lines.join('\n')}\n`
}
