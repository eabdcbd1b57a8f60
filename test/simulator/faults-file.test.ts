import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultDelay } from '../../simulator/faults/delay.ts'
import { draw } from '../../simulator/faults/random.ts'
import { type Delay, FaultsError, faultKinds, parseFaults } from '../../simulator/faults/schema.ts'

function problemsOf(value: unknown): readonly string[] {
  try {
    parseFaults(value)
    return []
  } catch (error) {
    if (error instanceof FaultsError) return error.problems
    throw error
  }
}

describe('a faults file', () => {
  it.each([
    { file: [], place: 'the file' },
    { file: { faults: [{ kind: 'nothing' }] }, place: 'faults[0].kind' },
    { file: { faults: [{ kind: 'hang' }, { kind: 'hang', share: 2 }] }, place: 'faults[1].share' },
    { file: { faults: [{ kind: 'hang', services: ['checkUnzr'] }] }, place: 'faults[0].services[0]' },
    { file: { faults: [{ kind: 'http', status: 99 }] }, place: 'faults[0].status' },
    { file: { faults: [{ kind: 'latency', delay: { distribution: 'fixed' } }] }, place: 'faults[0].delay.ms' },
    { file: { faults: [{ kind: 'refuse', share: 0.5 }] }, place: 'faults[0]' },
    { file: { faults: [], sead: 1 }, place: 'the file' },
  ])('with errors is refused with their path: $place', ({ file, place }) => {
    const problems = problemsOf(file)
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([place])
  })

  it('gets all its errors at once', () => {
    expect(
      problemsOf({
        faults: [
          { kind: 'http', status: 1 },
          { kind: 'drip', bytes: 0 },
        ],
      }),
    ).toHaveLength(2)
  })

  it('in the documentation is valid, and shows every kind', () => {
    const documentation = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
    const examples = [...documentation.matchAll(/```json faults\n(.*?)```/gs)].map((each) => JSON.parse(each[1] ?? ''))
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(problemsOf(example)).toEqual([])
    const named = [...documentation.matchAll(/^\| `(\w+)` \|/gm)].map((each) => each[1])
    for (const kind of faultKinds) expect(named).toContain(kind)
  })
})

describe('a delay', () => {
  const sample = (delay: Delay) =>
    Array.from({ length: 20_000 }, (_, n) => faultDelay(delay, draw(1, 0, 2 * n), draw(1, 0, 2 * n + 1))).toSorted(
      (a, b) => a - b,
    )
  const quantile = (values: readonly number[], q: number) => values[Math.floor(values.length * q)] ?? Number.NaN

  it('can be fixed or uniform', () => {
    expect(new Set(sample({ distribution: 'fixed', ms: 30 }))).toEqual(new Set([30]))
    const uniform = sample({ distribution: 'uniform', min_ms: 100, max_ms: 300 })
    expect(uniform[0]).toBeGreaterThanOrEqual(100)
    expect(uniform.at(-1)).toBeLessThan(300)
    expect(quantile(uniform, 0.5)).toBeCloseTo(200, -1)
  })

  it('can be exponential, with the given mean and a maximum', () => {
    const values = sample({ distribution: 'exponential', mean_ms: 100, max_ms: 400 })
    expect(quantile(values, 0.5)).toBeGreaterThan(66)
    expect(quantile(values, 0.5)).toBeLessThan(73)
    expect(values.at(-1)).toBe(400)
  })

  it('can be lognormal, with the given median and the tail of its sigma', () => {
    const values = sample({ distribution: 'lognormal', median_ms: 200, sigma: 1 })
    expect(quantile(values, 0.5)).toBeGreaterThan(190)
    expect(quantile(values, 0.5)).toBeLessThan(210)
    // e to the power of 1.645 is 5.18.
    expect(quantile(values, 0.95)).toBeGreaterThan(960)
    expect(quantile(values, 0.95)).toBeLessThan(1_120)
  })
})
