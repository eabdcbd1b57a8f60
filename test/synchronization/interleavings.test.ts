import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Executor } from '../../src/database/query.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { changeDocuments, dismissAll, moveDocuments, sendAgain, setActive } from './changes.ts'
import { answer, type PassportAsk } from './cluster.ts'
import { caseOf } from './five.ts'
import { type Intrusion, intrude } from './intruder.ts'
import { addSubjects, nationalId, streamState } from './people.ts'
import { once, pointsOfClaim, pointsOfFlush } from './points.ts'
import { emptyTables } from './reset.ts'
import { solo, workerPool } from './solo.ts'
import { TABLES } from './table-names.ts'
import { type Hooks, watched } from './watched.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const INVALID = nationalId(1)
const VALID = nationalId(2)

type When = 'call' | ((act: () => Promise<void>) => Hooks)

/** The checked subject, another with the same document, one without any, and one of the other kind with the same document. */
interface People {
  readonly checked: string
  readonly holder: string
  readonly other: string
  readonly across: string
}

type Change = (tx: Executor, people: People) => Promise<void>

interface Outcome {
  readonly people: People
  /** The numbers that the registry was asked about. */
  readonly asked: readonly string[]
}

// One process of persons and one of parties, of both streams that reach others.
describe.each(['dms_passport/person', 'mvs_passport/party'] as const)('%s', (key) => {
  const { process, good, bad } = caseOf(key)
  const { kind, stream } = process
  const otherKind = kind === 'person' ? 'party' : 'person'
  const FRESH = { stream, ...good, synced_at: new Date().toISOString() }
  const FLAGGED = { ...bad, data_status: 1, synced: true, unverified: true }
  const GOOD = { ...good, data_status: 0, data_id: null, synced: true, unverified: false }
  const stateOf = (id: string, of = kind) => streamState(db.database, { kind: of, stream }, id)

  async function addPeople(): Promise<People> {
    const [checked = '', holder = '', other = ''] = await addSubjects(db.database, kind, [
      { stream, documents: [INVALID] },
      { ...FRESH, documents: [INVALID] },
      { ...FRESH, documents: [] },
    ])
    const [across = ''] = await addSubjects(db.database, otherKind, [{ ...FRESH, documents: [INVALID] }])
    return { checked, holder, other, across }
  }

  /** Runs the engine to its end, with a change in between. */
  async function runWith(change: Change, when: When): Promise<Outcome> {
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
    const run = { process: key }
    const { end } = await solo(db, {
      run,
      database: when === 'call' ? workerPool(db) : watched(workerPool(db), when(act)),
      ask,
      onTrouble: (error) => trouble.push(error),
    })
    expect(intrusions).toHaveLength(1)
    await Promise.all(intrusions.map(({ ended }) => ended))
    // A change after the end of the run is left to the next one.
    if (end === 'finished') await solo(db, { run, ask })
    expect(trouble).toEqual([])
    await expectNothingHeld()
    await expectHoldersWritten(people, asked)
    return { people, asked }
  }

  async function expectNothingHeld(): Promise<void> {
    expect(await db.database.query({ text: 'select * from zvirka.claims' })).toEqual([])
    expect(
      await db.database.query({
        text: `select from ${TABLES[kind].verifications} where ${stream}_verification_status = 'IN_REVIEW'`,
      }),
    ).toEqual([])
  }

  // 4.1 and 4.2 happen whenever there was an answer, whatever happened to the subject asked about.
  async function expectHoldersWritten({ holder, across }: People, asked: readonly string[]): Promise<void> {
    const expected = asked.includes(INVALID.number) ? FLAGGED : good
    expect(await stateOf(holder)).toMatchObject(expected)
    expect(await stateOf(across, otherKind)).toMatchObject(expected)
  }

  async function stepsOf(id: string): Promise<string[]> {
    const rows = await db.database.query<{ step: string }>({
      text: `select step from zvirka.verification_history where subject_id = $1 and subject_kind = $2 and stream = $3 order by id`,
      values: [id, kind, stream],
    })
    return rows.map(({ step }) => step)
  }

  const deactivate = (tx: Executor, id: string) => (kind === 'person' ? setActive(tx, id, false) : dismissAll(tx, id))

  const POINTS: readonly [string, When][] = [
    ...pointsOfClaim(process).map((point): [string, (act: () => Promise<void>) => Hooks] => [
      `${point.when} "${point.statement}"`,
      (act) => once(point, act),
    ]),
    ['during the call', 'call'],
    ...pointsOfFlush(process).map((point): [string, (act: () => Promise<void>) => Hooks] => [
      `${point.when} "${point.statement}"`,
      (act) => once(point, act),
    ]),
  ]

  describe.each(POINTS)('%s', (point, when) => {
    test('one who changes the document gets the answer about the new one', async () => {
      const { people, asked } = await runWith((tx, { checked }) => changeDocuments(tx, kind, checked, [VALID]), when)
      expect(await stateOf(people.checked)).toMatchObject(GOOD)
      // Somebody changed between claim and reading is asked about with the new data, and that answer is dropped.
      const isBetween = point === `before "documents of ${kind}"`
      expect(asked.filter((number) => number === VALID.number)).toHaveLength(isBetween ? 2 : 1)
      expect(asked.filter((number) => number === INVALID.number).length).toBeLessThanOrEqual(1)
      expect(await stepsOf(people.checked)).toBeOneOf([
        ['trigger', '5'],
        ['4', 'trigger', '5'],
      ])
    })

    test('one who is queued again is asked about again, unless the claim came later', async () => {
      const { people, asked } = await runWith((tx, { checked }) => sendAgain(tx, kind, checked, stream), when)
      expect(await stateOf(people.checked)).toMatchObject(FLAGGED)
      const steps = await stepsOf(people.checked)
      expect(steps).toBeOneOf([
        ['trigger', '4'],
        ['4', 'trigger', '4'],
      ])
      expect(asked.length).toBeLessThanOrEqual(2)
    })

    test('one who is deactivated, or loses the last employee, is finished normally once claimed, and otherwise never claimed', async () => {
      const { people, asked } = await runWith((tx, { checked }) => deactivate(tx, checked), when)
      expect(await stateOf(people.checked)).toMatchObject(
        asked.length === 1 ? FLAGGED : { status: 'VERIFICATION_NEEDED', reason: 'INITIAL', synced: false },
      )
      expect(await stepsOf(people.checked)).toEqual(asked.length === 1 ? ['4'] : [])
    })

    test('a document that moves to another subject takes its answer along', async () => {
      const { people } = await runWith((tx, { checked, other }) => moveDocuments(tx, kind, checked, other), when)
      expect(await stateOf(people.checked)).toMatchObject({
        status: 'VERIFICATION_NOT_NEEDED',
        reason: 'AUTO_DATA_ABSENT',
        data_id: null,
        data_status: null,
        synced: false,
      })
      expect(await stateOf(people.other)).toMatchObject(FLAGGED)
      expect(await stepsOf(people.checked)).toBeOneOf([['trigger'], ['4', 'trigger']])
      expect(await stepsOf(people.other)).toBeOneOf([
        ['trigger', '4'],
        ['trigger', '4.1'],
      ])
    })
  })
})
