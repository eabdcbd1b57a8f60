/** `zvirka expire` (spec 5.4): lets employee requests expire that nobody answered in time, now and by hand. */
import { Command } from 'commander'
import { openDatabase } from '../database/database.ts'
import { countDue, expire } from '../employee-requests/expire.ts'
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
A request expires when employee_request_expiration (in employee_request_term_unit, both global parameters) has passed since
the day it was made, by the calendar in Kyiv. Workers do this every day by EMPLOYEE_REQUEST_EXPIRATION_SCHEDULE. It may be
interrupted and repeated.

--json: {"state": "done" | "interrupted", "dry_run", "expired"}

Exit codes: 0 done, also where there was none; 1 failed; 130 interrupted.

Examples:
  $ zvirka expire --dry-run
  $ zvirka expire`

/** `zvirka expire`. */
export function expireCommand(): Command {
  return new Command('expire')
    .description('let employee requests expire that nobody answered in time, without waiting for the schedule')
    .option('--dry-run', 'only count')
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
      ? { count: await countDue(database), isFinished: true }
      : await expire(database, { userId, author: commandActor(context.settings), signal: context.interrupt.signal })
    const state = isFinished ? 'done' : 'interrupted'
    process.stdout.write(
      json
        ? `${JSON.stringify({ state, dry_run: dryRun, expired: count })}\n`
        : `${number(count)} employee ${count === 1 ? 'request' : 'requests'} ${dryRun ? 'would expire' : 'expired'}${isFinished ? '' : '; interrupted, the same command goes on'}\n`,
    )
    return isFinished ? exitCode.done : exitCode.interrupted
  })
}
