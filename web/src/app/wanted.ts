/** Parses what the user typed to find a record: an id, a number, or a name with a birth date. It is personal and never stored. */
import { type Asked, isUuid, looksLike, NOTHING_ASKED } from '../pages/people/looks.ts'

/** What to search for; `noBirthDate`: a name alone is not enough. */
export type Wanted =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'person'; readonly asked: Asked; readonly firstName: string }
  | { readonly kind: 'nothing' | 'noBirthDate' }

const DAY = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$|^(\d{4})-(\d{2})-(\d{2})$/

/** Parses the input: an id first, then a date next to a name; anything else with a digit is a number. */
export function wantedOf(given: string): Wanted {
  const words = given.trim().split(/[\s,;]+/)
  const [first = '', ...others] = words
  if (first === '') return { kind: 'nothing' }
  if (others.length === 0 && isUuid(first)) return { kind: 'id', id: first.toLowerCase() }
  const days = words.flatMap((word) => dayOf(word) ?? [])
  const [lastName = '', firstName = ''] = words.filter((word) => dayOf(word) === undefined)
  const [birthDate] = days
  if (birthDate !== undefined && lastName !== '')
    return { kind: 'person', asked: { ...NOTHING_ASKED, lastName, birthDate }, firstName }
  if (!/\d/.test(given)) return { kind: 'noBirthDate' }
  const number = numberOf(given.trim())
  return { kind: 'person', asked: { ...NOTHING_ASKED, number, as: looksLike(number) }, firstName: '' }
}

// A number with grouped digits, or a passport with a separate series. Spaces in certificate numbers are kept.
function numberOf(given: string): string {
  const joined = given.replaceAll(/\s/g, '')
  return looksLike(joined) !== 'documentNumber' || /^\p{L}{2}\d{6}$/u.test(joined) || /^\d+$/.test(joined)
    ? joined
    : given
}

function dayOf(word: string): string | undefined {
  const [, day, month, year, isoYear, isoMonth, isoDay] = DAY.exec(word) ?? []
  if (isoYear !== undefined) return `${isoYear}-${isoMonth}-${isoDay}`
  return day === undefined ? undefined : `${year}-${month?.padStart(2, '0')}-${day.padStart(2, '0')}`
}
