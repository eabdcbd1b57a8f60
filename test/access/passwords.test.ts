import { describe, expect, test } from 'vitest'
import { weaknessOf } from '../../src/access/password-rules.ts'
import { hashPassword, verifyPassword } from '../../src/access/passwords.ts'
import { scryptInEarnest } from '../support/scrypt.ts'

scryptInEarnest()

const PASSWORD = 'Правильний пароль 1'

describe('a password', () => {
  test('matches only the one that was hashed, in any Unicode composition of its letters', async () => {
    const stored = await hashPassword(PASSWORD)
    expect(await verifyPassword(PASSWORD, stored)).toBe(true)
    expect(await verifyPassword(PASSWORD.normalize('NFD'), stored)).toBe(true)
    expect(await verifyPassword(`${PASSWORD} `, stored)).toBe(false)
    expect(stored).not.toContain(PASSWORD)
    expect(await hashPassword(PASSWORD)).not.toBe(stored)
  })

  test('takes as long to refuse for an unknown user as for a known one', async () => {
    const stored = await hashPassword(PASSWORD)
    // CPU time, which other processes do not affect.
    const costOf = async (of: string | null) => {
      const before = process.cpuUsage()
      expect(await verifyPassword('x', of)).toBe(false)
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    const median = (costs: number[]) => costs.toSorted((left, right) => left - right)[1] ?? 0
    const costs: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
    for (let n = 0; n < 3; n += 1) {
      costs.known.push(await costOf(stored))
      costs.unknown.push(await costOf(null))
    }
    const ratio = median(costs.unknown) / median(costs.known)
    expect(ratio).toBeGreaterThan(0.6)
    expect(ratio).toBeLessThan(1.6)
  })

  test.each([
    ['Короткий 1', 'too_short'],
    ['x'.repeat(1025), 'too_long'],
    ['Password1234', 'too_common'],
    ['qwertyuiop[]', 'too_common'],
    ['1q2w3e4r5t6y', 'too_common'],
    ['aaaaaaaaaaaa', 'too_common'],
    ['Zvirka-Zvirka-1', 'too_common'],
    ['olena.petrenko', 'too_common'],
    [PASSWORD, undefined],
    ['без великих літер', undefined],
    ['чотири-довгі-слова-разом', undefined],
    ['gq7vxw0kzt4m', undefined],
  ])('%.20s: %s', async (password, weakness) => {
    expect(await weaknessOf(password, 'olena.petrenko@nszu.example')).toBe(weakness)
  })

  test('of maximum length is checked immediately', async () => {
    await weaknessOf(PASSWORD)
    const before = process.cpuUsage()
    await weaknessOf('aB1'.repeat(341))
    const { user, system } = process.cpuUsage(before)
    expect(user + system).toBeLessThan(400_000)
  })
})
