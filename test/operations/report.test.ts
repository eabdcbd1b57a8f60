import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newestReports, reportsUnderWay, runReport } from '../../src/synchronization/report.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer, runToEnd, startRun, technicalError } from '../synchronization/cluster.ts'
import { addParties, addPersons, nationalId, passport } from '../synchronization/people.ts'
import { emptyTables } from './tables.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

describe('the report of a run', () => {
  test('sums the results of its subjects, with its errors and workers', async () => {
    await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [passport(2)] },
      { documents: [nationalId(3)] },
      { documents: [] },
      { documents: [{ type: 'PASSPORT', number: 'x' }] },
    ])
    await addParties(db.database, [{ documents: [passport(2)] }])
    const { id } = await runToEnd(db, {
      ask: async ({ pasSerial, pasNumber }) => {
        if (pasNumber === '000000003') return technicalError('subject', 'status_-1')
        return answer(pasSerial === undefined ? 0 : 1)
      },
    })
    const report = await runReport(db.database, id)
    expect(report).toMatchObject({
      id,
      process: 'dms_passport/person',
      state: 'finished',
      cause: 'command',
      reason: null,
      claimed: 5,
      verified: 1,
      not_verified: 1,
      not_needed: 1,
      incorrect: 1,
      technical_errors: 1,
      propagated: 1,
      dropped: 0,
      given_back: 0,
      done: 5,
      remaining: 0,
      errors: [{ whose: 'subject', code: 'status_-1', count: 1 }],
      workers: [{ kind: 'worker', host: 'test', pid: process.pid, claimed: 5, technical_errors: 1 }],
    })
    expect(report?.endedAt).toBeInstanceOf(Date)
    expect(report?.rate).toBeGreaterThan(0)
  })

  test('excludes released subjects from claimed, and finished ones from remaining', async () => {
    const { id } = await startRun(db, { maxSubjects: 80 })
    const [worker] = await db.database.query<{ id: string }>({
      text: `insert into zvirka.workers (id, kind, host, pid, version, lease_until)
             values (gen_random_uuid(), 'worker', 'h', 1, '1', clock_timestamp() - interval '1 second') returning id`,
    })
    await db.database.query({
      text: `insert into zvirka.run_workers (run_id, worker_id, claimed, given_back, verified, dropped)
             values ($1, $2, 50, 20, 12, 3)`,
      values: [id, worker?.id],
    })
    expect(await runReport(db.database, id)).toMatchObject({ claimed: 30, done: 15, remaining: null })
    await db.database.query({ text: 'update zvirka.runs set due_at_start = 1000 where id = $1', values: [id] })
    const [report] = await reportsUnderWay(db.database)
    expect(report).toMatchObject({ id, claimed: 30, given_back: 20, remaining: 65, workers: [{ isAlive: false }] })
  })

  test('of a stopped run says how many are left', async () => {
    const { id } = await startRun(db)
    await db.database.query({
      text: `update zvirka.runs set due_at_start = 7, state = 'stopped', ended_at = clock_timestamp() where id = $1`,
      values: [id],
    })
    expect(await runReport(db.database, id)).toMatchObject({ state: 'stopped', remaining: 7 })
    expect(await reportsUnderWay(db.database)).toEqual([])
    expect((await newestReports(db.database, 'dms_passport/person', 5)).map((report) => report.id)).toEqual([id])
    expect(await newestReports(db.database, 'unzr/person', 5)).toEqual([])
  })

  test('has the pace of the last minute once a run is older than that', async () => {
    const { id } = await startRun(db)
    await db.database.query({
      text: `update zvirka.runs set started_at = clock_timestamp() - interval '1 hour' where id = $1`,
      values: [id],
    })
    await db.database.query({
      text: `insert into zvirka.answer_tallies (process, run_id, flush_id, outcomes, inserted_at)
             select 'dms_passport/person', $1, gen_random_uuid(), repeat('f', 60), clock_timestamp() - n * interval '50 seconds'
               from generate_series(0, 3) n`,
      values: [id],
    })
    expect((await runReport(db.database, id))?.rate).toBeCloseTo(2, 5)
  })

  test('is undefined for an unknown run', async () => {
    expect(await runReport(db.database, '00000000-0000-0000-0000-000000000000')).toBeUndefined()
  })
})
