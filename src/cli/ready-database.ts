/** A database that commands can work on: acquired, and its schema as this version needs it. */
import type { Client } from 'pg'
import { type AcquiredDatabase, acquireDatabase } from '../database/acquire.ts'
import { connect } from '../database/connection.ts'
import { findAppliedMigrations, migrate, pendingMigrations, readMigrations } from '../database/migrate.ts'
import { findRights, MissingRightsError, rolesSql, servingRoles } from '../database/roles.ts'
import type { Context } from './context.ts'
import { CommandFailure } from './exit.ts'

/** Acquires the database and gives it back when the command ends. The embedded one is migrated; another must be already. */
export async function readyDatabase({
  settings,
  defer,
}: Pick<Context, 'settings' | 'defer'>): Promise<AcquiredDatabase> {
  const access = await acquireDatabase(settings.database)
  defer(access.release)
  if (access.embedded) await migrate(access.url)
  else await requireMigrated(access.url)
  return access
}

async function requireMigrated(url: string): Promise<void> {
  const client = await connect({ url, applicationName: 'zvirka schema check' })
  try {
    const pending = pendingMigrations(await readMigrations(), await findApplied(client))
    if (pending.length === 0) return
    throw new CommandFailure(
      `the database is not up to date: ${pending.length} migrations are missing`,
      'zvirka migrate brings it up to date',
    )
  } finally {
    await client.end()
  }
}

// The login itself may have no right to look: it may only take the roles on.
async function findApplied(client: Client) {
  const rights = await findRights(client)
  const { absent, login, database } = rights
  if (absent.includes('zvirka_read')) return []
  // The owner need not be among them.
  const withheld = rights.withheld.filter((role) => servingRoles.some((each) => each === role))
  if (withheld.length > 0) {
    throw new MissingRightsError(
      `The login "${login}" may not take on ${withheld.join(', ')}.`,
      rolesSql(login, database),
    )
  }
  await client.query('set role zvirka_read')
  return (await findAppliedMigrations(client)) ?? []
}
