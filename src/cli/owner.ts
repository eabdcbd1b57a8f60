/** Commands that only the owner of the database may do. */
import { connect } from '../database/connection.ts'
import { findRights } from '../database/roles.ts'
import { CommandFailure } from './exit.ts'

/** Refuses a login that may not become zvirka_owner; `does` says what it alone does. */
export async function requireOwner(url: string, does: string): Promise<void> {
  const client = await connect({ url, applicationName: 'zvirka owner' })
  const { withheld } = await findRights(client).finally(() => client.end())
  if (!withheld.includes('zvirka_owner')) return
  throw new CommandFailure(
    `the login of DATABASE_URL may not take on zvirka_owner, which alone ${does}`,
    'use the login of zvirka migrate',
  )
}
