// Rules: spec 2.2.4
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claim, type Places, START } from '../../src/synchronization/plans/claim.ts'
import type { RunRow } from '../../src/synchronization/plans/runs.ts'
import { getProcess } from '../../src/synchronization/process.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { administer, vacuumWholly } from './administrator.ts'
import { answered, failed, type HandWorker, handWorker } from './by-hand.ts'
import { startRun } from './cluster.ts'
import { blocksOf } from './cost.ts'
import { addPersons, nationalId } from './people.ts'
import { ownerOf } from './reset.ts'

let db: TestDatabase
let run: RunRow
let worker: HandWorker
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
  for (let n = 0; n < 10; n += 1) {
    await addPersons(
      db.database,
      Array.from({ length: 1000 }, (_, m) => ({ documents: [nationalId(n * 1000 + m)] })),
    )
  }
  run = await startRun(db)
  worker = await handWorker(db, run)
})
afterAll(() => db.drop())

const COUNT = 100

/** The blocks that the engine's own statement reads for a claim from these places; it is rolled back. */
function blocksOfClaim(places: Places): Promise<number> {
  const request = { workerId: worker.workerId, runId: run.id, token: crypto.randomUUID(), slot: 0, count: COUNT }
  return blocksOf(db, claim(getProcess('dms_passport/person'), { ...request, places, terms: run }))
}

const FROM_START: Places = { triggered: START, due: START, waiting: null }

describe('a claim', () => {
  test('costs the same however many are finished before it, even under an old snapshot, if it continues from its position', async () => {
    await administer(db, 'vacuum analyze')
    const first = await blocksOfClaim(FROM_START)
    const finished = 4000
    await underOldSnapshot(async () => {
      let last = ''
      for (let n = 0; n < finished; n += 500) {
        const claimed = await worker.claim(500)
        await worker.write(claimed.map((each) => answered(each, 0)))
        last = claimed.at(-1)?.subjectId ?? ''
      }
      const place = { at: '-infinity', subjectId: last }
      const fromPlace = await blocksOfClaim({ ...FROM_START, due: place })
      const fromStart = await blocksOfClaim(FROM_START)
      // From the start each index entry of a settled subject is read, with its row: the place saves that.
      expect(fromStart).toBeGreaterThan(first + finished / 2)
      expect(fromPlace).toBeLessThan(first * 1.5)
    })
  })

  test('costs the same however many wait', async () => {
    const before = await costFromCleanStart()
    const waiting = 3000
    for (let n = 0; n < waiting; n += 500) {
      await worker.write((await worker.claim(500)).map((each) => failed(each)))
    }
    expect(await costFromCleanStart()).toBeLessThan(before * 1.5)
    const [row] = await db.database.query<{ waiting: number }>({
      text: 'select count(*) as waiting from wide.person_verifications where dms_passport_waits_until > now()',
    })
    expect(row?.waiting).toBe(waiting)
  })
})

// After a vacuum no dead rows are left; what is read then is there for good.
async function costFromCleanStart(): Promise<number> {
  await vacuumWholly(db, 'mpi.person_dms_passport_checks')
  await vacuumWholly(db, 'zvirka.claim_batches')
  return blocksOfClaim(FROM_START)
}

async function underOldSnapshot(work: () => Promise<void>): Promise<void> {
  await ownerOf(db).withClient(async (client) => {
    await client.query('begin isolation level repeatable read')
    await client.query('select count(*) from mpi.person_dms_passport_checks')
    try {
      await work()
    } finally {
      await client.query('commit')
    }
  })
}
