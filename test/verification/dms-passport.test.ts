import { describe, expect, test } from 'vitest'
import type { IdentityDocument } from '../../src/verification/documents.ts'
import { dmsPassport } from '../../src/verification/streams/dms-passport.ts'
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

describe('dms_passport', () => {
  test.each(Object.entries(SETTLED))('settles without a call who %s', (_, { documents, status, reason }) => {
    expect(dmsPassport.preCheck({ documents }, TODAY)).toEqual({ kind: 'settled', verdict: { status, reason } })
  })

  test('asks about who has a well-formed document', () => {
    expect(dmsPassport.preCheck({ documents: [document('NATIONAL_ID', '000000001')] }, TODAY)).toEqual({
      kind: 'ask',
      question: { passType: '0101', pasNumber: '000000001', document: { type: 'NATIONAL_ID', number: '000000001' } },
    })
  })

  test('takes found for invalid and not found for valid', () => {
    expect(dmsPassport.stream).toBe('dms_passport')
    expect(dmsPassport.found).toEqual({ status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' })
    expect(dmsPassport.notFound).toEqual({ status: 'VERIFIED', reason: 'AUTO_VALID' })
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

  test('sends a NATIONAL_ID whole and without a serial, leading zeros and all', () => {
    const question = passportQuestion({ type: 'NATIONAL_ID', number: '001234500' })
    expect(question.pasNumber).toBe('001234500')
    expect(question).not.toHaveProperty('pasSerial')
  })
})
