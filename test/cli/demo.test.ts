import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { claimForDemo, DEMO_USER, provideDemo } from '../../demo/people.ts'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { isDemoDatabase, refuseDemoDatabase } from '../../src/cli/demo-database.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addParties } from '../synchronization/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  await claimForDemo(access(), true)
})
afterAll(() => db.drop())

const access = () => ({ url: db.url, embedded: false, release: async () => undefined })

/** Fills the database as `zvirka start` does, and closes what that opened. */
async function fill(): Promise<void> {
  const closers: (() => unknown)[] = []
  const folder = await provideDemo({
    access: access(),
    signal: new AbortController().signal,
    defer: (close) => closers.push(close),
  })
  const { registers } = await loadRegistries(folder)
  expect(registers).toBeDefined()
  for (const close of closers.toReversed()) await close()
}

async function counts() {
  const [row] = await db.database.query({
    text: `select (select count(*)::int from mpi.persons) as persons, (select count(*)::int from prm.parties) as parties,
                  (select count(*)::int from wide.party_verifications where is_subject_active) as at_work,
                  (select count(distinct person_id)::int from mpi.person_documents p
                     join prm.party_documents d using (type, number)) as shared`,
  })
  return row as Record<'persons' | 'parties' | 'at_work' | 'shared', number>
}

test('the demo has persons and parties, most of them employed, some with a person’s document', async () => {
  await fill()
  const filled = await counts()
  expect(filled).toMatchObject({ persons: 3025, parties: 320 })
  expect(filled.at_work).toBeGreaterThan(200)
  expect(filled.at_work).toBeLessThan(320)
  expect(filled.shared).toBeGreaterThan(50)
  await claimForDemo(access(), true)
  await fill()
  expect(await counts()).toEqual(filled)
})

test('a demo database from before there were parties gets them', async () => {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text: 'truncate prm.parties, il.employee_requests cascade' })
  await fill()
  expect(await counts()).toMatchObject({ persons: 3025, parties: 320 })
})

const owner = () => db.open({ role: 'zvirka_owner', max: 1 })
const claim = () => claimForDemo(access(), true)

test('a party that no demo created is a real one: nothing is added, and --demo is refused', async () => {
  await owner().query({ text: `truncate mpi.persons, prm.parties, il.employee_requests cascade` })
  await addParties(db.database, [{ documents: [] }])
  await claimForDemo(access(), false)
  await expect(claim()).rejects.toThrow('the database has parties that no demo created')
  await fill()
  expect(await counts()).toMatchObject({ persons: 0, parties: 1 })
  await db.database.query({ text: 'update prm.parties set inserted_by = $1', values: [DEMO_USER] })
  await claim()
})

describe('a database that is not the demo’s', () => {
  beforeEach(async () => {
    await owner().query({
      text: 'truncate mpi.persons, prm.parties, il.employee_requests, mithril.users, mithril.clients, zvirka.demo cascade',
    })
  })

  test.each([
    ['users', `insert into mithril.users (email) values ('olena@nszu.example')`],
    [
      'clients',
      `insert into mithril.clients (id, name, client_type_id) select gen_random_uuid(), 'НСЗУ', id from mithril.client_types limit 1`,
    ],
  ])('is refused if it contains %s, also on the clone’s own server, and is not marked', async (name, text) => {
    await db.database.query({ text })
    await expect(claim()).rejects.toThrow(`the database has ${name} that no demo created`)
    await expect(claimForDemo(access(), false)).rejects.toThrow(`the database has ${name} that no demo created`)
    expect(await isDemoDatabase(access())).toBe(false)
  })

  test('becomes the demo’s: users created in it belong to the demo, and real data is refused', async () => {
    await claim()
    await db.database.query({ text: `insert into mithril.users (email) values ('new@clinic.example')` })
    await claim()
    await expect(refuseDemoDatabase(access())).rejects.toThrow('this is a demo database')
  })
})
