import { describe, expect, test } from 'vitest'
import type { Identity } from '../../src/verification/rules.ts'
import { unzr } from '../../src/verification/streams/unzr.ts'

const TODAY = '2026-03-01'
const UNZR = '19800101-00001'
const OLENA: Identity = {
  unzr: UNZR,
  last_name: 'Шевченко',
  first_name: 'Олена',
  second_name: 'Іванівна',
  birth_date: '1980-01-01',
}

function preCheck(changed: Partial<Identity>) {
  return unzr.preCheck({ documents: [], identity: { ...OLENA, ...changed } }, TODAY)
}

describe('unzr', () => {
  test.each([
    ['has none', null],
    ['has an empty one', ''],
  ])('settles without a call a person who %s, and clears nothing', (_, none) => {
    expect(preCheck({ unzr: none })).toEqual({
      kind: 'settled',
      verdict: { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
    })
  })

  test('settles without a call a person without data', () => {
    expect(unzr.preCheck({ documents: [] }, TODAY)).toMatchObject({ verdict: { reason: 'AUTO_DATA_ABSENT' } })
  })

  test.each([
    ['too few digits at the end', '19800101-0001'],
    ['too many digits at the end', '19800101-000001'],
    ['too few digits at the beginning', '1980101-00001'],
    ['too many digits at the beginning', '119800101-00001'],
    ['no hyphen', '1980010100001'],
    ['another dash', '19800101–00001'],
    ['a hyphen in the wrong place', '1980010-100001'],
    ['a letter', '19800101-0000O'],
    ['full-width digits', '１９８００１０１-００００１'],
    ['Arabic-Indic digits', '19800101-٠٠٠٠١'],
    ['a newline behind it', `${UNZR}\n`],
    ['a newline and more behind it', `${UNZR}\n${UNZR}`],
    ['a space before it', ` ${UNZR}`],
    ['a space behind it', `${UNZR} `],
    ['a no-break space behind it', `${UNZR}\u00a0`],
    ['a tab in it', '19800101\t-00001'],
    ['a zero-width space in it', '19800101\u200b-00001'],
    ['nothing but white space', ' '],
  ])('treats %s as incorrect, to be cleared if unchanged', (_, illFormed) => {
    expect(preCheck({ unzr: illFormed })).toEqual({
      kind: 'settled',
      verdict: { status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA' },
      clearsUnzr: illFormed,
    })
  })

  test.each(['00000000-00000', '99999999-99999', UNZR])(
    'asks about %s: the meaning of the digits is not checked',
    (well) => {
      expect(preCheck({ unzr: well })).toMatchObject({ kind: 'ask', question: { unzr: well } })
    },
  )

  test('asks with the names exactly as stored, without documents', () => {
    const names = { last_name: " Ґалаґан-Мар'яненко\u00a0", first_name: 'оЛЕНА  Марія', second_name: 'Iванівна ' }
    expect(preCheck(names)).toEqual({
      kind: 'ask',
      question: {
        unzr: UNZR,
        familyName: names.last_name,
        givenName: names.first_name,
        patronymicName: names.second_name,
        dateBirth: '1980-01-01',
      },
    })
  })

  test.each([
    ['absent', null],
    ['empty', ''],
  ])('omits a patronymic that is %s', (_, second_name) => {
    const checked = preCheck({ second_name })
    expect(checked).toEqual({
      kind: 'ask',
      question: { unzr: UNZR, familyName: 'Шевченко', givenName: 'Олена', dateBirth: '1980-01-01' },
    })
    expect(checked.kind === 'ask' && 'patronymicName' in checked.question).toBe(false)
  })

  test('does not depend on the date or on documents', () => {
    const document = { id: '1', type: 'PASSPORT', number: 'x', issued_at: null, expiration_date: null, inserted_at: 0 }
    expect(unzr.preCheck({ documents: [document], identity: OLENA }, '1979-12-31')).toEqual(preCheck({}))
  })

  test('treats found as favourable and not found as unfavourable, and applies to nobody else', () => {
    expect([unzr.stream, unzr.looksAt]).toEqual(['unzr', 'identity'])
    const question = { unzr: UNZR, familyName: 'Шевченко', givenName: 'Олена', dateBirth: '1980-01-01' }
    const decided = (status: 0 | 1) => unzr.decide({ status }, question, { documents: [] })
    const found = { verdict: { status: 'VERIFIED', reason: 'AUTO' }, step: '4', code: 1, isLinked: true }
    expect(decided(1)).toEqual({ kind: 'decided', ...found, keeps: { question, description: '' } })
    const notFound = { verdict: { status: 'NOT_VERIFIED', reason: 'AUTO' }, step: '5', code: 0, isLinked: false }
    expect(decided(0)).toEqual({ kind: 'decided', ...notFound })
  })
})
