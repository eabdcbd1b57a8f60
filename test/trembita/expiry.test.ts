import { describe, expect, test } from 'vitest'
import { createExpiryWatch, daysLeft } from '../../src/trembita/expiry.ts'
import type { Expiry } from '../../src/trembita/tls.ts'

const day = 86_400_000
const end = Date.UTC(2027, 0, 1)
const certificate = (of: Expiry['of'], expiresAt = end): Expiry => ({ of, expiresAt: new Date(expiresAt) })

describe('an expiring certificate', () => {
  test('has the remaining days, below 0 after it expired', () => {
    expect(daysLeft(certificate('client'), end - 30 * day)).toBe(30)
    expect(daysLeft(certificate('client'), end + day / 2)).toBe(-0.5)
  })

  test('is reported at 30, 14 and 7 days and when it expires, once each, however often it is checked', () => {
    const look = createExpiryWatch()
    const told: [number, number, boolean][] = []
    for (let hours = 40 * 24; hours >= -48; hours -= 1) {
      const now = end - (hours * day) / 24
      for (const { days, isOver } of look([certificate('client')], now)) told.push([hours / 24, days, isOver])
    }
    expect(told).toEqual([
      [30, 30, false],
      [14, 14, false],
      [7, 7, false],
      [0, 0, true],
    ])
  })

  test('is reported immediately at a late first check, and not again before the next step', () => {
    const look = createExpiryWatch()
    expect(look([certificate('server')], end - 10.5 * day)).toEqual([{ of: 'server', days: 10, isOver: false }])
    expect(look([certificate('server')], end - 8 * day)).toEqual([])
    expect(look([certificate('server')], end - 7 * day)).toHaveLength(1)
  })

  test('is reported separately: ours and theirs, and a renewed one again', () => {
    const look = createExpiryWatch()
    const both = [certificate('client'), certificate('server')]
    expect(look(both, end - 20 * day).map(({ of }) => of)).toEqual(['client', 'server'])
    expect(look([certificate('client', end + 300 * day)], end - 10 * day)).toEqual([])
    expect(look([certificate('client', end + 300 * day)], end + 271 * day)).toHaveLength(1)
  })
})
