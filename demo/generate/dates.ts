import { createWeighted, type Random } from './random.ts'

/**
 * The reference day of all generated people. It is fixed, because the same seed must always give the same bytes; documents that should be
 * expired expired before it.
 */
export const today = '2026-01-01'
const todayYear = 2026
const dayMs = 86_400_000

const epoch = Date.UTC(1899, 11, 31)
// There are fewer than 50,000 such days, and each is requested many times.
const dates = new Map<number, string>()

/** The date of a day counted from 1899-12-31, the day before the first one that a tax id can encode. */
export function dateOfDay(day: number): string {
  const known = dates.get(day)
  if (known !== undefined) return known
  const date = new Date(epoch + day * dayMs).toISOString().slice(0, 10)
  dates.set(day, date)
  return date
}

/** How many days after 1899-12-31 a date is. */
export function dayOfDate(date: string): number {
  return Math.round((Date.parse(date) - epoch) / dayMs)
}

/** The same day so many years later; 29 February becomes 28 February in other years. */
export function addYears(date: string, years: number): string {
  const year = Number(date.slice(0, 4)) + years
  const rest = date.slice(4)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return `${year}${rest === '-02-29' && !isLeap ? '-02-28' : rest}`
}

/** A day from `from` to `until`, both included; `from` if they are in the wrong order. */
export function dateBetween(random: Random, from: string, until: string): string {
  const first = dayOfDate(from)
  return dateOfDay(first + random.int(Math.max(1, dayOfDate(until) - first + 1)))
}

// Ukraine, beginning of 2021, thousands in groups of five years from 0 to 4 up to 95 to 99 (State Statistics Service, rounded).
const men = [810, 1150, 1140, 980, 985, 1180, 1690, 1740, 1570, 1430, 1310, 1350, 1240, 950, 660, 370, 390, 130, 40, 5]
const women = [
  765, 1085, 1075, 925, 930, 1130, 1640, 1730, 1620, 1550, 1480, 1640, 1660, 1440, 1170, 830, 1000, 400, 150, 25,
]
const pickGroup = createWeighted([...men, ...women])

/** Gender and birth date of somebody without a name yet. */
export interface Birth {
  readonly gender: 'MALE' | 'FEMALE'
  /** Days after 1899-12-31. */
  readonly day: number
  readonly date: string
  /** In whole years on `today`. */
  readonly age: number
}

const lastDay = dayOfDate(today)

/** Draws gender and birth date by the country's age pyramid. */
export function drawBirth(random: Random): Birth {
  const group = pickGroup(random)
  const gender = group < men.length ? 'MALE' : 'FEMALE'
  const youngest = (group % men.length) * 5
  const until = dayOfDate(`${todayYear - youngest}-01-01`)
  const from = dayOfDate(`${todayYear - youngest - 5}-01-02`)
  const day = Math.min(from + random.int(until - from + 1), lastDay - 1)
  const date = dateOfDay(day)
  return { gender, day, date, age: ageOn(date) }
}

/** Whole years from a birth to `today`. */
function ageOn(date: string): number {
  return todayYear - Number(date.slice(0, 4)) - (date.slice(5) > today.slice(5) ? 1 : 0)
}
