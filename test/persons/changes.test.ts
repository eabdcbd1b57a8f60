// Rules: spec 2.8.1, 2.8.4
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { retryOnConflict } from '../../src/database/conflicts.ts'
import { PERSON_RECORDS } from '../../src/imports/persons/persons.ts'
import { readPerson } from '../../src/imports/persons/record.ts'
import { upsertRecord } from '../../src/imports/upsert.ts'
import { Sensitive } from '../../src/privacy/sensitive.ts'
import { OWN_STREAMS } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { isYesOrNo } from '../synchronization/changes.ts'
import { addPersons, nationalId, USER } from '../synchronization/people.ts'
import {
  document,
  eventsOf,
  historyOf,
  importLines,
  type Line,
  NOT_NEEDED,
  person,
  stored,
  TRIGGERED,
  verifyAll,
} from './persons.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

/** Imports one person and marks everything verified. */
async function imported(given: Parameters<typeof person>[0] = {}) {
  const one = person(given)
  await importLines(db.database, [one])
  await verifyAll(db.database, one.id)
  return one
}

describe('a changed person', () => {
  test.each([
    ['last_name', { last_name: 'Коваль' }],
    ['first_name', { first_name: 'Ольга' }],
    ['second_name', { second_name: null }],
    ['birth_date', { birth_date: '1980-02-01' }],
    ['gender', { gender: 'MALE' }],
    ['tax_id', { tax_id: null }],
    ['no_tax_id', { no_tax_id: true }],
    ['unzr', { unzr: '19800131-00002' }],
    ['a number', { documents: [document('000000002')] }],
    ['a date of issue', { documents: [document('000000001', { issued_at: null })] }],
    ['one more document', { documents: [document('000000001'), document('000000002')] }],
  ] as [string, Line][])('in %s is written and queued to be checked again', async (_, change) => {
    const one = await imported()
    const { counts } = await importLines(db.database, [{ ...one, ...change }])
    expect(counts).toMatchObject({ new: 0, changed: 1, unchanged: 0 })
    const found = await stored(db.database, one.id)
    const { documents, ...columns } = { ...one, ...change } as Line
    expect(found?.person).toMatchObject({ ...columns, verification_status: 'VERIFICATION_NEEDED' })
    expect(found?.documents).toEqual(documents)
    expect(found?.verification).toMatchObject({
      unzr: TRIGGERED,
      mvs_passport: TRIGGERED,
      dms_passport: TRIGGERED,
      drfo: { status: 'VERIFIED' },
      dracs_death: { status: 'VERIFIED' },
      nhs: { status: 'VERIFIED' },
    })
    expect(await eventsOf(db.database, one.id)).toEqual(['VERIFICATION_NEEDED'])
    expect(await historyOf(db.database, one.id)).toEqual([
      'dms_passport trigger VERIFICATION_NEEDED ONLINE_TRIGGERED',
      'mvs_passport trigger VERIFICATION_NEEDED ONLINE_TRIGGERED',
      'unzr trigger VERIFICATION_NEEDED ONLINE_TRIGGERED',
    ])
  })

  test('is one with documents in another order, because the choice among them may depend on it', async () => {
    const [first, second] = [document('000000001'), document('000000002')]
    const one = await imported({ documents: [first, second] })
    expect((await importLines(db.database, [{ ...one, documents: [second, first] }])).counts).toMatchObject({
      changed: 1,
    })
    expect((await stored(db.database, one.id))?.documents).toEqual([second, first])
  })

  test('without a passport and a UNZR any more has nothing to check', async () => {
    const one = await imported()
    await importLines(db.database, [{ ...one, unzr: '', documents: [document('1', { type: 'BIRTH_CERTIFICATE' })] }])
    const found = await stored(db.database, one.id)
    expect(found?.verification).toMatchObject({ unzr: NOT_NEEDED, mvs_passport: NOT_NEEDED, dms_passport: NOT_NEEDED })
    expect(found?.person.verification_status).toBe('VERIFIED')
    expect(await eventsOf(db.database, one.id)).toEqual([])
  })

  test('with a malformed number still has something to check', async () => {
    const one = await imported()
    await importLines(db.database, [{ ...one, unzr: 'x', documents: [document('', { type: 'PASSPORT' })] }])
    const found = await stored(db.database, one.id)
    expect(found?.verification).toMatchObject({ unzr: TRIGGERED, mvs_passport: TRIGGERED, dms_passport: TRIGGERED })
  })

  test('keeps unverified_at, which only results write', async () => {
    const one = await imported()
    await db.database.query({
      text: `update wide.person_verifications set dms_passport_unverified_at = '2025-01-01Z' where person_id = $1`,
      values: [one.id],
    })
    await importLines(db.database, [{ ...one, gender: null }])
    expect((await stored(db.database, one.id))?.verification['dms_passport']).toEqual({
      ...TRIGGERED,
      is_unverified: true,
    })
  })

  test('in review loses the claim, and needs verification', async () => {
    const one = await imported()
    await db.database.query({
      text: `update wide.person_verifications set dms_passport_verification_status = 'IN_REVIEW' where person_id = $1`,
      values: [one.id],
    })
    await db.database.query({
      text: `insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before)
             values ($1, 'person', 'dms_passport', $2, $2, $2, 'VERIFIED', 'AUTO_VALID')`,
      values: [one.id, randomUUID()],
    })
    await importLines(db.database, [{ ...one, last_name: 'Коваль' }])
    expect((await stored(db.database, one.id))?.verification['dms_passport']).toEqual(TRIGGERED)
    expect(
      await db.database.query({ text: 'select * from zvirka.claims where subject_id = $1', values: [one.id] }),
    ).toEqual([])
    expect(await eventsOf(db.database, one.id)).toEqual(['VERIFICATION_NEEDED'])
  })

  test('who was blocked manually stays blocked', async () => {
    const one = await imported()
    await db.database.query({
      text: `update mpi.persons set verification_status = 'NOT_VERIFIED' where id = $1`,
      values: [one.id],
    })
    await importLines(db.database, [{ ...one, last_name: 'Коваль' }])
    const found = await stored(db.database, one.id)
    expect(found?.person.verification_status).toBe('NOT_VERIFIED')
    expect(found?.verification['unzr']).toEqual(TRIGGERED)
    expect(await eventsOf(db.database, one.id)).toEqual([])
  })

  test('ignores streams in the record: those are for new persons', async () => {
    const one = await imported()
    const verification = { dms_passport: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' } }
    expect((await importLines(db.database, [{ ...one, verification }])).counts).toMatchObject({ unchanged: 1 })
    await importLines(db.database, [{ ...one, last_name: 'Коваль', verification }])
    expect((await stored(db.database, one.id))?.verification['dms_passport']).toEqual(TRIGGERED)
  })
})

describe('a change of only status or is_active', () => {
  test('is written, decides whether the person is checked, and triggers nothing', async () => {
    const one = await imported()
    const { counts } = await importLines(db.database, [{ ...one, status: 'inactive' }])
    expect(counts).toMatchObject({ switched: 1, changed: 0 })
    const found = await stored(db.database, one.id)
    expect(found?.person).toMatchObject({ status: 'inactive', is_active: true, verification_status: 'VERIFIED' })
    expect(found?.verification).toMatchObject({
      is_subject_active: false,
      dms_passport: { status: 'VERIFIED', failures: 3 },
    })
    await importLines(db.database, [one])
    expect((await stored(db.database, one.id))?.verification['is_subject_active']).toBe(true)
    expect(await historyOf(db.database, one.id)).toEqual([])
  })
})

async function versions(id: string): Promise<unknown> {
  return db.database.query({
    text: `select s.xmin, s.xmax, v.xmin as v_min, v.xmax as v_max, d.xmin as d_min, i.xmin as i_min
             from mpi.persons s join mpi.person_verification_summaries v on v.person_id = s.id
             join mpi.person_documents d on d.person_id = s.id join zvirka.import_digests i on i.subject_id = s.id
            where s.id = $1`,
    values: [id],
  })
}

describe('an unchanged person', () => {
  test('is not touched, not even locked', async () => {
    const one = await imported()
    const before = await versions(one.id)
    expect((await importLines(db.database, [one])).counts).toMatchObject({ unchanged: 1, changed: 0, switched: 0 })
    expect(await versions(one.id)).toEqual(before)
  })

  test('is one with the same record as last time, whatever happened to the stored row since', async () => {
    const one = await imported({ unzr: 'wrong' })
    await db.database.query({
      text: `update mpi.persons set unzr = null, status = 'inactive' where id = $1`,
      values: [one.id],
    })
    expect((await importLines(db.database, [one])).counts).toMatchObject({ unchanged: 1 })
    expect((await stored(db.database, one.id))?.person).toMatchObject({ unzr: null, status: 'inactive' })
  })

  test('is one with fields in another order, or null instead of absent ones', async () => {
    const { id, last_name, first_name, birth_date, documents } = await imported()
    const bare = { id, last_name, first_name, birth_date, documents }
    await importLines(db.database, [bare])
    const other = { documents, gender: null, unzr: null, no_tax_id: false, birth_date, first_name, last_name, id }
    expect((await importLines(db.database, [other])).counts).toMatchObject({ unchanged: 1 })
  })
})

test('one person per request is written as by an import, concurrent ones as if one after another', async () => {
  const put = (line: Line) => {
    const read = readPerson(line)
    if (!('record' in read)) throw new Error(read.reason)
    const by = {
      userId: USER,
      importId: randomUUID(),
      served: new Set(OWN_STREAMS.filter(isYesOrNo)),
    }
    return retryOnConflict(() =>
      db.database.transaction((tx) => upsertRecord(tx, PERSON_RECORDS, new Sensitive(read.record), by)),
    )
  }
  const one = person()
  const fates = await Promise.all([put(one), put(one), put(one), put(one)])
  expect(fates.toSorted()).toEqual(['new', 'unchanged', 'unchanged', 'unchanged'])
  expect(await put({ ...one, is_active: false })).toBe('switched')
  expect(await put({ ...one, gender: 'MALE' })).toBe('changed')
  expect((await importLines(db.database, [{ ...one, gender: 'MALE' }])).counts).toMatchObject({ unchanged: 1 })
})

describe('a person who was not imported', () => {
  const record = (id: string) => ({
    id,
    last_name: 'Шевченко',
    first_name: 'Олена',
    birth_date: '1980-01-01',
    documents: [{ ...nationalId(5), expiration_date: '2030-01-01' }],
  })

  test('is compared with the stored data', async () => {
    const documents = [{ ...nationalId(5), expiration_date: '2030-01-01' }]
    const [same = '', other = '', switched = ''] = await addPersons(db.database, [
      { documents },
      { documents },
      { documents },
    ])
    const lines = [record(same), { ...record(other), gender: 'FEMALE' }, { ...record(switched), is_active: false }]
    const { counts } = await importLines(db.database, lines)
    expect(counts).toMatchObject({ unchanged: 1, changed: 1, switched: 1, new: 0 })
    expect((await stored(db.database, same))?.verification['dms_passport']).toMatchObject({ reason: 'INITIAL' })
    expect((await stored(db.database, other))?.verification['dms_passport']).toEqual(TRIGGERED)
    expect((await importLines(db.database, lines)).counts).toMatchObject({ unchanged: 3 })
  })

  test('gets a verification if there is none', async () => {
    const id = randomUUID()
    await db.database.query({
      text: `insert into mpi.persons (id, first_name, last_name, birth_date, is_active, inserted_by, updated_by)
             values ($1, 'Олена', 'Шевченко', '1980-01-01', false, $2, $2)`,
      values: [id, USER],
    })
    await importLines(db.database, [{ ...record(id), is_active: false }])
    expect((await stored(db.database, id))?.verification).toMatchObject({
      is_subject_active: false,
      dms_passport: TRIGGERED,
      drfo: { reason: 'INITIAL' },
    })
  })
})
