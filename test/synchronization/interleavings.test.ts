import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Executor } from '../../src/database/query.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { changeDocuments, moveDocuments, sendAgain, setActive } from './changes.ts'
import { answer, type PassportAsk } from './cluster.ts'
import { type Intrusion, intrude } from './intruder.ts'
import { addParties, addPersons, dmsState, nationalId } from './people.ts'
import { once, POINTS_OF_CLAIM, POINTS_OF_FLUSH } from './points.ts'
import { emptyTables } from './reset.ts'
import { solo, workerPool } from './solo.ts'
import { type Hooks, watched } from './watched.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const INVALID = nationalId(1)
const VALID = nationalId(2)
const FRESH = { status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: new Date().toISOString() }
const FLAGGED = { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID', data_status: 1, synced: true, unverified: true }
const GOOD = {
  status: 'VERIFIED',
  reason: 'AUTO_VALID',
  data_status: 0,
  data_id: null,
  synced: true,
  unverified: false,
}

/** The one who is checked, another with the same document, one with none, and a party with the same document. */
interface People {
  readonly checked: string
  readonly holder: string
  readonly other: string
  readonly party: string
}

async function addPeople(): Promise<People> {
  const [checked = '', holder = '', other = ''] = await addPersons(db.database, [
    { documents: [INVALID] },
    { documents: [INVALID], ...FRESH },
    { documents: [], ...FRESH },
  ])
  const [party = ''] = await addParties(db.database, [{ documents: [INVALID], ...FRESH }])
  return { checked, holder, other, party }
}

type Change = (tx: Executor, people: People) => Promise<void>

interface Outcome {
  readonly people: People
  /** The numbers that the registry was asked about. */
  readonly asked: readonly string[]
}

/** Runs the engine to its end, while somebody comes between. */
async function runWith(change: Change, when: 'call' | ((act: () => Promise<void>) => Hooks)): Promise<Outcome> {
  const people = await addPeople()
  const intrusions: Intrusion[] = []
  const act = async () => {
    intrusions.push(await intrude(db, (tx) => change(tx, people)))
  }
  const asked: string[] = []
  const trouble: unknown[] = []
  const ask: PassportAsk = async ({ pasNumber }) => {
    asked.push(pasNumber)
    if (when === 'call' && asked.length === 1) await act()
    return answer(pasNumber === INVALID.number ? 1 : 0)
  }
  const { end } = await solo(db, {
    database: when === 'call' ? workerPool(db) : watched(workerPool(db), when(act)),
    ask,
    onTrouble: (error) => trouble.push(error),
  })
  expect(intrusions).toHaveLength(1)
  await Promise.all(intrusions.map(({ ended }) => ended))
  // What came after the end of the run is for the next one.
  if (end === 'finished') await solo(db, { ask })
  expect(trouble).toEqual([])
  await expectNothingHeld()
  await expectHoldersWritten(people, asked)
  return { people, asked }
}

async function expectNothingHeld(): Promise<void> {
  expect(await db.database.query({ text: 'select * from zvirka.claims' })).toEqual([])
  expect(
    await db.database.query({
      text: `select person_id from mpi.person_verifications where dms_passport_verification_status = 'IN_REVIEW'`,
    }),
  ).toEqual([])
}

// 4.1 and 4.2 happen whenever the answer was given, whatever became of the one who was asked about.
async function expectHoldersWritten({ holder, party }: People, asked: readonly string[]): Promise<void> {
  const expected = asked.includes(INVALID.number) ? FLAGGED : { status: 'VERIFIED', reason: 'AUTO_VALID' }
  expect(await dmsState(db.database, 'person', holder)).toMatchObject(expected)
  expect(await dmsState(db.database, 'party', party)).toMatchObject(expected)
}

async function stepsOf(id: string): Promise<string[]> {
  const rows = await db.database.query<{ step: string }>({
    text: `select step from zvirka.verification_history where subject_id = $1 and stream = 'dms_passport' order by id`,
    values: [id],
  })
  return rows.map(({ step }) => step)
}

const POINTS: readonly [string, 'call' | ((act: () => Promise<void>) => Hooks)][] = [
  ...POINTS_OF_CLAIM.map((point): [string, (act: () => Promise<void>) => Hooks] => [
    `${point.when} "${point.statement}"`,
    (act) => once(point, act),
  ]),
  ['during the call', 'call'],
  ...POINTS_OF_FLUSH.map((point): [string, (act: () => Promise<void>) => Hooks] => [
    `${point.when} "${point.statement}"`,
    (act) => once(point, act),
  ]),
]

describe.each(POINTS)('%s', (_, when) => {
  test('a person who changes the document ends with the answer about the new one', async () => {
    const { people, asked } = await runWith((tx, { checked }) => changeDocuments(tx, 'person', checked, [VALID]), when)
    expect(await dmsState(db.database, 'person', people.checked)).toMatchObject(GOOD)
    expect(asked.filter((number) => number === VALID.number)).toHaveLength(1)
    expect(asked.filter((number) => number === INVALID.number).length).toBeLessThanOrEqual(1)
    expect(await stepsOf(people.checked)).toBeOneOf([
      ['trigger', '5'],
      ['4', 'trigger', '5'],
    ])
  })

  test('a person who is sent again is asked about again, unless the claim came later', async () => {
    const { people, asked } = await runWith((tx, { checked }) => sendAgain(tx, 'person', checked), when)
    expect(await dmsState(db.database, 'person', people.checked)).toMatchObject(FLAGGED)
    const steps = await stepsOf(people.checked)
    expect(steps).toBeOneOf([
      ['trigger', '4'],
      ['4', 'trigger', '4'],
    ])
    expect(asked.length).toBeLessThanOrEqual(2)
  })

  test('a person who is deactivated is finished like any other once claimed, and never claimed otherwise', async () => {
    const { people, asked } = await runWith((tx, { checked }) => setActive(tx, checked, false), when)
    expect(await dmsState(db.database, 'person', people.checked)).toMatchObject(
      asked.length === 1 ? FLAGGED : { status: 'VERIFICATION_NEEDED', reason: 'INITIAL', synced: false },
    )
    expect(await stepsOf(people.checked)).toEqual(asked.length === 1 ? ['4'] : [])
  })

  test('a document that goes to another person takes its answer along', async () => {
    const { people } = await runWith((tx, { checked, other }) => moveDocuments(tx, 'person', checked, other), when)
    expect(await dmsState(db.database, 'person', people.checked)).toMatchObject({
      status: 'VERIFICATION_NOT_NEEDED',
      reason: 'AUTO_DATA_ABSENT',
      data_id: null,
      data_status: null,
      synced: false,
    })
    expect(await dmsState(db.database, 'person', people.other)).toMatchObject(FLAGGED)
    expect(await stepsOf(people.checked)).toBeOneOf([['trigger'], ['4', 'trigger']])
    expect(await stepsOf(people.other)).toBeOneOf([
      ['trigger', '4'],
      ['trigger', '4.1'],
    ])
  })
})
