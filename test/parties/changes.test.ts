import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addParties, USER } from '../synchronization/people.ts'
import {
  document,
  employee,
  eventsOf,
  historyOf,
  importLines,
  type Line,
  NOT_NEEDED,
  party,
  stored,
  TRIGGERED,
  verifyAll,
} from './parties.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

/** Imports one party and marks everything verified. */
async function imported(given: Line = {}) {
  const one = party(given)
  await importLines(db.database, [one])
  await verifyAll(db.database, one.id)
  return one
}

describe('a changed party', () => {
  test.each([
    ['last_name', { last_name: 'Коваль' }],
    ['first_name', { first_name: 'Ольга' }],
    ['second_name', { second_name: null }],
    ['birth_date', { birth_date: '1980-02-01' }],
    ['gender', { gender: 'MALE' }],
    ['tax_id', { tax_id: null }],
    ['no_tax_id', { no_tax_id: true }],
    ['a number', { documents: [document('000000002')] }],
    ['one more document', { documents: [document('000000001'), document('000000002')] }],
    ['a name and a phone', { last_name: 'Коваль', phones: null }],
  ] as [string, Line][])('in %s is written and queued to be checked again', async (_, change) => {
    const one = await imported()
    const { counts } = await importLines(db.database, [{ ...one, ...change }])
    expect(counts).toMatchObject({ new: 0, changed: 1, switched: 0, unchanged: 0 })
    const found = await stored(db.database, one.id)
    const { documents, employees, ...columns } = { ...one, ...change } as Line
    expect(found?.party).toMatchObject({ ...columns, verification_status: 'VERIFICATION_NEEDED' })
    expect(found).toMatchObject({ documents, employees })
    expect(found?.verification).toMatchObject({
      mvs_passport: TRIGGERED,
      dms_passport: TRIGGERED,
      drfo: { status: 'VERIFIED' },
      dracs_death: { status: 'VERIFIED' },
    })
    expect(await eventsOf(db.database, one.id)).toEqual(['VERIFICATION_NEEDED'])
    expect(await historyOf(db.database, one.id)).toEqual([
      'dms_passport trigger VERIFICATION_NEEDED ONLINE_TRIGGERED',
      'mvs_passport trigger VERIFICATION_NEEDED ONLINE_TRIGGERED',
    ])
  })

  test('without a passport any more has nothing to check', async () => {
    const one = await imported()
    await importLines(db.database, [{ ...one, documents: [document('1', { type: 'REFUGEE_CERTIFICATE' })] }])
    const found = await stored(db.database, one.id)
    expect(found?.verification).toMatchObject({ mvs_passport: NOT_NEEDED, dms_passport: NOT_NEEDED })
    expect(found?.party.verification_status).toBe('VERIFIED')
  })

  test('in review loses the claim', async () => {
    const one = await imported()
    await db.database.query({
      text: `with held as (update wide.party_verifications set mvs_passport_verification_status = 'IN_REVIEW' where party_id = $1)
             insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before)
             values ($1, 'party', 'mvs_passport', $2, $2, $2, 'VERIFIED', 'AUTO_NOT_LOST')`,
      values: [one.id, randomUUID()],
    })
    await importLines(db.database, [{ ...one, last_name: 'Коваль' }])
    expect((await stored(db.database, one.id))?.verification['mvs_passport']).toEqual(TRIGGERED)
    const claims = { text: 'select * from zvirka.claims where subject_id = $1', values: [one.id] }
    expect(await db.database.query(claims)).toEqual([])
  })
})

describe('a change of unchecked data', () => {
  test.each([
    ['phones', { phones: [] }],
    ['educations', { educations: null }],
    ['qualifications', { qualifications: [{ type: 'INTERNSHIP' }] }],
    ['specialities', { specialities: [] }],
    ['science_degree', { science_degree: null }],
    ['about_myself', { about_myself: null }],
    ['working_experience', { working_experience: 13 }],
    ['declaration_limit', { declaration_limit: null }],
  ] as [string, Line][])('in %s is written, and triggers nothing', async (_, change) => {
    const one = await imported()
    const { counts } = await importLines(db.database, [{ ...one, ...change }])
    expect(counts).toMatchObject({ switched: 1, changed: 0 })
    const found = await stored(db.database, one.id)
    expect(found?.party).toMatchObject({ ...change, verification_status: 'VERIFIED' })
    expect(found?.verification['dms_passport']).toMatchObject({ status: 'VERIFIED', failures: 3 })
    expect(await historyOf(db.database, one.id)).toEqual([])
    expect((await importLines(db.database, [{ ...one, ...change }])).counts).toMatchObject({ unchanged: 1 })
  })

  test('keeps what others wrote to checked data', async () => {
    const one = await imported()
    await db.database.query({
      text: `update prm.parties set last_name = 'Нове' where id = $1`,
      values: [one.id],
    })
    await importLines(db.database, [{ ...one, about_myself: null }])
    expect((await stored(db.database, one.id))?.party).toMatchObject({ last_name: 'Нове', about_myself: null })
  })
})

describe('employees', () => {
  test('are matched by id; those that a repeated record does not contain stay unchanged', async () => {
    const [first, second] = [employee(), employee({ position: 'P3' })]
    const one = await imported({ employees: [first, second] })
    const changed = { ...first, position: 'P9', speciality: null, end_date: '2030-01-01' }
    const added = employee({ employee_type: 'OWNER' })
    const { counts } = await importLines(db.database, [{ ...one, employees: [added, changed] }])
    expect(counts).toMatchObject({ switched: 1, changed: 0 })
    const byId = [changed, second, added].sort((left, right) => (left.id < right.id ? -1 : 1))
    expect((await stored(db.database, one.id))?.employees).toEqual(byId)
    expect((await importLines(db.database, [{ ...one, employees: [] }])).counts).toMatchObject({ switched: 1 })
    expect((await stored(db.database, one.id))?.employees).toEqual(byId)
  })

  test('decide whether a party is checked, and trigger nothing', async () => {
    const [first, second] = [employee(), employee()]
    const one = await imported({ employees: [first, second] })
    const isActive = async () => (await stored(db.database, one.id))?.verification['is_subject_active']
    const dismissed = (line: Line) => ({ ...line, status: 'DISMISSED', status_reason: 'AUTO', end_date: '2026-01-01' })
    await importLines(db.database, [{ ...one, employees: [dismissed(first)] }])
    expect(await isActive()).toBe(true)
    await importLines(db.database, [{ ...one, employees: [dismissed(second)] }])
    expect(await isActive()).toBe(false)
    await importLines(db.database, [{ ...one, employees: [second] }])
    expect(await isActive()).toBe(true)
    expect(await historyOf(db.database, one.id)).toEqual([])
    expect(await eventsOf(db.database, one.id)).toEqual([])
  })

  test('in another order, also inside objects, do not count as a change', async () => {
    const [first, second] = [employee(), employee({ additional_info: { a: 1, b: [{ c: 2, d: 3 }] } })]
    const one = await imported({ employees: [first, second], science_degree: { degree: 'PHD', country: 'UA' } })
    const other = { ...second, additional_info: { b: [{ d: 3, c: 2 }], a: 1 } }
    const line = { ...one, employees: [other, first], science_degree: { country: 'UA', degree: 'PHD' } }
    expect((await importLines(db.database, [line])).counts).toMatchObject({ unchanged: 1 })
  })

  test('without changes are not written', async () => {
    const [first, second] = [employee(), employee()]
    const one = await imported({ employees: [first, second] })
    const version = async () =>
      db.database.query({ text: 'select xmin, xmax from prm.employees where id = $1', values: [first.id] })
    const before = await version()
    await importLines(db.database, [{ ...one, employees: [first, { ...second, position: 'P9' }] }])
    // The row's key may have been locked, which xmax shows; its version is the same.
    expect((await version()).map((row) => row['xmin'])).toEqual(before.map((row) => row['xmin']))
  })
})

test('an unchanged party is not touched, not even locked', async () => {
  const one = await imported()
  const versions = () =>
    db.database.query({
      text: `select s.xmin, s.xmax, v.xmin as v_min, v.xmax as v_max, d.xmin as d_min, e.xmin as e_min, i.xmin as i_min
               from prm.parties s join prm.party_verification_summaries v on v.party_id = s.id
               join prm.party_documents d on d.party_id = s.id join prm.employees e on e.party_id = s.id
               join zvirka.import_digests i on i.subject_id = s.id
              where s.id = $1`,
      values: [one.id],
    })
  const before = await versions()
  expect(before).toHaveLength(1)
  expect((await importLines(db.database, [one])).counts).toMatchObject({ unchanged: 1, changed: 0, switched: 0 })
  expect(await versions()).toEqual(before)
})

test('a party that was deleted manually is new, whatever is left of it', async () => {
  const one = party({ employees: [], documents: [] })
  await importLines(db.database, [one])
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text: 'delete from wide.party_verifications where party_id = $1', values: [one.id] })
  await owner.query({ text: 'delete from prm.parties where id = $1', values: [one.id] })
  expect((await importLines(db.database, [one])).counts).toMatchObject({ new: 1, bad: 0 })
})

describe('a party that was not imported', () => {
  const record = (id: string, given: Line = {}) => ({
    ...{ id, last_name: 'Шевченко', first_name: 'Олена', birth_date: '1980-01-01' },
    documents: [document('000000005', { issued_at: null, issued_by: null })],
    ...given,
  })

  test('is compared with the stored data, except employees that the record does not contain', async () => {
    const documents = [{ type: 'NATIONAL_ID', number: '000000005' }]
    const [same = '', other = '', switched = ''] = await addParties(db.database, [
      { documents },
      { documents },
      { documents },
    ])
    const [known, unnamed] = [employee(), employee()]
    await importLines(db.database, [record(same, { employees: [known, unnamed] })])
    const owner = db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({ text: `delete from zvirka.import_digests where subject_id = $1`, values: [same] })
    const lines = [
      record(same, { employees: [known] }),
      record(other, { gender: 'FEMALE' }),
      record(switched, { about_myself: 'Лікарка' }),
    ]
    const { counts } = await importLines(db.database, lines)
    expect(counts).toMatchObject({ unchanged: 1, changed: 1, switched: 1, new: 0 })
    expect((await stored(db.database, other))?.verification['dms_passport']).toEqual(TRIGGERED)
    expect((await importLines(db.database, lines)).counts).toMatchObject({ unchanged: 3 })
  })

  test('gets a verification if it has none, according to its employees', async () => {
    const id = randomUUID()
    await db.database.query({
      text: `insert into prm.parties (id, first_name, last_name, birth_date, inserted_by, updated_by)
             values ($1, 'Олена', 'Шевченко', '1980-01-01', $2, $2)`,
      values: [id, USER],
    })
    await importLines(db.database, [record(id, { employees: [employee()] })])
    expect((await stored(db.database, id))?.verification).toMatchObject({
      is_subject_active: true,
      dms_passport: TRIGGERED,
    })
  })
})
