import { expect, test } from 'vitest'
import { findProcess, PROCESSES } from '../../src/synchronization/process.ts'

test('there are nine processes, each with a unique stream and kind of subject', () => {
  expect([...PROCESSES.keys()].sort()).toEqual([
    'dms_passport/party',
    'dms_passport/person',
    'dracs_death/party',
    'dracs_death/person',
    'drfo/party',
    'drfo/person',
    'mvs_passport/party',
    'mvs_passport/person',
    'unzr/person',
  ])
  for (const [key, process] of PROCESSES) {
    expect(process.key).toBe(key)
    expect(`${process.stream}/${process.kind}`).toBe(key)
    expect(process.rules.stream).toBe(process.stream)
    expect(findProcess(key)).toBe(process)
  }
  expect(findProcess('nhs/person')).toBeUndefined()
})

test('a stream has one set of rules for all kinds of subjects', () => {
  const rulesOf = (key: string) => findProcess(key)?.rules
  expect(rulesOf('mvs_passport/person')).toBe(rulesOf('mvs_passport/party'))
  expect(rulesOf('dms_passport/person')).toBe(rulesOf('dms_passport/party'))
})
