import { describe, expect, test } from 'vitest'
import { wordsOf } from './plan.ts'
import { playRound } from './round.ts'
import { summaryOf } from './summary.ts'

/**
 * PostgreSQL killed twice and failed over, a worker killed and another paused for longer than its lease, outages: all within these few
 * seconds.
 */
const SEED = 248
const SECONDS = 10

describe('a short round of faults', () => {
  test('loses nothing, writes nothing twice, and changes no status by an error', async () => {
    const said: string[] = []
    const { plan, problems, histories } = await playRound({
      seed: SEED,
      seconds: SECONDS,
      say: (line) => said.push(line),
    })
    expect({ problems, said: problems.length > 0 ? said.join('\n') : '' }).toEqual({ problems: [], said: '' })
    // A round without faults would prove nothing.
    const kinds = Object.values(plan.lanes).flatMap((lane) => lane.map(({ fault }) => fault.kind))
    expect(new Set(kinds).size).toBeGreaterThanOrEqual(4)
    expect(histories.entries.filter(({ step }) => step === '4' || step === '5').length).toBeGreaterThan(300)
    expect(histories.entries.some(({ step }) => step === '4.1') && histories.events.length > 0).toBe(true)
    expect(summaryOf(histories)).toContain('calls')
    expect(
      said.some((line) => line.includes(wordsOf(plan.lanes.database[0]?.fault ?? { kind: 'backend killed' }))),
    ).toBe(true)
  })
})
