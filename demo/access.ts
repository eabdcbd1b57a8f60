/** The demo's users: one for each role, with a new token at each start. They exist only together with our own simulator. */
import { randomBytes } from 'node:crypto'
import { ROLES } from '../src/access/matrix.ts'
import { hashPassword } from '../src/access/passwords.ts'
import { issueToken } from '../src/access/tokens.ts'
import { openDatabase } from '../src/database/database.ts'
import type { Executor } from '../src/database/query.ts'
import { provideFacilities } from './facilities.ts'
import { FACILITIES, type FacilityName } from './generate/cast/facilities.ts'
import { emailOf, STAFF } from './generate/cast/staff.ts'

/** A token of the demo. */
interface DemoToken {
  readonly role: string
  readonly value: string
}

/** The roles that are printed, and the client of each. */
const SHOWN: Readonly<Record<string, FacilityName>> = {
  'NHS ADMIN': 'nhs',
  'NHS VERIFIER': 'nhs',
  'NHS OPERATOR': 'nhs',
  'NHS AUDITOR': 'nhs',
  PLATFORM: 'platform',
  OWNER: 'clinic',
  HR: 'clinic',
  PHARMACY_OWNER: 'pharmacy',
}

const SECONDS = 7 * 86_400

/** What the demo prints about its users at a start. */
export interface DemoAccess {
  readonly tokens: readonly DemoToken[]
  /** For all users of the demo's facilities; undefined: there are none. */
  readonly password: string | undefined
}

/**
 * Creates missing demo clients and users, a token for each role, and a password for the users of its facilities; tokens and password of an
 * earlier start become invalid.
 */
export async function provideDemoAccess(url: string): Promise<DemoAccess> {
  const database = openDatabase({ url, role: 'zvirka_app', applicationName: 'zvirka demo', max: 1 })
  const password = `Demo-${randomBytes(9).toString('base64url')}-1a`
  const passwordHash = await hashPassword(password)
  try {
    return await database.transaction(async (tx) => {
      await provideFacilities(tx)
      const tokens: DemoToken[] = []
      for (const [role, facility] of Object.entries(SHOWN))
        tokens.push(await tokenOf(tx, role, FACILITIES[facility].id))
      return { tokens, password: (await setPassword(tx, passwordHash)) > 0 ? password : undefined }
    })
  } finally {
    await database.close()
  }
}

async function setPassword(tx: Executor, passwordHash: string): Promise<number> {
  const users = await tx.query({
    text: `update mithril.users u set password_hash = $2, updated_at = clock_timestamp()
            where email = any ($1) and exists (select from prm.party_users p where p.user_id = u.id) returning id`,
    values: [STAFF.map(emailOf), passwordHash],
  })
  return users.length
}

async function tokenOf(tx: Executor, role: string, clientId: string): Promise<DemoToken> {
  const email = `${role.toLowerCase().replaceAll(/[ _]/g, '.')}@demo.zvirka.example`
  const userId = (await findHolder(tx, role, clientId, email)) ?? (await makeHolder(tx, role, clientId, email))
  await tx.query({ text: `delete from mithril.tokens where user_id = $1 and name = 'demo'`, values: [userId] })
  const scope = (ROLES[role] ?? []).join(' ')
  const { value } = await issueToken(tx, { name: 'demo', userId, clientId, scope, seconds: SECONDS })
  return { role, value }
}

// The demo's own user, unless somebody else has the role now: an owner may have been replaced since the last start.
async function findHolder(tx: Executor, role: string, clientId: string, email: string): Promise<string | undefined> {
  const [holder] = await tx.query<{ id: string }>({
    text: `select u.id from mithril.user_roles h join mithril.roles r on r.id = h.role_id join mithril.users u on u.id = h.user_id
            where r.name = $1 and h.client_id = $2 order by u.email = $3 desc, h.inserted_at desc, u.id limit 1`,
    values: [role, clientId, email],
  })
  return holder?.id
}

async function makeHolder(tx: Executor, role: string, clientId: string, email: string): Promise<string> {
  await tx.query({ text: 'insert into mithril.users (email) values ($1) on conflict do nothing', values: [email] })
  const [user] = await tx.query<{ id: string }>({
    text: 'select id from mithril.users where email = $1',
    values: [email],
  })
  if (user === undefined) throw new Error('a demo user was not kept')
  await tx.query({
    text: `insert into mithril.user_roles (user_id, role_id, client_id) select $1, id, $3 from mithril.roles where name = $2
           on conflict do nothing`,
    values: [user.id, role, clientId],
  })
  return user.id
}
