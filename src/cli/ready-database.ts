/** A database that is ready for commands: acquired, with this version's schema. */
import type { Client } from 'pg'
import { type AcquiredDatabase, acquireDatabase } from '../database/acquire.ts'
import { connect } from '../database/connection.ts'
import { findAppliedMigrations, pendingMigrations, readMigrations } from '../database/migrate.ts'
import {
  type DatabaseUse,
  findRights,
  grantSql,
  MissingRightsError,
  type Role,
  servingRoles,
} from '../database/roles.ts'
import { expectOwnSession } from '../database/sessions.ts'
import type { Context } from './context.ts'
import { CommandFailure } from './exit.ts'

/**
 * Acquires the database and releases it when the command ends. The embedded one is migrated; another must already be migrated, and its
 * login must belong to this service.
 */
export async function readyDatabase(
  { settings, defer }: Pick<Context, 'settings' | 'defer'>,
  service: DatabaseUse,
): Promise<AcquiredDatabase> {
  const access = await acquireDatabase(settings.database)
  defer(access.release)
  if (access.embedded) {
    // Loading the job engine takes as long as everything else that most commands need; only this path needs it.
    const { migrateWithJobs } = await import('../jobs/schema.ts')
    await migrateWithJobs(access.url)
  } else await requireMigrated(access.url, service)
  return access
}

async function requireMigrated(url: string, service: DatabaseUse): Promise<void> {
  const client = await connect({ url, applicationName: 'zvirka schema check' })
  try {
    await expectOwnSession(client, url)
    const pending = pendingMigrations(await readMigrations(), await findApplied(client, service))
    if (pending.length === 0) return
    throw new CommandFailure(
      `the database is not up to date: ${pending.length} migrations are missing`,
      'run zvirka migrate',
    )
  } finally {
    await client.end()
  }
}

// The login itself may have no read access, only the right to set the roles.
async function findApplied(client: Client, service: DatabaseUse) {
  const { absent, withheld, login } = await findRights(client)
  const needed: readonly Role[] = servingRoles[service]
  // The missing migrations create the roles.
  if (needed.some((role) => absent.includes(role))) return []
  const missing = needed.filter((role) => withheld.includes(role))
  if (missing.length > 0) {
    throw new MissingRightsError(
      `The login "${login}" is not a member of ${missing.join(', ')}.`,
      grantSql(login, missing),
    )
  }
  await client.query('set role zvirka_read')
  return (await findAppliedMigrations(client)) ?? []
}
