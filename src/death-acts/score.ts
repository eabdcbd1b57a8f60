/**
 * How likely an act of death belongs to a subject (spec 8.10): points for facts that agree, fewer or negative ones for facts that differ. A
 * test compares docs/dracs-death.md with `POINTS`. A score decides nothing: a person does.
 */
import { distance } from 'fastest-levenshtein'
import { type DeathAct, readDay } from '../verification/death-act.ts'
import { isPassportType } from '../verification/documents.ts'
import type { Names } from '../verification/rules.ts'
import { isOfPassport, normaliseDocument, normaliseName, readGender, readTaxId } from './normalise.ts'

/** The facts that are compared. */
export const FACTS = ['last_name', 'first_name', 'patronymic', 'birth_date', 'tax_id', 'document', 'gender'] as const
export type Fact = (typeof FACTS)[number]

/** How a fact of the subject compares with the act's. `distant`: a name that differs by two letters. `absent`: one side has no value. */
const BINS = ['equal', 'near', 'distant', 'other', 'absent'] as const
export type Bin = (typeof BINS)[number]

/** The bin of each fact. Contains no personal values, because it is stored with the candidate and shown. */
export type Bins = Readonly<Record<Fact, Bin>>

/** The points of each bin that a fact can have. */
export const POINTS = {
  last_name: { equal: 15, near: 12, distant: 5, other: 0, absent: 0 },
  first_name: { equal: 20, near: 15, distant: 3, other: -30, absent: 0 },
  patronymic: { equal: 10, near: 8, other: -10, absent: 5 },
  birth_date: { equal: 30, near: 10, other: -40, absent: 0 },
  tax_id: { equal: 25, near: 10, other: -20, absent: 0 },
  document: { equal: 20, other: 0, absent: 0 },
  gender: { equal: 0, other: -30, absent: 0 },
} as const satisfies Record<Fact, Partial<Record<Bin, number>>>

/** Points for another first name if the tax ids are equal: people change their names. */
export const OTHER_FIRST_NAME_OF_EQUAL_TAX_ID = -10
/** The highest score without an equal birth date and an equal or near first name: never in the white zone. */
const MOST_OF_DOUBTFUL = 89

/** The version of the points table, stored with each candidate. */
export const ALGORITHM = 'points-1'

/** A score and how it came about. */
export interface Score {
  readonly bins: Bins
  readonly points: Readonly<Record<Fact, number>>
  /** 0 to 1, in hundredths. */
  readonly score: number
}

/** The fields of a subject that are compared. Personal data. */
export interface ComparedSubject extends Names {
  readonly tax_id: string | null
  readonly gender: string | null
  readonly documents: readonly { readonly type: string; readonly number: string }[]
}

/** The score of a subject and an act. */
export function scorePair(subject: ComparedSubject, act: DeathAct): Score {
  return scoreOf(binsOf(subject, act))
}

/** The score of compared facts. */
export function scoreOf(bins: Bins): Score {
  const points = Object.fromEntries(FACTS.map((fact) => [fact, pointsOf(fact, bins)])) as Record<Fact, number>
  const sum = FACTS.reduce((total, fact) => total + points[fact], 0)
  const isDoubtful = bins.birth_date !== 'equal' || (bins.first_name !== 'equal' && bins.first_name !== 'near')
  const most = isDoubtful ? MOST_OF_DOUBTFUL : 100
  return { bins, points, score: Math.max(0, Math.min(most, sum)) / 100 }
}

function pointsOf(fact: Fact, bins: Bins): number {
  if (fact === 'first_name' && bins.first_name === 'other' && bins.tax_id === 'equal') {
    return OTHER_FIRST_NAME_OF_EQUAL_TAX_ID
  }
  const table: Partial<Record<Bin, number>> = POINTS[fact]
  const points = table[bins[fact]]
  if (points === undefined) throw new Error(`${fact} is never ${bins[fact]}`)
  return points
}

/** Compares a subject with an act, fact by fact. */
export function binsOf(subject: ComparedSubject, act: DeathAct): Bins {
  return {
    last_name: nameBin(subject.last_name, act.surname),
    first_name: nameBin(subject.first_name, act.name),
    patronymic: patronymicBin(subject.second_name, act.patronymic),
    birth_date: dayBin(readDay(subject.birth_date), readDay(act.date_birth)),
    tax_id: taxIdBin(readTaxId(subject.tax_id), readTaxId(act.numident)),
    document: documentBin(subject, act),
    gender: genderBin(readGender(subject.gender), readGender(act.sex)),
  }
}

// Shorter names may not differ by two letters: that is too large a part of the name.
const LETTERS_FOR_TWO = 6

function nameBin(one: string | null, other: string | null): Bin {
  const left = normaliseName(one)
  const right = normaliseName(other)
  if (left === '' || right === '') return 'absent'
  const apart = distance(left, right)
  if (apart === 0) return 'equal'
  if (apart === 1) return 'near'
  return apart === 2 && Math.min(left.length, right.length) >= LETTERS_FOR_TWO ? 'distant' : 'other'
}

function patronymicBin(one: string | null, other: string | null): Bin {
  if (normaliseName(one) === '' && normaliseName(other) === '') return 'equal'
  const bin = nameBin(one, other)
  return bin === 'distant' ? 'other' : bin
}

function dayBin(one: string | null, other: string | null): Bin {
  if (one === null || other === null) return 'absent'
  if (one === other) return 'equal'
  const [year, month, day] = one.split('-')
  return `${year}-${day}-${month}` === other || isOneDigitOther(one, other) ? 'near' : 'other'
}

function taxIdBin(one: string | null, other: string | null): Bin {
  if (one === null || other === null) return 'absent'
  if (one === other) return 'equal'
  return isOneDigitOther(one, other) ? 'near' : 'other'
}

function isOneDigitOther(one: string, other: string): boolean {
  return one.length === other.length && [...one].filter((digit, at) => digit !== other[at]).length === 1
}

function documentBin({ documents }: ComparedSubject, act: DeathAct): Bin {
  const own = documents.filter(({ type }) => isPassportType(type)).map(({ number }) => normaliseDocument(number))
  const seized = act.doc_seizes.flatMap(numbersOf)
  if (own.length === 0 || seized.length === 0) return 'absent'
  return own.some((number) => isOfPassport(number) && seized.includes(number)) ? 'equal' : 'other'
}

const NUMBER_FIELDS = new Set(['seriesnumb', 'docnumber'])

function numbersOf(document: Readonly<Record<string, string>>): string[] {
  return Object.entries(document)
    .filter(([name]) => NUMBER_FIELDS.has(name.replaceAll('_', '').toLowerCase()))
    .map(([, value]) => normaliseDocument(value))
}

function genderBin(one: string | null, other: string | null): Bin {
  if (one === null || other === null) return 'absent'
  return one === other ? 'equal' : 'other'
}

/** The lowest scores of a candidate (`partial`) and of one in the white zone (`full`). */
interface Thresholds {
  readonly full: number
  readonly partial: number
}

/** How certain a score is: white needs only a confirmation, grey needs a decision, black is no candidate. */
export type Zone = 'white' | 'grey' | 'black'

/** The zone of a score. */
export function zoneOf(score: number, { full, partial }: Thresholds): Zone {
  if (score >= full) return 'white'
  return score >= partial ? 'grey' : 'black'
}
