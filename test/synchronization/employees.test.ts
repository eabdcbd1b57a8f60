import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Executor } from '../../src/database/query.ts'
import { isAnyTriggered } from '../../src/synchronization/plans/claim.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { waitingSessions } from './administrator.ts'
import { answered, handWorker } from './by-hand.ts'
import { dismissAll, hire, lockSubject, sendAgain, transferEmployee } from './changes.ts'
import { startRun } from './cluster.ts'
import { askable, caseOf } from './five.ts'
import { INTRUDER_NAME, intrude, intrudeAndHold, isLocked } from './intruder.ts'
import { AT_WORK, addParties, streamState, type TestEmployee } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const CASES = [caseOf('mvs_passport/party'), caseOf('dms_passport/party')]
const NOT_YET: TestEmployee = { status: 'NEW', is_active: true }
const FIRST = '00000000-0000-4000-8000-0000000000f1'
const SECOND = '00000000-0000-4000-8000-0000000000f2'

async function isActive(party: string): Promise<boolean> {
  const [row] = await db.database.query<{ active: boolean }>({
    text: 'select is_subject_active as active from wide.party_verifications where party_id = $1',
    values: [party],
  })
  return row?.active ?? false
}

// As a manual statement: without any lock before it.
function set(id: string, columns: string): (tx: Executor) => Promise<void> {
  return async (tx) => {
    await tx.query({ text: `update prm.employees set ${columns} where id = $1`, values: [id] })
  }
}

/** One transaction does its work and stays open; the other starts beside it, waiting or not; then the first is committed. */
async function bothAtOnce(first: (tx: Executor) => Promise<void>, second: (tx: Executor) => Promise<void>) {
  const held = await intrudeAndHold(db, first)
  const { ended } = await intrude(db, second)
  await held.commit()
  await ended
}

const DISMISSED = `status = 'DISMISSED'`
const SUSPENDED = 'is_active = false'
const APPROVED = `status = 'APPROVED'`

describe('an employed party', () => {
  test.each([
    ['dismissed', DISMISSED, DISMISSED],
    ['dismissed and suspended', DISMISSED, SUSPENDED],
  ])('is no longer employed when its last two employees are %s concurrently', async (_, one, other) => {
    const employees = [
      { ...AT_WORK, id: FIRST },
      { ...AT_WORK, id: SECOND },
    ]
    const [party = ''] = await addParties(db.database, [{ employees }])
    await bothAtOnce(set(FIRST, one), set(SECOND, other))
    expect(await isActive(party)).toBe(false)
  })

  test.each([
    ['dismissed while another is approved', DISMISSED, APPROVED, true],
    ['dismissed while another is suspended', DISMISSED, SUSPENDED, false],
  ])('whose last employee is %s, in either order', async (_, one, other, expected) => {
    for (const turned of [false, true]) {
      await emptyTables(db, 'delete')
      const employees = [
        { ...AT_WORK, id: FIRST },
        { ...NOT_YET, id: SECOND },
      ]
      const [party = ''] = await addParties(db.database, [{ employees }])
      const [first, second] = [set(FIRST, one), set(SECOND, other)]
      await (turned ? bothAtOnce(second, first) : bothAtOnce(first, second))
      expect(await isActive(party)).toBe(expected)
    }
  })

  test('is employed whichever of two new employees commits first, and stays so when one of them is deleted', async () => {
    const [party = ''] = await addParties(db.database, [{ employees: [] }])
    await bothAtOnce(
      (tx) => hire(tx, party, { ...AT_WORK, id: FIRST }),
      (tx) => hire(tx, party, { ...AT_WORK, id: SECOND }),
    )
    expect(await isActive(party)).toBe(true)
    const remove = (id: string) => ownerOf(db).query({ text: 'delete from prm.employees where id = $1', values: [id] })
    await remove(FIRST)
    expect(await isActive(party)).toBe(true)
    await remove(SECOND)
    expect(await isActive(party)).toBe(false)
  })

  test('is employed when the verification row and the employee are inserted concurrently, in either order', async () => {
    const addVerification = async (tx: Executor, party: string) => {
      await tx.query({
        text: `insert into wide.party_verifications (party_id, inserted_by, updated_by) values ($1, $1, $1)`,
        values: [party],
      })
    }
    for (const employee of ['new', 'approved'] as const) {
      for (const turned of [false, true]) {
        await emptyTables(db, 'delete')
        const employees = employee === 'new' ? [] : [{ ...NOT_YET, id: FIRST }]
        const [party = ''] = await addParties(db.database, [{ employees }])
        await ownerOf(db).query({ text: 'delete from wide.party_verifications' })
        const come = (tx: Executor) => (employee === 'new' ? hire(tx, party, AT_WORK) : set(FIRST, APPROVED)(tx))
        const add = (tx: Executor) => addVerification(tx, party)
        await (turned ? bothAtOnce(add, come) : bothAtOnce(come, add))
        expect([employee, turned, await isActive(party)]).toEqual([employee, turned, true])
      }
    }
  })
})

describe('an employee that moves to another party', () => {
  test('moves the employment', async () => {
    const [from = '', to = ''] = await addParties(db.database, [
      { employees: [{ ...AT_WORK, id: FIRST }] },
      { employees: [] },
    ])
    await db.database.transaction((tx) => transferEmployee(tx, FIRST, to))
    expect([await isActive(from), await isActive(to)]).toEqual([false, true])
  })

  test('and a concurrent move in the other direction do not deadlock', async () => {
    const [one = '', other = ''] = await addParties(db.database, [
      { employees: [{ ...AT_WORK, id: FIRST }] },
      { employees: [{ ...AT_WORK, id: SECOND }] },
    ])
    const [first, last] = ['00000000-0000-4000-8000-000000000001', 'ffffffff-ffff-4fff-8fff-ffffffffffff']
    await ownerOf(db).query({
      text: 'update prm.party_verification_summaries set id = case party_id when $1 then $2::uuid else $3::uuid end',
      values: [one, first, last],
    })
    const hold = (party: string) => intrudeAndHold(db, (tx) => lockSubject(tx, 'party', party))
    const [holdsOne, holdsOther] = [await hold(one), await hold(other)]
    let attempts = 0
    const move = (id: string, to: string) =>
      intrude(db, (tx) => {
        attempts += 1
        return set(id, `party_id = '${to}'`)(tx)
      })
    const moves = [await move(FIRST, other), await move(SECOND, one)]
    await until('both to wait', async () => (await waitingSessions(db, INTRUDER_NAME)) === 2)
    await holdsOne.commit()
    await until('the first to have one row and to wait for the other', () => isLocked(db, 'party', one))
    await holdsOther.commit()
    await Promise.all(moves.map(({ ended }) => ended))
    expect([await isActive(one), await isActive(other)]).toEqual([true, true])
    // A deadlock would have caused a retry.
    expect(attempts).toBe(2)
  })
})

describe.each(CASES)('$key', (of) => {
  const { process, key, good } = of
  const { stream } = process

  test('claims a party as soon as it has an employee, and no longer once it has none', async () => {
    const [party = ''] = await addParties(db.database, [{ ...askable(of, 1), employees: [] }])
    const worker = await handWorker(db, await startRun(db, { process: key }))
    expect(await worker.claim(10)).toEqual([])
    await db.database.transaction((tx) => hire(tx, party, NOT_YET))
    expect(await worker.claim(10)).toEqual([])
    await db.database.transaction((tx) => hire(tx, party, AT_WORK))
    await db.database.transaction((tx) => dismissAll(tx, party))
    expect(await worker.claim(10)).toEqual([])
    await db.database.transaction((tx) => hire(tx, party, AT_WORK))
    const claimed = await worker.claim(10)
    expect(claimed.map(({ subjectId }) => subjectId)).toEqual([party])
    // Somebody who loses the last employee after the claim is completed like any other.
    await db.database.transaction((tx) => dismissAll(tx, party))
    await worker.write(claimed.map((each) => answered(each, of.goodStatus)))
    expect(await streamState(db.database, process, party)).toMatchObject({
      ...good,
      data_status: of.goodStatus,
      synced: true,
    })
  })

  test('has a run for a triggered party from the moment it has an employee', async () => {
    const [party = ''] = await addParties(db.database, [{ ...askable(of, 1), employees: [] }])
    await db.database.transaction((tx) => sendAgain(tx, 'party', party, stream))
    const isDue = async () => (await db.database.query<{ any_due: boolean }>(isAnyTriggered(process, 0)))[0]?.any_due
    expect(await isDue()).toBe(false)
    await db.database.transaction((tx) => hire(tx, party, AT_WORK))
    expect(await isDue()).toBe(true)
  })
})
