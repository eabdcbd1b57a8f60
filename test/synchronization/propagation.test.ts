// Rules: spec 2.5.3
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { getProcess } from '../../src/synchronization/process.ts'
import type { SubjectKind } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { deadlocks, waitingSessions } from './administrator.ts'
import { answered, handWorker } from './by-hand.ts'
import { changeDocuments } from './changes.ts'
import { answer, type PassportAsk, startRun } from './cluster.ts'
import { type Intrusion, intrude, intrudeAndHold } from './intruder.ts'
import { addParties, addPersons, dmsState, nationalId, passport, type TestDocument } from './people.ts'
import { once, pointsOfFlush } from './points.ts'
import { emptyTables } from './reset.ts'
import { solo, startSolo, WORKER_NAME, workerPool } from './solo.ts'
import { Stop, watched } from './watched.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const INVALID = nationalId(1)
const VALID = nationalId(2)
const FRESH = { status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: new Date().toISOString() }
const FLAGGED = { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID', data_status: 1, synced: true, unverified: true }
const GOOD = {
  status: 'VERIFIED',
  reason: 'AUTO_VALID',
  data_status: 0,
  data_id: null,
  synced: true,
  unverified: false,
}
const TRIGGERED = {
  status: 'VERIFICATION_NEEDED',
  reason: 'ONLINE_TRIGGERED',
  data_id: null,
  data_status: null,
  synced: false,
}

const ask: PassportAsk = async ({ pasNumber }) => answer(pasNumber === INVALID.number ? 1 : 0)

async function stepsOf(id: string): Promise<string[]> {
  const rows = await db.database.query<{ step: string }>({
    text: `select step from zvirka.verification_history where subject_id = $1 and stream = 'dms_passport' order by id`,
    values: [id],
  })
  return rows.map(({ step }) => step)
}

/** The checked subject, and another that holds these documents. */
async function addHolder(kind: SubjectKind, documents: readonly TestDocument[]): Promise<string> {
  await addPersons(db.database, [{ documents: [INVALID] }])
  const [holder = ''] = await (kind === 'person' ? addPersons : addParties)(db.database, [{ documents, ...FRESH }])
  return holder
}

describe.each(['person', 'party'] as const)('a %s who is edited while an answer is applied to others', (kind) => {
  // A party is not asked about here: it stays triggered.
  const afterwards = (asked: object) => (kind === 'person' ? asked : TRIGGERED)

  describe.each(
    pointsOfFlush(getProcess('dms_passport/person')).map(
      (point) => [`${point.when} "${point.statement}"`, point] as const,
    ),
  )('%s', (_, point) => {
    test('is never flagged for a document given away', async () => {
      const holder = await addHolder(kind, [INVALID])
      const intrusions: Intrusion[] = []
      const act = async () => intrusions.push(await intrude(db, (tx) => changeDocuments(tx, kind, holder, [VALID])))
      await solo(db, { ask, database: watched(workerPool(db), once(point, act)) })
      await Promise.all(intrusions.map(({ ended }) => ended))
      await solo(db, { ask })
      expect(intrusions).toHaveLength(1)
      expect(await dmsState(db.database, kind, holder)).toMatchObject(afterwards(GOOD))
      const step = kind === 'person' ? '4.1' : '4.2'
      const asked = kind === 'person' ? ['5'] : []
      expect(await stepsOf(holder)).toBeOneOf([
        ['trigger', ...asked],
        [step, 'trigger', ...asked],
      ])
    })

    test('is flagged for a document received, by the answer or by one about itself', async () => {
      const holder = await addHolder(kind, [VALID])
      const intrusions: Intrusion[] = []
      const act = async () => intrusions.push(await intrude(db, (tx) => changeDocuments(tx, kind, holder, [INVALID])))
      await solo(db, { ask, database: watched(workerPool(db), once(point, act)) })
      await Promise.all(intrusions.map(({ ended }) => ended))
      await solo(db, { ask })
      const state = await dmsState(db.database, kind, holder)
      // The process of parties would find a party that came too late.
      if (kind === 'party') expect([FLAGGED.status, TRIGGERED.status]).toContain(state.status)
      else expect(state).toMatchObject(FLAGGED)
      expect((await stepsOf(holder))[0]).toBe('trigger')
    })
  })

  test('and holds the lock that the flush waits for, is written as the edit left it', async () => {
    const holder = await addHolder(kind, [INVALID])
    const stop = new Stop()
    const database = watched(
      workerPool(db),
      once({ when: 'before', statement: 'lock person and holders' }, (statement) => stop.here(statement)),
    )
    const { ended } = await startSolo(db, { ask, database })
    await stop.reached
    const edit = await intrudeAndHold(db, (tx) => changeDocuments(tx, kind, holder, [VALID]))
    stop.release()
    await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    await edit.commit()
    await ended
    expect(await dmsState(db.database, kind, holder)).toMatchObject(afterwards(GOOD))
    expect(await stepsOf(holder)).toEqual(kind === 'person' ? ['trigger', '5'] : ['trigger'])
  })
})

describe('two holders of one document in review at once', () => {
  test.each([
    ['in one flush', 2],
    ['one after the other', 1],
  ])('are each settled by their own answer, %s', async (_, concurrency) => {
    const [first = '', second = ''] = (
      await addPersons(db.database, [{ documents: [INVALID] }, { documents: [INVALID] }])
    ).sort()
    let calls = 0
    // Found by the first call, not by the second: they are asked about in the order of their ids.
    await solo(db, { concurrency, ask: async () => answer(calls++ === 0 ? 1 : 0) })
    expect(calls).toBe(2)
    expect(await dmsState(db.database, 'person', first)).toMatchObject(FLAGGED)
    expect(await dmsState(db.database, 'person', second)).toMatchObject(GOOD)
    expect([await stepsOf(first), await stepsOf(second)]).toEqual([['4'], ['5']])
  })

  test('of which one is queued again meanwhile: that one gets the answer about the other', async () => {
    const [first = '', second = ''] = (
      await addPersons(db.database, [{ documents: [INVALID] }, { documents: [INVALID] }])
    ).sort()
    const stop = new Stop()
    const database = watched(
      workerPool(db),
      once({ when: 'before', statement: 'hold lease' }, (statement) => stop.here(statement)),
    )
    const { loop, ended } = await startSolo(db, { ask: async () => answer(1), database })
    await stop.reached
    await intrude(db, (tx) => changeDocuments(tx, 'person', second, [INVALID]))
    loop.leave()
    stop.release()
    await ended
    expect(await stepsOf(first)).toEqual(['4'])
    expect((await stepsOf(second)).slice(0, 2)).toBeOneOf([
      ['trigger', '4.1'],
      ['trigger', '4'],
    ])
    expect(await dmsState(db.database, 'person', second)).toMatchObject(FLAGGED)
  })
})

describe('the row in mimir', () => {
  test('is one for all concurrent finders, without deadlocks', async () => {
    const ids = await addPersons(db.database, [{ documents: [INVALID] }, { documents: [INVALID] }])
    const run = await startRun(db)
    const stop = new Stop()
    const point = { when: 'after', statement: 'keep found in mimir.dms_passport_data' } as const
    const first = await handWorker(
      db,
      run,
      watched(
        workerPool(db),
        once(point, (statement) => stop.here(statement)),
      ),
    )
    const second = await handWorker(db, run)
    const [one, other] = [await first.claim(1), await second.claim(1)]
    const writing = first.write(one.map((claimed) => answered(claimed, 1)))
    await stop.reached
    const waiting = second.write(other.map((claimed) => answered(claimed, 1)))
    await until('the second flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    stop.release()
    expect([(await writing).kind, (await waiting).kind]).toEqual(['written', 'written'])
    const [row] = await db.database.query<{ id: string }>({ text: 'select id from mimir.dms_passport_data' })
    for (const id of ids) {
      expect(await dmsState(db.database, 'person', id)).toMatchObject({ ...FLAGGED, data_id: row?.id })
    }
  })

  test('is locked in one order, whatever the order of the answers', async () => {
    const documents = Array.from({ length: 30 }, (_, n) => [nationalId(n), passport(n)]).flat()
    await addPersons(
      db.database,
      documents.map((each) => ({ documents: [each] })),
    )
    await addPersons(
      db.database,
      documents.toReversed().map((each) => ({ documents: [each] })),
    )
    const before = await deadlocks(db)
    const found: PassportAsk = async () => answer(1)
    const first = await startSolo(db, { ask: found, batchSize: 20 })
    const others = await Promise.all(
      [1, 2, 3].map(() => startSolo(db, { ask: found, batchSize: 20, existing: first.run })),
    )
    await untilOver(first.run.id)
    for (const { loop } of [first, ...others]) loop.leave()
    await Promise.all([first, ...others].map(({ ended }) => ended))
    expect(await deadlocks(db)).toBe(before)
    const [rows] = await db.database.query<{ count: number }>({
      text: 'select count(*) as count from mimir.dms_passport_data',
    })
    expect(rows?.count).toBe(documents.length)
  })
})

function untilOver(runId: string): Promise<unknown> {
  return until(`the end of run ${runId}`, async () => {
    const rows = await db.database.query({
      text: 'select from zvirka.runs where id = $1 and ended_at is not null',
      values: [runId],
    })
    return rows.length > 0
  })
}
