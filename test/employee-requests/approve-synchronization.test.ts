import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { Approval } from '../../src/employee-requests/approve.ts'
import { effort } from '../support/effort.ts'
import { until } from '../support/until.ts'
import { waitingSessions } from '../synchronization/administrator.ts'
import { answer, type PassportAsk } from '../synchronization/cluster.ts'
import { caseOf } from '../synchronization/five.ts'
import { streamState } from '../synchronization/people.ts'
import { once, type Point, pointsOfClaim, pointsOfFlush } from '../synchronization/points.ts'
import { solo, workerPool } from '../synchronization/solo.ts'
import { watched } from '../synchronization/watched.ts'
import {
  addRequest,
  approve,
  approved,
  countingDeadlocks,
  type Given,
  type Ground,
  makeGround,
  refusalIn,
  userOf,
} from './approve-ground.ts'

const APPROVER = 'approver'
const ROUNDS = effort(3, 100)

let ground: Ground
let approvers: Database
let deadlocks = 0
beforeAll(async () => {
  ground = await makeGround()
  approvers = countingDeadlocks(ground.db.open({ max: 8, applicationName: APPROVER }), () => {
    deadlocks += 1
  })
})
afterAll(() => ground.close())
// People of the previous test must not be checked.
beforeEach(async () => {
  await ground.owner.query({ text: `update prm.employees set is_active = false, updated_by = id` })
})

const BAD = { type: 'NATIONAL_ID', number: '000000666' }
const GOOD = { type: 'NATIONAL_ID', number: '000000777' }
const KEYS = ['dms_passport/party', 'mvs_passport/party'] as const

/** The registry knows one number. */
const ask: PassportAsk = async ({ pasNumber }) => answer(pasNumber === BAD.number ? 1 : 0)

/** A party with a passport that the registry knows, and a request with another one. */
async function addParty() {
  const before = await approved(ground, { party: { documents: [BAD] } })
  const data: Given = {
    ...before.data,
    employee_id: before.employeeId,
    party: { ...before.data['party'], documents: [GOOD] },
  }
  const id = await addRequest(ground.owner, data)
  return { partyId: before.partyId, id, user: await userOf(ground, data) }
}

type Party = Awaited<ReturnType<typeof addParty>>

const approveNow = ({ id, user }: Party) => approve({ database: approvers, jobs: ground.jobs }, id, user)

async function expectConsistent(): Promise<void> {
  expect(await ground.owner.query({ text: 'select from zvirka.claims' })).toEqual([])
  const wrong = await ground.owner.query({
    text: `select p.id from prm.parties p join wide.party_verifications v on v.party_id = p.id
            where p.verification_status <> wide.party_cumulative_status(v)
               or 'IN_REVIEW' in (v.mvs_passport_verification_status, v.dms_passport_verification_status)`,
  })
  expect(wrong).toEqual([])
  expect(deadlocks).toBe(0)
}

describe.each(KEYS)('a run of %s', (key) => {
  const { process, good, bad } = caseOf(key)
  const points: readonly Point[] = [...pointsOfClaim(process), ...pointsOfFlush(process)]
  const stateOf = (id: string) => streamState(ground.owner, process, id)

  /** Starts an approval, and continues once it is done or waits for a lock of the run. */
  async function come(party: Party, pending: Promise<Approval>[]): Promise<void> {
    let isOver = false
    const approval = approveNow(party).finally(() => {
      isOver = true
    })
    pending.push(approval)
    await until('the approval, or its wait', async () => isOver || (await waitingSessions(ground.db, APPROVER)) > 0)
  }

  test.each(points.map((point) => [`${point.when} ${point.statement}`, point] as const))(
    'does not write the result of an old passport after an approval that arrives %s',
    async (_, point) => {
      const party = await addParty()
      const holder = await approved(ground, { party: { documents: [BAD] } })
      const pending: Promise<Approval>[] = []
      const database = watched(
        workerPool(ground.db),
        once(point, () => come(party, pending)),
      )
      const trouble: unknown[] = []
      await solo(ground.db, { run: { process: key }, database, ask, onTrouble: (error) => trouble.push(error) })
      expect(pending).toHaveLength(1)
      const [outcome] = await Promise.all(pending)
      expect(outcome && refusalIn(outcome)).toBeUndefined()
      // What came too late for this run is left to the next one.
      await solo(ground.db, { run: { process: key }, ask })
      expect(trouble).toEqual([])
      expect(await stateOf(party.partyId)).toMatchObject({ ...good, data_status: 0, data_id: null })
      expect(await stateOf(holder.partyId)).toMatchObject({ ...bad, data_status: 1 })
      await expectConsistent()
    },
  )
})

test('approvals during runs of both processes with small batches: nothing is lost', async () => {
  for (let n = 0; n < ROUNDS; n += 1) {
    const parties = await Promise.all(Array.from({ length: 8 }, addParty))
    const slowly: PassportAsk = async (question, ...rest) => {
      await new Promise((resolve) => setImmediate(resolve))
      return ask(question, ...rest)
    }
    const trouble: unknown[] = []
    const onTrouble = (error: unknown) => trouble.push(error)
    const runs = KEYS.map((key) => solo(ground.db, { run: { process: key }, ask: slowly, batchSize: 3, onTrouble }))
    const outcomes = await Promise.all(parties.map(approveNow))
    await Promise.all(runs)
    expect(outcomes.map(refusalIn)).toEqual(parties.map(() => undefined))
    for (const key of KEYS) await solo(ground.db, { run: { process: key }, ask })
    expect(trouble).toEqual([])
    for (const key of KEYS) {
      const { process, good } = caseOf(key)
      for (const { partyId } of parties) {
        expect(await streamState(ground.owner, process, partyId)).toMatchObject({ ...good, data_status: 0 })
      }
    }
    await expectConsistent()
  }
})

test('an approval without a passport ends the party’s checks', async () => {
  const before = await approved(ground, { party: { documents: [BAD] } })
  const party = {
    ...before.data['party'],
    documents: [{ type: 'BIRTH_CERTIFICATE', number: '1' }],
    email: `${randomUUID()}@example.org`,
  }
  await approved(ground, { party })
  const asked: string[] = []
  for (const key of KEYS) {
    await solo(ground.db, {
      run: { process: key },
      ask: async ({ pasNumber }) => {
        asked.push(pasNumber)
        return answer(1)
      },
    })
  }
  expect(asked).toEqual([])
})
