// Rules: spec 2.7.1, 2.7.2
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { renew } from '../../src/synchronization/plans/workers.ts'
import { sweep } from '../../src/synchronization/sweep.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { waitingSessions } from './administrator.ts'
import { answered, handWorker } from './by-hand.ts'
import { sendAgain } from './changes.ts'
import { answer, countsOf, startRun } from './cluster.ts'
import { intrudeAndHold } from './intruder.ts'
import { addParties, addPersons, dmsState, nationalId } from './people.ts'
import { once } from './points.ts'
import { emptyTables, ownerOf } from './reset.ts'
import { type SoloOptions, startSolo, WORKER_NAME, workerPool } from './solo.ts'
import { Stop, watched } from './watched.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const FRESH = { status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: new Date().toISOString() }
const FLAGGED = { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' }

/** The checked person, and a person and a party with the same document. */
async function addThree(): Promise<{ checked: string; holder: string; party: string }> {
  const documents = [nationalId(1)]
  const [checked = '', holder = ''] = await addPersons(db.database, [{ documents }, { documents, ...FRESH }])
  const [party = ''] = await addParties(db.database, [{ documents, ...FRESH }])
  return { checked, holder, party }
}

async function runOut(workerId: string): Promise<void> {
  await db.database.query({
    text: `update zvirka.workers set lease_until = clock_timestamp() - interval '1 s' where id = $1`,
    values: [workerId],
  })
}

async function everything(): Promise<unknown> {
  return ownerOf(db).query({
    text: `select (select jsonb_agg(v order by v.id) from wide.person_verifications v) as persons,
                  (select jsonb_agg(v order by v.id) from wide.party_verifications v) as parties,
                  (select jsonb_agg(c) from zvirka.claims c) as claims,
                  (select jsonb_agg(d) from mimir.dms_passport_data d) as mimir,
                  (select jsonb_agg(h) from zvirka.verification_history h) as history,
                  (select jsonb_agg(e) from event_manager.events e) as events,
                  (select jsonb_agg(w order by w.worker_id) from zvirka.run_workers w) as counts,
                  (select jsonb_agg(t) from zvirka.answer_tallies t) as tallies`,
  })
}

describe('a worker whose lease expired', () => {
  test('writes nothing at all: no row of mimir, no holder, no event, no count', async () => {
    await addThree()
    const worker = await handWorker(db, await startRun(db))
    const claimed = await worker.claim(10)
    await runOut(worker.workerId)
    const before = await everything()
    expect(await worker.write(claimed.map((each) => answered(each, 1)))).toEqual({ kind: 'lease_lost' })
    expect(await everything()).toEqual(before)
  })

  test('claims nothing', async () => {
    await addThree()
    const worker = await handWorker(db, await startRun(db))
    await runOut(worker.workerId)
    const before = await everything()
    expect(await worker.tryToClaim(10)).toEqual({ kind: 'lease_lost' })
    expect(await everything()).toEqual(before)
  })

  test('cannot renew it any more', async () => {
    const worker = await handWorker(db, await startRun(db))
    expect(await db.database.query(renew(worker.workerId, 10, {}))).toHaveLength(1)
    await runOut(worker.workerId)
    expect(await db.database.query(renew(worker.workerId, 10, {}))).toEqual([])
  })

  test('is taken over by a sweep: its subjects are as before, without a waiting time, and others check them', async () => {
    const { checked } = await addThree()
    const run = await startRun(db)
    const [dead, other] = [await handWorker(db, run), await handWorker(db, run)]
    await dead.claim(10)
    await runOut(dead.workerId)
    expect(await sweep(db.database)).toMatchObject({ deadWorkers: 1, givenBack: 1 })
    expect(await dmsState(db.database, 'person', checked)).toMatchObject({
      status: 'VERIFICATION_NEEDED',
      reason: 'INITIAL',
      failures: 0,
      waits: false,
    })
    expect(await sweep(db.database)).toMatchObject({ deadWorkers: 0, givenBack: 0 })
    const claimed = await other.claim(10)
    await other.write(claimed.map((each) => answered(each, 1)))
    expect(await dmsState(db.database, 'person', checked)).toMatchObject(FLAGGED)
  })

  test('is not revived by late results, under its old identity or a new one', async () => {
    const { checked, holder, party } = await addThree()
    const run = await startRun(db)
    const dead = await handWorker(db, run)
    const late = await dead.claim(10)
    await runOut(dead.workerId)
    await sweep(db.database)
    const reborn = await handWorker(db, run)
    const again = await reborn.claim(10)
    expect(again.map(({ subjectId }) => subjectId)).toEqual([checked])
    expect(await dead.write(late.map((each) => answered(each, 0)))).toEqual({ kind: 'lease_lost' })
    // The same person and the same worker program, but another claim: the token differs.
    await reborn.write(late.map((each) => answered(each, 0)))
    expect(await dmsState(db.database, 'person', checked)).toMatchObject({ status: 'IN_REVIEW' })
    await reborn.write(again.map((each) => answered(each, 1)))
    for (const [kind, id] of [
      ['person', checked],
      ['person', holder],
      ['party', party],
    ] as const) {
      expect(await dmsState(db.database, kind, id)).toMatchObject(FLAGGED)
    }
  })
})

describe('a loop whose lease expires while it leaves and writes', () => {
  test('counts what it writes and what others release once', async () => {
    await addPersons(db.database, [{ documents: [nationalId(1)] }, { documents: [nationalId(2)] }])
    const stop = new Stop()
    const database = watched(
      workerPool(db),
      once({ when: 'before', statement: 'add tally' }, (statement) => stop.here(statement)),
    )
    // One is answered, and its answer is being written; the other waits for its answer.
    const holds: AbortSignal[] = []
    const ask: SoloOptions['ask'] = (_question, { signal, hold }) => {
      if (holds.push(hold) === 1) return Promise.resolve(answer(0))
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'aborted' })))
    }
    const { run, workerId, loop, ended } = await startSolo(db, { database, ask, stopMilliseconds: 60_000 })
    await stop.reached
    loop.leave()
    await until('it to leave', async () => holds.every(({ aborted }) => aborted))
    loop.loseLease()
    expect(await ended).toBe('lease_lost')
    stop.release()
    await until('the write', async () => (await countsOf(db, run.id))['verified'] === 1)
    await runOut(workerId)
    await sweep(db.database)
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 2, verified: 1, given_back: 1, dropped: 0 })
  })
})

describe('a claim that is lost while the lease is valid', () => {
  test('drops only 4: the registry row is stored, and others with the document are written', async () => {
    const { checked, holder, party } = await addThree()
    const worker = await handWorker(db, await startRun(db))
    const claimed = await worker.claim(10)
    await db.database.transaction((tx) => sendAgain(tx, 'person', checked))
    await worker.write(claimed.map((each) => answered(each, 1)))
    expect(await dmsState(db.database, 'person', checked)).toMatchObject({
      status: 'VERIFICATION_NEEDED',
      reason: 'ONLINE_TRIGGERED',
      synced: false,
      data_id: null,
    })
    expect(await dmsState(db.database, 'person', holder)).toMatchObject(FLAGGED)
    expect(await dmsState(db.database, 'party', party)).toMatchObject(FLAGGED)
    expect(await db.database.query({ text: 'select pas_number from mimir.dms_passport_data' })).toHaveLength(1)
  })

  test('is not confused with a later one of the same subject by the same worker', async () => {
    const { checked } = await addThree()
    const worker = await handWorker(db, await startRun(db))
    const first = await worker.claim(10)
    await db.database.transaction((tx) => sendAgain(tx, 'person', checked))
    const second = await worker.claim(10)
    expect(second.map(({ subjectId }) => subjectId)).toEqual([checked])
    await worker.write(first.map((each) => answered(each, 0)))
    expect(await dmsState(db.database, 'person', checked)).toMatchObject({ status: 'IN_REVIEW', reason: 'AUTO' })
    await worker.write(second.map((each) => answered(each, 1)))
    expect(await dmsState(db.database, 'person', checked)).toMatchObject(FLAGGED)
  })
})

describe('a take-over', () => {
  /** A worker in the middle of a flush: its lease row is locked. */
  async function inTheMiddle() {
    await addThree()
    const stop = new Stop()
    const database = watched(
      workerPool(db),
      once({ when: 'before', statement: 'add tally' }, (statement) => stop.here(statement)),
    )
    const worker = await handWorker(db, await startRun(db), database)
    const claimed = await worker.claim(10)
    const writing = worker.write(claimed.map((each) => answered(each, 1)))
    await stop.reached
    return { worker, writing, stop }
  }

  test('does not wait for a writer, and skips what is being written', async () => {
    const { worker, writing, stop } = await inTheMiddle()
    await runOut(worker.workerId)
    expect(await sweep(db.database)).toMatchObject({ deadWorkers: 0, givenBack: 0 })
    stop.release()
    expect((await writing).kind).toBe('written')
    expect(await sweep(db.database)).toMatchObject({ deadWorkers: 1, givenBack: 0 })
  })

  test('and a renewal do not wait for a writer', async () => {
    const { worker, writing, stop } = await inTheMiddle()
    expect(await db.database.query(renew(worker.workerId, 10, {}))).toHaveLength(1)
    stop.release()
    await writing
  })

  test('that has started keeps the writer out', async () => {
    await addThree()
    const worker = await handWorker(db, await startRun(db))
    const claimed = await worker.claim(10)
    const takingOver = await intrudeAndHold(db, async (tx) => {
      await tx.query({ text: 'select from zvirka.workers where id = $1 for update', values: [worker.workerId] })
      await tx.query({
        text: 'update zvirka.workers set ended_at = clock_timestamp() where id = $1',
        values: [worker.workerId],
      })
    })
    const writing = worker.write(claimed.map((each) => answered(each, 1)))
    await until('the writer to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    await takingOver.commit()
    expect(await writing).toEqual({ kind: 'lease_lost' })
  })

  test('releases once what many find concurrently', async () => {
    const people = 300
    await addPersons(
      db.database,
      Array.from({ length: people }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const run = await startRun(db)
    const dead = await Promise.all([1, 2, 3].map(() => handWorker(db, run)))
    for (const worker of dead) await worker.claim(people / 3)
    for (const { workerId } of dead) await runOut(workerId)
    const swept = await Promise.all([1, 2, 3, 4].map(() => sweep(db.database)))
    const sum = (of: (each: (typeof swept)[number]) => number) => swept.reduce((all, each) => all + of(each), 0)
    expect([sum(({ deadWorkers }) => deadWorkers), sum(({ givenBack }) => givenBack)]).toEqual([3, people])
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: people, given_back: people })
  })

  test('finds the claims of a worker that ended without knowing of them', async () => {
    const { checked } = await addThree()
    const worker = await handWorker(db, await startRun(db))
    await worker.claim(10)
    await db.database.query({
      text: 'update zvirka.workers set ended_at = clock_timestamp() where id = $1',
      values: [worker.workerId],
    })
    await sweep(db.database)
    expect(await dmsState(db.database, 'person', checked)).toMatchObject({ status: 'VERIFICATION_NEEDED' })
  })
})

describe('a run whose worker is lost', () => {
  test('ends as failed if it belongs to a command, and otherwise continues', async () => {
    for (const isOfCommand of [true, false]) {
      await emptyTables(db, 'delete')
      const starter = await handWorker(db, await startRun(db))
      await ownerOf(db).query({ text: `update zvirka.runs set state = 'stopped', ended_at = now()` })
      const run = await startRun(db, { startedByWorker: isOfCommand ? starter.workerId : null })
      await runOut(starter.workerId)
      await sweep(db.database)
      const [now] = await db.database.query({
        text: `select state, held_by, finding ->> 'code' as finding from zvirka.runs where id = $1`,
        values: [run.id],
      })
      expect(now).toEqual(
        isOfCommand
          ? { state: 'failed', held_by: 'fault', finding: 'worker_lost' }
          : { state: 'running', held_by: null, finding: null },
      )
    }
  })

  test('continues while another worker has joined it', async () => {
    const starter = await handWorker(db, await startRun(db))
    await ownerOf(db).query({ text: `update zvirka.runs set state = 'stopped', ended_at = now()` })
    const run = await startRun(db, { startedByWorker: starter.workerId })
    await handWorker(db, run)
    await runOut(starter.workerId)
    await sweep(db.database)
    const [now] = await db.database.query({ text: 'select state from zvirka.runs where id = $1', values: [run.id] })
    expect(now).toEqual({ state: 'running' })
  })
})

describe('a live worker’s claims', () => {
  test('are not touched, however many sweep concurrently', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 50 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const worker = await handWorker(db, await startRun(db))
    const claimed = await worker.claim(50)
    const swept = await Promise.all([1, 2, 3, 4].map(() => sweep(db.database)))
    expect(swept).toEqual([1, 2, 3, 4].map(() => ({ deadWorkers: 0, givenBack: 0 })))
    const applied = await worker.write(claimed.map((each) => answered(each, 0)))
    expect(applied).toMatchObject({ counts: { verified: 50, dropped: 0 } })
  })
})
