/**
 * Signing in with e-mail and password (spec 6.4). What is wrong is never told apart: no such user, a blocked one, a wrong password and an
 * unknown client are one answer, after the same work; that a code of the second factor is needed or wrong is told to who knew the
 * password. Failures slow down those that follow (`failures.ts`).
 */
import type { Database } from '../database/database.ts'
import { deviceCounter, rememberDevice } from './devices.ts'
import { addFailure, type Counter, countersOf, delayOf, forget, inLine } from './failures.ts'
import { verifyPassword } from './passwords.ts'
import { clientsOfUser, findClient, findRoleScopes, findUserByEmail, type UserRow } from './plans/login.ts'
import { type AccessPolicy, isSecondFactorRequired } from './policy.ts'
import { ROLELESS_SCOPES } from './scopes.ts'
import { takeCode } from './second-factor.ts'
import { type IssuedToken, issueToken } from './tokens.ts'

/** What tells who somebody is. The e-mail and the password are personal. */
export interface Credentials {
  readonly email: string
  readonly password: string
  readonly address: string
  /** The cookie by which a device is known. */
  readonly device: string | undefined
}

/** A code of the second factor, or a recovery code; undefined: none was given. */
export interface WithCode {
  readonly code: string | undefined
}

/** What somebody signs in with. */
export interface Login extends Credentials, WithCode {
  readonly clientId: string
  /** Scopes with spaces between them; undefined: all that the user has in the client. */
  readonly scope: string | undefined
  readonly isMasked: boolean
  /** Whether the token is that of a page, which ends when nobody uses it. */
  readonly isSession: boolean
}

/** Why it was not seen who somebody is. */
export type Unchecked =
  /** `userId`: of the e-mail, where there is one; for the audit, never for the answer. */
  | { readonly kind: 'refused'; readonly userId?: string | undefined }
  | { readonly kind: 'too_early'; readonly seconds: number }
  /** Nobody signs in with a password here. */
  | { readonly kind: 'switched_off' }
  | Unfinished

/** The password was right, and it takes more: a code, another code than was given, or setting up a second factor. */
export type Unfinished =
  | { readonly kind: 'code_needed'; readonly userId: string }
  | { readonly kind: 'code_wrong'; readonly userId: string }
  | { readonly kind: 'setup_required'; readonly userId: string }

/** What came of it. */
export type LoginResult =
  | {
      readonly kind: 'signed_in'
      readonly userId: string
      readonly token: IssuedToken
      readonly scope: string
      /** The cookie by which the device is known from now on. */
      readonly device: string
    }
  | Unchecked

/** A client in which a user has a role. */
export interface ClientOfUser {
  readonly id: string
  readonly name: string
}

/** What came of asking in which clients somebody may sign in. */
export type ClientsResult = Unchecked | KnownClients

/** The clients, and what signing in takes besides the password: a code, or setting up a second factor first. */
export interface KnownClients {
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
 * The clients in which somebody has a role, by name, and what signing in takes besides: told to who knows the password, slowed down as
 * signing in is.
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

/** Whose e-mail and password it was. */
export type Checked = Unchecked | { readonly kind: 'right'; readonly user: UserRow }

/** What is looked at once the password was right; undefined: it takes no more. */
export type Then<More> = (user: UserRow) => Promise<More | undefined>

/** Asks for a code of the second factor where the user has one, or must have. */
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

/** People mistype; more than that from one place is somebody who tries. */
const FREE_FROM_ONE_PLACE = 5

/**
 * Whose e-mail and password it is. What else must be right for it is looked at together with them, and not told apart; what comes `then`
 * is told to who knew the password.
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

/** On a device that the user has signed in on before their failures are counted apart, unless there were many there. */
async function findCounters(database: Database, { email, address, device }: Credentials): Promise<readonly Counter[]> {
  // Whose device it is matters only where one is shown; the user is read again in turn, by then perhaps with another password.
  const [user] = device === undefined ? [] : await database.query<UserRow>(findUserByEmail(email))
  const known = user === undefined ? undefined : deviceCounter(device, user, new Date())
  return known !== undefined && (await delayOf(database, [known])) === undefined
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
  const seconds = await delayOf(database, counters)
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
  // The password alone begins nothing anew: who knows it would go on guessing codes.
  if (more !== undefined) return more
  await forget(database, counters, address)
  return { kind: 'right', user }
}

async function wholeScope(database: Database, userId: string, clientId: string): Promise<string> {
  const rows = await database.query<{ scope: string }>(findRoleScopes(userId, clientId))
  return [...new Set([...rows.map(({ scope }) => scope), ...ROLELESS_SCOPES])].join(' ')
}
