/** `zvirka keys add|list|rotate|forget`: the encryption keys for data that must not be readable in the database. */
import { join } from 'node:path'
import { Command } from 'commander'
import { audit } from '../audit/audit.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { serverUser } from '../database/embedded/server-user.ts'
import { cloneDirectory, provideStateDirectory } from '../database/embedded/state.ts'
import { sqlState, sqlStates } from '../database/sql-state.ts'
import { Encryption } from '../encryption/encryption.ts'
import { addKey } from '../encryption/keys-file.ts'
import { activateNewestKey } from '../encryption/known-keys.ts'
import { forgetKey, type KnownKey, knownKeys } from '../encryption/plans/keys.ts'
import { countByKey, rotate, type SealedCount } from '../encryption/rotate.ts'
import { sayCommand } from '../messages/command-messages.ts'
import { bare } from '../messages/message.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { keysFileOf } from './keys-side.ts'
import { startProgress } from './progress.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { SEALED_PLACES } from './sealed-places.ts'
import { table } from './table.ts'
import { number } from './words.ts'

interface Typed {
  readonly json?: true
  readonly quiet?: true
}

const HELP = `
To rotate keys: add a key to the file; copy the file to every machine (restart the processes if systemd or a container gives
them a copy of it); run rotate. All processes then encrypt with the new key within 10 s, and rotate re-encrypts what older keys
encrypted. Processes may run meanwhile. You can interrupt rotate and repeat it. When list shows that an old key encrypts nothing,
forget it and remove its line from the files.

Back up the file separately from the database. What was encrypted with a lost key is lost.`

const ROTATE_HELP = `
--json: {"state": "done" | "interrupted", "key", "resealed", "unreadable": ["table id"]}

Exit codes: 0 done; 1 a key is missing or differs; 3 done, but some values cannot be decrypted with the key that they name, and
stay unchanged; 130 interrupted.`

/** `zvirka keys`. */
export function keysCommand(): Command {
  const keys = new Command('keys')
    .description('manage the encryption keys of UNZR answers and second factors')
    .helpCommand(false)
  keys.addHelpText('after', HELP)
  keys
    .command('add')
    .description('generate a key and put it first in the file; create the file if there is none')
    .action(ending(() => withContext({ isConversation: true }, add)))
  keys
    .command('list')
    .description('list the keys in the file and in the database, and how many values each encrypts')
    .option('--json', 'print a JSON array')
    .action(ending((typed: Typed) => conversing((_context, opened) => list(opened, typed))))
  keys
    .command('rotate')
    .description('encrypt with the newest key from now on, and re-encrypt what older keys encrypted')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'show no progress')
    .addHelpText('after', ROTATE_HELP)
    .action(ending((typed: Typed) => conversing((context, opened) => runRotate(context, opened, typed))))
  keys
    .command('forget')
    .description('remove a key that encrypts nothing any more from the database, so that no file needs it')
    .argument('<id>', "the key's id")
    .action(ending((id: string) => conversing((context, opened) => forget(context, opened, id))))
  return keys
}

interface Opened {
  readonly database: Database
  readonly path: string | undefined
}

function conversing(work: (context: Context, opened: Opened) => Promise<ExitCode>): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const access = await readyDatabase(context, 'api')
    const database = openDatabase({ url: access.url, role: 'zvirka_app', applicationName: 'zvirka keys', max: 2 })
    context.defer(() => database.close())
    return work(context, { database, path: keysFileOf(context.settings, access)?.path })
  })
}

async function add({ settings }: Context): Promise<ExitCode> {
  const path = settings.encryption.keysFile ?? (settings.database.url === undefined ? await ownFile() : undefined)
  if (path === undefined) throw withoutFile()
  const { id } = addKey(path, new Date())
  process.stdout.write(`key ${id} was added to ${path}\n`)
  process.stderr.write(
    'back up the file separately from the database, and copy it to every machine; then run: zvirka keys rotate\n',
  )
  return exitCode.done
}

async function ownFile(): Promise<string> {
  return join(await provideStateDirectory(cloneDirectory, serverUser()), 'keys')
}

function withoutFile(): CommandFailure {
  return new UsageError('ZVIRKA_ENCRYPTION_KEYS_FILE is not set', sayCommand(bare('set_keys_file')))
}

function expectFile({ path }: Opened): Encryption {
  if (path === undefined) throw withoutFile()
  return new Encryption(path)
}

async function list(opened: Opened, typed: Typed): Promise<ExitCode> {
  const { database, path } = opened
  const known = await database.query<KnownKey>(knownKeys())
  const counts = await countByKey(database, SEALED_PLACES)
  const encryption = path === undefined && known.length > 0 ? undefined : expectFile(opened)
  const ids = new Set([...(encryption?.ids ?? []), ...known.map(({ id }) => id)])
  const active = encryption && sealingOf(encryption, known)
  const keys = [...ids].map((id) => ({
    id,
    in_file: fileStanding(id, encryption, known),
    in_database: known.some((each) => each.id === id),
    seals_now: id === active,
    values: Object.fromEntries(SEALED_PLACES.map(({ table: place }) => [place, countOf(counts, id, place)])),
  }))
  if (typed.json === true) process.stdout.write(`${JSON.stringify(keys)}\n`)
  else {
    const rows = keys.map(({ id, in_file, in_database, seals_now, values }) => [
      ...[id, in_file, in_database ? (seals_now ? 'seals' : 'known') : 'not known'],
      ...Object.values(values),
    ])
    const head = ['KEY', 'FILE', 'DATABASE', ...SEALED_PLACES.map(({ table: place }) => place.toUpperCase())]
    process.stdout.write(`${table(head, rows).join('\n')}\n`)
  }
  return exitCode.done
}

function sealingOf({ ids }: Encryption, known: readonly KnownKey[]): string | undefined {
  return ids.find((id) => known.some((each) => each.id === id))
}

function fileStanding(id: string, encryption: Encryption | undefined, known: readonly KnownKey[]): string {
  const ours = encryption?.verifierOf(id)
  if (ours === undefined) return 'missing'
  const theirs = known.find((each) => each.id === id)
  return theirs === undefined || ours.equals(theirs.verifier) ? 'there' : 'another key'
}

function countOf(counts: readonly SealedCount[], keyId: string, place: string): number {
  return counts.find((each) => each.keyId === keyId && each.place.table === place)?.count ?? 0
}

async function runRotate({ settings, interrupt }: Context, opened: Opened, typed: Typed): Promise<ExitCode> {
  const { database } = opened
  const encryption = expectFile(opened)
  await database.transaction(async (tx) => {
    await activateNewestKey(tx, encryption)
    await audit(tx, commandActor(settings), acted('keys rotate'))
  })
  const progress = startProgress({ label: 're-encrypting', quiet: typed.quiet === true || typed.json === true })
  const { kind, resealed, unreadable } = await rotate(database, encryption, SEALED_PLACES, {
    signal: interrupt.signal,
    onProgress: (done, total) => progress.update({ done, total }),
  }).finally(() => progress.stop())
  const key = encryption.activeId
  process.stdout.write(
    typed.json === true
      ? `${JSON.stringify({ state: kind, key, resealed, unreadable })}\n`
      : `${number(resealed)} values were re-encrypted with key ${key}\n`,
  )
  if (typed.json !== true && unreadable.length > 0) {
    process.stderr.write(
      `${number(unreadable.length)} cannot be decrypted with the key that they name, and stay unchanged: ${unreadable.slice(0, 5).join(', ')}${unreadable.length > 5 ? ' …' : ''}\n`,
    )
  }
  if (kind === 'interrupted') return exitCode.interrupted
  return unreadable.length > 0 ? exitCode.partly : exitCode.done
}

async function forget({ settings }: Context, opened: Opened, id: string): Promise<ExitCode> {
  const { database } = opened
  const known = await database.query<KnownKey>(knownKeys())
  if (known.every((each) => each.id !== id)) {
    throw new CommandFailure(`the database has no key ${id}`, 'zvirka keys list shows its keys')
  }
  if (opened.path !== undefined && sealingOf(new Encryption(opened.path), known) === id)
    throw new CommandFailure(`key ${id} is the current encryption key`, 'zvirka keys add, then zvirka keys rotate')
  try {
    await database.transaction(async (tx) => {
      await tx.query(forgetKey(id))
      await audit(tx, commandActor(settings), acted('keys forget'))
    })
  } catch (error) {
    if (sqlState(error) !== sqlStates.foreignKeyViolation) throw error
    throw new CommandFailure(
      `key ${id} still encrypts values`,
      'zvirka keys rotate re-encrypts them with the newest key',
    )
  }
  process.stdout.write(
    `key ${id} is removed from the database; remove its line from the files, but keep the key as long as older backups\n`,
  )
  return exitCode.done
}

function acted(operation: string) {
  return { action: 'write', operation, subjectKind: 'encryption_key', subjectIds: [] } as const
}
