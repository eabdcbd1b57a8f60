// Rules: spec 3.3.2
import { expect, test } from 'vitest'
import { isWithinCallHours } from '../../src/registries/call-hours.ts'

const night = { from: 22 * 60, until: 6 * 60 }
const day = { from: 9 * 60, until: 18 * 60 + 30 }

test.each([
  // Summer: Kyiv is three hours ahead of UTC.
  [night, '2026-07-01T18:59:00Z', false],
  [night, '2026-07-01T19:00:00Z', true],
  [night, '2026-07-01T21:00:00Z', true],
  [night, '2026-07-02T02:59:00Z', true],
  [night, '2026-07-02T03:00:00Z', false],
  [day, '2026-07-01T05:59:59Z', false],
  [day, '2026-07-01T06:00:00Z', true],
  [day, '2026-07-01T15:29:59Z', true],
  [day, '2026-07-01T15:30:00Z', false],
  // Winter: two hours.
  [night, '2026-01-01T19:59:00Z', false],
  [night, '2026-01-01T20:00:00Z', true],
  // The night when clocks go back: 03:30 comes twice, both times within the hours.
  [night, '2026-10-25T00:30:00Z', true],
  [night, '2026-10-25T01:30:00Z', true],
])('with %o, %s is within the hours: %s', (hours, now, expected) => {
  expect(isWithinCallHours(hours, new Date(now))).toBe(expected)
})

test('without hours it always is', () => {
  expect(isWithinCallHours(undefined, new Date())).toBe(true)
})
