import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Executor } from '../../src/database/query.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { waitingSessions } from './administrator.ts'
import { editUnzr, importChanged, setStream } from './changes.ts'
import { answer } from './cluster.ts'
import { caseOf, unzrOf } from './five.ts'
import { type Intrusion, intrude, intrudeAndHold } from './intruder.ts'
import { addPersons, nationalId, streamState } from './people.ts'
import { once, type Point, pointsOfClaim, pointsOfClearing } from './points.ts'
import { emptyTables } from './reset.ts'
import { solo, startSolo, WORKER_NAME, workerPool } from './solo.ts'
import { Stop, watched } from './watched.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const { process, key } = caseOf('unzr/person')
const ILL_FORMED = '19800101-1'
const GOOD = unzrOf(1)
const IDENTITY = { last_name: 'Шевченко', first_name: 'Олена', second_name: null, birth_date: '1980-01-01' }
const TAKEN_FOR_INCORRECT = { status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA', unverified: true, synced: false }
const FOUND = { status: 'VERIFIED', reason: 'AUTO', data_status: 1, unverified: false, synced: true }

async function addOne(): Promise<string> {
  const [id = ''] = await addPersons(db.database, [
    { stream: 'unzr', unzr: ILL_FORMED, documents: [nationalId(1)], status: 'VERIFIED', reason: 'AUTO' },
  ])
  return id
}

async function unzrNow(id: string): Promise<string | null> {
  const [row] = await db.database.query<{ unzr: string | null }>({
    text: 'select unzr from mpi.persons where id = $1',
    values: [id],
  })
  return row?.unzr ?? null
}

async function stepsOf(id: string): Promise<string[]> {
  const rows = await db.database.query<{ step: string }>({
    text: `select step from zvirka.verification_history where subject_id = $1 and stream = 'unzr' order by id`,
    values: [id],
  })
  return rows.map(({ step }) => step)
}

const stateOf = (id: string) => streamState(db.database, process, id)
const ask = async () => answer(1)
const run = { process: key }

/** Runs the engine to its end with a change at a point; changes after its end are left to a second run. */
async function runWith(point: Point, change: (tx: Executor, id: string) => Promise<void>): Promise<string> {
  const id = await addOne()
  const intrusions: Intrusion[] = []
  const act = async () => intrusions.push(await intrude(db, (tx) => change(tx, id)))
  await solo(db, { run, ask, database: watched(workerPool(db), once(point, act)) })
  await Promise.all(intrusions.map(({ ended }) => ended))
  await solo(db, { run, ask })
  expect(intrusions).toHaveLength(1)
  expect(await db.database.query({ text: 'select from zvirka.claims' })).toEqual([])
  return id
}

test('a malformed UNZR is removed with the verdict', async () => {
  const id = await addOne()
  await solo(db, { run, ask: () => Promise.reject(new Error('nobody is to be asked')) })
  expect(await stateOf(id)).toMatchObject({ ...TAKEN_FOR_INCORRECT, cumulative: 'CHANGES_NEEDED' })
  expect(await unzrNow(id)).toBeNull()
})

describe.each([...pointsOfClaim(process), ...pointsOfClearing(process)])('$when "$statement"', (point) => {
  test('another UNZR that is written manually without a trigger stays', async () => {
    const id = await runWith(point, (tx, person) => editUnzr(tx, person, GOOD))
    expect(await unzrNow(id)).toBe(GOOD)
    const wasLookedAtBefore = (await stepsOf(id)).includes('1.1')
    expect(await stateOf(id)).toMatchObject(wasLookedAtBefore ? TAKEN_FOR_INCORRECT : FOUND)
  })

  test('another UNZR that is imported stays, and is asked about', async () => {
    const id = await runWith(point, (tx, person) =>
      importChanged(tx, 'person', person, { documents: [], identity: { ...IDENTITY, unzr: GOOD } }),
    )
    expect(await unzrNow(id)).toBe(GOOD)
    expect(await stateOf(id)).toMatchObject(FOUND)
    expect(await stepsOf(id)).toBeOneOf([
      ['trigger', '4'],
      ['1.1', 'trigger', '4'],
    ])
  })

  test('a manual result keeps both its verdict and the UNZR, unless it comes after the job', async () => {
    const id = await runWith(point, (tx, person) =>
      setStream(tx, 'person', person, { stream: 'unzr', status: 'NOT_VERIFIED', reason: 'MANUAL' }),
    )
    expect(await stateOf(id)).toMatchObject({ status: 'NOT_VERIFIED', reason: 'MANUAL' })
    expect(await unzrNow(id)).toBe((await stepsOf(id)).includes('1.1') ? null : ILL_FORMED)
  })
})

test('a concurrent manual edit that holds the person while the UNZR is being removed stays', async () => {
  const id = await addOne()
  const stop = new Stop()
  const point = { when: 'before', statement: 'clear unzr' } as const
  const database = watched(
    workerPool(db),
    once(point, (statement) => stop.here(statement)),
  )
  const { ended } = await startSolo(db, { run, ask, database })
  await stop.reached
  const edit = await intrudeAndHold(db, (tx) => editUnzr(tx, id, GOOD))
  stop.release()
  await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
  await edit.commit()
  await ended
  expect(await unzrNow(id)).toBe(GOOD)
  expect(await stateOf(id)).toMatchObject(TAKEN_FOR_INCORRECT)
})

test('nothing is removed by the claim of a dead worker', async () => {
  const id = await addOne()
  const lost = watched(
    workerPool(db),
    once({ when: 'before', statement: 'hold lease' }, () =>
      db.database.query({ text: `update zvirka.workers set lease_until = clock_timestamp() - interval '1 s'` }),
    ),
  )
  const { end } = await solo(db, { run, ask, database: lost })
  expect(end).toBe('lease_lost')
  expect(await unzrNow(id)).toBe(ILL_FORMED)
  expect(await stateOf(id)).toMatchObject({ status: 'IN_REVIEW' })
})
