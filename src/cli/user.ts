/** `zvirka user create|list|block|unblock|password|reset-second-factor|role` (spec 7.1): users of an installation. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Command } from 'commander'
import { blockUser, changePassword, changeRole, createUser, resetSecondFactor } from '../access/admin.ts'
import { confirmLink } from '../access/links.ts'
import { type ListedUser, listUsers } from '../access/plans/admin.ts'
import { audit } from '../audit/audit.ts'
import { administering, unwrapped } from './access-command.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { uuid } from './options.ts'
import { firstLine } from './standard-input.ts'
import { table } from './table.ts'

interface TypedRole {
  readonly email: string
  readonly role: string
  readonly client: string
  readonly remove?: true
}

/** `zvirka user`. */
export function userCommand(): Command {
  const user = new Command('user').description('manage users, their roles and credentials').helpCommand(false)
  const withRole = (command: Command) =>
    withEmail(command)
      .requiredOption('--role <role>', 'the role, such as "NHS ADMIN"')
      .requiredOption('--client <id>', "the client's id", uuid)
  withRole(user.command('create').description('create a user with a role and without a password')).action(
    ending(create),
  )
  withRole(user.command('role').description('give a user a role in a client'))
    .option('--remove', 'remove the role instead')
    .action(ending(role))
  user.command('list').description('list all users').option('--json', 'print a JSON array').action(ending(list))
  withEmail(user.command('block').description('block a user and all their tokens at once')).action(
    ending((typed: { email: string }) => block(typed.email, true)),
  )
  withEmail(user.command('unblock').description('unblock a user')).action(
    ending((typed: { email: string }) => block(typed.email, false)),
  )
  withEmail(user.command('link').description('confirm that an account of the OpenID provider belongs to this user'))
    .option('--subject <subject>', 'which account, if several wait: its issuer and subject')
    .action(ending(link))
  withEmail(user.command('password').description('set a password, typed twice or read from standard input')).action(
    ending(password),
  )
  withEmail(
    user.command('reset-second-factor').description('remove a lost second factor and revoke all tokens of the user'),
  ).action(ending(resetFactor))
  return user
}

function withEmail(command: Command): Command {
  return command.requiredOption('--email <email>', "the user's e-mail")
}

function create({ email, role: name, client }: TypedRole): Promise<ExitCode> {
  return administering(async (database, by) => {
    const { id } = unwrapped(await createUser(database, { email, role: name, clientId: client }, by))
    process.stdout.write(`${id}\n`)
    process.stderr.write('zvirka user password sets a password, zvirka token create makes a token\n')
    return exitCode.done
  })
}

function role({ email, role: name, client, remove }: TypedRole): Promise<ExitCode> {
  return administering(async (database, by) => {
    unwrapped(await changeRole(database, { email, role: name, clientId: client, isGiven: remove !== true }, by))
    return exitCode.done
  })
}

function block(email: string, isBlocked: boolean): Promise<ExitCode> {
  return administering(async (database, by) => {
    unwrapped(await blockUser(database, email, isBlocked, by))
    return exitCode.done
  })
}

function link({ email, subject }: { readonly email: string; readonly subject?: string }): Promise<ExitCode> {
  return administering(async (database, by) => {
    const linked = unwrapped(await confirmLink(database, email, subject, by))
    process.stderr.write(`linked: ${linked.subject}\n`)
    return exitCode.done
  })
}

function password({ email }: { readonly email: string }): Promise<ExitCode> {
  return administering(async (database, by) => {
    unwrapped(await changePassword(database, email, await readPassword(), by))
    process.stderr.write('password set; all tokens and sessions of the user have ended\n')
    return exitCode.done
  })
}

function resetFactor({ email }: { readonly email: string }): Promise<ExitCode> {
  return administering(async (database, by) => {
    unwrapped(await resetSecondFactor(database, email, by))
    process.stderr.write('second factor removed; all tokens and sessions of the user have ended\n')
    return exitCode.done
  })
}

/** Typed twice at a terminal without echo, or the first line of standard input. */
async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    const line = await firstLine()
    if (line !== undefined) return line
    throw new CommandFailure('standard input has no password')
  }
  const silent = new Writable({ write: (_chunk, _encoding, then) => then() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  const ask = async (words: string) => {
    process.stderr.write(words)
    const answer = await lines.question('')
    process.stderr.write('\n')
    return answer
  }
  try {
    const first = await ask('Password: ')
    if (first === (await ask('Once more: '))) return first
    throw new CommandFailure('the two passwords differ')
  } finally {
    lines.close()
  }
}

function list({ json }: { readonly json?: true }): Promise<ExitCode> {
  return administering(async (database, by) => {
    const users = await database.query<ListedUser>(listUsers())
    const subjectIds = users.map(({ id }) => id)
    await audit(database, by, { action: 'read', operation: 'user list', subjectKind: 'user', subjectIds })
    process.stdout.write(json === true ? `${JSON.stringify(users)}\n` : `${listText(users).join('\n')}\n`)
    return exitCode.done
  })
}

function listText(users: readonly ListedUser[]): string[] {
  const rows = users.map((user) => [
    ...[user.id, user.email, stateOf(user)],
    user.roles.map((each) => `${each.role} in ${each.client}`).join('; '),
  ])
  return table(['USER', 'E-MAIL', 'STATE', 'ROLES'], rows)
}

function stateOf(user: ListedUser): string {
  return [
    user.is_blocked ? 'blocked' : user.has_password ? 'password' : 'no password',
    ...(user.has_second_factor ? ['second factor'] : []),
    ...(user.waiting_links.length > 0 ? ['link to confirm'] : []),
  ].join(', ')
}
