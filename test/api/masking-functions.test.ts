// Rules: spec 4.3.5
import { describe, expect, test } from 'vitest'
import { mask, masksNumbersOf, shownTo } from '../../src/api/mask.ts'

const MAY = { isMaskedByScope: true, clientType: 'NHS', scopes: new Set(['person:personal_data']) }
const MASKED = { ...MAY, isMasked: true }
const WHOLE = { ...MAY, isMasked: false }

describe('a masked number', () => {
  test.each([
    ['2924500001', '********01'],
    ['АБ123456', '******56'],
    ['19800131-00001', '************01'],
    ['123', '*23'],
    ['12', '**'],
    ['1', '*'],
    ['', ''],
    ['😀😀7', '*😀7'],
  ])('%s shows only its last two characters: %s', (value, shown) => {
    expect(mask(value)).toBe(shown)
    expect(shownTo(MASKED, 'person', value)).toBe(shown)
    expect(shownTo(WHOLE, 'person', value)).toBe(value)
  })

  test('that is missing stays missing', () => {
    expect(shownTo(MASKED, 'person', null)).toBeNull()
  })
})

describe('masked JSON', () => {
  const info = {
    rnokpp: '2924500001',
    name: 'Олена',
    taxId: 2924500001,
    documents: [{ type: 'PASSPORT', number: 'АБ123456', more: { unzr: '19800131-00001' } }],
    phones: [{ type: 'MOBILE', number: '+380501234567' }],
    phone: ['+380501234567'],
    educations: [{ institution_name: 'НМУ', diploma_number: 'ДК 123456' }],
    specialities: [{ certificateNumber: 'АБ/21331', numbered: 'yes' }],
    nothing: null,
  }

  test('hides numbers by field name at any depth, and nothing else', () => {
    expect(shownTo(MASKED, 'person', info)).toEqual({
      rnokpp: '********01',
      name: 'Олена',
      taxId: '********01',
      documents: [{ type: 'PASSPORT', number: '******56', more: { unzr: '************01' } }],
      phones: [{ type: 'MOBILE', number: '***********67' }],
      phone: ['***********67'],
      educations: [{ institution_name: 'НМУ', diploma_number: '*******56' }],
      specialities: [{ certificateNumber: '******31', numbered: 'yes' }],
      nothing: null,
    })
  })

  test('is unchanged for a token that does not mask', () => {
    expect(shownTo(WHOLE, 'person', info)).toBe(info)
  })
})

describe('numbers are masked', () => {
  const as = (clientType: string, scopes: readonly string[], more = {}) => {
    const principal = { isMasked: false, isMaskedByScope: true, clientType, scopes: new Set(scopes), ...more }
    return [masksNumbersOf(principal, 'person'), masksNumbersOf(principal, 'party')]
  }

  test('for NHS users without the scope to reveal, separately for persons and parties', () => {
    expect(as('NHS', ['person:read', 'party:read'])).toEqual([true, true])
    expect(as('NHS', ['person:personal_data'])).toEqual([false, true])
    expect(as('NHS', ['party:personal_data', 'person:personal_data'])).toEqual([false, false])
  })

  test('for a token that masks, whatever its scopes', () => {
    expect(as('NHS', ['person:personal_data', 'party:personal_data'], { isMasked: true })).toEqual([true, true])
    expect(as('MSP', [], { isMasked: true })).toEqual([true, true])
  })

  test('not for other clients, unless the setting makes it depend on the token only', () => {
    expect(as('MSP', ['employee_request:read'])).toEqual([false, false])
    expect(as('NHS', [], { isMaskedByScope: false })).toEqual([false, false])
  })
})
