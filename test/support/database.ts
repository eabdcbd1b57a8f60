import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/database/database.ts'
import { embeddedUrl } from '../../src/database/embedded/share.ts'
import type { Role } from '../../src/database/roles.ts'
import { TEMPLATE_DATABASE } from './template.ts'

/** A database for one test file. */
export interface TestDatabase {
  /** The superuser's URL; whoever opens it switches to a role. */
  readonly url: string
  /** A pool with the role of the part under test: `zvirka_app` (the API) or `zvirka_worker`. */
  readonly database: Database
  /** Another pool, by default with the same role, or with other limits; `drop` closes it. */
  open(options?: Partial<DatabaseOptions>): Database
  /** Closes the pools and removes the database. */
  drop(): Promise<void>
}

async function administer(...statements: string[]): Promise<void> {
  const client = await connect({ url: embeddedUrl(inject('socketDirectory'), 'postgres'), applicationName: 'tests' })
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

async function createFrom(template: string, role: Role): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // Grants on a database are not copied with it.
  await administer(
    // Files are copied directly; nothing needs to go through the WAL.
    `create database ${name} template ${template} strategy file_copy`,
    `grant create on database ${name} to zvirka_owner`,
  )
  const url = embeddedUrl(inject('socketDirectory'), name)
  const opened: Database[] = []
  const open = (options: Partial<DatabaseOptions> = {}): Database => {
    const database = openDatabase({ url, role, applicationName: 'tests', max: 10, ...options })
    opened.push(database)
    return database
  }
  const drop = async (): Promise<void> => {
    await Promise.all(opened.map((database) => database.close()))
    await administer(`drop database if exists ${name} with (force)`)
  }
  return { url, database: open(), open, drop }
}

/** A copy of the migrated template. Call it once in a test file, and `drop` at its end. */
export async function createTestDatabase(role: Role = 'zvirka_app'): Promise<TestDatabase> {
  const failure = inject('migrationFailure')
  if (failure !== '') throw new Error(`The template database could not be migrated: ${failure}`)
  return createFrom(TEMPLATE_DATABASE, role)
}

/** An empty database, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createFrom('template0', 'zvirka_app')
}
