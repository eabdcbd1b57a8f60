import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Guard } from '../../src/synchronization/guard.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answered, handWorker, preChecked } from './by-hand.ts'
import { startRun } from './cluster.ts'
import { askable, FIVE, illFormed } from './five.ts'
import { addSubjects } from './people.ts'
import { emptyTables } from './reset.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

describe.each(FIVE)('the guard of $key', (of) => {
  const { process, key, goodStatus, badStatus } = of

  async function settle(count: number, status: 0 | 1, make = askable): Promise<void> {
    await addSubjects(
      db.database,
      process.kind,
      Array.from({ length: count }, (_, n) => make(of, n)),
    )
    const worker = await handWorker(db, await startRun(db, { process: key }))
    const claimed = await worker.claim(count)
    expect(claimed).toHaveLength(count)
    await worker.write(
      claimed.map((each) => (each.preCheck.kind === 'ask' ? answered(each, status) : preChecked(each))),
    )
    expect(await worker.claimer.finish(false)).toBe(true)
  }

  test('counts the answer that leads to NOT_VERIFIED as unfavourable, and no other', async () => {
    await settle(500, goodStatus)
    expect(await new Guard(db.database, key, 0.1).look()).toBeUndefined()
    await settle(451, badStatus)
    expect((await new Guard(db.database, key, 0.9).look())?.finding).toMatchObject({
      ...{ code: 'guard_answers', params: { unfavourable: 451, answers: 500 } },
    })
    for (const other of FIVE.filter((each) => each.key !== key)) {
      expect(await new Guard(db.database, other.key, 0.1).look()).toBeUndefined()
    }
  })

  test('does not count the results of the pre-check, which has no calls', async () => {
    await settle(600, badStatus, illFormed)
    expect(await new Guard(db.database, key, 0.1).look()).toBeUndefined()
  })
})
