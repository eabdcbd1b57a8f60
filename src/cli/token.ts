/** `zvirka token create|list|find|revoke` (spec 7.1): tokens of an installation. */
import { Command } from 'commander'
import { createToken, revokeToken } from '../access/admin.ts'
import { findUserByEmail, type UserRow } from '../access/plans/login.ts'
import { findListedToken, listTokens } from '../access/plans/tokens.ts'
import { hashOfToken } from '../access/tokens.ts'
import { audit } from '../audit/audit.ts'
import { administering, unwrapped } from './access-command.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { kyivTime } from './instants.ts'
import { uuid, wholeNumber } from './options.ts'
import { firstLine } from './standard-input.ts'
import { table } from './table.ts'

interface TypedCreate {
  readonly user: string
  readonly client: string
  readonly scope: string
  readonly days: number
  readonly name: string
}

/** `zvirka token`. */
export function tokenCommand(): Command {
  const token = new Command('token').description('manage API tokens').helpCommand(false)
  token
    .command('create')
    .description('create a token and print its value, which is not shown again')
    .requiredOption('--user <email>', 'whose')
    .requiredOption('--client <id>', "the client's id", uuid)
    .requiredOption('--scope <scopes>', 'scopes separated by spaces: "person:read unzr:write"')
    .option('--days <n>', 'days until it expires', wholeNumber(1, 3650), 365)
    .option('--name <name>', 'a name for it', 'command')
    .action(ending(create))
  token
    .command('list')
    .description('list all tokens, without their values')
    .option('--user <email>', 'only the tokens of this user')
    .option('--json', 'print a JSON array')
    .addHelpText('after', USED)
    .action(ending(list))
  token
    .command('find')
    .description('show the user of a token; its value is read from the first line of standard input')
    .option('--json', 'print one JSON object')
    .addHelpText('after', USED)
    .action(ending(find))
  token
    .command('revoke')
    .description('revoke a token at once')
    .argument('<id>', "the token's id")
    .action(ending(revoke))
  return token
}

const USED = `
When a token was used last is noted once an hour; of one that was not used since, it is when it was made.`

function create({ user, client, scope, days, name }: TypedCreate): Promise<ExitCode> {
  return administering(async (database, by) => {
    const { id, value, expiresAt } = unwrapped(
      await createToken(database, { email: user, clientId: client, scope, days, name }, by),
    )
    process.stdout.write(`${value}\n`)
    process.stderr.write(`token ${id}, valid until ${kyivTime(expiresAt)}; it is not shown again\n`)
    return exitCode.done
  })
}

interface TokenRow {
  readonly id: string
  readonly name: string
  readonly user_id: string
  readonly client_id: string
  readonly scope: string
  readonly expires_at: Date
  readonly has_expired: boolean
  readonly used_at: Date
}

function list({ user, json }: { readonly user?: string; readonly json?: true }): Promise<ExitCode> {
  return administering(async (database, by) => {
    let userId: string | null = null
    if (user !== undefined) {
      const [found] = await database.query<UserRow>(findUserByEmail(user.trim().toLowerCase()))
      if (found === undefined)
        throw new CommandFailure('there is no user with this e-mail', 'zvirka user list shows them')
      userId = found.id
    }
    const tokens = await database.query<TokenRow>(listTokens(userId))
    const subjectIds = tokens.map(({ id }) => id)
    await audit(database, by, { action: 'read', operation: 'token list', subjectKind: 'token', subjectIds })
    process.stdout.write(json === true ? `${JSON.stringify(tokens)}\n` : linesOf(tokens))
    return exitCode.done
  })
}

function linesOf(tokens: readonly TokenRow[]): string {
  const rows = tokens.map(({ id, name, user_id, client_id, scope, expires_at, has_expired, used_at }) => [
    ...[id, name, user_id, client_id, has_expired ? 'run out' : kyivTime(expires_at), kyivTime(used_at), scope],
  ])
  return `${table(['TOKEN', 'NAME', 'USER', 'CLIENT', 'GOOD UNTIL', 'LAST USED', 'SCOPE'], rows).join('\n')}\n`
}

function find({ json }: { readonly json?: true }): Promise<ExitCode> {
  return administering(async (database, by) => {
    const value = (await firstLine())?.trim().replace(/^Bearer +/i, '')
    if (value === undefined || value === '') throw new CommandFailure('no token came on standard input')
    const [token] = await database.query<TokenRow>(findListedToken(hashOfToken(value)))
    const subjectIds = token === undefined ? [] : [token.id]
    await audit(database, by, { action: 'read', operation: 'token find', subjectKind: 'token', subjectIds })
    if (token === undefined) {
      throw new CommandFailure(
        'no token has this value',
        'it was revoked, ran out more than a day ago, or is of another installation; of a JWT the OpenID provider knows',
      )
    }
    process.stdout.write(json === true ? `${JSON.stringify(token)}\n` : linesOf([token]))
    return exitCode.done
  })
}

// Not parsed by the option: an invalid id may be a token, and commander repeats what it refuses.
function idOf(typed: string): string {
  try {
    return uuid(typed)
  } catch {
    throw new UsageError(
      'that is no id of a token',
      'zvirka token find says the id of a token by its value, from standard input',
    )
  }
}

function revoke(typed: string): Promise<ExitCode> {
  const id = idOf(typed)
  return administering(async (database, by) => {
    unwrapped(await revokeToken(database, id, by))
    return exitCode.done
  })
}
