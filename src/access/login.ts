/**
 * Signing in with e-mail and password (spec 6.4). What is wrong is never told apart: no such user, a blocked one, a wrong password and an
 * unknown client are one answer, after the same work. Failures slow down those that follow, by e-mail and by address.
 */
import { hash } from 'node:crypto'
import type { Database } from '../database/database.ts'
import { verifyPassword } from './passwords.ts'
import {
  clientsOfUser,
  countFailure,
  findClient,
  findDelay,
  findRoleScopes,
  findUserByEmail,
  forgetFailures,
  type UserRow,
} from './plans/login.ts'
import type { AccessPolicy } from './policy.ts'
import { ROLELESS_SCOPES } from './scopes.ts'
import { type IssuedToken, issueToken } from './tokens.ts'

/** What tells who somebody is. The e-mail and the password are personal. */
export interface Credentials {
  readonly email: string
  readonly password: string
  readonly address: string
}

/** What somebody signs in with. */
export interface Login extends Credentials {
  readonly clientId: string
  /** Scopes with spaces between them; undefined: all that the user has in the client. */
  readonly scope: string | undefined
  readonly isMasked: boolean
  /** Whether the token is that of a page, which ends when nobody uses it. */
  readonly isSession: boolean
}

/** What came of it. */
export type LoginResult =
  | { readonly kind: 'signed_in'; readonly token: IssuedToken; readonly scope: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'too_early'; readonly seconds: number }

/** Failures that cost nothing: people mistype; an address may be that of a whole hospital. */
const FREE_BY_EMAIL = 5
const FREE_BY_ADDRESS = 50

/** A client in which a user has a role. */
export interface ClientOfUser {
  readonly id: string
  readonly name: string
}

/** What came of asking in which clients somebody may sign in. */
export type ClientsResult =
  | Exclude<LoginResult, { readonly kind: 'signed_in' }>
  | { readonly kind: 'known'; readonly clients: readonly ClientOfUser[] }

/** Signs in. */
export async function signIn(
  database: Database,
  { sessionSeconds: seconds, idleSeconds }: AccessPolicy,
  login: Login,
): Promise<LoginResult> {
  const checked = await check(database, login, async () => {
    const [client] = await database.query(findClient(login.clientId))
    return client !== undefined
  })
  if (checked.kind !== 'right') return checked
  const { userId } = checked
  const scope = login.scope ?? (await wholeScope(database, userId, login.clientId))
  const { clientId, isMasked, isSession } = login
  const request = { name: 'sign-in', userId, clientId, scope, isMasked, seconds }
  return {
    kind: 'signed_in',
    token: await issueToken(database, isSession ? { ...request, idleSeconds } : request),
    scope,
  }
}

/** The clients in which somebody has a role, by name: told to who knows the password, slowed down as signing in is. */
export async function findClients(database: Database, credentials: Credentials): Promise<ClientsResult> {
  const checked = await check(database, credentials, async () => true)
  if (checked.kind !== 'right') return checked
  return { kind: 'known', clients: await database.query<ClientOfUser>(clientsOfUser(checked.userId)) }
}

type Checked =
  | Exclude<LoginResult, { readonly kind: 'signed_in' }>
  | { readonly kind: 'right'; readonly userId: string }

/** Attempts of one address, and those for one e-mail, are made one after the other: a burst must not outrun its failures. */
function check(database: Database, given: Credentials, isRightBesides: () => Promise<boolean>): Promise<Checked> {
  const email = given.email.trim().toLowerCase()
  const keys = { email: keyOf('email', email), address: keyOf('address', given.address) }
  return inLine(keys.address, () =>
    inLine(keys.email, () => attempt(database, { ...given, email }, keys, isRightBesides)),
  )
}

const lines = new Map<string, Promise<unknown>>()

async function inLine<T>(key: Buffer, work: () => Promise<T>): Promise<T> {
  const name = key.toString('base64')
  const before = lines.get(name)
  const turn = (before ?? Promise.resolve()).then(work, work)
  lines.set(name, turn)
  try {
    return await turn
  } finally {
    if (lines.get(name) === turn) lines.delete(name)
  }
}

async function attempt(
  database: Database,
  { email, password }: Credentials,
  keys: { readonly email: Buffer; readonly address: Buffer },
  isRightBesides: () => Promise<boolean>,
): Promise<Checked> {
  const [delay] = await database.query<{ seconds: number | null }>(findDelay([keys.email, keys.address]))
  if (delay !== undefined && delay.seconds !== null) return { kind: 'too_early', seconds: Math.max(1, delay.seconds) }
  const [user] = await database.query<UserRow>(findUserByEmail(email))
  const isRight = await verifyPassword(password, user?.password_hash ?? null)
  const isBesides = await isRightBesides()
  if (user === undefined || !isRight || user.is_blocked || !isBesides) {
    await database.query(countFailure([keys.email], FREE_BY_EMAIL))
    await database.query(countFailure([keys.address], FREE_BY_ADDRESS))
    return { kind: 'refused' }
  }
  await database.query(forgetFailures([keys.email]))
  return { kind: 'right', userId: user.id }
}

async function wholeScope(database: Database, userId: string, clientId: string): Promise<string> {
  const rows = await database.query<{ scope: string }>(findRoleScopes(userId, clientId))
  return [...new Set([...rows.map(({ scope }) => scope), ...ROLELESS_SCOPES])].join(' ')
}

function keyOf(kind: 'email' | 'address', value: string): Buffer {
  return hash('sha256', `${kind} ${value}`, 'buffer')
}
