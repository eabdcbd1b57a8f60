// Rules: spec 2.1.3, 2.2.1, 2.2.2
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answered, failed, handWorker, unasked } from './by-hand.ts'
import { sendAgain } from './changes.ts'
import { startRun } from './cluster.ts'
import { addPersons, nationalId, type TestSubject } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const DAY = 24 * 3600_000
const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString()
const VALID = { status: 'VERIFIED', reason: 'AUTO_VALID' }

/** Persons with one document each, in the given order; by default ids rise with it. */
async function addLine(...subjects: Omit<TestSubject, 'documents'>[]): Promise<string[]> {
  return addPersons(
    db.database,
    subjects.map((subject, n) => ({ id: idOf(n), documents: [nationalId(n)], ...subject })),
  )
}

function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

async function set(id: string, columns: string): Promise<void> {
  await ownerOf(db).query({
    text: `update wide.person_verifications set ${columns} where person_id = $1`,
    values: [id],
  })
}

const trigger = (id: string, secondsAgo: number) =>
  set(
    id,
    `dms_passport_verification_status = 'VERIFICATION_NEEDED', dms_passport_verification_reason = 'ONLINE_TRIGGERED',
     dms_passport_synced_at = null, dms_passport_triggered_at = clock_timestamp() - interval '${secondsAgo} s'`,
  )

async function claimedIds(run: Parameters<typeof startRun>[1] = {}, count = 100): Promise<string[]> {
  const worker = await handWorker(db, await startRun(db, run))
  return (await worker.claim(count)).map(({ subjectId }) => subjectId)
}

describe('the queue', () => {
  test('has triggered subjects first by trigger time, then the others by last sync, nulls first, then id', async () => {
    const [oldest = '', older = '', never2 = '', never1 = '', late = '', early = ''] = await addLine(
      { ...VALID, synced_at: daysAgo(400) },
      { ...VALID, synced_at: daysAgo(300) },
      { id: idOf(91) },
      { id: idOf(90) },
      {},
      {},
    )
    await trigger(late, 10)
    await trigger(early, 20)
    expect(await claimedIds()).toEqual([early, late, never1, never2, oldest, older])
  })

  test('has a triggered subject without a time before all others', async () => {
    const [known = '', unknown = ''] = await addLine({}, {})
    await trigger(known, 1000)
    await trigger(unknown, 1)
    await set(unknown, 'dms_passport_triggered_at = null')
    expect(await claimedIds()).toEqual([unknown, known])
  })

  test.each([
    ['IN_REVIEW', 'AUTO'],
    ['NOT_VERIFIED', 'AUTO_NOT_VALID'],
    ['NOT_VERIFIED', 'MANUAL'],
    ['VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT'],
  ])('excludes %s / %s', async (status, reason) => {
    await addLine({ status, reason }, { status, reason, synced_at: daysAgo(1000) })
    expect(await claimedIds()).toEqual([])
  })

  test('excludes inactive subjects, by is_active or by status, and includes reactivated ones', async () => {
    const [inactive = '', gone = '', active = ''] = await addLine({ is_active: false }, {}, {})
    await db.database.query({ text: `update mpi.persons set status = 'inactive' where id = $1`, values: [gone] })
    expect(await claimedIds()).toEqual([active])
    await emptyTables(db, 'delete')
    await addLine({ is_active: false }, {}, {})
    await db.database.query({ text: `update mpi.persons set is_active = true where id = $1`, values: [inactive] })
    expect(await claimedIds()).toHaveLength(3)
  })

  test('counts days in Kyiv: subjects are due if synced before the end of that day', async () => {
    const [last = '', next = ''] = await addLine({ ...VALID }, { ...VALID })
    const midnight = `(date_trunc('day', clock_timestamp() at time zone 'Europe/Kyiv') - interval '270 days') at time zone 'Europe/Kyiv'`
    await set(last, `dms_passport_synced_at = ${midnight}`)
    await set(next, `dms_passport_synced_at = ${midnight} + interval '1 microsecond'`)
    expect(await claimedIds()).toEqual([last])
  })

  test('of a run for triggered subjects has those triggered long enough ago, and nobody else', async () => {
    const [long = '', short = ''] = await addLine({}, {}, {})
    await trigger(long, 61)
    await trigger(short, 30)
    expect(await claimedIds({ triggeredSecondsAgo: 60 })).toEqual([long])
  })

  test('keeps a subject’s state from before the claim, and claims it as IN_REVIEW / AUTO', async () => {
    const [valid = '', triggered = ''] = await addLine({ ...VALID, synced_at: daysAgo(300) }, {})
    await trigger(triggered, 1)
    await claimedIds()
    const rows = await db.database.query({
      text: `select v.person_id as id, dms_passport_verification_status as status, dms_passport_verification_reason as reason,
                    c.status_before, c.reason_before
               from wide.person_verifications v join zvirka.claims c on c.subject_id = v.person_id order by 1`,
    })
    const now = { status: 'IN_REVIEW', reason: 'AUTO' }
    expect(rows).toEqual([
      { id: valid, ...now, status_before: 'VERIFIED', reason_before: 'AUTO_VALID' },
      { id: triggered, ...now, status_before: 'VERIFICATION_NEEDED', reason_before: 'ONLINE_TRIGGERED' },
    ])
  })
})

describe('the position in the queue', () => {
  test('continues after the last claim, and restarts once nobody is left behind it', async () => {
    const [first = '', second = '', third = ''] = await addLine({}, {}, {})
    const worker = await handWorker(db, await startRun(db))
    const claimed = [...(await worker.claim(2))]
    expect(claimed.map(({ subjectId }) => subjectId)).toEqual([first, second])
    await worker.write(claimed.map(unasked))
    expect((await worker.claim(2)).map(({ subjectId }) => subjectId)).toEqual([third])
    expect((await worker.claim(2)).map(({ subjectId }) => subjectId)).toEqual([first, second])
    expect(await worker.claim(2)).toEqual([])
  })

  test('is kept with batches of one as well', async () => {
    const [first = '', second = ''] = await addLine({}, {})
    const worker = await handWorker(db, await startRun(db))
    const [claimed] = await worker.claim(1)
    expect(claimed?.subjectId).toBe(first)
    await worker.write(claimed === undefined ? [] : [unasked(claimed)])
    expect((await worker.claim(1)).map(({ subjectId }) => subjectId)).toEqual([second])
  })

  test('does not apply to triggered subjects: they are first, wherever the others are', async () => {
    const [first = '', , third = ''] = await addLine({}, {}, {})
    const worker = await handWorker(db, await startRun(db))
    const [claimed] = await worker.claim(2)
    await worker.write(claimed === undefined ? [] : [answered(claimed, 0)])
    await trigger(first, 0)
    expect((await worker.claim(2)).map(({ subjectId }) => subjectId)).toEqual([first, third])
  })
})

describe('a run', () => {
  test('claims a subject whose rows another transaction has locked, and drops the answer if that one changes them', async () => {
    const [id = ''] = await addLine({})
    const worker = await handWorker(db, await startRun(db))
    const claimed = await db.database.transaction(async (tx) => {
      await tx.query({
        text: 'select from mpi.person_verification_summaries where person_id = $1 for update',
        values: [id],
      })
      await sendAgain(tx, 'person', id)
      return await worker.claim(1)
    })
    expect(claimed.map(({ subjectId }) => subjectId)).toEqual([id])
    expect(await worker.claimer.finish(false)).toBe(false)
    expect(await worker.write(claimed.map((each) => answered(each, 0)))).toMatchObject({
      counts: { dropped: 1, verified: 0 },
    })
    expect(await worker.claim(1)).toHaveLength(1)
  })

  test('is not finished while one of its claims is open, and is once the claim is settled', async () => {
    await addLine({})
    const run = await startRun(db)
    const [worker, other] = [await handWorker(db, run), await handWorker(db, run)]
    const claimed = await worker.claim(1)
    expect(await other.claimer.finish(false)).toBe(false)
    await worker.write(claimed.map((each) => answered(each, 0)))
    expect(await other.claimer.finish(false)).toBe(true)
    expect(await other.claimer.finish(false)).toBe(false)
  })

  test('does not ask again about subjects who were answered or failed in it', async () => {
    await addLine({}, {})
    const worker = await handWorker(db, await startRun(db))
    const [one, other] = await worker.claim(2)
    if (one === undefined || other === undefined) throw new Error('two were expected')
    await worker.write([answered(one, 0), failed(other)])
    expect(await worker.claim(2)).toEqual([])
    expect(await worker.claimer.finish(false)).toBe(true)
  })
})
