/** Acts of death of made-up people, and of some who only look like them. */
import { type Birth, dateBetween, dateOfDay, dayOfDate, drawBirth } from './dates.ts'
import { isKnowable } from './documents.ts'
import { createNumbers, deathsFrom, deathsOfDayFrom } from './numbers.ts'
import { drawNames } from './person.ts'
import type { Random } from './random.ts'
import type { Taxpayer } from './registers.ts'

/** A line of death_acts.ndjson (spec 8.16.2). */
export interface DeathEntry {
  readonly ar_reg_number: string
  readonly ar_reg_date: string
  readonly ar_op_name: '1' | '2'
  readonly op_date: string
  readonly surname: string
  readonly name: string
  readonly patronymic: string | null
  readonly date_birth: string
  readonly sex: '1' | '2'
  readonly numident: string | null
  readonly date_death: string
  readonly doc_seizes: readonly { readonly Series_Numb: string }[]
}

/** The facts in an act that decide whose it is. */
type Facts = Omit<DeathEntry, 'ar_reg_number' | 'ar_reg_date' | 'ar_op_name' | 'op_date' | 'date_death'>

/** Sorts of acts, all equally likely. */
const deathSorts = [
  ...(['taxId', 'document', 'namesOnly', 'otherSurname', 'otherLetter', 'swappedDay', 'annulled', 'namesake'] as const),
] as const
type DeathSort = (typeof deathSorts)[number]

/** Writes acts: for each one that is or may be about a generated person, another about nobody. */
export interface Deaths {
  of(who: Taxpayer): void
}

/** Starts writing acts to `write`. */
export function createDeaths(random: Random, seed: number, write: (entry: DeathEntry) => void): Deaths {
  const numbers = createNumbers(seed, deathsFrom, deathsOfDayFrom)
  let acts = 0
  const act = (facts: Facts, born: string, sort?: DeathSort) => {
    const died = dateBetween(random, later(born, '2022-01-01'), '2025-11-30')
    const day = dateOfDay(dayOfDate(died) + 1 + random.int(5))
    const registered = {
      ...{ ar_reg_number: String(++acts).padStart(14, '0'), ar_reg_date: `${day}T09:00:00Z`, ...facts },
      date_death: dotted(died),
    }
    write({ ...registered, ar_op_name: '1', op_date: `${day}T09:00:00Z` })
    if (sort !== 'annulled') return
    write({ ...registered, ar_op_name: '2', op_date: `${dateOfDay(dayOfDate(day) + 20)}T09:00:00Z` })
  }
  return {
    of(who) {
      const sort = random.pick(deathSorts)
      const stranger = drawBirth(random)
      act(
        factsOf(random, who, sort, () => numbers.taxId(birthOf(who))),
        who.birth_date,
        sort,
      )
      act(strangerOf(random, stranger, numbers.taxId(stranger)), stranger.date)
    },
  }
}

function factsOf(random: Random, who: Taxpayer, sort: DeathSort, otherTaxId: () => string): Facts {
  const { last_name, first_name, second_name, birth_date, gender, tax_id, documents } = who
  const names: Facts = {
    ...{ surname: last_name, name: first_name, patronymic: second_name, date_birth: dotted(birth_date) },
    ...{ sex: gender === 'MALE' ? '1' : '2', numident: null, doc_seizes: [] },
  }
  switch (sort) {
    case 'taxId':
    case 'annulled':
      return { ...names, numident: tax_id }
    case 'document':
      return { ...names, doc_seizes: documents.filter(isKnowable).map(({ number }) => ({ Series_Numb: number })) }
    case 'namesOnly':
      return names
    case 'otherSurname':
      return { ...names, surname: drawNames(random, gender).last_name, numident: tax_id }
    case 'otherLetter':
      return { ...names, name: withOtherLetter(random, first_name), numident: tax_id }
    case 'swappedDay':
      return { ...names, date_birth: dotted(swapped(birth_date)), numident: tax_id }
    case 'namesake':
      return { ...names, patronymic: null, numident: otherTaxId() }
  }
}

function strangerOf(random: Random, { gender, date }: Birth, taxId: string): Facts {
  const { last_name, first_name, second_name } = drawNames(random, gender)
  return {
    ...{ surname: last_name, name: first_name, patronymic: second_name, date_birth: dotted(date) },
    ...{ sex: gender === 'MALE' ? '1' : '2', numident: taxId, doc_seizes: [] },
  }
}

function birthOf({ birth_date, gender }: Taxpayer): Birth {
  return { gender, day: dayOfDate(birth_date), date: birth_date, age: 0 }
}

function later(one: string, other: string): string {
  return one > other ? one : other
}

function dotted(day: string): string {
  return day.split('-').toReversed().join('.')
}

/** Day and month exchanged, if that is a valid date. */
function swapped(date: string): string {
  const [year, month, day] = date.split('-')
  return Number(day) <= 12 ? `${year}-${day}-${month}` : date
}

/** Replaces the last letter. */
function withOtherLetter(random: Random, name: string): string {
  return name.slice(0, -1) + random.pick(['а', 'о', 'у', 'ь'].filter((letter) => !name.endsWith(letter)))
}
