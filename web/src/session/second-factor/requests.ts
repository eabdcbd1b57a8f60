/** What the page asks the API about one's own second factor. */
import { rest } from '../../graphql/request.ts'

/** How it stands. */
export interface SecondFactor {
  readonly is_on: boolean
  readonly is_required: boolean
  readonly is_available: boolean
  readonly recovery_codes: number
}

/** What an app needs to make codes. */
export interface Begun {
  readonly secret: string
  readonly uri: string
}

/** Who sets it up: with the session, or where nobody may sign in without it, with the e-mail. */
export interface Who {
  readonly email?: string
  readonly password: string
}

const pathOf = ({ email }: Who) => (email === undefined ? 'oauth/second_factor' : 'oauth/second_factor/setup')

/** Asks how it stands with who is signed in. */
export async function findSecondFactor(): Promise<SecondFactor> {
  return (await rest('GET', 'oauth/second_factor')) as SecondFactor
}

/** Begins setting it up. */
export async function beginEnrolment(who: Who): Promise<Begun> {
  return (await rest('POST', pathOf(who), who)) as Begun
}

/** Turns it on; answers with the recovery codes. */
export async function confirmEnrolment(who: Who, code: string): Promise<readonly string[]> {
  const { recovery_codes } = (await rest('POST', `${pathOf(who)}/confirm`, { ...who, code })) as {
    recovery_codes: string[]
  }
  return recovery_codes
}

/** Turns it off. */
export async function turnOff(password: string, code: string): Promise<void> {
  await rest('POST', 'oauth/second_factor/off', { password, code })
}
