/** `zvirka audit list`: who did what, newest first, by token, user or subject. */
import { Command } from 'commander'
import { type AuditFilter, type AuditRecord, findAudit } from '../audit/records.ts'
import type { Database } from '../database/database.ts'
import { type Context, withContext } from './context.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { kyivTime, pastInstant } from './instants.ts'
import { uuid, wholeNumber } from './options.ts'
import { table } from './table.ts'

interface Typed {
  readonly token?: string
  readonly user?: string
  readonly subject?: string
  readonly since?: Date
  readonly limit: number
  readonly json?: true
}

/** Opens the audit for reading, and audits that it is read. */
type OpenAudit = (context: Context, operation: string, fields: readonly string[]) => Promise<Database>

const HELP = `
Users and clients are shown by their ids: zvirka user list and zvirka client list have the names. The audit does not
contain the data that were read. --json: one object per line, with everything that a record has.

Example: what was done with a leaked token
  $ zvirka token find                     # paste the value; prints the token's id
  $ zvirka audit list --token 0b5c2c0e-9f0a-4a57-8a3e-0c6a0f6f2f11`

/** The command. */
export function listCommand(open: OpenAudit): Command {
  return new Command('list')
    .description('list who read and who did what, newest first')
    .option('--token <id>', 'what was done with this token, even if it has ended', uuid)
    .option('--user <id>', 'what this user did', uuid)
    .option('--subject <id>', 'what was done to this person, party, run, token …', uuid)
    .option('--since <time>', 'not before; without a zone it is Kyiv time', (raw) => pastInstant(raw))
    .option('--limit <n>', 'maximum number of records', wholeNumber(1, 1_000_000), 1000)
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', HELP)
    .action(ending((typed: Typed) => withContext({ isConversation: true }, (context) => run(open, context, typed))))
}

async function run(open: OpenAudit, context: Context, typed: Typed): Promise<ExitCode> {
  const { token: tokenId, user: userId, subject: subjectId, since: from } = typed
  const filter: AuditFilter = { tokenId, userId, subjectId, from }
  const asked = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  const database = await open(context, 'audit list', asked)
  const slice = { below: undefined, above: undefined, direction: 'desc', limit: typed.limit } as const
  const records = await findAudit(database, filter, slice)
  const lines =
    typed.json === true
      ? records.map((record) => JSON.stringify(record))
      : table(['AT (KYIV)', 'ACTION', 'OPERATION', 'RESULT', 'USER', 'TOKEN', 'ADDRESS', 'OF'], records.map(rowOf))
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
  if (records.length === typed.limit) process.stderr.write(`only the newest ${typed.limit} are shown: --limit\n`)
  return exitCode.done
}

function rowOf(record: AuditRecord) {
  const { at, action, operation, result, user_id, token_id, address, operator, subject_kind, subject_ids } = record
  const [first, ...more] = subject_ids
  const subject = [subject_kind, first, more.length > 0 ? `and ${more.length} more` : undefined]
  return [
    ...[kyivTime(at), action, operation, result, operator ?? user_id, token_id, address],
    subject.filter((part) => part !== undefined).join(' '),
  ]
}
