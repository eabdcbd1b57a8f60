/**
 * Migrates a database with the files `NNNN_name.sql`: forward only, each in one transaction as `zvirka_owner`.
 *
 * Our own code, because little is needed and no library has all of it: postgrator 8 has checksums, but no lock (two concurrent commands
 * would both apply a file), no transaction around file and record (a failure could leave a file applied but not recorded), and cannot set a
 * role first.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { sayCommand } from '../messages/command-messages.ts'
import type { DoctorFinding } from '../messages/doctor.ts'
import type { DoctorAdvice } from '../messages/doctor-advice.ts'
import { bare } from '../messages/message.ts'
import { connect } from './connection.ts'
import { ensureRoles } from './roles.ts'
import { expectOwnSession } from './sessions.ts'
import { sqlState, sqlStates } from './sql-state.ts'

/** An arbitrary number that nothing else locks in this database. */
const ADVISORY_LOCK = 7_290_145_118
/**
 * A migration that waits for a table lock blocks everybody behind it, even if the lock's holder only reads, such as a backup. So it waits
 * briefly, lets the others pass, and tries again. The wait is shorter than the server's deadlock_timeout (1 s by default), so that in a
 * deadlock the migration yields and not a worker.
 */
const LOCK_TIMEOUT_MS = 500
const PAUSE_MS = 3000
const PATIENCE_MS = 30 * 60_000
const LOCKED: ReadonlySet<string | undefined> = new Set([sqlStates.lockNotAvailable, sqlStates.deadlockDetected])
const IN_USE =
  'a table that it changes was locked all the time, by a backup or a long statement; pg_stat_activity shows which session; nothing was changed'
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/

/** The project's own migrations. */
export const migrationsDirectory = fileURLToPath(new URL('../../migrations', import.meta.url))

export interface MigrateOptions {
  /** The folder of the files; default: the project's own. */
  readonly directory?: string
  /** How long a file that does not get its locks is retried; default: half an hour. */
  readonly patienceMs?: number
  /** Additional work, as the owner and under the lock, after all files are applied. */
  finish?(client: pg.ClientBase): Promise<void>
}

/** A migration cannot be applied. */
class MigrationError extends Error {}

/** The database does not fit this version; the hint says what to do. */
class WrongVersionError extends MigrationError {
  readonly finding: DoctorFinding
  readonly advice: DoctorAdvice
  readonly hint: string

  constructor(finding: DoctorFinding, advice: DoctorAdvice) {
    super(sayCommand(finding))
    this.finding = finding
    this.advice = advice
    this.hint = sayCommand(advice)
  }
}

/** Another version made the database, and this one cannot use it. */
export class OtherVersionError extends WrongVersionError {}

/** The database lacks a migration of this version. */
export class NotMigratedError extends WrongVersionError {}

interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

interface AppliedMigration {
  readonly version: number
  readonly name: string
  readonly checksum: string
}

function fileName(migration: { version: number; name: string }): string {
  return `${String(migration.version).padStart(4, '0')}_${migration.name}.sql`
}

async function readMigration(directory: string, file: string): Promise<Migration> {
  const [, number, name] = FILE_NAME.exec(file) ?? []
  if (number === undefined || name === undefined) {
    throw new MigrationError(`migrations: "${file}" is not named NNNN_name.sql`)
  }
  const sql = await readFile(join(directory, file), 'utf8')
  // Line endings may differ between checkouts of the same file.
  const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
  return { version: Number(number), name, sql, checksum }
}

/** Reads the folder's migrations in the order of their numbers. */
export async function readMigrations(directory: string = migrationsDirectory): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map((file) => readMigration(directory, file)))
  for (const [index, migration] of migrations.entries()) {
    const before = migrations[index - 1]
    if (before?.version === migration.version) {
      throw new MigrationError(`migrations: ${fileName(before)} and ${fileName(migration)} have the same number`)
    }
  }
  return migrations
}

/**
 * The migrations to apply.
 * @throws OtherVersionError if the database has migrations that this version does not know
 * @throws MigrationError if a file has a lower number than one already applied
 */
export function pendingMigrations(files: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const byVersion = new Map(files.map((file) => [file.version, file]))
  const newest = files.at(-1)?.version ?? 0
  for (const done of applied) {
    const file = byVersion.get(done.version)
    const isSame = file?.name === done.name && file.checksum === done.checksum
    if (!isSame && done.version <= newest) {
      const finding = { code: 'schema_of_earlier_version', params: { migration: fileName(done) } } as const
      throw new OtherVersionError(finding, bare('make_a_new_database'))
    }
    if (!isSame) {
      const finding = { code: 'schema_of_later_version', params: { migration: fileName(done) } } as const
      throw new OtherVersionError(finding, bare('run_newer_version'))
    }
  }
  const last = applied.reduce((highest, { version }) => Math.max(highest, version), 0)
  const done = new Set(applied.map(({ version }) => version))
  const pending = files.filter(({ version }) => !done.has(version))
  const [first] = pending
  if (first !== undefined && first.version < last) {
    throw new MigrationError(
      `The migration ${fileName(first)} comes before one that this database has already applied (${last}).`,
    )
  }
  return pending
}

function lineOf(sql: string, position: string | undefined): string {
  return position === undefined ? '' : `, line ${sql.slice(0, Number(position) - 1).split('\n').length}`
}

async function apply(client: pg.ClientBase, migration: Migration, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await tryApply(client, migration, performance.now() < deadline))) await delay(PAUSE_MS)
}

// Returns whether it succeeded; false: it could not get a lock, did nothing, and `mayTryAgain`.
async function tryApply(client: pg.ClientBase, migration: Migration, mayTryAgain: boolean): Promise<boolean> {
  const { version, name, sql, checksum } = migration
  await client.query(`begin; set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
  try {
    await client.query(sql)
    await client.query('insert into zvirka.schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      checksum,
    ])
    await client.query('commit')
    return true
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    const isLocked = LOCKED.has(sqlState(error))
    if (isLocked && mayTryAgain) return false
    const position = error instanceof pg.DatabaseError ? error.position : undefined
    const reason = isLocked ? IN_USE : error instanceof Error ? error.message : String(error)
    throw new MigrationError(`${fileName(migration)}${lineOf(sql, position)}: ${reason}`, { cause: error })
  }
}

const bookkeeping = `
  create schema if not exists zvirka;
  create table if not exists zvirka.schema_migrations (
    version integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`

/** The applied migrations in order; undefined if the database was never migrated. */
export async function findAppliedMigrations(client: pg.ClientBase): Promise<AppliedMigration[] | undefined> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('zvirka.schema_migrations') is not null as there`,
  )
  if (rows[0]?.there !== true) return undefined
  const applied = await client.query<AppliedMigration>(
    'select version, name, checksum from zvirka.schema_migrations order by version',
  )
  return applied.rows
}

// With another encoding half of the migrations would succeed, and names with unsupported letters would fail one day.
async function expectUtf8(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('show server_encoding')
  const encoding = rows[0]?.server_encoding
  if (encoding === undefined || encoding === 'UTF8') return
  const wrong = sayCommand({ code: 'encoding_wrong', params: { encoding } })
  throw new MigrationError(`${wrong} ${sayCommand(bare('make_a_database_in_utf8'))}`)
}

async function findPending(client: pg.ClientBase, files: readonly Migration[]): Promise<Migration[]> {
  return pendingMigrations(files, (await findAppliedMigrations(client)) ?? [])
}

async function migrateOn(client: pg.ClientBase, options: MigrateOptions): Promise<string[]> {
  const { directory = migrationsDirectory, patienceMs = PATIENCE_MS } = options
  await expectUtf8(client)
  const files = await readMigrations(directory)
  const isComplete = async () => {
    await client.query('set role zvirka_owner')
    return (await findPending(client, files)).length === 0
  }
  await ensureRoles(client, isComplete)
  await client.query('set role zvirka_owner')
  if ((await findAppliedMigrations(client)) === undefined) await client.query(bookkeeping)
  const pending = await findPending(client, files)
  for (const migration of pending) await apply(client, migration, patienceMs)
  await options.finish?.(client)
  return pending.map(fileName)
}

/**
 * Migrates the database. Safe to run concurrently: the second caller waits, and finds nothing to do.
 * @returns the names of the files applied by this call
 * @throws MissingRightsError, MigrationError, SharedSessionsError
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const session = { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 }
  const client = await connect({ url, applicationName: 'zvirka migrate', session })
  try {
    await expectOwnSession(client, url)
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK])
    return { applied: await migrateOn(client, options) }
  } finally {
    await client.end()
  }
}
