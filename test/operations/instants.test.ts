import { describe, expect, test } from 'vitest'
import { kyivTime, pastInstant } from '../../src/cli/instants.ts'
import { table } from '../../src/cli/table.ts'

const NOW = () => Date.parse('2026-11-01T00:00:00Z')

describe('a time argument', () => {
  test.each([
    ['2026-03-01', '2026-02-28T22:00:00.000Z'],
    ['2026-03-01 10:30', '2026-03-01T08:30:00.000Z'],
    ['2026-07-01T10:30:15', '2026-07-01T07:30:15.000Z'],
    ['2026-07-01T10:30:15.250Z', '2026-07-01T10:30:15.250Z'],
    ['2026-07-01T10:30+02:00', '2026-07-01T08:30:00.000Z'],
    ['2026-03-29 02:59', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29 04:00', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 05:00', '2026-10-25T03:00:00.000Z'],
  ])('%s without a zone is Kyiv time, on both sides of a clock change', (raw, instant) => {
    expect(pastInstant(raw, NOW).toISOString()).toBe(instant)
  })

  test.each(['', 'now', '2026-3-1', '2026-02-30', '2026-13-01', '2026-03-01 25:00', '2026-03-01 10', '01.03.2026'])(
    '%j is invalid',
    (raw) => {
      expect(() => pastInstant(raw, NOW)).toThrow('It must be a time')
    },
  )

  test('must not be in the future', () => {
    expect(() => pastInstant('2026-11-01T00:00:01Z', NOW)).toThrow('future')
  })

  test('is shown in Kyiv time', () => {
    expect(kyivTime(new Date('2026-07-01T21:30:05Z'))).toBe('2026-07-02 00:30:05')
  })
})

describe('a table', () => {
  test('right-aligns numbers, left-aligns words, and shows unknown values as a dash', () => {
    expect(
      table(
        ['NAME', 'COUNT', 'NOTE'],
        [
          ['a', 1200, null],
          ['bcdef', null, 'x'],
        ],
      ),
    ).toEqual(['NAME   COUNT  NOTE', 'a      1,200  -', 'bcdef      -  x'])
  })
})
