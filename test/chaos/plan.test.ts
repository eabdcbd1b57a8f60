import { expect, test } from 'vitest'
import { describePlan, planRound } from './plan.ts'

const plan = (seed: number, seconds = 30) => planRound({ seed, seconds, leaseSeconds: 3 })
const faultsOf = ({ lanes }: ReturnType<typeof plan>) =>
  Object.values(lanes).flatMap((lane) => lane.map(({ fault }) => fault))

test('a seed repeats its round exactly, and another seed does not', () => {
  expect([...describePlan(plan(5))]).toEqual([...describePlan(plan(5))])
  expect([...describePlan(plan(5))]).not.toEqual([...describePlan(plan(6))])
})

test('seeds cover every kind of fault, and no round fails over twice', () => {
  const plans = Array.from({ length: 40 }, (_, seed) => plan(seed))
  const kinds = new Set(plans.flatMap((each) => faultsOf(each).map(({ kind }) => kind)))
  expect([...kinds].toSorted()).toEqual([
    'backend killed',
    'connections ended every second',
    'database refused',
    'database silent',
    'fail-over',
    'postgres killed',
    'registry',
    'registry silent',
    'worker killed',
    'worker stopped and continued',
    'worker told to end',
  ])
  for (const each of plans) expect(faultsOf(each).filter(({ kind }) => kind === 'fail-over').length).toBeLessThan(2)
})

test('a suspended worker is suspended for longer than its lease, in long rounds up to a minute', () => {
  const stops = Array.from({ length: 40 }, (_, seed) => plan(seed, 300)).flatMap((each) =>
    faultsOf(each).flatMap((fault) => (fault.kind === 'worker stopped and continued' ? [fault.seconds] : [])),
  )
  expect(Math.min(...stops)).toBeGreaterThanOrEqual(3)
  expect(Math.max(...stops)).toBeGreaterThan(50)
  expect(Math.max(...stops)).toBeLessThanOrEqual(60)
})

test('a round lasts about as long as configured', () => {
  for (const { lanes } of Array.from({ length: 20 }, (_, seed) => plan(seed, 60))) {
    for (const lane of Object.values(lanes)) {
      const seconds = lane.reduce((sum, { after, fault }) => sum + after + ('seconds' in fault ? fault.seconds : 0), 0)
      expect(seconds).toBeLessThanOrEqual(60)
    }
  }
})
