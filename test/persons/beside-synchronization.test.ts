/** Imports of people whom workers are checking at the same moment (spec 1.8, 2.5, 2.8). */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer, makeWorker, startRun, until, untilOver } from '../synchronization/cluster.ts'
import { document, importLines, person } from './persons.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const PEOPLE = 500
const ROUNDS = 12

/** The number of a document: whose it is, and in which round it was given. Every seventh round's are invalid ones. */
function numberOf(who: number, round: number): string {
  return `${String(who).padStart(4, '0')}${String(round).padStart(5, '0')}`
}
function isInvalid(number: string): boolean {
  return Number(number.slice(4)) % 3 === 0
}

interface Row {
  readonly status: string
  readonly reason: string
  readonly number: string
  readonly cumulative: string
  readonly last_event: string | null
}

test('each ends checked by the document of the last import, nothing stands still, nothing is lost', async () => {
  const people = Array.from({ length: PEOPLE }, (_, who) => {
    const verified = { status: 'VERIFIED', reason: 'AUTO' }
    const verification = { drfo: verified, dracs_death: verified, nhs: verified }
    return person({ unzr: null, documents: [document(numberOf(who, 1))], verification })
  })
  await importLines(db.database, people)
  // Their streams of other processes that are not there yet: a change makes them due again, and nobody would check them.
  const settleOthers = `update mpi.person_verifications set mvs_passport_verification_status = 'VERIFICATION_NOT_NEEDED',
     unzr_verification_status = 'VERIFICATION_NOT_NEEDED'`
  await db.database.query({ text: settleOthers })

  const askedLast = new Map<string, string>()
  const troubles: unknown[] = []
  const workers = [1, 2].map(() =>
    makeWorker(db, {
      ask: async ({ pasNumber }) => {
        await delay(Math.random() * 20)
        askedLast.set(pasNumber.slice(0, 4), pasNumber)
        return answer(isInvalid(pasNumber) ? 1 : 0)
      },
      onTrouble: (error) => troubles.push(error),
      batchSize: 50,
    }),
  )
  await Promise.all(workers.map((worker) => worker.start()))
  try {
    let run = await startRun(db)
    for (let round = 2; round <= ROUNDS; round += 1) {
      // Half of them in each round, in an order of its own; two imports at a time.
      const changed = people
        .map((one, who) => ({ ...one, documents: [document(numberOf(who, round))] }))
        .filter((_, who) => (who + round) % 2 === 0 || round > ROUNDS - 2)
        .sort(() => Math.random() - 0.5)
      const half = changed.length >> 1
      const results = await Promise.all([
        importLines(db.database, changed.slice(0, half), { batchSize: 60 }),
        importLines(db.database, changed.slice(half), { batchSize: 90 }),
      ])
      for (const { counts } of results) expect(counts).toMatchObject({ new: 0, unchanged: 0, bad: 0 })
      const [open] = await db.database.query({ text: `select 1 from zvirka.runs where ended_at is null` })
      if (open === undefined) run = await startRun(db)
    }
    await untilOver(db, run.id)
    // Whoever was triggered after the last run had ended.
    await untilOver(db, (await startRun(db)).id)
    await until(
      'the end of all claims',
      async () => (await db.database.query({ text: 'select 1 from zvirka.claims' })).length === 0,
    )
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()))
  }
  expect(troubles).toEqual([])
  const [met] = await db.database.query<{ dropped: number; deadlocks: number; in_review: number }>({
    text: `select (select sum(dropped)::int from zvirka.run_workers) as dropped,
                  (select deadlocks::int from pg_stat_database where datname = current_database()) as deadlocks,
                  (select count(*)::int from mpi.person_verifications where dms_passport_verification_status = 'IN_REVIEW') as in_review`,
  })
  // Answers were under way when their subjects were changed: else nothing was tried here.
  expect(met?.dropped).toBeGreaterThan(0)
  expect(met).toMatchObject({ deadlocks: 0, in_review: 0 })

  const rows = await db.database.query<Row>({
    text: `select v.dms_passport_verification_status as status, v.dms_passport_verification_reason as reason, d.number,
                  s.verification_status as cumulative,
                  (select e.properties->'verification_status'->>'new_value' from event_manager.events e
                    where e.entity_id = s.id order by event_time desc limit 1) as last_event
             from mpi.persons s join mpi.person_verifications v on v.person_id = s.id
             join mpi.person_documents d on d.person_id = s.id`,
  })
  expect(rows).toHaveLength(PEOPLE)
  for (const { status, reason, number, cumulative, last_event } of rows) {
    expect(Number(number.slice(4))).toBe(ROUNDS)
    expect(askedLast.get(number.slice(0, 4))).toBe(number)
    const expected = isInvalid(number) ? ['NOT_VERIFIED', 'AUTO_NOT_VALID'] : ['VERIFIED', 'AUTO_VALID']
    expect([status, reason]).toEqual(expected)
    // The last event says what is so now; a person who never changed has none.
    expect(last_event ?? 'VERIFICATION_NEEDED').toBe(cumulative)
  }
})
