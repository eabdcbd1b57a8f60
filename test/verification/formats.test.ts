// Rules: spec 1.6.1
import { describe, expect, test } from 'vitest'
import { hasWellFormedNumber, isPassportType, isWellFormedUnzr } from '../../src/verification/documents.ts'

const UKRAINIAN = [...'АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ']

const isPassport = (number: string) => hasWellFormedNumber({ type: 'PASSPORT', number })
const isNationalId = (number: string) => hasWellFormedNumber({ type: 'NATIONAL_ID', number })

/** Every way to spoil a number at its ends or in its middle without changing what a person reads. */
function spoilt(number: string): string[] {
  const around = [' ', '\n', '\r', '\t', '\u00a0', '\ufeff', '\u200b', '0']
  return around.flatMap((c) => [c + number, number + c, number.slice(0, 2) + c + number.slice(2)])
}

describe('a PASSPORT', () => {
  test('accepts the capital letters of the Ukrainian alphabet and no other, in both positions', () => {
    const allowed = { first: [] as string[], second: [] as string[] }
    for (let code = 0; code <= 0xffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const letter = String.fromCodePoint(code)
      if (isPassport(`${letter}А000001`)) allowed.first.push(letter)
      if (isPassport(`А${letter}000001`)) allowed.second.push(letter)
    }
    expect(allowed.first.sort()).toEqual([...UKRAINIAN].sort())
    expect(allowed.second.sort()).toEqual([...UKRAINIAN].sort())
  })

  test.each(['Ы', 'Ъ', 'Э', 'Ё'])('does not accept %s', (letter) => {
    expect(isPassport(`${letter}А000001`)).toBe(false)
    expect(isPassport(`А${letter}000001`)).toBe(false)
  })

  test.each([
    ['Latin look-alikes', 'AB000001'],
    ['one Latin look-alike', 'АB000001'],
    ['a Latin I in place of І', 'ІI000001'],
    ['small letters', 'аб000001'],
    ['a letter taken apart into base and mark', 'І\u0308А000001'],
    ['Arabic-Indic digits', 'АБ٠٠٠٠٠١'],
    ['full-width digits', 'АБ０００００１'],
    ['O in place of zero', 'АБО00001'],
    ['five digits', 'АБ00001'],
    ['seven digits', 'АБ0000001'],
    ['one letter', 'А000001'],
    ['three letters', 'АБВ000001'],
    ['digits alone', '00000001'],
    ['nothing', ''],
  ])('does not accept %s', (_, number) => {
    expect(isPassport(number)).toBe(false)
  })

  test('is matched as a whole', () => {
    expect(isPassport('АБ000001')).toBe(true)
    expect(spoilt('АБ000001').filter(isPassport)).toEqual([])
  })
})

describe('a NATIONAL_ID', () => {
  test('is exactly nine digits', () => {
    expect(isNationalId('000000001')).toBe(true)
    expect(spoilt('000000001').filter(isNationalId)).toEqual([])
  })

  test.each(['', '00000001', '0000000001', '00000000a', '٠٠٠٠٠٠٠٠١', '-00000001', '1e0000000', 'АБ0000001'])(
    'does not accept %j',
    (number) => {
      expect(isNationalId(number)).toBe(false)
    },
  )

  test('is not matched with the format of a PASSPORT, or vice versa', () => {
    expect(isNationalId('АБ000001')).toBe(false)
    expect(isPassport('000000001')).toBe(false)
  })
})

describe('a UNZR', () => {
  test('is exactly eight digits, a hyphen and five digits', () => {
    expect(isWellFormedUnzr('19800101-12345')).toBe(true)
    expect(spoilt('19800101-12345').filter(isWellFormedUnzr)).toEqual([])
  })

  test.each([
    '',
    '1980010112345',
    '19800101–12345',
    '19800101-1234',
    '1980010-12345',
    '19800101-123456',
    '1980O101-12345',
  ])('does not accept %j', (unzr) => {
    expect(isWellFormedUnzr(unzr)).toBe(false)
  })
})

test('only PASSPORT and NATIONAL_ID are asked about', () => {
  const types = [
    'PASSPORT',
    'NATIONAL_ID',
    'passport',
    'TRAVEL_PASSPORT',
    'BIRTH_CERTIFICATE',
    'REFUGEE_CERTIFICATE',
    '',
  ]
  expect(types.filter(isPassportType)).toEqual(['PASSPORT', 'NATIONAL_ID'])
})
