// Rules: spec 8.5.4, 8.8.1
/** The questions about a death, about whom and when: the pre-check settles nobody, and no answer alone means that somebody is dead. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Identity } from '../../src/verification/rules.ts'
import { dracsDeath } from '../../src/verification/streams/dracs-death.ts'
import { act } from '../death-acts/acts.ts'

const TERMS = { full: 0.9, partial: 0.7 }

const identity: Identity = {
  ...{ last_name: "Д'яченко", first_name: 'Ірина', second_name: 'Петрівна', birth_date: '1961-05-04' },
  ...{ unzr: null, tax_id: '2240000001', no_tax_id: false },
}

const preCheck = (given: Partial<Identity> = {}) =>
  dracsDeath.preCheck({ documents: [], identity: { ...identity, ...given } }, '2026-11-30', TERMS)

describe('the question', () => {
  test('has the name and birth date as stored, and nothing else', () => {
    expect(preCheck()).toEqual({
      kind: 'ask',
      question: { surname: "Д'яченко", name: 'Ірина', patronymic: 'Петрівна', onDate: '1961-05-04' },
    })
  })

  test.each([null, ''])('omits a patronymic that is %j', (second_name) => {
    expect(preCheck({ second_name })).toEqual({
      kind: 'ask',
      question: { surname: "Д'яченко", name: 'Ірина', onDate: '1961-05-04' },
    })
  })

  test('is asked for everybody, with any birth date and with or without numbers', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('2999-01-01', '1899-12-31', '1961-05-04'),
        fc.option(fc.string()),
        fc.boolean(),
        (birth_date, tax_id, no_tax_id) => preCheck({ birth_date, tax_id, no_tax_id }).kind === 'ask',
      ),
    )
  })
})

test('only subjects who need verification are asked about, and the status stays: only the online status changes', () => {
  const { asksIn, claimShows } = dracsDeath
  expect({ asksIn, claimShows }).toEqual({ asksIn: ['VERIFICATION_NEEDED'], claimShows: 'online_status' })
})

test('any change of a subject is a reason to ask', () => {
  expect(dracsDeath.hasData({ documents: [] })).toBe(true)
})

test('an answer keeps its acts, links to none of them and decides nothing else: comparing does', () => {
  const acts = [act({ surname: 'Бойко' }), act({ ar_op_name: '2' })]
  expect(dracsDeath.decide({ acts }, { name: 'Ірина', onDate: '', surname: '' }, { documents: [] }, TERMS)).toEqual({
    ...{ kind: 'decided', step: '5', verdict: { status: 'VERIFIED', reason: 'AUTO_ONLINE' } },
    ...{ code: null, isLinked: false, keeps: { acts, terms: TERMS } },
  })
})
