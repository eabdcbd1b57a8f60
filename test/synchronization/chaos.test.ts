// Rules: spec 6.5.1
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sweep } from '../../src/synchronization/sweep.ts'
import type { Worker } from '../../src/synchronization/worker.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { administer, deadlocks } from './administrator.ts'
import { changeDocuments } from './changes.ts'
import { answer, countsOf, makeWorker, startRun, untilOver } from './cluster.ts'
import { addParties, addPersons, nationalId } from './people.ts'
import { emptyTables } from './reset.ts'

let db: TestDatabase
const workers: Worker[] = []
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(async () => {
  await emptyTables(db)
  return async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  }
})

const PEOPLE = 1200
const isInvalid = (number: string) => Number(number) % 6 === 0

/** A fast registry that counts, and workers that share a run. */
async function startWorkers(count: number, asked: string[] = []): Promise<Worker[]> {
  for (let n = 0; n < count; n += 1) {
    const worker = makeWorker(db, {
      batchSize: 30,
      ask: async ({ pasNumber }) => {
        asked.push(pasNumber)
        await delay(1)
        return answer(isInvalid(pasNumber) ? 1 : 0)
      },
      onTrouble: () => undefined,
    })
    await worker.start()
    workers.push(worker)
  }
  return workers
}

/** Two persons hold each document; a third of them are parties as well. */
async function addCrowd(): Promise<void> {
  const documentOf = (n: number) => [nationalId(Math.floor(n / 2))]
  await addPersons(
    db.database,
    Array.from({ length: PEOPLE }, (_, n) => ({ documents: documentOf(n) })),
  )
  await addParties(
    db.database,
    Array.from({ length: PEOPLE / 6 }, (_, n) => ({ documents: [nationalId(n * 3)] })),
  )
}

// What must hold whatever happened: the answer about the document, and exactly one event for each change.
async function expectConsistent(): Promise<void> {
  const wrong = await db.database.query({
    text: `
select v.person_id, v.dms_passport_verification_status, p.verification_status
  from wide.person_verifications v join mpi.persons p on p.id = v.person_id
  join mpi.person_documents d on d.person_id = p.id
 where v.dms_passport_verification_status is distinct from
         (case when d.number::int % 6 = 0 then 'NOT_VERIFIED' else 'VERIFIED' end)::zvirka.stream_status
    or p.verification_status is distinct from wide.person_cumulative_status(v)
    or v.dms_passport_data_id is distinct from (select m.id from mimir.dms_passport_data m
                                                 where m.pas_number = d.number and d.number::int % 6 = 0)`,
  })
  expect(wrong).toEqual([])
  // Each subject's events are its status changes: none is doubled, and the last is its status.
  const doubled = await db.database.query({
    text: `
select * from (
  select entity_id, properties, lag(properties) over (partition by entity_id order by event_time) as before
    from event_manager.events) e where properties = before`,
  })
  expect(doubled).toEqual([])
  const last = await db.database.query({
    text: `
select p.id from mpi.persons p join lateral (
  select properties->'verification_status'->>'new_value' as status from event_manager.events
   where entity_id = p.id order by event_time desc limit 1) e on true
 where p.verification_status::text <> e.status`,
  })
  expect(last).toEqual([])
  expect(await db.database.query({ text: 'select * from zvirka.claims' })).toEqual([])
}

test('connections that break repeatedly lose nothing and duplicate nothing', async () => {
  await addCrowd()
  const asked: string[] = []
  await startWorkers(2, asked)
  const run = await startRun(db)
  for (let n = 0; n < 15; n += 1) {
    await administer(
      db,
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'tests' and state <> 'idle'`,
    )
    await delay(20)
  }
  const over = await untilOver(db, run.id)
  expect(over.state).toBe('finished')
  await expectConsistent()
  const { claimed = 0, given_back = 0, ...counts } = await countsOf(db, run.id)
  const { verified = 0, not_verified = 0, dropped = 0, technical_errors } = counts
  // Everybody shares a document: if an answer reaches somebody at the moment of the claim, their own answer is dropped.
  expect({ taken: claimed - given_back, technical_errors }).toEqual({
    taken: verified + not_verified + dropped,
    technical_errors: 0,
  })
  // Nobody was settled twice by their own answer.
  const twice = await db.database.query({
    text: `select subject_id from zvirka.verification_history where step in ('4', '5') group by 1 having count(*) > 1`,
  })
  expect(twice).toEqual([])
})

test('a lease that expires in the middle of everything is taken over, and the worker continues under a new identity', async () => {
  await addCrowd()
  const [first] = await startWorkers(2)
  const before = first?.workerId
  const run = await startRun(db)
  await until(
    'a flush',
    async () => (await db.database.query({ text: 'select from zvirka.answer_tallies' })).length > 1,
  )
  await db.database.query({
    text: `update zvirka.workers set lease_until = clock_timestamp() - interval '1 s' where id = $1`,
    values: [before],
  })
  await until('the old identity to end', async () => {
    const rows = await db.database.query({
      text: 'select from zvirka.workers where id = $1 and ended_at is not null',
      values: [before],
    })
    return rows.length > 0
  })
  await until('a new identity', async () => first?.workerId !== before)
  expect((await untilOver(db, run.id)).state).toBe('finished')
  await expectConsistent()
})

test('concurrent changes of the same people cause no deadlock and are not lost', async () => {
  await addCrowd()
  const ids = (await db.database.query<{ id: string }>({ text: 'select id from mpi.persons' })).map(({ id }) => id)
  const before = await deadlocks(db)
  await startWorkers(2)
  const run = await startRun(db)
  const changing = [0, 1].map(async (which) => {
    for (let n = which; n < 200; n += 2) {
      const id = ids[(n * 37) % ids.length] ?? ''
      // A new document, which the registry does not know.
      await db.database.transaction((tx) => changeDocuments(tx, 'person', id, [nationalId(100_001 + n * 6)]))
    }
  })
  await Promise.all(changing)
  await untilOver(db, run.id)
  // Subjects changed after the run ended are left to the next one.
  await untilOver(db, (await startRun(db)).id)
  await sweep(db.database)
  await expectConsistent()
  expect(await deadlocks(db)).toBe(before)
  const changed = await db.database.query({
    text: `select v.person_id from wide.person_verifications v join mpi.person_documents d on d.person_id = v.person_id
            where d.number::int > 100000 and dms_passport_verification_reason <> 'AUTO_VALID'`,
  })
  expect(changed).toEqual([])
})
