import { expect } from 'vitest'
import type { Query } from '../../src/database/query.ts'
import type { TestDatabase } from '../support/database.ts'
import { costOf } from '../support/plans.ts'
import { workerPool } from './solo.ts'

const ROLLED_BACK = new Error('rolled back')

/** The blocks that a statement of the engine reads in a worker's session; the statement is rolled back. */
export async function blocksOf(test: TestDatabase, query: Query): Promise<number> {
  let blocks = 0
  const work = workerPool(test).transaction(async (tx) => {
    blocks = (await costOf(tx, query)).buffers
    throw ROLLED_BACK
  })
  await expect(work).rejects.toBe(ROLLED_BACK)
  return blocks
}
