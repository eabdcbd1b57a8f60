// Rules: spec 2.4.1
import { describe, expect, test } from 'vitest'
import type { IdentityDocument } from '../../src/verification/documents.ts'
import { dmsPassport } from '../../src/verification/streams/dms-passport.ts'
import { mvsPassport } from '../../src/verification/streams/mvs-passport.ts'
import { passportQuestion } from '../../src/verification/streams/passport.ts'

const TODAY = '2026-03-01'

function document(type: string, number: string): IdentityDocument {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    type,
    number,
    issued_at: null,
    expiration_date: null,
    inserted_at: 0,
  }
}

const SETTLED = {
  'has no document at all': { documents: [], status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
  'has only documents that are not checked': {
    documents: [
      document('BIRTH_CERTIFICATE', 'АБ000001'),
      document('COMPLEMENTARY_PROTECTION_CERTIFICATE', '000000001'),
    ],
    status: 'VERIFICATION_NOT_NEEDED',
    reason: 'AUTO_DATA_ABSENT',
  },
  'has an ill-formed PASSPORT': {
    documents: [document('PASSPORT', 'аб000001')],
    status: 'NOT_VERIFIED',
    reason: 'AUTO_INCORRECT_DATA',
  },
  'has an ill-formed NATIONAL_ID': {
    documents: [document('NATIONAL_ID', '00000001')],
    status: 'NOT_VERIFIED',
    reason: 'AUTO_INCORRECT_DATA',
  },
  'has an empty number': {
    documents: [document('PASSPORT', '')],
    status: 'NOT_VERIFIED',
    reason: 'AUTO_INCORRECT_DATA',
  },
} as const

const STREAMS = [
  ['dms_passport', dmsPassport, 'AUTO_NOT_VALID', 'AUTO_VALID'],
  ['mvs_passport', mvsPassport, 'AUTO_LOST', 'AUTO_NOT_LOST'],
] as const

function decided(
  rules: typeof dmsPassport,
  status: 0 | 1,
  asked: Parameters<typeof passportQuestion>[0] = { type: 'PASSPORT', number: 'ҐЇ012345' },
) {
  return rules.decide({ status, description: 'Викрадено' }, passportQuestion(asked), { documents: [] })
}

describe.each(STREAMS)('%s', (stream, rules, foundReason, notFoundReason) => {
  test.each(Object.entries(SETTLED))('settles without a call a subject who %s', (_, { documents, status, reason }) => {
    expect(rules.preCheck({ documents }, TODAY)).toEqual({ kind: 'settled', verdict: { status, reason } })
  })

  test('asks about a well-formed document', () => {
    expect(rules.preCheck({ documents: [document('NATIONAL_ID', '000000001')] }, TODAY)).toEqual({
      kind: 'ask',
      question: { passType: '0101', pasNumber: '000000001', document: { type: 'NATIONAL_ID', number: '000000001' } },
    })
  })

  test('treats found as unfavourable and not found as favourable, with the right reasons', () => {
    expect(rules.stream).toBe(stream)
    expect(decided(rules, 1)).toMatchObject({ verdict: { status: 'NOT_VERIFIED', reason: foundReason }, step: '4' })
    expect(decided(rules, 1)).toMatchObject({ code: 1, isLinked: true, keeps: { description: 'Викрадено' } })
    const notFound = { verdict: { status: 'VERIFIED', reason: notFoundReason }, step: '5', code: 0, isLinked: false }
    expect(decided(rules, 0)).toEqual({ kind: 'decided', ...notFound })
  })

  test('considers only documents, and its answers apply to all holders of that document', () => {
    expect(rules.looksAt).toBe('documents')
    for (const asked of [
      { type: 'PASSPORT', number: 'ҐЇ012345' },
      { type: 'NATIONAL_ID', number: '001234500' },
    ] as const) {
      expect(decided(rules, 1, asked)).toMatchObject({ reaches: { others: { by: 'document', ...asked } } })
    }
  })
})

describe('the question', () => {
  test('splits a PASSPORT into its first two and last six characters', () => {
    expect(passportQuestion({ type: 'PASSPORT', number: 'ҐЇ012345' })).toEqual({
      passType: '0101',
      pasSerial: 'ҐЇ',
      pasNumber: '012345',
      document: { type: 'PASSPORT', number: 'ҐЇ012345' },
    })
  })

  test('sends a NATIONAL_ID whole and without a serial, with leading zeros', () => {
    const question = passportQuestion({ type: 'NATIONAL_ID', number: '001234500' })
    expect(question.pasNumber).toBe('001234500')
    expect(question).not.toHaveProperty('pasSerial')
  })
})
