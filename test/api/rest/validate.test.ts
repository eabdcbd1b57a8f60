// Rules: spec 6.2.2
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ApiError } from '../../../src/api/errors.ts'
import { validate } from '../../../src/api/validate.ts'

function violationOf(schema: z.ZodType, value: unknown): { entry: string; said: string; params: unknown } {
  try {
    validate(z.strictObject({ party: schema }), { party: value }, 'json_data_property')
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const [violation] = error.violations
    if (violation === undefined) throw new Error('no violation was told')
    return { entry: violation.entry, said: `${violation.rule}: ${violation.description}`, params: violation.params }
  }
  throw new Error('nothing was refused')
}

const document = z.strictObject({ number: z.string().regex(/^[0-9]{9}$/u) })

describe('a violation', () => {
  test.each<[string, z.ZodType, unknown, string, string, unknown]>([
    [
      'an absent text',
      z.string(),
      undefined,
      '$.party',
      'required: required property party was not present',
      { property: 'party' },
    ],
    [
      'an absent choice',
      z.enum(['A']),
      undefined,
      '$.party',
      'required: required property party was not present',
      { property: 'party' },
    ],
    [
      'a number for a text',
      z.string(),
      1,
      '$.party',
      'cast: type mismatch. Expected string but got number',
      { expected: 'string', actual: 'number' },
    ],
    [
      'null for a text',
      z.string(),
      null,
      '$.party',
      'cast: type mismatch. Expected string but got null',
      { expected: 'string', actual: 'null' },
    ],
    [
      'a list for an object',
      document,
      [],
      '$.party',
      'cast: type mismatch. Expected object but got array',
      { expected: 'object', actual: 'array' },
    ],
    [
      'a half for a whole',
      z.int(),
      1.5,
      '$.party',
      'cast: type mismatch. Expected integer but got number',
      { expected: 'integer', actual: 'number' },
    ],
    [
      'another choice',
      z.enum(['A', 'B']),
      'C',
      '$.party',
      'inclusion: value is not allowed in enum',
      { values: ['A', 'B'] },
    ],
    [
      'a number of another form',
      z.array(document),
      [{ number: '000000001' }, { number: 'секрет' }],
      '$.party.[1].number',
      'format: string does not match pattern "^[0-9]{9}$"',
      { pattern: '^[0-9]{9}$' },
    ],
    [
      'a short text',
      z.string().min(2),
      'x',
      '$.party',
      'length: expected value to have a minimum length of 2 but was 1',
      { min: 2, actual: 1 },
    ],
    [
      'a long text',
      z.string().max(2),
      'xxx',
      '$.party',
      'length: expected value to have a maximum length of 2 but was 3',
      { max: 2, actual: 3 },
    ],
    [
      'a short list',
      z.array(z.int()).min(1),
      [],
      '$.party',
      'length: expected a minimum of 1 items but got 0',
      { min: 1, actual: 0 },
    ],
    [
      'a long list',
      z.array(z.int()).max(1),
      [1, 2],
      '$.party',
      'length: expected a maximum of 1 items but got 2',
      { max: 1, actual: 2 },
    ],
    [
      'a small number',
      z.int().min(5),
      4,
      '$.party',
      'number: expected the value to be >= 5',
      { greater_than_or_equal_to: 5 },
    ],
    [
      'a large number',
      z.int().max(5),
      6,
      '$.party',
      'number: expected the value to be <= 5',
      { less_than_or_equal_to: 5 },
    ],
    [
      'no date',
      z.iso.date(),
      '2021-02-30',
      '$.party',
      'date: expected "2021-02-30" to be an existing date',
      { actual: '2021-02-30' },
    ],
    [
      'no time',
      z.iso.datetime(),
      'noon',
      '$.party',
      'date: expected "noon" to be an existing date',
      { actual: 'noon' },
    ],
    [
      'what is not known',
      document,
      { number: '000000001', serial: 'АБ' },
      '$.party.serial',
      'schema: schema does not allow additional properties',
      {},
    ],
  ])('is reported for %s', (_, schema, value, entry, said, params) => {
    expect(violationOf(schema, value)).toEqual({ entry, said, params })
  })

  test('quotes nothing from the request, except a malformed date', () => {
    const secret = 'Таємниця'
    const refused = [z.int(), z.boolean(), z.enum(['A']), z.string().regex(/^a/), z.string().max(3), z.string().min(99)]
    for (const schema of refused) expect(JSON.stringify(violationOf(schema, secret))).not.toContain(secret)
    expect(violationOf(z.iso.date(), 'x'.repeat(10_000)).said.length).toBeLessThan(100)
  })
})
