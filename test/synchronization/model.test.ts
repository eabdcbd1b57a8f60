// Rules: spec 1.5.4, 2.3.1
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SyncProcess } from '../../src/synchronization/process.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { effort } from '../support/effort.ts'
import { compare } from './compare.ts'
import { emptyTables } from './reset.ts'
import { doing, happening, type Population, population, processes } from './sequence.ts'
import { SteeredTogether } from './steered.ts'
import { Universe } from './universe.ts'

const SEED = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const SEQUENCES = Number(process.env['TEST_SEQUENCES'] ?? effort(60, 2000))

// If a sequence fails, it is reported in the smallest form found in this time.
const IN_TIME = { interruptAfterTimeLimit: effort(200_000, 1_200_000), markInterruptAsFailure: true }

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

const life = fc.array(fc.oneof({ weight: 3, arbitrary: doing }, { weight: 1, arbitrary: happening }), {
  minLength: 3,
  maxLength: 16,
  size: 'max',
})

type Steps = readonly (typeof life extends fc.Arbitrary<(infer S)[]> ? S : never)[]

async function live(drawn: Population, steered: readonly SyncProcess[], steps: Steps): Promise<void> {
  await emptyTables(db, 'delete')
  const universe = new Universe(db)
  await universe.create(drawn)
  const engines = new SteeredTogether(universe, steered)
  await engines.begin()
  for (const step of steps) await ('engine' in step ? engines.do(step) : universe.happen(step))
  await engines.end()
  await compare(db.database, universe.model)
}

test(
  `claims and flushes of any processes in any order, with any concurrent changes, match the model (TEST_SEED=${SEED})`,
  async () => {
    let lives = 0
    await fc.assert(
      fc.asyncProperty(population, processes, life, async (drawn, steered, steps) => {
        lives += 1
        await live(drawn, steered, steps)
      }),
      { seed: SEED, numRuns: SEQUENCES, ...IN_TIME },
    )
    expect(lives).toBe(SEQUENCES)
  },
  effort(240_000, 1_300_000),
)
