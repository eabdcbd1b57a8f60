import { describe, expect, test } from 'vitest'
import { jsonShownTo, mask, shownTo } from '../../src/api/mask.ts'

const MASKED = { isMasked: true }
const WHOLE = { isMasked: false }

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
  ])('%s shows its last two characters and no more: %s', (value, shown) => {
    expect(mask(value)).toBe(shown)
    expect(shownTo(MASKED, value)).toBe(shown)
    expect(shownTo(WHOLE, value)).toBe(value)
  })

  test('that is not there stays so', () => {
    expect(shownTo(MASKED, null)).toBeNull()
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

  test('hides numbers by their names, however deep, and nothing else', () => {
    expect(jsonShownTo(MASKED, info)).toEqual({
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

  test('is whole for a token that is not masked', () => {
    expect(jsonShownTo(WHOLE, info)).toBe(info)
  })
})
