/** Trust in nothing: answers damaged in every way, judged by an unrelated library. Any number: `npm run test:xml -- 1000000 [seed]`. */
import { expect, test } from 'vitest'
import { compareMutations } from './support/differential.ts'

test('of 12,000 damaged answers none gives a status unless libxml2 finds it exactly an answer to our request, and none is refused that is', () => {
  const { refused, taken, answers } = compareMutations(12_000, 1)
  // The damage is neither so great that nothing is left to judge, nor so small that nothing is wrong.
  expect(refused).toBeGreaterThan(3_000)
  expect(taken).toBeGreaterThan(4_000)
  expect(answers).toBeGreaterThan(500)
  expect(answers).toBeLessThan(taken / 3)
})
