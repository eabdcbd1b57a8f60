import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { provideDemoAccess } from '../../demo/access.ts'
import { provideCast } from '../../demo/cast.ts'
import { FACILITIES } from '../../demo/generate/cast/facilities.ts'
import { castId } from '../../demo/generate/cast/ids.ts'
import { CONTRACTS, REQUESTS } from '../../demo/generate/cast/papers.ts'
import { DECLARATIONS, PATIENTS } from '../../demo/generate/cast/patients.ts'
import { CAST_PARTIES, emailOf, STAFF } from '../../demo/generate/cast/staff.ts'
import { claimForDemo, DEMO_USER } from '../../demo/people.ts'
import { signIn } from '../../src/access/login.ts'
import { findOidcUser, keepOidcUser } from '../../src/access/plans/oidc.ts'
import { DEFAULT_POLICY } from '../../src/access/policy.ts'
import { findPrincipal } from '../../src/access/tokens.ts'
import type { Database } from '../../src/database/database.ts'
import { EMPLOYEE_TYPES } from '../../src/dictionaries/people.ts'
import { countExpirable } from '../../src/employee-requests/expire.ts'
import { validateRequest } from '../../src/employee-requests/validate.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zvirka-cast-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  db = await createTestDatabase()
  return () => db.drop()
})

const provide = () => provideCast(db.database, { folder, userId: DEMO_USER, signal: new AbortController().signal })
const rows = <Row>(text: string, values: readonly unknown[] = []) => db.database.query<Row>({ text, values })

/** Everything the demo's employee requests are, with their outcome. */
async function whole(): Promise<unknown[]> {
  const tables = [
    'prm.legal_entities',
    'prm.divisions',
    'prm.parties',
    'prm.employees',
    'mpi.persons',
    'ops.declarations',
  ]
  const more = [
    'ops.contracts',
    'prm.party_verification_candidates',
    'il.employee_requests',
    'prm.party_users',
    'mithril.users',
  ]
  const texts = [...tables, ...more].map((table) => `select '${table}' as table, to_jsonb(t) as row from ${table} t`)
  return rows(
    `${texts.join(' union all ')} union all select 'user_roles', to_jsonb(t) from mithril.user_roles t order by 1, 2`,
  )
}

describe('the demo’s people', () => {
  test('are created once and quickly, however often the demo starts, and keep their state', async () => {
    const at = performance.now()
    await provide()
    expect(performance.now() - at).toBeLessThan(5000)
    const before = await whole()
    await provide()
    expect(await whole()).toEqual(before)
    await rows(`update prm.parties set last_name = 'Інакша' where id = $1`, [castId('party', 1)])
    await rows(`update il.employee_requests set status = 'REJECTED' where id = $1`, [castId('request', 1)])
    const changed = await whole()
    await provide()
    expect(await whole()).toEqual(changed)
  })

  test('are completed after an interrupted start, and extended from an earlier version', async () => {
    await rows(
      `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, 'Заклад', '00000012', 'MSP', 'ACTIVE')`,
      [FACILITIES.clinic.id],
    )
    await rows(`insert into mithril.users (email) values ('owner@demo.zvirka.example')`)
    const interrupted = new AbortController()
    interrupted.abort()
    await provideCast(db.database, { folder, userId: DEMO_USER, signal: interrupted.signal })
    expect(await rows('select from il.employee_requests')).toEqual([])
    await provide()
    expect(await rows('select from il.employee_requests')).toHaveLength(REQUESTS.length)
    expect(await rows('select from prm.parties')).toHaveLength(CAST_PARTIES.length)
    expect(await rows('select from mpi.persons')).toHaveLength(PATIENTS.length)
    expect(await rows('select from ops.contracts')).toHaveLength(CONTRACTS.length)
    const [clinic] = await rows<{ type: string; addresses: object[] }>(
      'select type, addresses from prm.legal_entities where id = $1',
      [FACILITIES.clinic.id],
    )
    expect(clinic).toMatchObject({ type: 'PRIMARY_CARE', addresses: [{ settlement: 'КИЇВ' }] })
    const [owner] = await rows(
      `select p.party_id from prm.party_users p join mithril.users u on u.id = p.user_id where u.email = 'owner@demo.zvirka.example'`,
    )
    expect(owner).toEqual({ party_id: castId('party', 1) })
  })

  test('have an employee of every type, with a party, a user and the role in the facility', async () => {
    await provide()
    const found = await rows<{ employee_type: string }>(
      `select distinct e.employee_type
         from prm.employees e join prm.party_users p using (party_id) join mithril.user_roles h on h.user_id = p.user_id
         join mithril.roles r on r.id = h.role_id
        where e.status = 'APPROVED' and e.is_active and r.name = e.employee_type and h.client_id = e.legal_entity_id`,
    )
    expect(found.map(({ employee_type }) => employee_type).toSorted()).toEqual([...EMPLOYEE_TYPES].toSorted())
  })

  test('have patients of both ages, active and due, with doctors of each main speciality', async () => {
    await provide()
    const found = await rows<{ of: string }>(
      `select distinct concat_ws(' ', e.speciality ->> 'speciality', d.status,
                                 case when p.birth_date <= now() - interval '18 years' then 'adult' else 'minor' end) as of
         from ops.declarations d join prm.employees e on e.id = d.employee_id join mpi.persons p on p.id = d.person_id
        where d.status <> 'closed'`,
    )
    const expected = ['THERAPIST', 'PEDIATRICIAN', 'FAMILY_DOCTOR'].flatMap((speciality) =>
      ['active', 'pending_verification'].flatMap((status) =>
        ['minor', 'adult'].map((age) => `${speciality} ${status} ${age}`),
      ),
    )
    expect(found.map(({ of }) => of).toSorted()).toEqual(expected.toSorted())
    expect(new Set(DECLARATIONS.map(({ id }) => id)).size).toBe(DECLARATIONS.length)
  })

  test('have facilities of several types with addresses and divisions, owners’ contracts and DRACS candidates', async () => {
    await provide()
    const [counts] = await rows(
      `select (select count(distinct l.type)::int from prm.legal_entities l join prm.divisions d on d.legal_entity_id = l.id
                where jsonb_array_length(l.addresses) > 0) as types,
              (select count(*)::int from ops.contracts c join prm.employees e on e.id = c.contractor_owner_id
                where c.status = 'VERIFIED' and not c.is_suspended and e.employee_type in ('OWNER', 'PHARMACY_OWNER')
                  and e.legal_entity_id = c.contractor_legal_entity_id) as contracts,
              (select count(*)::int from prm.party_verification_candidates where status = 'NEW') as candidates`,
    )
    expect(counts).toEqual({ types: 3, contracts: 3, candidates: 1 })
  })

  test('have an employee request in each status, one about to expire, and all of them valid', async () => {
    await provide()
    const statuses = await rows<{ status: string }>('select distinct status from il.employee_requests order by 1')
    expect(statuses.map(({ status }) => status)).toEqual(['APPROVED', 'EXPIRED', 'NEW', 'REJECTED'])
    expect(await countExpirable(db.database)).toBe(1)
    for (const { data } of REQUESTS) {
      const body = { employee_request: { ...data, status: 'NEW' } }
      expect(validateRequest(body, '2026-11-21')).toEqual({ data })
    }
    const taken = REQUESTS.filter(({ status }) => status === 'NEW').map(({ data }) => data.party.tax_id)
    expect(await rows('select from prm.parties where tax_id = any ($1)', [taken])).toEqual([])
  })
})

describe('the demo’s users', () => {
  test('can sign in only in the demo: in no other process, with a token, a password or an OpenID provider', async () => {
    await claimForDemo({ url: db.url, embedded: false, release: async () => undefined }, true)
    await provide()
    const { tokens, password = '' } = await provideDemoAccess(db.url)
    await rows(`update mithril.users set oidc_subject = 'https://id.example therapist' where email like 'therapist@%'`)
    const ways = async (database: Database) => {
      const signed = await signIn(database, DEFAULT_POLICY, {
        ...{ email: 'therapist@demo.zvirka.example', password, clientId: FACILITIES.clinic.id },
        ...{ scope: undefined, isMasked: false, code: undefined, isSession: true, address: 'here', device: undefined },
      })
      const [byProvider] = await database.query<{ is_blocked: boolean }>(findOidcUser('https://id.example therapist'))
      const linked = await database.query(keepOidcUser('https://id.example other', 'hr@demo.zvirka.example'))
      const principals = await Promise.all(tokens.map(({ value }) => findPrincipal(database, value)))
      return {
        tokens: principals.filter((each) => each !== undefined).length,
        signed: signed.kind,
        byProvider,
        linked: linked.length,
      }
    }
    expect(await ways(db.database)).toEqual({
      tokens: 0,
      signed: 'refused',
      byProvider: expect.objectContaining({ is_blocked: true }),
      linked: 0,
    })
    const demo = db.open({ session: { 'zvirka.demo': 'on' } })
    expect(await ways(demo)).toMatchObject({
      tokens: tokens.length,
      signed: 'signed_in',
      byProvider: { is_blocked: false },
      linked: 1,
    })
  })

  test('have a token for each role shown, and a new password at each start', async () => {
    await provide()
    const first = await provideDemoAccess(db.url)
    expect(first.tokens.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['NHS ADMIN', 'PLATFORM', 'OWNER', 'HR']),
    )
    const hr = await findPrincipal(db.database, first.tokens.find(({ role }) => role === 'HR')?.value ?? '')
    expect(hr).toMatchObject({ email: 'hr@demo.zvirka.example', clientId: FACILITIES.clinic.id })
    expect(hr?.scopes).toContain('employee_request:write')

    const second = await provideDemoAccess(db.url)
    expect(second.password).not.toBe(first.password)
    expect(await findPrincipal(db.database, first.tokens[0]?.value ?? '')).toBeUndefined()
    const as = (login: string, password = '') =>
      signIn(db.database, DEFAULT_POLICY, {
        ...{ email: `${login}@demo.zvirka.example`, password, clientId: FACILITIES.clinic.id },
        ...{ scope: undefined, isMasked: false, code: undefined, isSession: false, address: login, device: undefined },
      })
    expect(await as('therapist', second.password)).toMatchObject({ kind: 'signed_in' })
    expect(await as('therapist', first.password)).toMatchObject({ kind: 'refused' })
    expect(await as('nhs.admin', second.password)).toMatchObject({ kind: 'refused' })
    for (const who of STAFF.filter(({ login }) => login !== '')) {
      expect(
        await rows('select from mithril.users where email = $1 and password_hash is not null', [emailOf(who)]),
      ).toHaveLength(1)
    }
  })

  test('do not exist elsewhere without the demo’s people', async () => {
    const access = await provideDemoAccess(db.url)
    expect(access.password).toBeUndefined()
    expect(access.tokens.length).toBeGreaterThan(5)
    expect(await rows('select from prm.parties')).toEqual([])
  })

  test('follow a change of owner: the replaced owner gets no role again, and the token becomes the successor’s', async () => {
    await provide()
    await provideDemoAccess(db.url)
    await db.open({ role: 'zvirka_owner', max: 1 }).query({
      text: `update mithril.user_roles h set user_id = (select id from mithril.users where email = 'admin@demo.zvirka.example')
               from mithril.roles r where r.id = h.role_id and r.name = 'OWNER' and h.client_id = $1`,
      values: [FACILITIES.clinic.id],
    })
    const { tokens } = await provideDemoAccess(db.url)
    const owner = await findPrincipal(db.database, tokens.find(({ role }) => role === 'OWNER')?.value ?? '')
    expect(owner?.email).toBe('admin@demo.zvirka.example')
    const held = await rows(
      `select from mithril.user_roles h join mithril.users u on u.id = h.user_id join mithril.roles r on r.id = h.role_id
        where u.email = 'owner@demo.zvirka.example' and r.name = 'OWNER'`,
    )
    expect(held).toEqual([])
  })
})

test('a party approved in a demo facility belongs to the demo, and any other is real', async () => {
  const access = { url: db.url, embedded: false, release: async () => undefined }
  await claimForDemo(access, true)
  await provide()
  await rows(
    `insert into prm.parties (id, last_name, first_name, birth_date, inserted_by, updated_by)
     values ($1, 'Вовк', 'Дарина', '1997-05-05', gen_random_uuid(), gen_random_uuid())`,
    [castId('party', 900)],
  )
  await expect(claimForDemo(access, true)).rejects.toThrow('the database has parties that no demo created')
  await rows(
    `insert into prm.employees (party_id, legal_entity_id, employee_type, position, status, start_date, inserted_by, updated_by)
     values ($1, $2, 'ASSISTANT', 'P75', 'APPROVED', '2026-01-01', $3, $3)`,
    [castId('party', 900), FACILITIES.clinic.id, DEMO_USER],
  )
  await claimForDemo(access, true)
})
