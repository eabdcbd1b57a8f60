// Rules: spec 1.3.1
import { describe, expect, test } from 'vitest'
import { kyivDay } from '../../src/verification/calendar.ts'

describe('the day in Kyiv', () => {
  test.each([
    ['in winter begins at 22:00 UTC of the day before', '2026-01-14T21:59:59.999Z', '2026-01-14'],
    ['in winter begins at 22:00 UTC of the day before', '2026-01-14T22:00:00.000Z', '2026-01-15'],
    ['in summer begins at 21:00 UTC of the day before', '2026-07-14T20:59:59.999Z', '2026-07-14'],
    ['in summer begins at 21:00 UTC of the day before', '2026-07-14T21:00:00.000Z', '2026-07-15'],
    ['of the change to summer time begins in winter time', '2026-03-28T21:59:59.999Z', '2026-03-28'],
    ['of the change to summer time begins in winter time', '2026-03-28T22:00:00.000Z', '2026-03-29'],
    ['of the change to summer time ends in summer time', '2026-03-29T20:59:59.999Z', '2026-03-29'],
    ['of the change to summer time ends in summer time', '2026-03-29T21:00:00.000Z', '2026-03-30'],
    ['of the change to winter time begins in summer time', '2026-10-24T21:00:00.000Z', '2026-10-25'],
    ['of the change to winter time ends in winter time', '2026-10-25T21:59:59.999Z', '2026-10-25'],
    ['of the change to winter time ends in winter time', '2026-10-25T22:00:00.000Z', '2026-10-26'],
    ['turns the year with Kyiv', '2026-12-31T22:00:00.000Z', '2027-01-01'],
    ['knows 29 February', '2028-02-28T22:00:00.000Z', '2028-02-29'],
  ])('%s (%s)', (_, instant, day) => {
    expect(kyivDay(new Date(instant))).toBe(day)
  })
})
