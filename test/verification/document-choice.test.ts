// Rules: spec 1.6.3
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseDocument, type IdentityDocument } from '../../src/verification/documents.ts'

const TODAY = '2026-03-01'
const A = '00000000-0000-4000-8000-00000000000a'
const B = '00000000-0000-4000-8000-00000000000b'

function document(over: Partial<IdentityDocument>): IdentityDocument {
  return {
    id: A,
    type: 'PASSPORT',
    number: 'АБ000001',
    issued_at: null,
    expiration_date: null,
    inserted_at: 0,
    ...over,
  }
}

/** [what, chosen, not chosen]; earlier rows outrank all later ones. */
const PREFERENCES: readonly [string, Partial<IdentityDocument>, Partial<IdentityDocument>][] = [
  [
    'one without an expiration date before an expired one, whatever else they hold',
    { expiration_date: null },
    { expiration_date: '2026-02-28', issued_at: '2026-01-01', inserted_at: 9, id: B },
  ],
  [
    'one that expires today before an expired one',
    { expiration_date: '2026-03-01' },
    { expiration_date: '2026-02-28', issued_at: '2026-01-01' },
  ],
  [
    'by the date of issue where neither has expired, not by which of them expires later',
    { expiration_date: '2026-03-02', issued_at: '2020-01-02' },
    { expiration_date: null, issued_at: '2020-01-01', inserted_at: 9, id: B },
  ],
  [
    'by the date of issue where both have expired',
    { expiration_date: '2010-01-01', issued_at: '2000-01-02' },
    { expiration_date: '2026-02-28', issued_at: '2000-01-01', inserted_at: 9, id: B },
  ],
  [
    'one with a date of issue before one without',
    { issued_at: '1995-01-01' },
    { issued_at: null, inserted_at: 9, id: B },
  ],
  [
    'the one inserted later where dates of issue are equal',
    { issued_at: '2020-01-01', inserted_at: 2 },
    { issued_at: '2020-01-01', inserted_at: 1, id: B },
  ],
  ['the one inserted later where neither has a date of issue', { inserted_at: 2 }, { inserted_at: 1, id: B }],
  ['the greater id where all else is equal', { id: B }, { id: A }],
  [
    'without a look at the number: an ill-formed one may be chosen',
    { number: 'no number', issued_at: '2020-01-02' },
    { number: 'АБ000001', issued_at: '2020-01-01' },
  ],
  [
    'without a look at the type: a NATIONAL_ID against a PASSPORT',
    { type: 'PASSPORT', issued_at: '2020-01-02' },
    { type: 'NATIONAL_ID', issued_at: '2020-01-01' },
  ],
  [
    'only among the types that are checked',
    { issued_at: null },
    { type: 'REFUGEE_CERTIFICATE', issued_at: '2026-01-01', inserted_at: 9, id: B },
  ],
]

describe('the document to check is', () => {
  test.each(PREFERENCES)('%s', (_, better, worse) => {
    const [chosen, other] = [document(better), document(worse)]
    expect(chooseDocument([chosen, other], TODAY)).toBe(chosen)
    expect(chooseDocument([other, chosen], TODAY)).toBe(chosen)
  })

  test('none without documents', () => {
    expect(chooseDocument([], TODAY)).toBeUndefined()
    expect(chooseDocument([document({ type: 'BIRTH_CERTIFICATE' })], TODAY)).toBeUndefined()
  })

  test('the same in any order of the documents', () => {
    const day = fc.constantFrom(null, '2019-05-05', '2026-02-28', '2026-03-01', '2030-01-01')
    const documents = fc.uniqueArray(
      fc.record({
        id: fc.uuid(),
        type: fc.constantFrom('PASSPORT', 'NATIONAL_ID', 'BIRTH_CERTIFICATE'),
        number: fc.constantFrom('АБ000001', ''),
        issued_at: day,
        expiration_date: day,
        inserted_at: fc.integer({ min: 0, max: 2 }),
      }),
      { selector: ({ id }) => id, maxLength: 6 },
    )
    const shuffled = documents.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    fc.assert(
      fc.property(shuffled, ([one, other]) => chooseDocument(one, TODAY) === chooseDocument(other, TODAY)),
      { numRuns: 500 },
    )
  })
})
