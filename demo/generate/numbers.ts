import type { Birth } from './dates.ts'

const taxWeights = [-1, 5, 7, 9, 4, 6, 10, 5, 7]

/** The tenth digit of a tax id (РНОКПП), computed from the first nine. */
function taxCheckDigit(nine: string): number {
  const sum = taxWeights.reduce((total, weight, place) => total + weight * Number(nine[place]), 0)
  return (((sum % 11) + 11) % 11) % 10
}

/** Numbers that are given out once each, in an order that does not look like counting. */
export interface Numbers {
  /** A tax id: days since 1899-12-31, a serial whose last digit is odd for men, a check digit. Its own for 4,900 people of a day and gender. */
  taxId(birth: Birth): string
  /** A UNZR: the birth date and five digits. Its own for 99,856 people of a day. */
  unzr(birth: Birth): string
  /** The number of a passport booklet: two letters and six digits. */
  passport(): string
  /** The number of an identity card: nine digits. */
  nationalId(): string
}

const days = 50_000
const letters = 'АБВГДЕЄЖЗІКЛМНОПРСТУФХЦЧШЮЯҐЇ'

/** From where numbers of documents that nobody holds are counted: those of people never get there. */
export const nobodyFrom = 500_000_000
/** The same for parties who are no patients, and for their tax ids among those of a day: persons never get there. */
export const partiesFrom = 700_000_000
export const partiesOfDayFrom = 4000
/** The same for people who are only in acts of death. */
export const deathsFrom = 600_000_000
export const deathsOfDayFrom = 4500

/** Starts counting at `start`, and the tax ids of each day at `startOfDay`; another seed gives the same numbers in another order. */
export function createNumbers(seed: number, start = 0, startOfDay = 0): Numbers {
  const ofDay = new Uint32Array(days)
  const ofDayAndGender = new Uint32Array(days * 2).fill(startOfDay)
  let passports = start
  let cards = start
  return {
    taxId({ day, gender }) {
      const odd = gender === 'MALE' ? 1 : 0
      const serial = scatter(countIn(ofDayAndGender, day * 2 + odd), 70, seed + day) * 2 + odd
      const nine = digits(day, 5) + digits(serial, 4)
      return `${nine}${taxCheckDigit(nine)}`
    },
    unzr: ({ day, date }) => `${date.replaceAll('-', '')}-${digits(scatter(countIn(ofDay, day), 316, seed + day), 5)}`,
    passport() {
      const number = scatter(passports++, letters.length * 1000, seed)
      const series = Math.floor(number / 1_000_000)
      return `${letters[Math.floor(series / letters.length)]}${letters[series % letters.length]}${digits(number % 1_000_000, 6)}`
    },
    nationalId: () => digits(scatter(cards++, 31_622, seed), 9),
  }
}

function countIn(counts: Uint32Array, place: number): number {
  const count = counts[place] ?? 0
  counts[place] = count + 1
  return count
}

function digits(value: number, length: number): string {
  return `${value}`.padStart(length, '0')
}

/** Maps the numbers below `side`² onto themselves, each to another place (a Feistel network of three rounds). */
function scatter(count: number, side: number, seed: number): number {
  let left = Math.floor(count / side) % side
  let right = count % side
  for (let round = 1; round <= 3; round++) {
    ;[left, right] = [right, (left + mix(right, seed + round)) % side]
  }
  return left * side + right
}

/** Scatters the bits of two numbers over 32. */
function mix(value: number, key: number): number {
  let bits = Math.imul(value ^ Math.imul(key, 0x9e37_79b1), 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
