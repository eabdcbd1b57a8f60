// Rules: spec 8.5.2, 8.5.3, 8.6.1
/** Each row of DRFO's pre-check and verdicts. */
import { describe, expect, test } from 'vitest'
import type { IdentityDocument } from '../../src/verification/documents.ts'
import type { Identity, Names } from '../../src/verification/rules.ts'
import type { SubjectKind } from '../../src/verification/status.ts'
import { type DrfoQuestion, drfoRules } from '../../src/verification/streams/drfo.ts'

const TODAY = '2026-11-30'
const TERMS = { notVerified: new Set([1, 3, 4, 42]), closed: new Set([2]), noSelfAuthAge: 14 }
const NAMES: Names = { last_name: 'Шевченко', first_name: 'Олена', second_name: null, birth_date: '1980-01-01' }
const OLENA: Identity = { ...NAMES, unzr: null, tax_id: '2922001234', no_tax_id: false }
const WITHOUT = { tax_id: null }

function document(type: string, number: string, more: Partial<IdentityDocument> = {}): IdentityDocument {
  return { id: `${type}${number}`, type, number, issued_at: null, expiration_date: null, inserted_at: 0, ...more }
}

function preCheck(kind: SubjectKind, changed: Partial<Identity>, documents: readonly IdentityDocument[] = []) {
  return drfoRules(kind).preCheck({ identity: { ...OLENA, ...changed }, documents }, TODAY, TERMS)
}

const settled = (status: string, reason: string) => ({ kind: 'settled', verdict: { status, reason }, isSynced: true })
const asks = (rnokpp: string) => ({ kind: 'ask', question: expect.objectContaining({ rnokpp }) })
const ILL_FORMED = settled('NOT_VERIFIED', 'INVALID_RNOKPP_FORMAT')
const BIRTH = settled('NOT_VERIFIED', 'INVALID_BIRTH_DATE')
const ABSENT = settled('NOT_VERIFIED', 'TAX_ID_AND_PASSPORT_DOCUMENT_ABSENT')
const NOT_NEEDED = settled('VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT')

describe('the pre-check of both kinds', () => {
  test.each<[string, Partial<Identity>, unknown]>([
    ['ten digits', {}, asks('2922001234')],
    ['nine digits', { tax_id: '292200123' }, ILL_FORMED],
    ['a line end after the digits', { tax_id: '2922001234\n' }, ILL_FORMED],
    ['a passport number of one who has a tax id', { tax_id: 'АА123456' }, ILL_FORMED],
    ['nine digits of one who refused it', { tax_id: '123456789', no_tax_id: true }, asks('123456789')],
    ['two letters and six digits of one who refused it', { tax_id: 'АА123456', no_tax_id: true }, asks('АА123456')],
    ['ten digits of one who refused it', { no_tax_id: true }, ILL_FORMED],
    ['an ill-formed number before an impossible birth date', { tax_id: '1', birth_date: '2027-01-01' }, ILL_FORMED],
    ['a birth date to come', { birth_date: '2026-12-01' }, BIRTH],
    ['a birth date of today', { birth_date: TODAY }, asks('2922001234')],
    ['a birth date before 1900', { birth_date: '1899-12-31' }, BIRTH],
    ['the first birth date that may be', { birth_date: '1900-01-01' }, asks('2922001234')],
  ])('of %s', (_, changed, expected) => {
    for (const kind of ['person', 'party'] as const) expect(preCheck(kind, changed)).toEqual(expected)
  })

  test('asks with the names, the patronymic and the birth date', () => {
    const { question } = preCheck('person', { second_name: 'Іванівна' }) as { question: DrfoQuestion }
    expect(question).toEqual({
      rnokpp: '2922001234',
      names: { ...NAMES, second_name: 'Іванівна' },
      isYoung: false,
    })
  })
})

describe('the pre-check of a person without a tax id', () => {
  test.each([
    ['who is 14 until tomorrow', '2011-12-01', NOT_NEEDED],
    ['who is 15 today', '2011-11-30', ABSENT],
    ['born to come', '2027-01-01', BIRTH],
  ])('%s', (_, birth_date, expected) => {
    expect(preCheck('person', { ...WITHOUT, birth_date })).toEqual(expected)
    expect(preCheck('person', { tax_id: '', birth_date })).toEqual(expected)
  })

  test.each<[string, readonly IdentityDocument[], unknown]>([
    ['none', [], ABSENT],
    ['one of another type', [document('REFUGEE_CERTIFICATE', 'АА123456')], ABSENT],
    ['an ill-formed one', [document('NATIONAL_ID', '12345678')], ABSENT],
    ['an expired one', [document('NATIONAL_ID', '123456789', { expiration_date: '2026-11-29' })], ABSENT],
    ['one that expires today', [document('NATIONAL_ID', '123456789', { expiration_date: TODAY })], asks('123456789')],
    [
      'the one issued last, among those that can be asked by',
      [
        document('PASSPORT', 'АА000001', { issued_at: '2000-01-01' }),
        document('NATIONAL_ID', '000000002', { issued_at: '2020-01-01' }),
        document('NATIONAL_ID', '1', { issued_at: '2025-01-01' }),
      ],
      asks('000000002'),
    ],
    [
      'of two issued on one day the one put in last',
      [document('NATIONAL_ID', '000000001', { inserted_at: 2 }), document('NATIONAL_ID', '000000002')],
      asks('000000001'),
    ],
  ])('with the documents: %s', (_, documents, expected) => {
    expect(preCheck('person', WITHOUT, documents)).toEqual(expected)
  })
})

test('a party without a tax id is not asked about by a document', () => {
  expect(preCheck('party', WITHOUT, [document('NATIONAL_ID', '123456789')])).toEqual(ABSENT)
})

const VERIFIED = { status: 'VERIFIED', reason: 'AUTO' }
const NOT_VERIFIED = { status: 'NOT_VERIFIED', reason: 'AUTO' }
const question = (isYoung: boolean): DrfoQuestion => ({ rnokpp: '2922001234', names: NAMES, isYoung })

function decide(kind: SubjectKind, result: number, isYoung = false) {
  return drfoRules(kind).decide({ result, message: 'слова' }, question(isYoung), { documents: [] }, TERMS)
}

describe('the verdict', () => {
  const linked = { verdict: VERIFIED, code: 0, isLinked: true }
  const others = { by: 'link', ...NAMES }
  const keeps = (result: number) => ({ question: question(false), result, message: 'слова' })

  test.each(['person', 'party'] as const)(
    'of 0 is stored, linked, and applies to others who refer to the same row (%s)',
    (kind) => {
      expect(decide(kind, 0)).toEqual({
        ...{ kind: 'decided', step: '4', ...linked, keeps: keeps(0) },
        reaches: { others, as: { person: linked, party: linked } },
      })
    },
  )

  test('of a closed number of a person stores nothing and applies to nobody else', () => {
    const closed = { kind: 'decided', step: '5', verdict: NOT_VERIFIED, code: 2, isLinked: false }
    expect(decide('person', 2)).toEqual(closed)
    expect(decide('person', 2, true)).toEqual(closed)
  })

  test('of a closed number of a party is stored and linked, and each kind gets its own row of the table', () => {
    const ofParty = { verdict: NOT_VERIFIED, code: 2, isLinked: true }
    const ofPerson = { ...ofParty, isLinked: false }
    expect(decide('party', 2)).toEqual({
      ...{ kind: 'decided', step: '5', ...ofParty, keeps: keeps(2) },
      reaches: { others, as: { person: ofPerson, party: ofParty } },
    })
  })

  test.each([1, 3, 4, 42])('of %i is no, except for the young, and nothing is stored', (code) => {
    const no = { kind: 'decided', step: '5', verdict: NOT_VERIFIED, code, isLinked: false }
    expect(decide('person', code)).toEqual(no)
    expect(decide('party', code)).toEqual(no)
    expect(decide('person', code, true)).toEqual({ ...no, verdict: VERIFIED })
  })

  test.each([-1, 5, 12, 100])('of %i is none: a technical error of the subject', (code) => {
    const error = { kind: 'technical_error', whose: 'subject', code: `result_${code}` }
    for (const kind of ['person', 'party'] as const) expect(decide(kind, code)).toEqual(error)
  })
})
