/** Answers damaged in every way, judged by an independent library. Any number: `npm run test:xml -- 1000000 [seed]`. */
import { expect, test } from 'vitest'
import { effort } from '../support/effort.ts'
import { compareMutations } from './support/differential.ts'

test('of thousands of damaged answers none gives a status unless libxml2 confirms that it is an answer to our request, and none of those is refused', () => {
  const count = effort(2_000, 200_000)
  const { refused, taken, answers } = compareMutations(count, 1)
  // The damage must not be so great that nothing is left to judge, nor so small that nothing is wrong.
  expect(refused).toBeGreaterThan(count / 4)
  expect(taken).toBeGreaterThan(count / 3)
  expect(answers).toBeGreaterThan(count / 24)
  expect(answers).toBeLessThan(taken / 3)
})
