/** `zvirka explain person|party <id>` (spec 7.1): why each stream has its status. */
import { Command } from 'commander'
import { messageJson, say } from '../messages/messages.ts'
import {
  type Cause,
  type Explanation,
  explainParty,
  explainPerson,
  type SubjectExplanation,
} from '../synchronization/explain.ts'
import { withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { openImpatient } from './impatient-database.ts'
import { kyivTime } from './instants.ts'
import { operatedProcesses } from './operated.ts'
import { uuid } from './options.ts'
import { readyDatabase } from './ready-database.ts'
import { recordCommand } from './recorded.ts'
import { settingsFor } from './trembita-access.ts'

interface Typed {
  readonly json?: boolean
}

/** The kinds of subjects, with the function that reads and explains one. */
const SUBJECTS = { person: explainPerson, party: explainParty } as const
type Subject = keyof typeof SUBJECTS

/** `zvirka explain`. */
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('explain the status of a person or a party: rule, step, time, run, message')
    .helpCommand(false)
  for (const subject of ['person', 'party'] as const) {
    command
      .command(subject)
      .description(`explain the status of each stream of a ${subject}`)
      .argument('<id>', `the ${subject}'s id`, uuid)
      .option('--json', 'print one JSON object')
      .addHelpText('after', HELP)
      .action(ending((id: string, typed: Typed) => runExplain(subject, id, typed)))
  }
  return command
}

const HELP = `
It prints no personal data: no names, no document numbers. Times are Kyiv time.

--json: {"subject", "id", "verification_status", "why", "streams": [{"stream", "status", "reason", "cause", "before", "next"}]}
  why, next: [{"code", "params", "text"}]; docs/messages.md lists the codes
  cause: {"why", "rule", "at", "run", "user", "message_id"}, null if unknown; rule: a section of docs/specification
  before: {"status", "reason", "cause"} if the stream is being checked now, else null`

function runExplain(subject: Subject, id: string, typed: Typed): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const access = await readyDatabase(context, 'work')
    const { url } = access
    const database = openImpatient({ url, role: 'zvirka_read', applicationName: 'zvirka explain', max: 1 })
    context.defer(() => database.close())
    const processes = operatedProcesses(await settingsFor(access, context.settings))
    const explanation = await SUBJECTS[subject](database, id, processes)
    if (explanation === undefined) throw new CommandFailure(`there is no ${subject} ${id}`)
    const [operation, subjectKind] = [`explain ${subject}`, subject]
    await recordCommand(url, context.settings, { action: 'read', operation, subjectKind, subjectIds: [id] })
    process.stdout.write(
      typed.json === true ? `${JSON.stringify(explanationJson(explanation))}\n` : explanationText(explanation),
    )
    return exitCode.done
  })
}

/** The JSON object of `--json`. */
export function explanationJson({ kind, id, verificationStatus, why, streams }: SubjectExplanation) {
  return {
    subject: kind,
    id,
    verification_status: verificationStatus,
    why: why.map(messageJson),
    streams: streams.map(({ stream, status, reason, cause, before, next }) => ({
      ...{ stream, status, reason, cause: causeJson(cause) },
      before: before === null ? null : { ...before, cause: causeJson(before.cause) },
      next: next.map(messageJson),
    })),
  }
}

function causeJson({ why, rule, at, runId, userId, messageId }: Cause) {
  return {
    why: why.map(messageJson),
    rule,
    at: at?.toISOString() ?? null,
    run: runId,
    user: userId,
    message_id: messageId,
  }
}

/** The same as text. */
export function explanationText({ kind, id, verificationStatus, why, streams }: SubjectExplanation): string {
  const head = `${kind} ${id}: ${verificationStatus}\n  ${say(why)}\n`
  return [head, ...streams.map(streamText)].join('\n')
}

function streamText({ stream, status, reason, cause, before, next }: Explanation): string {
  const lines = [`${stream}: ${status} / ${reason}`, ...causeLines(cause)]
  if (before !== null) {
    lines.push(`  before   ${before.status} / ${before.reason}`, ...causeLines(before.cause).map((line) => `  ${line}`))
  }
  lines.push(`  next     ${say(next)}`)
  return `${lines.join('\n')}\n`
}

function causeLines({ why, rule, at, runId, userId, messageId }: Cause): string[] {
  const known: readonly (readonly [string, string | null])[] = [
    ['why', say(why)],
    ['rule', rule === null ? null : `specification ${rule}`],
    ['when', at === null ? null : kyivTime(at)],
    ['run', runId],
    ['user', userId],
    ['message', messageId],
  ]
  return known.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(8)} ${value}`]))
}
