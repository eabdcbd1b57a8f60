// Rules: spec 8.10.1, 8.10.2
import { describe, expect, test } from 'vitest'
import {
  type Bin,
  type Bins,
  binsOf,
  type ComparedSubject,
  FACTS,
  type Fact,
  OTHER_FIRST_NAME_OF_EQUAL_TAX_ID,
  POINTS,
  scoreOf,
  scorePair,
  zoneOf,
} from '../../src/death-acts/score.ts'
import { readDay } from '../../src/verification/death-act.ts'
import { readDocument, tableRows } from '../docs/markdown.ts'
import { act } from './acts.ts'

const DEFAULTS = { full: 0.9, partial: 0.7 }

const subject: ComparedSubject = {
  ...{ last_name: 'Ковальчук', first_name: 'Наталія', second_name: 'Іванівна', birth_date: '1961-04-05' },
  ...{ tax_id: '2237512345', gender: 'FEMALE', documents: [{ type: 'PASSPORT', number: 'АВ123456' }] },
}
const dead = act({
  ...{ surname: 'Ковальчук', name: 'Наталія', patronymic: 'Іванівна', date_birth: '05.04.1961' },
  ...{ numident: '2237512345', sex: '2', doc_seizes: [{ Series_Numb: 'АВ123456' }] },
})
const NAMES_AND_BIRTH = { numident: null, doc_seizes: [] }

/** Every combination of bins for the facts. */
function* combinations(facts: readonly Fact[] = FACTS): Generator<Partial<Record<Fact, Bin>>> {
  const [fact, ...rest] = facts
  if (fact === undefined) return yield {}
  for (const others of combinations(rest))
    for (const bin of Object.keys(POINTS[fact])) yield { ...others, [fact]: bin as Bin }
}

describe('the score of all combinations of facts', () => {
  const all = [...combinations()].map((bins) => scoreOf(bins as Bins))

  test('is white only with an equal birth date, an equal tax id or document, and an equal first name or one that differs by a letter', () => {
    expect(all).toHaveLength(5 * 5 * 4 * 4 * 4 * 3 * 3)
    const white = all.filter(({ score }) => zoneOf(score, DEFAULTS) === 'white')
    expect(white.length).toBeGreaterThan(0)
    for (const { bins } of white) {
      expect(bins.birth_date).toBe('equal')
      expect([bins.tax_id, bins.document]).toContain('equal')
      expect(['equal', 'near']).toContain(bins.first_name)
    }
  })

  test('is between 0 and 1, in hundredths', () => {
    for (const { score } of all) {
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
      expect(score).toBe(Math.round(score * 100) / 100)
    }
  })

  test('never falls if a fact agrees better', () => {
    const order: readonly Bin[] = ['other', 'distant', 'near', 'equal']
    for (const { bins, score } of all) {
      // Another first name costs less where the tax ids are equal: there the equal tax id counts more.
      for (const fact of FACTS) {
        const better = order[order.indexOf(bins[fact]) + 1]
        if (order.includes(bins[fact]) && better !== undefined && better in POINTS[fact]) {
          expect(scoreOf({ ...bins, [fact]: better }).score).toBeGreaterThanOrEqual(score)
        }
      }
    }
  })
})

describe('the score of a subject and an act', () => {
  const score = (other: Partial<ComparedSubject>, changed: object) =>
    Math.round(scorePair({ ...subject, ...other }, act({ ...dead, ...changed })).score * 100)

  test.each([
    ['all agree', {}, {}, 100, 'white'],
    ['names and birth date alone', {}, NAMES_AND_BIRTH, 75, 'grey'],
    ['with the tax id', {}, { doc_seizes: [] }, 100, 'white'],
    ['with the document', {}, { numident: null }, 95, 'white'],
    ['another surname, with the tax id', {}, { surname: 'Мельник', doc_seizes: [] }, 85, 'grey'],
    ['another surname, with the document', {}, { surname: 'Мельник', numident: null }, 80, 'grey'],
    ['another tax id', {}, { numident: '1111111111', doc_seizes: [] }, 55, 'black'],
    ['another tax id and the same document', {}, { numident: '1111111111' }, 75, 'grey'],
    ['another first name: twins', {}, { ...NAMES_AND_BIRTH, name: 'Оксана' }, 25, 'black'],
    ['another gender', {}, { ...NAMES_AND_BIRTH, sex: '1' }, 45, 'black'],
    ['a patronymic on one side alone', {}, { ...NAMES_AND_BIRTH, patronymic: null }, 70, 'grey'],
    ['a patronymic on neither side', { second_name: '' }, { ...NAMES_AND_BIRTH, patronymic: null }, 75, 'grey'],
    ['another birth date with all else equal', {}, { date_birth: '11.12.1975' }, 50, 'black'],
    ['a birth date that nobody can read', {}, { date_birth: '1961' }, 89, 'grey'],
    ['another first name with all else equal', {}, { name: 'Оксана' }, 89, 'grey'],
  ] as const)('%s', (_what, other, changed, points, zone) => {
    expect(score(other, changed)).toBe(points)
    expect(zoneOf(points / 100, DEFAULTS)).toBe(zone)
  })

  test('stores which facts agree, without their values', () => {
    const { bins, points } = scorePair(subject, dead)
    const told = JSON.stringify({ bins, points })
    for (const value of ['Ковальчук', 'Наталія', '1961', '2237512345', '123456']) expect(told).not.toContain(value)
    expect(Object.values(points).reduce((sum, each) => sum + each, 0)).toBe(120)
  })
})

describe('how facts compare', () => {
  const bin = (fact: Fact, other: Partial<ComparedSubject>, changed: object) =>
    binsOf({ ...subject, ...other }, act({ ...dead, ...changed }))[fact]

  test.each([
    ['Ковальчук', 'КОВАЛЬЧУК', 'equal'],
    ["Д'яченко", 'Д’яченко', 'equal'],
    ['Дʼяченко', 'Дяченко', 'equal'],
    ['Нечуй-Левицький', 'Нечуй Левицький', 'equal'],
    ['Єфименко', 'Ефіменко', 'equal'],
    ['Рибак', 'Рыбак', 'equal'],
    ['Семенов', 'Семёнов', 'equal'],
    [`${'Й'.normalize('NFD')}ович`, 'Йович', 'equal'],
    ['Ковальчук', 'Ковальчик', 'near'],
    ['Ковальчук', 'Ковальчк', 'near'],
    ['Ковальчук', 'Ковальцик', 'distant'],
    ['Гнатюк', 'Гнатів', 'distant'],
    // Two of five letters are too many.
    ['Бойко', 'Бонка', 'other'],
    ['Ковальчук', 'Мельник', 'other'],
  ])('the last names %s and %s: %s', (one, other, expected) => {
    expect(bin('last_name', { last_name: one }, { surname: other })).toBe(expected)
  })

  test('a patronymic that differs by two letters does not match', () => {
    expect(bin('patronymic', {}, { patronymic: 'Іванивна' })).toBe('equal')
    expect(bin('patronymic', {}, { patronymic: 'Іваневна' })).toBe('near')
    expect(bin('patronymic', {}, { patronymic: 'Степанівна' })).toBe('other')
    expect(bin('patronymic', {}, { patronymic: 'Яновівна' })).toBe('other')
  })

  test.each([
    ['05.04.1961', 'equal'],
    ['1961-04-05', 'equal'],
    ['1961-04-05T00:00:00', 'equal'],
    ['05.04.1961 00:00:00', 'equal'],
    ['04.05.1961', 'near'],
    ['06.04.1961', 'near'],
    ['05.04.1971', 'near'],
    ['06.05.1961', 'other'],
    ['31.02.1961', 'absent'],
    ['5.4.1961', 'absent'],
    ['05/04/1961', 'absent'],
    ['1961', 'absent'],
  ])('the birth date %s: %s', (date_birth, expected) => {
    expect(bin('birth_date', {}, { date_birth })).toBe(expected)
  })

  test('a tax id counts only with ten digits', () => {
    expect(bin('tax_id', {}, { numident: '2237512346' })).toBe('near')
    expect(bin('tax_id', {}, { numident: '9999999999' })).toBe('other')
    for (const numident of [null, '0', 'АВ123456', '223751234', '22375123456']) {
      expect(bin('tax_id', {}, { numident })).toBe('absent')
    }
    expect(bin('tax_id', { tax_id: 'АВ123456' }, { numident: 'АВ123456' })).toBe('absent')
  })

  test.each([
    ['АВ123456', 'equal'],
    ['AB123456', 'equal'],
    ['ав № 123456', 'equal'],
    ['АВ-123/456', 'equal'],
    ['АВ123457', 'other'],
    ['', 'other'],
  ])('the document %s: %s', (number, expected) => {
    expect(bin('document', {}, { doc_seizes: [{ series_numb: number }] })).toBe(expected)
    expect(bin('document', {}, { doc_seizes: [{ Doc_Type: 'x' }, { Doc_Number: number }] })).toBe(expected)
  })

  test('a document counts only if it is a passport or an identity card', () => {
    const seized = { doc_seizes: [{ SeriesNumb: '123456789' }] }
    expect(bin('document', { documents: [{ type: 'NATIONAL_ID', number: '123456789' }] }, seized)).toBe('equal')
    expect(bin('document', { documents: [{ type: 'BIRTH_CERTIFICATE', number: '123456789' }] }, seized)).toBe('absent')
    const short = { doc_seizes: [{ SeriesNumb: '1' }] }
    expect(bin('document', { documents: [{ type: 'NATIONAL_ID', number: '1' }] }, short)).toBe('other')
    expect(bin('document', { documents: [] }, seized)).toBe('absent')
  })

  test.each([
    ['MALE', '1', 'equal'],
    ['FEMALE', '2', 'equal'],
    ['MALE', '2', 'other'],
    ['FEMALE', null, 'absent'],
    ['FEMALE', 'Ж', 'absent'],
    [null, '2', 'absent'],
  ])('the gender %s and the sex %s: %s', (gender, sex, expected) => {
    expect(bin('gender', { gender }, { sex })).toBe(expected)
  })

  test('dates are read in three formats', () => {
    expect(['05.04.1961', '1961-04-05', '1961-04-05T10:00:00', '05.04.1961 10:00'].map(readDay)).toEqual(
      Array(4).fill('1961-04-05'),
    )
    expect([null, '', '05.04.61', '1961-13-01', '00.01.1961', '1961-04-05x'].map(readDay)).toEqual(Array(6).fill(null))
  })
})

test('the table in the documentation equals the code', () => {
  const signed = (points: number) => (points < 0 ? `−${-points}` : `${points}`)
  const cell = (points: number | undefined) => (points === undefined ? '' : signed(points))
  const rows = FACTS.map((fact) => {
    const table: Partial<Record<Bin, number>> = POINTS[fact]
    const other =
      fact === 'first_name'
        ? `${signed(POINTS.first_name.other)}; ${signed(OTHER_FIRST_NAME_OF_EQUAL_TAX_ID)} where the tax ids are equal`
        : cell(table.other)
    return [fact.replace('_', ' '), cell(table.equal), cell(table.near), cell(table.distant), other, cell(table.absent)]
  })
  expect(tableRows(readDocument('docs/dracs-death.md').text).slice(0, FACTS.length)).toEqual(rows)
})
