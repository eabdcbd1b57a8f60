/** Requests about the user's own second factor. */
import { rest } from '../../graphql/request.ts'

/** Its state. */
export interface SecondFactor {
  readonly is_on: boolean
  readonly is_required: boolean
  readonly is_available: boolean
  readonly recovery_codes: number
}

/** The data that an app needs to generate codes. */
export interface Begun {
  readonly secret: string
  readonly uri: string
}

/** Who sets it up: with the session, or, if sign-in requires it, with e-mail and password. */
export interface Who {
  readonly email?: string
  readonly password: string
}

const pathOf = ({ email }: Who) => (email === undefined ? 'oauth/second_factor' : 'oauth/second_factor/setup')

/** Loads the signed-in user's state. */
export async function findSecondFactor(): Promise<SecondFactor> {
  return (await rest('GET', 'oauth/second_factor')) as SecondFactor
}

/** Starts the setup. */
export async function beginEnrolment(who: Who): Promise<Begun> {
  return (await rest('POST', pathOf(who), who)) as Begun
}

/** Enables it; returns the recovery codes. */
export async function confirmEnrolment(who: Who, code: string): Promise<readonly string[]> {
  const { recovery_codes } = (await rest('POST', `${pathOf(who)}/confirm`, { ...who, code })) as {
    recovery_codes: string[]
  }
  return recovery_codes
}

/** Disables it. */
export async function turnOff(password: string, code: string): Promise<void> {
  await rest('POST', 'oauth/second_factor/off', { password, code })
}
