// Rules: spec 2.6.5
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AttemptOutcome, type Breaker, createBreaker } from '../../src/trembita/breaker.ts'

function setUp() {
  let now = 1_000_000
  const breaker = createBreaker(() => now)
  const record = (count: number, outcome: AttemptOutcome, everyMs = 0) => {
    for (let n = 0; n < count; n += 1) {
      now += everyMs
      breaker.record(outcome)
    }
  }
  const probe = (good: boolean | 'aborted') => {
    breaker.beginProbe()
    breaker.endProbe(good)
  }
  return { breaker, record, probe, wait: (ms: number) => (now += ms), now: () => now }
}

/** An open breaker. */
function open() {
  const all = setUp()
  all.record(20, 'service_error')
  expect(all.breaker.isOpen).toBe(true)
  return all
}

describe('a closed breaker', () => {
  test('opens with the twentieth call if half of them ended in service errors', () => {
    const { breaker, record, now } = setUp()
    record(10, 'good')
    record(9, 'service_error')
    expect(breaker.isOpen).toBe(false)
    record(1, 'service_error')
    expect(breaker.isOpen).toBe(true)
    expect(breaker.openSince).toBe(now())
  })

  test('reports when it opens and when it closes again, once each', () => {
    let now = 0
    const told: boolean[] = []
    const breaker = createBreaker(
      () => now,
      (isOpen) => void told.push(isOpen),
    )
    for (let n = 0; n < 30; n += 1) breaker.record('service_error')
    expect(told).toEqual([true])
    for (let n = 0; n < 3; n += 1) {
      now += 60_000
      breaker.beginProbe()
      breaker.endProbe(true)
    }
    expect(told).toEqual([true, false])
  })

  test('stays closed below half, and whatever the number of subject errors is', () => {
    const { breaker, record } = setUp()
    record(11, 'good')
    record(9, 'service_error')
    expect(breaker.isOpen).toBe(false)
    record(1000, 'subject_error')
    expect(breaker.isOpen).toBe(false)
  })

  test('stays closed with nineteen calls, even if all failed', () => {
    const { breaker, record } = setUp()
    record(19, 'service_error')
    expect(breaker.isOpen).toBe(false)
  })

  test('considers all calls of 20 s if there are more than twenty', () => {
    const { breaker, record } = setUp()
    record(60, 'good', 100)
    record(59, 'service_error', 100)
    expect(breaker.isOpen).toBe(false)
    record(1, 'service_error', 100)
    expect(breaker.isOpen).toBe(true)
  })

  test('ignores what ended more than 20 s ago if there are enough later calls', () => {
    const { breaker, record, wait } = setUp()
    record(1000, 'good')
    wait(20_000)
    record(19, 'service_error')
    // Not by time: the last 20 calls count, and one of them succeeded.
    expect(breaker.isOpen).toBe(true)
  })

  test('considers the last twenty, however old, for a slow service', () => {
    const { breaker, record } = setUp()
    record(10, 'good', 30_000)
    record(9, 'service_error', 30_000)
    expect(breaker.isOpen).toBe(false)
    record(1, 'service_error', 30_000)
    expect(breaker.isOpen).toBe(true)
  })

  test('needs no probe', () => {
    expect(setUp().breaker.msUntilProbe()).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('an open breaker', () => {
  test('needs probes 5, 10, 20, 40, 60, 60 s after the end of the previous one', () => {
    const { breaker, wait } = open()
    for (const seconds of [5, 10, 20, 40, 60, 60, 60]) {
      expect(breaker.msUntilProbe()).toBe(seconds * 1000)
      wait(seconds * 1000 - 1)
      expect(breaker.msUntilProbe()).toBe(1)
      wait(1)
      expect(breaker.msUntilProbe()).toBe(0)
      breaker.beginProbe()
      wait(3_000)
      breaker.endProbe(false)
    }
    expect(breaker.isOpen).toBe(true)
  })

  test('sends one probe at a time, and none while one is reserved', () => {
    const { breaker, wait } = open()
    wait(5_000)
    breaker.reserveProbe()
    expect(breaker.msUntilProbe()).toBe(Number.POSITIVE_INFINITY)
    breaker.beginProbe()
    breaker.releaseProbe()
    expect(breaker.msUntilProbe()).toBe(Number.POSITIVE_INFINITY)
    breaker.endProbe(true)
    expect(breaker.msUntilProbe()).toBe(0)
  })

  test('closes after three successful probes in a row, which can follow immediately', () => {
    const { breaker, probe, wait } = open()
    wait(5_000)
    probe(true)
    expect(breaker.msUntilProbe()).toBe(0)
    probe(true)
    expect(breaker.isOpen).toBe(true)
    probe(true)
    expect(breaker.isOpen).toBe(false)
    expect(breaker.openSince).toBeUndefined()
  })

  test('restarts the count after a failed probe', () => {
    const { breaker, probe, wait } = open()
    wait(5_000)
    probe(true)
    probe(true)
    probe(false)
    expect(breaker.msUntilProbe()).toBe(10_000)
    wait(10_000)
    probe(true)
    probe(true)
    expect(breaker.isOpen).toBe(true)
    probe(true)
    expect(breaker.isOpen).toBe(false)
  })

  test('ignores aborted probes, and calls that were in progress', () => {
    const { breaker, probe, record, wait } = open()
    wait(5_000)
    probe(true)
    probe('aborted')
    expect(breaker.msUntilProbe()).toBe(0)
    record(100, 'good')
    expect(breaker.isOpen).toBe(true)
    probe(true)
    probe(true)
    expect(breaker.isOpen).toBe(false)
  })

  test('once closed has forgotten what opened it, and restarts the delays when it opens again', () => {
    const { breaker, probe, record, wait } = open()
    wait(5_000)
    probe(false)
    wait(10_000)
    for (const _ of [1, 2, 3]) probe(true)
    record(19, 'service_error')
    expect(breaker.isOpen).toBe(false)
    record(1, 'service_error')
    expect(breaker.isOpen).toBe(true)
    expect(breaker.msUntilProbe()).toBe(5_000)
  })
})

/** The rule's text, implemented in the simplest way. */
class Model {
  calls: { at: number; isError: boolean }[] = []
  openSince: number | undefined
  waits = 0
  lastEnd = 0
  good = 0

  record(at: number, isError: boolean): void {
    if (this.openSince !== undefined) return
    this.calls.push({ at, isError })
    const lately = this.calls.filter((call) => call.at > at - 20_000)
    const seen = lately.length >= 20 ? lately : this.calls.slice(-20)
    if (seen.length >= 20 && seen.filter((call) => call.isError).length >= seen.length / 2) {
      this.openSince = at
      this.lastEnd = at
      this.waits = 1
      this.good = 0
    }
  }

  msUntilProbe(at: number): number {
    if (this.openSince === undefined) return Number.POSITIVE_INFINITY
    if (this.good > 0) return 0
    const delay = [5, 10, 20, 40, 60][Math.min(this.waits, 5) - 1] ?? 0
    return Math.max(0, this.lastEnd + delay * 1000 - at)
  }

  endProbe(at: number, good: boolean): void {
    this.good = good ? this.good + 1 : 0
    if (!good) {
      this.lastEnd = at
      this.waits += 1
    }
    if (this.good === 3) {
      this.openSince = undefined
      this.calls = []
    }
  }
}

test('the breaker always equals a literal implementation of the rule, for any history', () => {
  const step = fc.record({
    wait: fc.oneof(fc.constantFrom(0, 0, 1, 5_000, 20_000, 60_000), fc.nat({ max: 4_000 })),
    outcome: fc.constantFrom<AttemptOutcome>('good', 'service_error', 'service_error', 'subject_error'),
    times: fc.integer({ min: 1, max: 25 }),
    probe: fc.constantFrom(true, true, true, false),
  })
  let opened = 0
  let closed = 0
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let now = 0
      const breaker: Breaker = createBreaker(() => now)
      const model = new Model()
      for (const { wait, outcome, times, probe } of steps) {
        now += wait
        if (breaker.msUntilProbe() === 0) {
          breaker.beginProbe()
          breaker.endProbe(probe)
          model.endProbe(now, probe)
          if (!breaker.isOpen) closed += 1
        } else {
          const wasOpen = breaker.isOpen
          for (let n = 0; n < times; n += 1) {
            breaker.record(outcome)
            model.record(now, outcome === 'service_error')
          }
          if (breaker.isOpen && !wasOpen) opened += 1
        }
        expect([breaker.isOpen, breaker.openSince, breaker.msUntilProbe()]).toEqual([
          model.openSince !== undefined,
          model.openSince,
          model.msUntilProbe(now),
        ])
      }
    }),
    { numRuns: 1_500 },
  )
  expect(opened).toBeGreaterThan(500)
  expect(closed).toBeGreaterThan(100)
})
