/** `zvirka expire` (spec 5.4): expires unanswered employee requests now. */
import { Command } from 'commander'
import { openDatabase } from '../database/database.ts'
import { countExpirable, expire } from '../employee-requests/expire.ts'
import { withContext } from './context.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { number } from './words.ts'

interface Typed {
  readonly dryRun?: boolean
  readonly json?: boolean
}

const HELP = `
A request expires when employee_request_expiration (in units of employee_request_term_unit; both are global parameters) has
passed since the day it was created, in Kyiv time. Workers also do this daily, on EMPLOYEE_REQUEST_EXPIRATION_SCHEDULE. You can
interrupt the command and repeat it.

--json: {"state": "done" | "interrupted", "dry_run", "expired"}

Exit codes: 0 done, even if there was nothing to expire; 1 failed; 130 interrupted.

Examples:
  $ zvirka expire --dry-run
  $ zvirka expire`

/** `zvirka expire`. */
export function expireCommand(): Command {
  return new Command('expire')
    .description('expire overdue employee requests now, without waiting for the schedule')
    .option('--dry-run', 'count only, change nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(ending(runExpire))
}

function runExpire({ dryRun = false, json = false }: Typed): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const { url } = await readyDatabase(context, 'work')
    const database = openDatabase({ url, role: 'zvirka_worker', applicationName: 'zvirka expire', max: 1 })
    context.defer(() => database.close())
    const { systemUserId: userId } = context.settings
    const { count, isFinished } = dryRun
      ? { count: await countExpirable(database), isFinished: true }
      : await expire(database, { userId, author: commandActor(context.settings), signal: context.interrupt.signal })
    const state = isFinished ? 'done' : 'interrupted'
    process.stdout.write(
      json
        ? `${JSON.stringify({ state, dry_run: dryRun, expired: count })}\n`
        : `${number(count)} employee ${count === 1 ? 'request' : 'requests'} ${dryRun ? 'would expire' : 'expired'}${isFinished ? '' : '; interrupted, repeat the command to continue'}\n`,
    )
    return isFinished ? exitCode.done : exitCode.interrupted
  })
}
