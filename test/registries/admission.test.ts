import { expect, test } from 'vitest'
import { createAdmission } from '../../src/registries/admission.ts'

test('if the rate limiter fails, nobody is admitted, nothing throws, and the place is free again', async () => {
  const broken = { take: () => Promise.reject(new Error('the database is away')) }
  const told: unknown[] = []
  const admission = createAdmission(1, broken, (error) => told.push(error))
  expect(await admission.enter([])).toBe(false)
  expect(await admission.enter([])).toBe(false)
  expect(told.map(String)).toEqual(['Error: the database is away', 'Error: the database is away'])
})
