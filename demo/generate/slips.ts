import type { Random } from './random.ts'

type Slip = (random: Random, number: string) => string

// Letters of the Russian alphabet, which no series has, and Latin letters that look like Ukrainian ones.
const foreign = 'ЫЪЭЁ'
const latin = ['AB', 'BC', 'CE', 'EH', 'HK', 'KM', 'MO', 'OP', 'PT', 'TX', 'XA']

const both: readonly Slip[] = [
  (_random, number) => number.slice(0, -1),
  (random, number) => `${number}${random.int(10)}`,
  (_random, number) => `${number} `,
  (_random, number) => `${number.slice(0, -3)}-${number.slice(-3)}`,
  () => '',
]

const ofBooklet: readonly Slip[] = [
  (random, number) => `${foreign[random.int(foreign.length)]}${number.slice(1)}`,
  (random, number) => `${number.slice(0, 1)}${foreign[random.int(foreign.length)]}${number.slice(2)}`,
  (random, number) => `${random.pick(latin)}${number.slice(2)}`,
  (_random, number) => number.toLowerCase(),
  (_random, number) => `${number.slice(0, 2)} ${number.slice(2)}`,
  (_random, number) => number.slice(2),
]

const ofCard: readonly Slip[] = [
  (_random, number) => `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`,
  (_random, number) => `${number.slice(0, 4)}О${number.slice(5)}`,
  (_random, number) => `№${number}`,
]

const slips = { PASSPORT: [...both, ...ofBooklet], NATIONAL_ID: [...both, ...ofCard] }

const ofUnzr: readonly Slip[] = [
  (_random, unzr) => unzr.replace('-', ''),
  (_random, unzr) => unzr.replace('-', ' '),
  (_random, unzr) => unzr.slice(0, -1),
  (_random, unzr) => `${unzr}0`,
  (_random, unzr) => ` ${unzr}`,
]

/** Spoils a document's number with typical typing errors: the result never matches the format of 1.6. */
export function mangle(random: Random, type: 'PASSPORT' | 'NATIONAL_ID', number: string): string {
  return random.pick(slips[type])(random, number)
}

/** Spoils a UNZR: the result never matches its format. */
export function mangleUnzr(random: Random, unzr: string): string {
  return random.pick(ofUnzr)(random, unzr)
}
