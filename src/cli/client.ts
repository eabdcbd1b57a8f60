/** `zvirka client create|list` (spec 7.1): clients of an installation, which are legal entities. */
import { Command, InvalidArgumentError } from 'commander'
import { createApiClient } from '../access/admin.ts'
import { listClients } from '../access/plans/admin.ts'
import { audit } from '../audit/audit.ts'
import { administering, unwrapped } from './access-command.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { uuid } from './options.ts'
import { table } from './table.ts'

interface TypedCreate {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly edrpou: string
}

/** `zvirka client`. */
export function clientCommand(): Command {
  const client = new Command('client')
    .description('manage clients: the organisations that may use the API')
    .helpCommand(false)
  client
    .command('create')
    .description('create a client, and its legal entity if there is none with the id')
    .requiredOption('--id <id>', "the legal entity's id", uuid)
    .requiredOption('--type <type>', 'NHS, MSP, PHARMACY, MIS or PLATFORM')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--edrpou <code>', 'its EDRPOU code', edrpou)
    .action(ending(create))
  client.command('list').description('every client').option('--json', 'print a JSON array').action(ending(list))
  return client
}

function edrpou(raw: string): string {
  if (/^(\d{8}|\d{10})$/.test(raw)) return raw
  throw new InvalidArgumentError('It must be eight digits (or ten), leading zeros included.')
}

function create({ id, type, name, edrpou: code }: TypedCreate): Promise<ExitCode> {
  return administering(async (database, by) => {
    unwrapped(await createApiClient(database, { id, type, name, edrpou: code }, by))
    process.stdout.write(`client ${id} is there\n`)
    return exitCode.done
  })
}

interface ClientRow {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly edrpou: string | null
  readonly status: string | null
}

function list({ json }: { readonly json?: true }): Promise<ExitCode> {
  return administering(async (database, by) => {
    const clients = await database.query<ClientRow>(listClients())
    const subjectIds = clients.map(({ id }) => id)
    await audit(database, by, { action: 'read', operation: 'client list', subjectKind: 'client', subjectIds })
    const rows = clients.map(({ id, type, name, edrpou: code, status }) => [id, type, name, code, status])
    const lines = table(['CLIENT', 'TYPE', 'NAME', 'EDRPOU', 'STATUS'], rows)
    process.stdout.write(json === true ? `${JSON.stringify(clients)}\n` : `${lines.join('\n')}\n`)
    return exitCode.done
  })
}
