import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { compare } from './compare.ts'
import { emptyTables } from './reset.ts'
import { doing, happening, type Population, population } from './sequence.ts'
import { Steered } from './steered.ts'
import { Universe } from './universe.ts'

const SEED = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const SEQUENCES = Number(process.env['TEST_SEQUENCES'] ?? 700)

// A sequence that fails is shown, as small as it became in this time.
const IN_TIME = { interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true }

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const life = fc.array(fc.oneof({ weight: 3, arbitrary: doing }, { weight: 1, arbitrary: happening }), {
  minLength: 3,
  maxLength: 16,
  size: 'max',
})

async function live(drawn: Population, steps: readonly (typeof life extends fc.Arbitrary<(infer S)[]> ? S : never)[]) {
  await emptyTables(db, 'delete')
  const universe = new Universe(db)
  await universe.create(drawn)
  const engine = new Steered(universe)
  await engine.newRun({ minutes: 0, takesWaiting: false, onlyTriggered: false })
  for (const step of steps) {
    if (step.op === 'claim' || step.op === 'settle' || step.op === 'new_run' || step.op === 'take_over')
      await engine.do(step)
    else await universe.happen(step)
  }
  await engine.endRun()
  await compare(db.database, universe.model)
}

test(`claims and flushes in any order, beside any changes, leave what the model says (TEST_SEED=${SEED})`, async () => {
  let lives = 0
  await fc.assert(
    fc.asyncProperty(population, life, async (drawn, steps) => {
      lives += 1
      await live(drawn, steps)
    }),
    { seed: SEED, numRuns: SEQUENCES, ...IN_TIME },
  )
  expect(lives).toBe(SEQUENCES)
}, 240_000)
