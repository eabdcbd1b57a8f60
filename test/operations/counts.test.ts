// Rules: spec 2.9.2
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readCounts, refreshCounts } from '../../src/synchronization/counts.ts'
import { claim, countDue, START } from '../../src/synchronization/plans/claim.ts'
import { getProcess } from '../../src/synchronization/process.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startRun } from '../synchronization/cluster.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { emptyTables } from './tables.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

const DAYS = 270
const MANY = { fewSubjects: 0 }

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString()
}

async function setWaiting(id: string | undefined, until: string): Promise<void> {
  await db.database.query({
    text: `update wide.person_verifications
              set dms_passport_failures = 7, dms_passport_waits_until = clock_timestamp() + $2::interval where person_id = $1`,
    values: [id, until],
  })
}

/** Adds one subject of each sort; some are due. */
async function addOneOfEach(): Promise<void> {
  const documents = [nationalId(1)]
  const verified = { documents, status: 'VERIFIED', reason: 'AUTO_VALID' }
  const ids = await addPersons(db.database, [
    { documents },
    { documents, reason: 'ONLINE_TRIGGERED' },
    { ...verified, synced_at: daysAgo(DAYS + 1) },
    { documents },
    { documents },
    { ...verified, synced_at: daysAgo(1) },
    { ...verified, status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID', synced_at: daysAgo(400) },
    { documents: [], status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
    { documents, status: 'IN_REVIEW', reason: 'AUTO' },
    { documents, is_active: false },
  ])
  await setWaiting(ids[3], '-1 second')
  await setWaiting(ids[4], '1 hour')
}

describe('counts of a process', () => {
  test('show due and waiting subjects and the number of each status, without inactive persons', async () => {
    await addOneOfEach()
    const counts = await readCounts(db.database, getProcess('dms_passport/person'), DAYS)
    expect(counts).toMatchObject({
      due: 4,
      waiting: 1,
      byStatus: {
        VERIFICATION_NEEDED: 4,
        IN_REVIEW: 1,
        VERIFIED: 2,
        NOT_VERIFIED: 1,
        VERIFICATION_NOT_NEEDED: 1,
      },
      isFresh: true,
    })
  })

  test('agree with what a run counts at its start and what its claims take', async () => {
    await addOneOfEach()
    const counts = await readCounts(db.database, getProcess('dms_passport/person'), DAYS)
    const run = await startRun(db)
    const [due] = await db.database.query<{ due: number }>(
      countDue(getProcess('dms_passport/person'), run, ['triggered', 'due', 'waiting']),
    )
    expect(due?.due).toBe((counts?.due ?? 0) + (counts?.waiting ?? 0))
    const claimed = await db.database.query(
      claim(getProcess('dms_passport/person'), {
        workerId: run.id,
        runId: run.id,
        token: run.id,
        slot: 0,
        count: 100,
        places: { triggered: START, due: START, waiting: null },
        terms: run,
      }),
    )
    // The subject whose wait is over is put back into the queue by a separate statement.
    expect(claimed).toHaveLength((counts?.due ?? 0) - 1)
  })

  test('work without subjects', async () => {
    expect(await readCounts(db.database, getProcess('dms_passport/person'), DAYS)).toMatchObject({
      due: 0,
      byStatus: { VERIFIED: 0 },
    })
  })

  test('of many subjects are read from the stored counts, with their time', async () => {
    await addOneOfEach()
    expect(await readCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)).toBeUndefined()
    expect(await refreshCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)).toBe(true)
    const kept = await readCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)
    expect(kept).toMatchObject({ due: 4, waiting: 1, byStatus: { VERIFIED: 2, NOT_VERIFIED: 1 }, isFresh: false })
    await addPersons(db.database, [{ documents: [nationalId(2)] }])
    expect(await readCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)).toEqual(kept)
  })

  test('are taken at most every 10 minutes, however many workers call', async () => {
    const took = await Promise.all(
      Array.from({ length: 8 }, () => refreshCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)),
    )
    expect(took.filter(Boolean)).toHaveLength(1)
    const age = (minutes: number) =>
      db.database.query({
        text: `update zvirka.counts set counted_at = clock_timestamp() - $1 * interval '1 minute'`,
        values: [minutes],
      })
    await age(9.9)
    expect(await refreshCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)).toBe(false)
    await age(10.1)
    expect(await refreshCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)).toBe(true)
  })

  test('are not stored if they are counted on each read', async () => {
    await addOneOfEach()
    expect(await refreshCounts(db.database, getProcess('dms_passport/person'), DAYS)).toBe(false)
    expect(await db.database.query({ text: 'select 1 from zvirka.counts' })).toEqual([])
  })

  test('are not waited for while somebody else counts', async () => {
    const other = db.open({ max: 1 })
    await other.transaction(async (tx) => {
      await tx.query({
        text: `select pg_advisory_xact_lock(hashtextextended('zvirka counts of dms_passport/person', 0))`,
      })
      expect(await refreshCounts(db.database, getProcess('dms_passport/person'), DAYS, MANY)).toBe(false)
    })
  })

  test('notice a bulk import that was not analyzed', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 3000 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const counts = await readCounts(db.database, getProcess('dms_passport/person'), DAYS, { fewSubjects: 500 })
    expect(counts).toBeUndefined()
  })
})
