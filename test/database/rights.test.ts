/** What each role cannot do, even if a statement of the program tried it (SECURITY.md). */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { Role } from '../../src/database/roles.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
const pools = new Map<Role, Database>()
beforeAll(async () => {
  db = await createTestDatabase()
  for (const role of ['zvirka_app', 'zvirka_worker', 'zvirka_read', 'zvirka_owner'] as const)
    pools.set(role, db.open({ role, max: 1 }))
})
afterAll(() => db.drop())

const REFUSED = { code: '42501' }

function as(role: Role, text: string) {
  return pools.get(role)?.query<Record<string, unknown>>({ text })
}

const OF_ACCESS = [
  ...['client_types', 'roles', 'clients', 'users', 'user_roles', 'tokens', 'server_keys', 'oidc_links'],
  ...['second_factors', 'recovery_codes'],
]

describe('a worker', () => {
  test.each([
    ...OF_ACCESS.map((table) => `select * from mithril.${table}`),
    'select password_hash from mithril.users',
    'select value_hash from mithril.tokens',
    'select key from mithril.server_keys',
    'select hash from il.employee_request_secrets',
    'select * from zvirka.audit',
    'select * from zvirka.number_lookups',
    'delete from zvirka.login_failures',
    `insert into mithril.users (email) values ('mallory@example.org')`,
    `update mithril.users set password_hash = 'x'`,
    'update mithril.users set is_blocked = false',
    `insert into mithril.user_roles (user_id, role_id, client_id) select id, id, id from mithril.users`,
    `insert into mithril.tokens (name, value_hash, user_id, expires_at, details) values ('x', 'x', gen_random_uuid(), now(), '{}')`,
    `update prm.global_parameters set value = '1'`,
    `update il.employee_requests set data = '{}'`,
    `insert into il.employee_requests (data, inserted_by, updated_by) values ('{}', gen_random_uuid(), gen_random_uuid())`,
    `insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by) values ('x', 'pending', gen_random_uuid(), gen_random_uuid())`,
    'select * from ops.declarations',
  ])('may not %s', async (text) => {
    await expect(as('zvirka_worker', text)).rejects.toMatchObject(REFUSED)
  })

  test('sees only the users’ e-mail addresses', async () => {
    expect(await as('zvirka_worker', 'select id, email, is_blocked from mithril.users')).toEqual([])
  })
})

describe('the application', () => {
  test.each([
    `update mithril.roles set scopes = '{}'`,
    `update mithril.client_types set scopes = '{}'`,
    `insert into mithril.roles (name, scopes) values ('ROOT', '{}')`,
    'delete from mithril.roles',
    'delete from mithril.users',
    'delete from mithril.clients',
    `update mithril.users set email = 'mallory@example.org'`,
    'update mithril.users set is_demo = false',
    `insert into mithril.users (email, is_demo) values ('mallory@example.org', false)`,
    'update mithril.clients set client_type_id = gen_random_uuid()',
    'update mithril.clients set is_demo = false',
    'update mithril.user_roles set role_id = gen_random_uuid()',
    'update mithril.tokens set user_id = gen_random_uuid()',
    `update mithril.tokens set expires_at = 'infinity'`,
    `update mithril.tokens set details = '{}'`,
    `update mithril.tokens set value_hash = 'x'`,
    `update mithril.server_keys set key = 'x'`,
    'update mithril.second_factors set user_id = gen_random_uuid()',
    `insert into mithril.oidc_links (subject, user_id, asked_at) values ('x', gen_random_uuid(), '2001-01-01')`,
  ])('may not %s', async (text) => {
    await expect(as('zvirka_app', text)).rejects.toMatchObject(REFUSED)
  })
})

describe('the read-only role', () => {
  test.each([
    ...OF_ACCESS.map((table) => `select from mithril.${table}`),
    'select is_demo from mithril.users',
    'select from il.employee_request_secrets',
  ])('may not %s', async (text) => {
    await expect(as('zvirka_read', text)).rejects.toMatchObject(REFUSED)
  })
})

const someone = `'${randomUUID()}'`
const HISTORY = `zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by`
const ENTRY = `${someone}, 'person', 'unzr', 'VERIFIED', 'AUTO', '4', ${someone}`
const EVENTS = 'event_manager.events (event_type, entity_type, entity_id, properties, changed_by'
const EVENT = `'StatusChangeEvent', 'Person', ${someone}, '{}', ${someone}`

describe.each(['zvirka_app', 'zvirka_worker'] as const)('the time of rows appended to %s', (role) => {
  test.each([
    `insert into ${HISTORY}, at) values (${ENTRY}, '2001-01-01')`,
    `insert into ${HISTORY}, at) values (${ENTRY}, now())`,
    `insert into ${HISTORY}, id) overriding system value values (${ENTRY}, -1)`,
    `update zvirka.verification_history set at = '2001-01-01'`,
    `insert into ${EVENTS}, event_time) values (${EVENT}, '2001-01-01')`,
    `insert into ${EVENTS}, inserted_at) values (${EVENT}, '2001-01-01')`,
    `insert into ${EVENTS}, place) overriding system value values (${EVENT}, -1)`,
    `update event_manager.events set event_time = '2001-01-01'`,
    `insert into zvirka.run_changes (run_id, at, state) values (${someone}, '2001-01-01', 'paused')`,
    `insert into il.caused_mails (legal_entity_id, recipient, at) values (${someone}, 'x', '2001-01-01')`,
  ])('cannot be chosen by the application: it may not %s', async (text) => {
    await expect(as(role, text)).rejects.toMatchObject(REFUSED)
  })

  test('is the statement’s, in the history and in events', async () => {
    const [entry] =
      (await as(role, `insert into ${HISTORY}) values (${ENTRY}) returning at = statement_timestamp() as is_now`)) ?? []
    expect(entry).toEqual({ is_now: true })
    const [event] =
      (await as(
        role,
        `insert into ${EVENTS}) values (${EVENT}) returning event_time between statement_timestamp() and clock_timestamp() as is_now`,
      )) ?? []
    expect(event).toEqual({ is_now: true })
  })

  test('is recorded for a change of a run by any role', async () => {
    const [run] =
      (await as(
        role,
        `insert into zvirka.runs (process, state, cause, started_by, due_before) values ('p', 'running', 'command', ${someone}, now()) returning id`,
      )) ?? []
    await as(
      role,
      `update zvirka.runs set state = 'stopped', ended_at = clock_timestamp() where id = '${String(run?.['id'])}'`,
    )
    const changes = await as(
      'zvirka_read',
      `select state from zvirka.run_changes where run_id = '${String(run?.['id'])}' order by id`,
    )
    expect(changes).toEqual([{ state: 'running' }, { state: 'stopped' }])
  })
})
