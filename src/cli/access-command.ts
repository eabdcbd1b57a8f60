/** Common functions of the commands about users, clients and tokens. */
import type { Administered } from '../access/administering.ts'
import type { Actor } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode } from './exit.ts'
import { openImpatient } from './impatient-database.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'

/** Opens the database with the application role and does the work as the system user. */
export function administering(
  work: (database: Database, by: Actor, context: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const { url } = await readyDatabase(context, 'api')
    const database = openImpatient({ url, role: 'zvirka_app', applicationName: 'zvirka access', max: 2 })
    context.defer(() => database.close())
    return work(database, commandActor(context.settings), context)
  })
}

/** The value of a success; a refusal ends the command with 1, its reason and its hint. */
export function unwrapped<T>(result: Administered<T>): T {
  if (result.kind === 'done') return result.value
  throw new CommandFailure(result.reason, result.hint)
}
