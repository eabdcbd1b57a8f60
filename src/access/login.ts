/**
 * Signing in with e-mail and password (spec 6.4). An unknown user, a blocked one, a wrong password and an unknown client give the same error
 * after the same work; only after a correct password does the answer say that a code is needed or wrong. Failures delay later attempts
 * (`failures.ts`).
 */
import type { Database } from '../database/database.ts'
import { deviceCounter, rememberDevice } from './devices.ts'
import { addFailure, type Counter, countersOf, delayAfterFailures, forget, inLine } from './failures.ts'
import { verifyPassword } from './passwords.ts'
import { clientsOfUser, findClient, findRoleScopes, findUserByEmail, type UserRow } from './plans/login.ts'
import { type AccessPolicy, isSecondFactorRequired } from './policy.ts'
import { ROLELESS_SCOPES } from './scopes.ts'
import { takeCode } from './second-factor.ts'
import { type IssuedToken, issueToken } from './tokens.ts'

/** Credentials. The e-mail and the password are personal. */
export interface Credentials {
  readonly email: string
  readonly password: string
  readonly address: string
  /** The cookie of a known device. */
  readonly device: string | undefined
}

/** A code of the second factor, or a recovery code; undefined: none was given. */
export interface WithCode {
  readonly code: string | undefined
}

/** The input of a sign-in. */
interface Login extends Credentials, WithCode {
  readonly clientId: string
  /** Scopes separated by spaces; undefined: all that the user has in the client. */
  readonly scope: string | undefined
  readonly isMasked: boolean
  /** Whether the token belongs to a page, so that it also ends without activity. */
  readonly isSession: boolean
}

/** Why the credentials were not accepted. */
export type Unchecked =
  /** `userId`: the user of the e-mail, if any; for the audit, never for the answer. */
  | { readonly kind: 'refused'; readonly userId?: string | undefined }
  | { readonly kind: 'too_early'; readonly seconds: number }
  /** Password sign-in is disabled. */
  | { readonly kind: 'switched_off' }
  | Unfinished

/** The password is right, but a code is missing or wrong, or a second factor must be set up. */
type Unfinished =
  | { readonly kind: 'code_needed'; readonly userId: string }
  | { readonly kind: 'code_wrong'; readonly userId: string }
  | { readonly kind: 'setup_required'; readonly userId: string }

/** The outcome. */
export type LoginResult =
  | {
      readonly kind: 'signed_in'
      readonly userId: string
      readonly token: IssuedToken
      readonly scope: string
      /** The cookie that makes the device known from now on. */
      readonly device: string
    }
  | Unchecked

/** A client in which a user has a role. */
interface ClientOfUser {
  readonly id: string
  readonly name: string
}

/** The outcome of asking for the clients of a user. */
export type ClientsResult = Unchecked | KnownClients

/** The clients, and what sign-in needs besides the password: a code, or the setup of a second factor. */
interface KnownClients {
  readonly kind: 'known'
  readonly userId: string
  readonly clients: readonly ClientOfUser[]
  readonly besides: 'nothing' | 'code' | 'setup'
}

/** Signs in. */
export async function signIn(database: Database, policy: AccessPolicy, login: Login): Promise<LoginResult> {
  const { sessionSeconds: seconds, idleSeconds } = policy
  const checked = await checkPassword(
    database,
    policy,
    login,
    secondFactorBy(database, policy, login.code),
    async () => {
      const [client] = await database.query(findClient(login.clientId))
      return client !== undefined
    },
  )
  if (checked.kind !== 'right') return checked
  const { user } = checked
  const { id: userId } = user
  const scope = login.scope ?? (await wholeScope(database, userId, login.clientId))
  const { clientId, isMasked, isSession } = login
  const request = { name: 'sign-in', userId, clientId, scope, isMasked, seconds }
  return {
    kind: 'signed_in',
    userId,
    token: await issueToken(database, isSession ? { ...request, idleSeconds } : request),
    scope,
    device: rememberDevice(login.device, user, new Date()),
  }
}

/**
 * The clients in which a user has a role, by name, and what else sign-in needs. Requires the password, with the same delays as signing in.
 */
export async function findClients(
  database: Database,
  policy: AccessPolicy,
  credentials: Credentials,
): Promise<ClientsResult> {
  const checked = await checkPassword(database, policy, credentials, secondFactorBy(database, policy, undefined))
  switch (checked.kind) {
    case 'right':
      return known(database, checked.user.id, 'nothing')
    case 'code_needed':
      return known(database, checked.userId, 'code')
    case 'setup_required':
      return known(database, checked.userId, 'setup')
    default:
      return checked
  }
}

async function known(database: Database, userId: string, besides: KnownClients['besides']): Promise<ClientsResult> {
  return { kind: 'known', userId, clients: await database.query<ClientOfUser>(clientsOfUser(userId)), besides }
}

/** The user of the credentials. */
export type Checked = Unchecked | { readonly kind: 'right'; readonly user: UserRow }

/** A check after a correct password; undefined: nothing more is needed. */
export type Then<More> = (user: UserRow) => Promise<More | undefined>

/** Requires a code of the second factor if the user has one or must have one. */
export function secondFactorBy(
  database: Database,
  { secondFactor }: AccessPolicy,
  code: string | undefined,
): Then<Unfinished> {
  return async ({ id: userId, second_factor: bytes, second_factor_key_id: keyId, is_of_nhs: isOfNhs }) => {
    if (bytes === null || keyId === null)
      return isSecondFactorRequired(secondFactor, isOfNhs) ? { kind: 'setup_required', userId } : undefined
    if (code === undefined) return { kind: 'code_needed', userId }
    const isTaken = await takeCode(database, secondFactor, userId, { keyId, bytes }, code)
    return isTaken ? undefined : { kind: 'code_wrong', userId }
  }
}

/** People mistype; more failures from one place are an attack. */
const FREE_FROM_ONE_PLACE = 5

/**
 * Finds the user of an e-mail and password. Other conditions are checked together with them and give the same error; the result of `then` is
 * only shown after a correct password.
 */
export async function checkPassword<More extends { readonly kind: string }>(
  database: Database,
  { isPasswordSignInOn }: AccessPolicy,
  given: Credentials,
  then: Then<More>,
  isRightBesides: () => Promise<boolean> = async () => true,
): Promise<Checked | More> {
  if (!isPasswordSignInOn) return { kind: 'switched_off' }
  const email = given.email.trim().toLowerCase()
  const counters = await findCounters(database, { ...given, email })
  return inLine(counters, () => attempt(database, { ...given, email }, counters, then, isRightBesides))
}

/** On a device known to the user failures are counted separately, unless there were many. */
async function findCounters(database: Database, { email, address, device }: Credentials): Promise<readonly Counter[]> {
  // The user matters here only if a device cookie is present; it is read again after waiting, when the password may have changed.
  const [user] = device === undefined ? [] : await database.query<UserRow>(findUserByEmail(email))
  const known = user === undefined ? undefined : deviceCounter(device, user, new Date())
  return known !== undefined && (await delayAfterFailures(database, [known])) === undefined
    ? [known]
    : countersOf('email', email, address, FREE_FROM_ONE_PLACE)
}

async function attempt<More extends { readonly kind: string }>(
  database: Database,
  { email, password, address }: Credentials,
  counters: readonly Counter[],
  then: Then<More>,
  isRightBesides: () => Promise<boolean>,
): Promise<Checked | More> {
  const seconds = await delayAfterFailures(database, counters)
  if (seconds !== undefined) return { kind: 'too_early', seconds }
  const [user] = await database.query<UserRow>(findUserByEmail(email))
  const isRight = await verifyPassword(password, user?.password_hash ?? null)
  const isBesides = await isRightBesides()
  if (user === undefined || !isRight || user.is_blocked || !isBesides) {
    await addFailure(database, counters)
    return { kind: 'refused', userId: user?.id }
  }
  const more = await then(user)
  if (more?.kind === 'code_wrong') await addFailure(database, counters)
  // The password alone does not reset the counters: otherwise somebody who knows it could keep guessing codes.
  if (more !== undefined) return more
  await forget(database, counters, address)
  return { kind: 'right', user }
}

async function wholeScope(database: Database, userId: string, clientId: string): Promise<string> {
  const rows = await database.query<{ scope: string }>(findRoleScopes(userId, clientId))
  return [...new Set([...rows.map(({ scope }) => scope), ...ROLELESS_SCOPES])].join(' ')
}
