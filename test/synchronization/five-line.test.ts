// Rules: spec 2.8.3
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NewRun } from '../../src/synchronization/plans/runs.ts'
import { sweep } from '../../src/synchronization/sweep.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answered, failed, handWorker, unasked } from './by-hand.ts'
import { sendAgain } from './changes.ts'
import { answer, countsOf, startRun } from './cluster.ts'
import { askable, empty, FIVE, illFormed, runThrough } from './five.ts'
import { addSubjects, streamState } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'
import { TABLES } from './table-names.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString()
const rowsOf = (table: string) => db.database.query<Record<string, unknown>>({ text: `select * from ${table}` })

describe.each(FIVE)('$key', (of) => {
  const { process, goodStatus, badStatus, good, bad } = of
  const { kind, stream, key } = process
  const { verifications } = TABLES[kind]
  const run = { process: key }
  const add = (...subjects: Parameters<typeof addSubjects>[2]) => addSubjects(db.database, kind, subjects)
  const stateOf = (id: string) => streamState(db.database, process, id)

  test('doubles the waiting time after each failure, and puts waiting subjects last in a manual run', async () => {
    const [waiting = ''] = await add(askable(of, 1))
    for (const minutes of [1, 2, 4]) {
      const worker = await handWorker(db, await startRun(db, { ...run, takesWaiting: true }))
      await worker.write((await worker.claim(10)).map((each) => failed(each)))
      expect(await worker.claimer.finish(false)).toBe(true)
      const [row] = await db.database.query<{ minutes: number }>({
        text: `select round(extract(epoch from ${stream}_waits_until - clock_timestamp()) / 60)::int as minutes from ${verifications}`,
      })
      expect(row?.minutes).toBe(minutes)
    }
    const [fresh = ''] = await add(askable(of, 2))
    const scheduled = await handWorker(db, await startRun(db, run))
    const claimed = await scheduled.claim(10)
    expect(claimed.map(({ subjectId }) => subjectId)).toEqual([fresh])
    await scheduled.write(claimed.map(unasked))
    await ownerOf(db).query({
      text: `update zvirka.runs set state = 'stopped', ended_at = now() where ended_at is null`,
    })
    const byHand = await handWorker(db, await startRun(db, { ...run, takesWaiting: true }))
    expect((await byHand.claim(10)).map(({ subjectId }) => subjectId)).toEqual([fresh, waiting])
  })

  test('takes triggered subjects first by trigger time, then those checked longest ago, and never inactive ones', async () => {
    const checked = { status: 'VERIFIED', reason: good.reason }
    const [older = '', oldest = '', never = '', late = '', early = ''] = await add(
      { ...askable(of, 1), ...checked, synced_at: daysAgo(300) },
      { ...askable(of, 2), ...checked, synced_at: daysAgo(400) },
      askable(of, 3),
      askable(of, 4),
      askable(of, 5),
      { ...askable(of, 6), ...checked, synced_at: daysAgo(1) },
      { ...askable(of, 7), status: 'NOT_VERIFIED', reason: bad.reason, synced_at: daysAgo(400) },
      { ...askable(of, 8), status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
      { ...askable(of, 9), is_active: false },
    )
    for (const id of [early, late]) await db.database.transaction((tx) => sendAgain(tx, kind, id, stream))
    const worker = await handWorker(db, await startRun(db, run))
    const claimed = [...(await worker.claim(2)), ...(await worker.claim(10))]
    expect(claimed.map(({ subjectId }) => subjectId)).toEqual([early, late, never, oldest, older])
  })

  test('takes nobody else in a run for triggered subjects', async () => {
    const [, triggered = ''] = await add(askable(of, 1), askable(of, 2))
    await db.database.transaction((tx) => sendAgain(tx, kind, triggered, stream))
    const worker = await handWorker(db, await startRun(db, { ...run, triggeredSecondsAgo: 0 }))
    expect((await worker.claim(10)).map(({ subjectId }) => subjectId)).toEqual([triggered])
  })

  test('stops at its limits, including those settled by the pre-check', async () => {
    await add(...Array.from({ length: 6 }, (_, n) => askable(of, n)), empty(of), illFormed(of))
    const limited = (limits: Partial<NewRun>) =>
      runThrough(db, of, () => answer(goodStatus), { batchSize: 2, run: limits })
    const first = await limited({ maxSubjects: 3 })
    expect(await countsOf(db, first.id)).toMatchObject({ claimed: 3 })
    const second = await limited({ maxBatches: 1 })
    expect(await countsOf(db, second.id)).toMatchObject({ claimed: 2 })
    const rest = await limited({})
    expect(await countsOf(db, rest.id)).toMatchObject({ claimed: 3 })
  })

  test('releases a dead worker’s claims unchanged', async () => {
    const [id = ''] = await add({ ...askable(of, 1), status: 'VERIFIED', reason: good.reason, synced_at: daysAgo(300) })
    const dead = await handWorker(db, await startRun(db, run))
    const claimed = await dead.claim(10)
    expect(await stateOf(id)).toMatchObject({ status: 'IN_REVIEW', reason: 'AUTO', cumulative: 'VERIFIED' })
    await db.database.query({
      text: `update zvirka.workers set lease_until = clock_timestamp() - interval '1 s' where id = $1`,
      values: [dead.workerId],
    })
    expect(await sweep(db.database)).toEqual({ deadWorkers: 1, givenBack: 1 })
    expect(await stateOf(id)).toMatchObject({ status: 'VERIFIED', reason: good.reason, waits: false, failures: 0 })
    expect(await dead.write(claimed.map((each) => answered(each, badStatus)))).toEqual({ kind: 'lease_lost' })
    expect(await rowsOf('event_manager.events')).toEqual([])
    expect(await rowsOf(`mimir.${stream}_data`)).toEqual([])
  })
})
