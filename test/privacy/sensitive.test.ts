import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { reveal, Sensitive } from '../../src/privacy/sensitive.ts'

describe('a sensitive value', () => {
  const secret = new Sensitive('АА123456')

  test('is returned only by reveal', () => {
    expect(reveal(secret)).toBe('АА123456')
  })

  test('shows a mask in text, JSON and the inspector, also when nested', () => {
    expect(`${secret}`).toBe('***')
    expect(JSON.stringify({ a: [secret] })).toBe('{"a":["***"]}')
    expect(inspect({ a: secret }, { showHidden: true, depth: 9 })).not.toContain('АА')
  })

  test('has nothing to copy out', () => {
    expect(Object.values(secret)).toEqual([])
    expect({ ...secret }).toEqual({})
  })
})
