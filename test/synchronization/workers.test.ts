// Rules: spec 2.1.6, 2.2.3
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NewRun } from '../../src/synchronization/plans/runs.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { handWorker, unasked } from './by-hand.ts'
import { answer, countsOf, type PassportAsk, startRun, technicalError, untilOver } from './cluster.ts'
import { addPersons, nationalId } from './people.ts'
import { emptyTables } from './reset.ts'
import { startSolo } from './solo.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

/** Workers that share a run, from beginning to end. */
async function shareRun(
  workers: number,
  ask: PassportAsk,
  options: { batchSize?: number; run?: Partial<NewRun> } = {},
) {
  const run = await startRun(db, options.run)
  const solos = await Promise.all(
    Array.from({ length: workers }, () => startSolo(db, { ask, batchSize: options.batchSize ?? 25, existing: run })),
  )
  const over = await untilOver(db, run.id)
  for (const { loop } of solos) loop.leave()
  await Promise.all(solos.map(({ ended }) => ended))
  return over
}

function addMany(count: number, documents = (n: number) => [nationalId(n)]): Promise<string[]> {
  return addPersons(
    db.database,
    Array.from({ length: count }, (_, n) => ({ documents: documents(n) })),
  )
}

async function statuses(): Promise<Record<string, number>> {
  const rows = await db.database.query<{ status: string; count: number }>({
    text: `select dms_passport_verification_status as status, count(*) as count from wide.person_verifications group by 1`,
  })
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

describe.each([2, 4])('%i concurrent workers', (workers) => {
  test('ask about each subject once, count it once, write one event and one entry for it', async () => {
    const people = 1500
    await addMany(people)
    const asked = new Map<string, number>()
    const run = await shareRun(workers, async ({ pasNumber }) => {
      asked.set(pasNumber, (asked.get(pasNumber) ?? 0) + 1)
      return Number(pasNumber) % 7 === 0 ? technicalError('subject') : answer(Number(pasNumber) % 5 === 0 ? 1 : 0)
    })
    expect(run.state).toBe('finished')
    expect([asked.size, Math.max(...asked.values())]).toEqual([people, 1])
    const numbers = Array.from({ length: people }, (_, n) => n)
    const errors = numbers.filter((n) => n % 7 === 0).length
    const found = numbers.filter((n) => n % 7 !== 0 && n % 5 === 0).length
    expect(await countsOf(db, run.id)).toEqual({
      claimed: people,
      given_back: 0,
      verified: people - errors - found,
      not_verified: found,
      not_needed: 0,
      incorrect: 0,
      dropped: 0,
      technical_errors: errors,
      propagated: 0,
    })
    const [written] = await db.database.query({
      text: `select (select count(*) from event_manager.events) as events,
                    (select count(distinct entity_id) from event_manager.events) as entities,
                    (select count(*) from zvirka.verification_history) as entries,
                    (select count(distinct subject_id) from zvirka.verification_history) as subjects,
                    (select count(*) from mimir.dms_passport_data) as found,
                    (select sum(count) from zvirka.run_errors) as errors,
                    (select sum(length(outcomes)) from zvirka.answer_tallies) as letters,
                    (select count(*) from zvirka.claims) as claims`,
    })
    const settled = people - errors
    expect(written).toEqual({
      events: settled,
      entities: settled,
      entries: settled,
      subjects: settled,
      found,
      errors: String(errors),
      letters: people,
      claims: 0,
    })
  })

  test('together take no more subjects than the limit, including those without a call', async () => {
    await addMany(400, (n) => (n % 2 === 0 ? [nationalId(n)] : []))
    const run = await shareRun(workers, async () => answer(0), { batchSize: 7, run: { maxSubjects: 150 } })
    const { claimed, verified, not_needed } = await countsOf(db, run.id)
    expect([run.state, claimed, (verified ?? 0) + (not_needed ?? 0)]).toEqual(['finished', 150, 150])
    expect(await statuses()).toMatchObject({ VERIFICATION_NEEDED: 250 })
  })

  test('together take no more batches than the limit', async () => {
    await addMany(300)
    const run = await shareRun(workers, async () => answer(0), { batchSize: 20, run: { maxBatches: 5 } })
    expect(run.state).toBe('finished')
    expect(await statuses()).toEqual({ VERIFIED: 100, VERIFICATION_NEEDED: 200 })
  })
})

describe('a limit', () => {
  test('has room again for what was released unasked', async () => {
    await addMany(3)
    const run = await startRun(db, { maxSubjects: 2 })
    const [worker, other] = [await handWorker(db, run), await handWorker(db, run)]
    const claimed = await worker.claim(5)
    expect(claimed).toHaveLength(2)
    expect((await other.tryToClaim(5)).kind).toBe('limit_reached')
    await worker.write(claimed.slice(0, 1).map(unasked))
    expect(await other.claim(5)).toHaveLength(1)
    expect((await other.tryToClaim(5)).kind).toBe('limit_reached')
  })

  test('does not end a run in which something was released since', async () => {
    await addMany(2)
    const run = await startRun(db, { maxSubjects: 1 })
    const [worker, other] = [await handWorker(db, run), await handWorker(db, run)]
    const claimed = await worker.claim(1)
    expect((await other.tryToClaim(1)).kind).toBe('limit_reached')
    await worker.write(claimed.map(unasked))
    expect(await other.claimer.finish(true)).toBe(false)
    expect(await other.claim(1)).toHaveLength(1)
  })
})
