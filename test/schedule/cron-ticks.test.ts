import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CronTicks } from '../../src/schedule/cron-ticks.ts'
import { effort } from '../support/effort.ts'

const MINUTE = 60_000

const NIGHTS = [
  ['to summer time in Kyiv', 'Europe/Kyiv', '2026-03-28T22:00Z', '2026-03-29T06:00Z'],
  ['to winter time in Kyiv', 'Europe/Kyiv', '2026-10-24T20:00Z', '2026-10-25T05:00Z'],
  ['by half an hour on Lord Howe', 'Australia/Lord_Howe', '2026-04-04T10:00Z', '2026-04-04T20:00Z'],
  ['at midnight in Cairo', 'Africa/Cairo', '2026-04-23T18:00Z', '2026-04-24T03:00Z'],
] as const

/** One field of a cron expression: its text and meaning. */
interface Field {
  readonly text: string
  readonly has: (value: number) => boolean
}

const every: Field = { text: '*', has: () => true }

function part(from: number, to: number): fc.Arbitrary<Field> {
  const value = fc.integer({ min: from, max: to })
  const one = value.map((at): Field => ({ text: `${at}`, has: (is) => is === at }))
  const range = fc.tuple(value, value).map(([left, right]): Field => {
    const [low, high] = [Math.min(left, right), Math.max(left, right)]
    return { text: `${low}-${high}`, has: (is) => is >= low && is <= high }
  })
  const step = fc.integer({ min: 1, max: Math.min(30, to - from) })
  const steps = step.map((by): Field => ({ text: `*/${by}`, has: (is) => (is - from) % by === 0 }))
  const rangeSteps = fc.tuple(value, value, step).map(([left, right, by]): Field => {
    const [low, high] = [Math.min(left, right), Math.max(left, right)]
    return { text: `${low}-${high}/${by}`, has: (is) => is >= low && is <= high && (is - low) % by === 0 }
  })
  return fc.oneof(one, range, steps, rangeSteps)
}

function field(from: number, to: number): fc.Arbitrary<Field> {
  const list = fc.array(part(from, to), { minLength: 1, maxLength: 4 }).map(
    (parts): Field => ({
      text: parts.map(({ text }) => text).join(','),
      has: (is) => parts.some(({ has }) => has(is)),
    }),
  )
  return fc.oneof(fc.constant(every), list)
}

interface Expression {
  readonly text: string
  /** By wall-clock time, expressed as if in UTC. */
  readonly has: (wall: number) => boolean
}

const expressions: fc.Arbitrary<Expression> = fc
  .tuple(field(0, 59), fc.oneof(field(0, 5), field(0, 23)), fc.constantFrom(every, ...days(24, 25, 28, 29, 31)))
  .map(([minute, hour, day]) => ({
    text: `${minute.text} ${hour.text} ${day.text} * *`,
    has: (wall) => {
      const at = new Date(wall)
      return minute.has(at.getUTCMinutes()) && hour.has(at.getUTCHours()) && day.has(at.getUTCDate())
    },
  }))

function days(...numbers: readonly number[]): Field[] {
  return numbers.map((day) => ({ text: `${day}`, has: (is) => is === day }))
}

/** The minutes of a night, each with its wall-clock time. */
function clockOf(timeZone: string, from: number, until: number): readonly (readonly [number, number])[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const minutes = Array.from({ length: (until - from) / MINUTE + 1 }, (_, n) => from + n * MINUTE)
  return minutes.map((at) => [at, Date.parse(`${format.format(at).replace(' ', 'T')}Z`)])
}

/** Simulates a wall clock through the night: each wall minute passes once, and skipped ones pass together. */
function ticksOfNight({ has }: Expression, clock: ReturnType<typeof clockOf>): string[] {
  const ticks: string[] = []
  let passed = clock[0]?.[1] ?? 0
  for (const [now, wall] of clock.slice(1)) {
    let isTick = false
    for (; passed < wall; passed += MINUTE) isTick ||= has(passed + MINUTE)
    if (isTick) ticks.push(new Date(now).toISOString())
  }
  return ticks
}

function ticksBetween(ticks: CronTicks, from: Date, until: Date): string[] {
  const told: string[] = []
  for (let at = ticks.next(from); at !== undefined && at <= until; at = ticks.next(at)) told.push(at.toISOString())
  return told
}

describe.each(NIGHTS)('where clocks change %s', (_, timeZone, start, end) => {
  const [from, until] = [Date.parse(start), Date.parse(end)]
  const clock = clockOf(timeZone, from, until)

  test('each tick fires once, and is predicted: a skipped one right after the gap, a repeated one the first time', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const ticks = new CronTicks(expression.text, timeZone)
        const fired = new Set<string>()
        for (let now = from + MINUTE; now <= until; now += MINUTE) {
          // A look some seconds after the minute.
          const last = ticks.last(new Date(now + (now % 7) * 1000))
          if (last !== undefined && last.getTime() > from) fired.add(last.toISOString())
        }
        const told = ticksBetween(ticks, new Date(from), new Date(until))
        const right = ticksOfNight(expression, clock)
        expect([[...fired], told]).toEqual([right, right])
      }),
      { numRuns: effort(8, 2000) },
    )
  })
})

test.each([
  ['30 3 * * *', ['01:00'], ['00:30']],
  ['10,50 3 * * *', ['01:00'], ['00:10', '00:50']],
  ['15 3,4 * * *', ['01:00', '01:15'], ['00:15', '02:15']],
  ['*/30 2-4 * * *', ['00:00', '00:30', '01:00', '01:30'], ['23:00', '23:30', '00:00', '00:30', '02:00', '02:30']],
  ['0 */3 * * *', ['01:00'], ['00:00']],
])('%s in the two nights of Kyiv', (expression, spring, autumn) => {
  const ticks = new CronTicks(expression, 'Europe/Kyiv')
  const between = (from: string, until: string) =>
    ticksBetween(ticks, new Date(from), new Date(until)).map((tick) => tick.slice(11, 16))
  expect(between('2026-03-28T23:59Z', '2026-03-29T01:59Z')).toEqual(spring)
  expect(between('2026-10-24T22:59Z', '2026-10-25T02:59Z')).toEqual(autumn)
})

test('a date that a zone skips has its ticks at the beginning of the next one', () => {
  const ticks = new CronTicks('0 12 30 12 *', 'Pacific/Apia')
  expect(ticks.next(new Date('2011-12-01T00:00Z'))?.toISOString()).toBe('2011-12-30T10:00:00.000Z')
})

test('a yearly tick is found from both sides', () => {
  const ticks = new CronTicks('0 1 1 1 *', 'Europe/Kyiv')
  const now = new Date('2026-05-01T12:00Z')
  expect(ticks.last(now)?.toISOString()).toBe('2025-12-31T23:00:00.000Z')
  expect(ticks.next(now)?.toISOString()).toBe('2026-12-31T23:00:00.000Z')
  expect(ticks.last(new Date('2025-12-31T23:00:00.000Z'))?.toISOString()).toBe('2025-12-31T23:00:00.000Z')
  expect(ticks.last(new Date('2025-12-31T22:59:59.999Z'))?.toISOString()).toBe('2024-12-31T23:00:00.000Z')
})
