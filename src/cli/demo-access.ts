/** The demo's users: one for each role, with a token that each start makes anew. They come only together with a simulator of our own. */
import { ROLES } from '../access/matrix.ts'
import { issueToken } from '../access/tokens.ts'
import { type Database, openDatabase } from '../database/database.ts'

/** A token of the demo. */
export interface DemoToken {
  readonly role: string
  readonly value: string
}

const CLIENTS = {
  NHS: {
    id: 'de300000-0000-4000-8000-000000000010',
    name: 'Національна служба здоров’я України (демо)',
    edrpou: '42032422',
  },
  PLATFORM: { id: 'de300000-0000-4000-8000-000000000011', name: 'Платформа ЕСОЗ (демо)', edrpou: '00000011' },
  MSP: { id: 'de300000-0000-4000-8000-000000000012', name: 'Заклад охорони здоров’я (демо)', edrpou: '00000012' },
} as const

/** The roles that are shown, and in which client each is. */
const SHOWN: Readonly<Record<string, keyof typeof CLIENTS>> = {
  'NHS ADMIN': 'NHS',
  'NHS VERIFIER': 'NHS',
  'NHS OPERATOR': 'NHS',
  'NHS AUDITOR': 'NHS',
  PLATFORM: 'PLATFORM',
  OWNER: 'MSP',
}

const SECONDS = 7 * 86_400

/** Makes the demo's clients and users where they are not there yet, and a token for each role; those of an earlier start end. */
export async function provideDemoAccess(url: string): Promise<DemoToken[]> {
  const database = openDatabase({ url, role: 'zvirka_app', applicationName: 'zvirka demo', max: 1 })
  try {
    return await database.transaction(async (tx) => {
      for (const [type, { id, name, edrpou }] of Object.entries(CLIENTS)) {
        await tx.query({
          text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, $2, $3, $4, 'ACTIVE') on conflict do nothing`,
          values: [id, name, edrpou, type],
        })
        await tx.query({
          text: `insert into mithril.clients (id, name, client_type_id) select $1, $2, id from mithril.client_types where name = $3
                 on conflict do nothing`,
          values: [id, name, type],
        })
      }
      const tokens: DemoToken[] = []
      for (const [role, client] of Object.entries(SHOWN)) tokens.push(await tokenOf(tx, role, CLIENTS[client].id))
      return tokens
    })
  } finally {
    await database.close()
  }
}

async function tokenOf(tx: Pick<Database, 'query'>, role: string, clientId: string): Promise<DemoToken> {
  const email = `${role.toLowerCase().replaceAll(/[ _]/g, '.')}@demo.zvirka.example`
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
  await tx.query({ text: `delete from mithril.tokens where user_id = $1 and name = 'demo'`, values: [user.id] })
  const scope = (ROLES[role] ?? []).join(' ')
  const { value } = await issueToken(tx, { name: 'demo', userId: user.id, clientId, scope, seconds: SECONDS })
  return { role, value }
}
