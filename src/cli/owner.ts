/** Commands that only the owner of the database may run. */
import { connect } from '../database/connection.ts'
import { findRights } from '../database/roles.ts'
import { CommandFailure } from './exit.ts'

/** Refuses a login that is not a member of zvirka_owner; `does` describes the restricted action. */
export async function requireOwner(url: string, does: string): Promise<void> {
  const client = await connect({ url, applicationName: 'zvirka owner' })
  const { withheld } = await findRights(client).finally(() => client.end())
  if (!withheld.includes('zvirka_owner')) return
  throw new CommandFailure(
    `the login of DATABASE_URL is not a member of zvirka_owner, and only that role ${does}`,
    'use the login of zvirka migrate',
  )
}
