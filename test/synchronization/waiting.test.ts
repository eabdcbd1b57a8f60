// Rules: spec 2.1.4, 2.6.3
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answered, failed, type HandWorker, handWorker, unasked } from './by-hand.ts'
import { sendAgain } from './changes.ts'
import { startRun } from './cluster.ts'
import { addPersons, dmsState, nationalId } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

async function addOne(n = 1): Promise<string> {
  const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(n)] }])
  return id
}

/** Lets so much time pass for those who wait. */
async function pass(interval: string): Promise<void> {
  await ownerOf(db).query({
    text: `update wide.person_verifications set dms_passport_waits_until = dms_passport_waits_until - $1::interval`,
    values: [interval],
  })
}

async function endRun(): Promise<void> {
  await ownerOf(db).query({
    text: `update zvirka.runs set state = 'stopped', ended_at = clock_timestamp() where ended_at is null`,
  })
}

async function newRun(takesWaiting = false): Promise<HandWorker> {
  await endRun()
  return handWorker(db, await startRun(db, { takesWaiting }))
}

async function minutesToWait(id: string): Promise<number | null> {
  const [row] = await db.database.query<{ minutes: number | null }>({
    text: `select round(extract(epoch from dms_passport_waits_until - clock_timestamp()) / 60)::int as minutes
             from wide.person_verifications where person_id = $1`,
    values: [id],
  })
  return row?.minutes ?? null
}

async function failAll(worker: HandWorker): Promise<number> {
  const claimed = await worker.claim(100)
  if (claimed.length > 0) await worker.write(claimed.map((each) => failed(each)))
  return claimed.length
}

describe('a subject whose call failed', () => {
  test('waits a minute, then twice as long after each failure, at most a day', async () => {
    const id = await addOne()
    const waited: (number | null)[] = []
    for (let n = 0; n < 14; n += 1) {
      await failAll(await newRun(true))
      waited.push(await minutesToWait(id))
    }
    expect(waited).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440])
  })

  test('waits a day after any number of failures', async () => {
    const id = await addOne()
    await ownerOf(db).query({ text: 'update wide.person_verifications set dms_passport_failures = 32000' })
    await failAll(await newRun())
    expect(await minutesToWait(id)).toBe(1440)
    expect((await dmsState(db.database, 'person', id)).failures).toBe(32_000)
  })

  test('is taken by a run that starts after its waiting time, not by an earlier one', async () => {
    await addOne()
    const worker = await newRun()
    expect(await failAll(worker)).toBe(1)
    const during = await newRun()
    expect(await during.claim(1)).toEqual([])
    await ownerOf(db).query({
      text: `update wide.person_verifications
                set dms_passport_waits_until = (select started_at + interval '1 microsecond' from zvirka.runs where ended_at is null)`,
    })
    expect(await during.claim(1)).toEqual([])
    const after = await newRun()
    expect(await after.claim(1)).toHaveLength(1)
  })

  test('keeps its number of failures while it waits, afterwards, and when it is released unasked', async () => {
    const id = await addOne()
    await failAll(await newRun())
    await pass('2 minutes')
    const worker = await newRun()
    const claimed = await worker.claim(1)
    await worker.write(claimed.map(unasked))
    expect(await dmsState(db.database, 'person', id)).toMatchObject({ failures: 1, waits: false })
    expect(await failAll(worker)).toBe(1)
    expect(await minutesToWait(id)).toBe(2)
  })

  test.each([
    ['an answer', async (worker: HandWorker) => worker.write((await worker.claim(1)).map((each) => answered(each, 0)))],
    ['a trigger', async (_: HandWorker, id: string) => db.database.transaction((tx) => sendAgain(tx, 'person', id))],
  ])('no longer waits after %s, and its failures are reset', async (_, end) => {
    const id = await addOne()
    for (let n = 0; n < 3; n += 1) await failAll(await newRun(true))
    await end(await newRun(true), id)
    expect(await dmsState(db.database, 'person', id)).toMatchObject({ failures: 0, waits: false })
  })

  test('otherwise changes nothing', async () => {
    const synced_at = new Date(Date.now() - 300 * 24 * 3600_000).toISOString()
    const [id = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at },
    ])
    const columns = `select dms_passport_verification_status as status, dms_passport_verification_reason as reason, dms_passport_synced_at,
      dms_passport_unverified_at, dms_passport_data_id, dms_passport_data_status, verification_status
      from wide.person_verifications v join mpi.persons p on p.id = v.person_id`
    await ownerOf(db).query({
      text: `update wide.person_verifications set dms_passport_data_status = 0, dms_passport_unverified_at = now(),
                    dms_passport_data_id = gen_random_uuid()`,
    })
    const before = await db.database.query({ text: columns })
    await failAll(await newRun())
    expect(await db.database.query({ text: columns })).toEqual(before)
    expect(await minutesToWait(id)).toBe(1)
    for (const table of ['event_manager.events', 'zvirka.verification_history', 'mimir.dms_passport_data']) {
      expect(await db.database.query({ text: `select * from ${table}` })).toEqual([])
    }
  })
})

describe('a manual run', () => {
  test('takes waiting subjects after all others, and not those who failed in it', async () => {
    const waiting = await addOne(1)
    await failAll(await newRun())
    const fresh = await addOne(2)
    const worker = await newRun(true)
    const claimed = await worker.claim(10)
    expect(claimed.map(({ subjectId }) => subjectId)).toEqual([fresh, waiting])
    await worker.write(claimed.map((each) => failed(each)))
    expect(await worker.claim(10)).toEqual([])
    expect(await worker.claimer.finish(false)).toBe(true)
    expect(await dmsState(db.database, 'person', waiting)).toMatchObject({ failures: 2, waits: true })
  })

  test('without waiting subjects skips them, and finishes without them', async () => {
    const waiting = await addOne(1)
    await failAll(await newRun())
    const worker = await newRun()
    expect(await worker.claim(10)).toEqual([])
    expect(await worker.claimer.finish(false)).toBe(true)
    expect(await dmsState(db.database, 'person', waiting)).toMatchObject({ failures: 1, waits: true })
  })
})

describe('a subject whose waiting time was over when the run started', () => {
  test('is waited for by the run if another transaction has locked the row', async () => {
    const id = await addOne()
    await failAll(await newRun())
    await pass('2 minutes')
    const worker = await newRun()
    await db.database.transaction(async (tx) => {
      await tx.query({
        text: 'select from mpi.person_dms_passport_checks where subject_id = $1 for update',
        values: [id],
      })
      expect(await worker.claim(1)).toEqual([])
      expect(await worker.claimer.finish(false)).toBe(false)
    })
    expect(await worker.claim(1)).toHaveLength(1)
  })

  test('is taken even if a thousand others return with it', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 2100 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    await ownerOf(db).query({
      text: `update wide.person_verifications set dms_passport_failures = 1, dms_passport_waits_until = now() - interval '1 s'`,
    })
    const worker = await newRun()
    let claimed = 0
    for (;;) {
      const some = await worker.claim(500)
      if (some.length === 0) break
      claimed += some.length
      await worker.write(some.map((each) => answered(each, 0)))
    }
    expect(claimed).toBe(2100)
    expect(await worker.claimer.finish(false)).toBe(true)
  })
})
