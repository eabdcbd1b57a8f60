/**
 * Rules for passwords (NIST SP 800-63B): long enough, and neither common nor easy to guess; no rules about kinds of characters. The list is
 * loaded when it is first needed, because most processes never set a password.
 */
import { MOST_CHARACTERS } from './passwords.ts'

const LEAST_CHARACTERS = 12
/** Only this many characters are examined: the rest cannot make a password weaker, and examining it would take seconds. */
const JUDGED_CHARACTERS = 64
/** The required number of guesses, as a power of ten: years for an attacker with the hashes, since each guess costs a scrypt. */
const LEAST_GUESSES_LOG10 = 10
const ABOUT_US = ['zvirka', 'звірка', 'ehealth', 'есоз', 'нсзу', 'nszu']

/** What can be wrong with a password, with words for its user. */
export const WEAKNESSES = {
  too_short: `it has fewer than ${LEAST_CHARACTERS} characters`,
  too_long: `it has more than ${MOST_CHARACTERS} characters`,
  too_common: 'it is common or easy to guess',
} as const

/** The code of a weakness. */
export type PasswordWeakness = keyof typeof WEAKNESSES

/** Why a password is refused; undefined: it is accepted. `email`: its user. */
export async function weaknessOf(password: string, email = ''): Promise<PasswordWeakness | undefined> {
  if ([...password].length < LEAST_CHARACTERS) return 'too_short'
  if (password.length > MOST_CHARACTERS) return 'too_long'
  const { check } = await judge()
  const about = [...ABOUT_US, email, ...email.split(/[@._-]/)].filter((word) => word !== '')
  const { guessesLog10 } = check(password.slice(0, JUDGED_CHARACTERS), about)
  return guessesLog10 < LEAST_GUESSES_LOG10 ? 'too_common' : undefined
}

interface Judge {
  check(password: string, about: string[]): { readonly guessesLog10: number }
}

let loading: Promise<Judge> | undefined

function judge(): Promise<Judge> {
  loading ??= load()
  return loading
}

async function load(): Promise<Judge> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs: graphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const factory = new ZxcvbnFactory({ dictionary, graphs })
  return { check: (password, about) => factory.check(password, about) }
}
