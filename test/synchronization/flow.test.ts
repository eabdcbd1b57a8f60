// Rules: spec 2.5.1, 2.6.2
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer, countsOf, runToEnd, technicalError } from './cluster.ts'
import { addParties, addPersons, dmsState, nationalId, passport } from './people.ts'
import { emptyTables } from './reset.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

const VALID = {
  status: 'VERIFIED',
  reason: 'AUTO_VALID',
  data_status: 0,
  data_id: null,
  synced: true,
  unverified: false,
}
const NOT_VALID = { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID', data_status: 1, synced: true, unverified: true }

describe('a run of dms_passport/person', () => {
  test('verifies those who are not registered as invalid, and flags those who are', async () => {
    const [good = '', bad = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [passport(2)] },
    ])
    const run = await runToEnd(db, { ask: async ({ pasSerial }) => answer(pasSerial === 'АБ' ? 1 : 0) })
    expect(run.state).toBe('finished')
    expect(await dmsState(db.database, 'person', good)).toMatchObject({ ...VALID, cumulative: 'VERIFIED' })
    expect(await dmsState(db.database, 'person', bad)).toMatchObject({ ...NOT_VALID, cumulative: 'CHANGES_NEEDED' })
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 2, verified: 1, not_verified: 1, dropped: 0 })
    const rows = await db.database.query({
      text: 'select pass_type, pas_serial, pas_number, pas_status from mimir.dms_passport_data',
    })
    expect(rows).toEqual([{ pass_type: '0101', pas_serial: 'АБ', pas_number: '000002', pas_status: 1 }])
    const events = await db.database.query({
      text: 'select entity_id, properties from event_manager.events order by 1',
    })
    expect(events).toHaveLength(2)
  })

  test('settles without a call those without a document or with a malformed number', async () => {
    const [none = '', wrong = ''] = await addPersons(db.database, [
      { documents: [{ type: 'BIRTH_CERTIFICATE', number: '1' }] },
      { documents: [{ type: 'PASSPORT', number: 'аб000001' }] },
    ])
    let calls = 0
    await runToEnd(db, {
      ask: async () => {
        calls += 1
        return answer(0)
      },
    })
    expect(calls).toBe(0)
    expect(await dmsState(db.database, 'person', none)).toMatchObject({
      status: 'VERIFICATION_NOT_NEEDED',
      reason: 'AUTO_DATA_ABSENT',
      synced: false,
      unverified: false,
      cumulative: 'VERIFIED',
    })
    expect(await dmsState(db.database, 'person', wrong)).toMatchObject({
      status: 'NOT_VERIFIED',
      reason: 'AUTO_INCORRECT_DATA',
      synced: false,
      unverified: true,
    })
  })

  test('writes others with the same document, persons and parties, in any letter case', async () => {
    const [asked = '', other = ''] = await addPersons(db.database, [
      { documents: [passport(7)] },
      {
        documents: [{ type: 'PASSPORT', number: 'аб000007' }],
        status: 'VERIFIED',
        reason: 'AUTO_VALID',
        synced_at: new Date().toISOString(),
      },
    ])
    const [party = ''] = await addParties(db.database, [{ documents: [passport(7)] }])
    const run = await runToEnd(db, { ask: async () => answer(1) })
    for (const [kind, id] of [
      ['person', asked],
      ['person', other],
      ['party', party],
    ] as const) {
      expect(await dmsState(db.database, kind, id)).toMatchObject(NOT_VALID)
    }
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 1, propagated: 2 })
    const history = await db.database.query({
      text: 'select step, subject_id from zvirka.verification_history order by step',
    })
    expect(history).toEqual([
      { step: '4', subject_id: asked },
      { step: '4.1', subject_id: other },
      { step: '4.2', subject_id: party },
    ])
  })

  test('releases after a technical error with the previous state, to wait', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const run = await runToEnd(db, { ask: async () => technicalError('subject', 'status_-1') })
    expect(await dmsState(db.database, 'person', id)).toMatchObject({
      status: 'VERIFICATION_NEEDED',
      reason: 'INITIAL',
      synced: false,
      failures: 1,
      waits: true,
      cumulative: 'VERIFICATION_NEEDED',
    })
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 1, technical_errors: 1 })
    expect(await db.database.query({ text: 'select code, whose from zvirka.run_errors' })).toEqual([
      { code: 'status_-1', whose: 'subject' },
    ])
    expect(await db.database.query({ text: 'select * from event_manager.events' })).toEqual([])
  })

  test('processes thousands, each once', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 3000 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const asked = new Map<string, number>()
    const run = await runToEnd(db, {
      ask: async ({ pasNumber }) => {
        asked.set(pasNumber, (asked.get(pasNumber) ?? 0) + 1)
        return answer(Number(pasNumber) % 10 === 0 ? 1 : 0)
      },
    })
    expect(asked.size).toBe(3000)
    expect(new Set(asked.values())).toEqual(new Set([1]))
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 3000, verified: 2700, not_verified: 300 })
  })
})
