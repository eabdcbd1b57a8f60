import { expect, test } from 'vitest'
import { judgeSignatures } from '../../src/doctor/installation.ts'

test.each([
  ['off', undefined, 'ok'],
  ['http', undefined, 'ok'],
  ['http', 'timeout', 'problem'],
  ['structure-only', undefined, 'problem'],
] as const)('the doctor on signatures %s with %s: %s', (mode, trouble, level) => {
  const finding = judgeSignatures({ mode, trouble })
  expect(finding).toMatchObject({ check: 'signatures', level })
  expect(finding.advice === undefined).toBe(level === 'ok')
})
