import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { getProcess } from '../../src/synchronization/process.ts'
import { stopRun } from '../../src/synchronization/runs.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { administer, waitingSessions } from './administrator.ts'
import { lockSubject } from './changes.ts'
import { answer, countsOf, type PassportAsk, technicalError } from './cluster.ts'
import { intrudeAndHold } from './intruder.ts'
import { addParties, addPersons, dmsState, nationalId, USER } from './people.ts'
import { once, type Point, pointsOfClaim, pointsOfFlush } from './points.ts'
import { emptyTables } from './reset.ts'
import { solo, startSolo, WORKER_NAME, workerPool } from './solo.ts'
import { type Statement, Stop, watched } from './watched.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const INVALID = nationalId(1)
const VALID = nationalId(2)
const FAILING = nationalId(3)
const FRESH = { status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: new Date().toISOString() }

interface People {
  readonly invalid: string
  readonly valid: string
  readonly failing: string
  readonly empty: string
  readonly holder: string
  readonly party: string
}

async function addPeople(): Promise<People> {
  const [invalid = '', valid = '', failing = '', empty = '', holder = ''] = await addPersons(db.database, [
    { documents: [INVALID] },
    { documents: [VALID] },
    { documents: [FAILING] },
    { documents: [] },
    { documents: [INVALID], ...FRESH },
  ])
  const [party = ''] = await addParties(db.database, [{ documents: [INVALID], ...FRESH }])
  return { invalid, valid, failing, empty, holder, party }
}

/** Everything was done exactly once, by its records. */
async function expectDoneOnce(people: People, runId: string): Promise<void> {
  const history = await db.database.query({
    text: 'select subject_id as id, step from zvirka.verification_history order by step',
  })
  expect(history).toEqual([
    { id: people.empty, step: '1.1' },
    { id: people.invalid, step: '4' },
    { id: people.holder, step: '4.1' },
    { id: people.party, step: '4.2' },
    { id: people.valid, step: '5' },
  ])
  const events = await db.database.query<{ id: string }>({ text: 'select entity_id as id from event_manager.events' })
  const changed = [people.empty, people.invalid, people.holder, people.party, people.valid]
  expect(events.map(({ id }) => id).sort()).toEqual(changed.sort())
  const [rows] = await db.database.query({
    text: `select (select count(*) from mimir.dms_passport_data) as found, (select count(*) from zvirka.claims) as claims,
                  (select string_agg(letter, '' order by letter) from zvirka.answer_tallies, string_to_table(outcomes, null) letter) as letters,
                  (select sum(count)::int from zvirka.run_errors) as errors`,
  })
  expect(rows).toEqual({ found: 1, claims: 0, letters: 'efu', errors: 1 })
  const { claimed = 0, given_back = 0, ...counts } = await countsOf(db, runId)
  expect({ taken: claimed - given_back, ...counts }).toEqual({
    taken: 4,
    verified: 1,
    not_verified: 1,
    not_needed: 1,
    incorrect: 0,
    dropped: 0,
    technical_errors: 1,
    propagated: 2,
  })
  expect(await dmsState(db.database, 'person', people.failing)).toMatchObject({
    status: 'VERIFICATION_NEEDED',
    failures: 1,
  })
}

/** A registry that counts the questions about each number. */
function countingRegistry(): { ask: PassportAsk; asked: Map<string, number> } {
  const asked = new Map<string, number>()
  const ask: PassportAsk = async ({ pasNumber }) => {
    asked.set(pasNumber, (asked.get(pasNumber) ?? 0) + 1)
    if (pasNumber === FAILING.number) return technicalError('subject')
    return answer(pasNumber === INVALID.number ? 1 : 0)
  }
  return { ask, asked }
}

async function breakConnection({ on }: Statement): Promise<void> {
  const [row] = await on.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  await administer(db, 'select pg_terminate_backend($1, 5000)', [row?.pid])
}

function loseTheAnswer(): never {
  throw new Error('the connection broke before the answer came')
}

const POINTS = [
  ...pointsOfClaim(getProcess('dms_passport/person')),
  ...pointsOfFlush(getProcess('dms_passport/person')),
  { when: 'before', statement: 'give back dms_passport/person' } as const,
]
const COMMITS = ['commit after documents of person', 'commit after add tally']

async function runThrough(database: Database): Promise<void> {
  const people = await addPeople()
  const { ask, asked } = countingRegistry()
  const trouble: unknown[] = []
  const { run, end } = await solo(db, { ask, database, onTrouble: (error) => trouble.push(error) })
  expect([end, trouble.length]).toEqual(['finished', 1])
  expect([...asked.values()]).toEqual([1, 1, 1])
  await expectDoneOnce(people, run.id)
}

describe('nothing is lost and nothing done twice if the connection breaks', () => {
  test.each(POINTS.filter(({ when }) => when === 'before').map((point: Point) => [point.statement, point] as const))(
    'before "%s"',
    (_, point) => runThrough(watched(workerPool(db), once(point, breakConnection))),
  )

  test.each(COMMITS)('after "%s" was executed, before its result arrived', (statement) =>
    runThrough(watched(workerPool(db), once({ when: 'after', statement }, loseTheAnswer))),
  )
})

test('a claim whose commit was not acknowledged is released when the run is stopped, and the run ends', async () => {
  await addPeople()
  const { ask, asked } = countingRegistry()
  const database = watched(
    workerPool(db),
    once({ when: 'after', statement: 'commit after documents of person' }, async () => {
      await stopRun(db.database, run.id, { userId: USER, reason: null })
      loop.setMayWork(false)
      loseTheAnswer()
    }),
  )
  const { run, loop, ended } = await startSolo(db, { ask, database, onTrouble: () => undefined })
  await until('the claims to be released', async () => {
    const claims = await db.database.query({ text: 'select from zvirka.claims' })
    const [row] = await db.database.query<{ claimed: number }>({ text: 'select claimed from zvirka.run_workers' })
    return row?.claimed === 4 && claims.length === 0
  })
  loop.leave()
  expect(await ended).toBe('left')
  expect(asked.size).toBe(0)
  expect(await countsOf(db, run.id)).toMatchObject({ claimed: 4, given_back: 4 })
})

test.each([
  ['statement_timeout', { statementTimeoutMs: 200 }],
  ['lock_timeout', { lockTimeoutMs: 200 }],
])('a flush that hits %s is written once the row is free', async (_, limits) => {
  const people = await addPeople()
  const { ask } = countingRegistry()
  const stop = new Stop()
  const pool = db.open({ max: 4, ...limits })
  const database = watched(
    pool,
    once({ when: 'before', statement: 'hold lease' }, (statement) => stop.here(statement)),
  )
  const trouble: unknown[] = []
  const { run, ended } = await startSolo(db, { ask, database, onTrouble: (error) => trouble.push(error) })
  await stop.reached
  const held = await intrudeAndHold(db, (tx) => lockSubject(tx, 'person', people.holder))
  stop.release()
  await until('the flush to give up', async () => trouble.length > 0)
  await held.commit()
  expect(await ended).toBe('finished')
  await expectDoneOnce(people, run.id)
})

test('a flush that a deadlock rolled back is retried as a whole', async () => {
  const people = await addPeople()
  const { ask } = countingRegistry()
  const stop = new Stop()
  let flushes = 0
  const database = watched(workerPool(db), {
    before: (statement) => {
      if (statement.name !== 'lock person and holders') return undefined
      flushes += 1
      return flushes === 1 ? stop.here(statement) : undefined
    },
  })
  const trouble: unknown[] = []
  const { run, ended } = await startSolo(db, { ask, database, onTrouble: (error) => trouble.push(error) })
  await stop.reached
  // A client that locks in the wrong order, and waits longer for deadlocks than the engine.
  const patient = db.open({ max: 1, session: { deadlock_timeout: '30s' }, applicationName: 'patient' })
  const wrong = patient.transaction(async (tx) => {
    await lockSubject(tx, 'person', people.holder)
    await tx.query({
      text: `insert into mimir.dms_passport_data (pass_type, pas_number, pas_status) values ('0101', $1, 1)
             on conflict (pass_type, pas_serial, pas_number) do update set pas_status = 1`,
      values: [INVALID.number],
    })
  })
  await until('the other to wait', async () => (await waitingSessions(db, 'patient')) > 0)
  stop.release()
  await wrong
  expect(await ended).toBe('finished')
  // The first write, its retry, and on a busy machine one for later answers.
  expect(flushes).toBeGreaterThanOrEqual(2)
  expect(trouble).toEqual([])
  await expectDoneOnce(people, run.id)
  expect(await waitingSessions(db, WORKER_NAME)).toBe(0)
})
