// Rules: spec 2.6.6
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRetryBudget } from '../../src/trembita/retry-budget.ts'

function setUp() {
  let now = 0
  return { budget: createRetryBudget(() => now), wait: (ms: number) => (now += ms) }
}

test('one retry per second is always allowed', () => {
  const { budget, wait } = setUp()
  expect(budget.take()).toBe(true)
  expect(budget.take()).toBe(false)
  wait(999)
  expect(budget.take()).toBe(false)
  wait(1)
  expect(budget.take()).toBe(true)
})

test('ten calls earn one retry', () => {
  const { budget } = setUp()
  budget.take()
  for (let n = 0; n < 9; n += 1) budget.earn()
  expect(budget.take()).toBe(false)
  budget.earn()
  expect(budget.take()).toBe(true)
  expect(budget.take()).toBe(false)
})

test('quiet periods do not save up a retry storm', () => {
  const { budget } = setUp()
  for (let n = 0; n < 100_000; n += 1) budget.earn()
  let taken = 0
  while (budget.take()) taken += 1
  expect(taken).toBeLessThanOrEqual(21)
})

test('over any period there are no more retries than a tenth of the calls and one per second together', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ wait: fc.nat({ max: 700 }), calls: fc.nat({ max: 5 }), retries: fc.nat({ max: 5 }) })),
      (steps) => {
        const { budget, wait } = setUp()
        let now = 0
        let calls = 0
        let taken = 0
        for (const step of steps) {
          wait(step.wait)
          now += step.wait
          for (let n = 0; n < step.calls; n += 1) budget.earn()
          calls += step.calls
          for (let n = 0; n < step.retries; n += 1) if (budget.take()) taken += 1
          expect(taken).toBeLessThanOrEqual(calls / 10 + now / 1000 + 1)
        }
      },
    ),
  )
})

test('with many calls that all fail the retries are a tenth of them', () => {
  const { budget, wait } = setUp()
  let taken = 0
  for (let n = 0; n < 50 * 60; n += 1) {
    wait(20)
    budget.earn()
    if (budget.take()) taken += 1
  }
  expect(taken).toBeGreaterThanOrEqual(295)
  expect(taken).toBeLessThanOrEqual(301)
})
