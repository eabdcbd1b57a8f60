// Rules: spec 1.6.2, 7.3.2
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { USER } from '../synchronization/people.ts'
import {
  document,
  eventsOf,
  historyOf,
  INITIAL,
  importLines,
  NOT_NEEDED,
  OTHER,
  person,
  stored,
  TRIGGERED,
} from './persons.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

describe('a new person', () => {
  test('is stored with everything in the record, and every stream needs verification', async () => {
    const one = person()
    const { counts, bad } = await importLines(db.database, [one])
    expect({ counts, bad }).toMatchObject({ counts: { new: 1, changed: 0, unchanged: 0, bad: 0 }, bad: [] })
    const { documents, ...columns } = one
    const found = await stored(db.database, one.id)
    expect(found?.person).toEqual({
      ...columns,
      verification_status: 'VERIFICATION_NEEDED',
      inserted_by: USER,
      updated_by: USER,
    })
    expect(found?.documents).toEqual(documents)
    expect(found?.verification).toEqual({
      is_subject_active: true,
      dracs_death_online_status: 'READY',
      updated_by: USER,
      drfo: { ...OTHER, is_synced: false },
      dracs_death: OTHER,
      nhs: OTHER,
      unzr: INITIAL,
      mvs_passport: INITIAL,
      dms_passport: INITIAL,
    })
    expect(await eventsOf(db.database, one.id)).toEqual([])
    expect(await historyOf(db.database, one.id)).toEqual([])
  })

  test('can have only an id, names and birth date', async () => {
    const { id, last_name, first_name, birth_date } = person()
    await importLines(db.database, [{ id, last_name, first_name, birth_date }])
    const found = await stored(db.database, id)
    expect(found?.person).toMatchObject({
      second_name: null,
      gender: null,
      tax_id: null,
      no_tax_id: false,
      unzr: null,
      status: 'active',
      is_active: true,
    })
    expect(found?.documents).toEqual([])
    // Not checked yet: only the pre-check finds that there is nothing to check.
    expect(found?.verification['unzr']).toEqual(INITIAL)
  })

  test.each([
    ['inactive', true],
    ['active', false],
  ])('with status %s and is_active %s is not checked', async (status, is_active) => {
    const one = person({ status, is_active })
    await importLines(db.database, [one])
    expect((await stored(db.database, one.id))?.verification['is_subject_active']).toBe(false)
  })

  test('keeps malformed numbers and UNZR unchanged', async () => {
    const documents = [document(' аб12 '), document('', { type: 'PASSPORT' })]
    const one = person({ unzr: '1-2 ', documents })
    expect((await importLines(db.database, [one])).bad).toEqual([])
    const found = await stored(db.database, one.id)
    expect(found?.person['unzr']).toBe('1-2 ')
    expect(found?.documents).toEqual(documents)
  })

  test('has documents whose insertion times and ids ascend in the order of the array', async () => {
    const numbers = Array.from({ length: 12 }, (_, n) => String(n))
    const one = person({ documents: numbers.map((number) => document(number)) })
    await importLines(db.database, [one])
    for (const order of ['inserted_at', 'id']) {
      const rows = await db.database.query<{ number: string }>({
        text: `select number from mpi.person_documents where person_id = $1 order by ${order}`,
        values: [one.id],
      })
      expect(rows.map(({ number }) => number)).toEqual(numbers)
    }
    const [{ times } = { times: 0 }] = await db.database.query<{ times: number }>({
      text: 'select count(distinct inserted_at)::int as times from mpi.person_documents where person_id = $1',
      values: [one.id],
    })
    expect(times).toBe(12)
  })
})

describe('streams of a new person', () => {
  test('are stored as given, the others are initial, and the cumulative status is computed without an event', async () => {
    const synced_at = '2025-01-02T03:04:05+02:00'
    const one = person({
      verification: {
        drfo: { status: 'VERIFIED', reason: 'AUTO_ONLINE', synced_at },
        dracs_death: { status: 'VERIFIED', reason: 'MANUAL_CONFIRMED' },
        unzr: { status: 'NOT_VERIFIED', reason: 'AUTO', synced_at },
        dms_passport: { status: 'VERIFIED', reason: 'AUTO_VALID', synced_at },
      },
    })
    await importLines(db.database, [one])
    const found = await stored(db.database, one.id)
    expect(found?.person.verification_status).toBe('CHANGES_NEEDED')
    expect(found?.verification).toMatchObject({
      drfo: { status: 'VERIFIED', reason: 'AUTO_ONLINE', is_unverified: false, is_synced: true },
      dracs_death: { status: 'VERIFIED', reason: 'MANUAL_CONFIRMED', is_unverified: false },
      nhs: OTHER,
      unzr: { ...INITIAL, status: 'NOT_VERIFIED', reason: 'AUTO', is_unverified: true, is_synced: true },
      mvs_passport: INITIAL,
      dms_passport: { ...INITIAL, status: 'VERIFIED', reason: 'AUTO_VALID', is_synced: true },
    })
    const [times] = await db.database.query<{ synced: Date; fresh: boolean }>({
      text: `select dms_passport_synced_at as synced, unzr_unverified_at > now() - interval '1 minute' as fresh
               from wide.person_verifications where person_id = $1`,
      values: [one.id],
    })
    expect(times).toEqual({ synced: new Date(synced_at), fresh: true })
    expect(await eventsOf(db.database, one.id)).toEqual([])
    expect(await historyOf(db.database, one.id)).toEqual([
      'dms_passport import VERIFIED AUTO_VALID',
      'dracs_death import VERIFIED MANUAL_CONFIRMED',
      'drfo import VERIFIED AUTO_ONLINE',
      'unzr import NOT_VERIFIED AUTO',
    ])
  })

  test('that are all verified or not needed make a verified person', async () => {
    const verified = { status: 'VERIFIED', reason: 'AUTO' }
    const one = person({
      verification: {
        drfo: verified,
        dracs_death: verified,
        nhs: verified,
        unzr: { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
        mvs_passport: verified,
        dms_passport: verified,
      },
    })
    await importLines(db.database, [one])
    const found = await stored(db.database, one.id)
    expect(found?.person.verification_status).toBe('VERIFIED')
    expect(found?.verification['unzr']).toEqual(NOT_NEEDED)
  })

  test('count as triggered now if given as queued again', async () => {
    const one = person({
      verification: { mvs_passport: { status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED' } },
    })
    await importLines(db.database, [one])
    const found = await stored(db.database, one.id)
    expect(found?.verification['mvs_passport']).toEqual(TRIGGERED)
    expect(found?.verification['dms_passport']).toEqual(INITIAL)
    expect(await historyOf(db.database, one.id)).toEqual(['mvs_passport trigger VERIFICATION_NEEDED ONLINE_TRIGGERED'])
  })
})
