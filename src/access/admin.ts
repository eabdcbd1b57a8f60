/** Administering users, clients, roles and tokens (spec 7.1). Refusals are values that say what is wrong; every action is audited. */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import {
  type Administered,
  type Administrator,
  administrationRefused,
  done,
  record,
  refusable,
  userOf,
} from './administering.ts'
import { replacePassword } from './change-password.ts'
import { WEAKNESSES, weaknessOf } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import {
  deleteUserRole,
  insertClient,
  insertLegalEntity,
  insertUser,
  insertUserRole,
  listNames,
  setBlocked,
} from './plans/admin.ts'
import { findClient } from './plans/login.ts'
import { deleteSecondFactor } from './plans/second-factor.ts'
import { deleteToken, endTokens } from './plans/tokens.ts'
import { isScope, scopeWords } from './scopes.ts'
import { type IssuedToken, issueToken } from './tokens.ts'

/** Creates a client, and its legal entity if none has the id. */
export function createApiClient(
  database: Database,
  {
    id,
    type,
    name,
    edrpou,
  }: { readonly id: string; readonly type: string; readonly name: string; readonly edrpou: string },
  by: Administrator,
): Promise<Administered> {
  return database.transaction(async (tx) => {
    const types = await tx.query<{ name: string }>(listNames('client_types'))
    if (!types.some((each) => each.name === type))
      return administrationRefused(`there is no client type ${type}`, namesHint(types))
    await tx.query(insertLegalEntity(id, type, name, edrpou))
    const kept = await tx.query(insertClient(id, type, name))
    if (kept.length === 0) return administrationRefused(`the client ${id} is there already, and is of another type`)
    await record(tx, by, { operation: 'client create', subjectKind: 'client', subjectId: id, clientId: id })
    return done(undefined)
  })
}

/** Creates a user with a role in a client, without a password. */
export function createUser(
  database: Database,
  { email, role, clientId }: { readonly email: string; readonly role: string; readonly clientId: string },
  by: Administrator,
): Promise<Administered<{ readonly id: string }>> {
  return refusable(database, async (tx) => {
    const [user] = await tx.query<{ id: string }>(insertUser(email.trim().toLowerCase()))
    if (user === undefined)
      return administrationRefused('there is a user with this e-mail already', 'zvirka user role gives another role')
    const given = await giveRoleIn(tx, user.id, role, clientId)
    if (given.kind === 'refused') return given
    await record(tx, by, { operation: 'user create', subjectKind: 'user', subjectId: user.id, clientId })
    return done({ id: user.id })
  })
}

/** Grants a user a role in a client, or removes it, which ends the user's tokens of that client. */
export function changeRole(
  database: Database,
  change: { readonly email: string; readonly role: string; readonly clientId: string; readonly isGiven: boolean },
  by: Administrator,
): Promise<Administered> {
  return refusable(database, async (tx) => {
    const user = await userOf(tx, change.email)
    if (user.kind === 'refused') return user
    const { role, clientId, isGiven } = change
    const changed = isGiven
      ? await giveRoleIn(tx, user.value.id, role, clientId)
      : (await tx.query(deleteUserRole(user.value.id, role, clientId))).length > 0
        ? done(undefined)
        : administrationRefused(`the user has no role ${role} in the client ${clientId}`)
    if (changed.kind === 'refused') return changed
    if (!isGiven) await tx.query(endTokens(user.value.id, { clientId }))
    const operation = isGiven ? 'user role' : 'user role --remove'
    await record(tx, by, { operation, subjectKind: 'user', subjectId: user.value.id, clientId })
    return done(undefined)
  })
}

async function giveRoleIn(tx: Executor, userId: string, role: string, clientId: string): Promise<Administered> {
  if ((await tx.query(findClient(clientId))).length === 0) {
    return administrationRefused(
      `there is no client ${clientId}`,
      'zvirka client create makes one, zvirka client list shows them',
    )
  }
  if ((await tx.query(insertUserRole(userId, role, clientId))).length > 0) return done(undefined)
  return administrationRefused(
    `there is no role ${role}`,
    namesHint(await tx.query<{ name: string }>(listNames('roles'))),
  )
}

/** Blocks or unblocks a user at once. Both end all tokens, so that earlier ones never become valid again. */
export function blockUser(
  database: Database,
  email: string,
  isBlocked: boolean,
  by: Administrator,
): Promise<Administered> {
  return refusable(database, async (tx) => {
    const user = await userOf(tx, email)
    if (user.kind === 'refused') return user
    await tx.query(setBlocked(user.value.id, isBlocked))
    await tx.query(endTokens(user.value.id))
    const operation = isBlocked ? 'user block' : 'user unblock'
    await record(tx, by, { operation, subjectKind: 'user', subjectId: user.value.id })
    return done(undefined)
  })
}

/** Sets a password, which ends all tokens of the user. */
export async function changePassword(
  database: Database,
  email: string,
  password: string,
  by: Administrator,
): Promise<Administered> {
  const weakness = await weaknessOf(password, email)
  if (weakness !== undefined) return administrationRefused(`the password is too weak: ${WEAKNESSES[weakness]}`)
  const passwordHash = await hashPassword(password)
  return refusable(database, async (tx) => {
    const user = await userOf(tx, email)
    if (user.kind === 'refused') return user
    await replacePassword(tx, user.value.id, passwordHash)
    await record(tx, by, { operation: 'user password', subjectKind: 'user', subjectId: user.value.id })
    return done(undefined)
  })
}

/** Removes a user's second factor and ends all their tokens; the password alone is enough until they set up another. */
export function resetSecondFactor(database: Database, email: string, by: Administrator): Promise<Administered> {
  return refusable(database, async (tx) => {
    const user = await userOf(tx, email)
    if (user.kind === 'refused') return user
    if ((await tx.query(deleteSecondFactor(user.value.id))).length === 0)
      return administrationRefused('the user has no second factor')
    await tx.query(endTokens(user.value.id))
    await record(tx, by, { operation: 'user reset-second-factor', subjectKind: 'user', subjectId: user.value.id })
    return done(undefined)
  })
}

/** Creates a token for a user in a client. Unknown scopes are refused; scopes that the user lacks are stored without effect. */
export function createToken(
  database: Database,
  request: {
    readonly email: string
    readonly clientId: string
    readonly scope: string
    readonly days: number
    readonly name: string
  },
  by: Administrator,
): Promise<Administered<IssuedToken>> {
  return refusable(database, async (tx) => {
    const unknown = scopeWords(request.scope).filter((word) => !isScope(word))
    if (unknown.length > 0)
      return administrationRefused(`there is no scope ${unknown.join(', ')}`, 'docs/access.md lists them')
    const user = await userOf(tx, request.email)
    if (user.kind === 'refused') return user
    const { clientId, scope, name, days } = request
    if ((await tx.query(findClient(clientId))).length === 0)
      return administrationRefused(`there is no client ${clientId}`)
    const token = await issueToken(tx, { name, userId: user.value.id, clientId, scope, seconds: days * 86_400 })
    await record(tx, by, { operation: 'token create', subjectKind: 'token', subjectId: token.id, clientId })
    return done(token)
  })
}

/** Ends a token. */
export function revokeToken(database: Database, id: string, by: Administrator): Promise<Administered> {
  return database.transaction(async (tx) => {
    if ((await tx.query(deleteToken(id))).length === 0) return administrationRefused(`there is no token ${id}`)
    await record(tx, by, { operation: 'token revoke', subjectKind: 'token', subjectId: id })
    return done(undefined)
  })
}

function namesHint(rows: readonly { readonly name: string }[]): string {
  return `there are: ${rows.map(({ name }) => name).join(', ')}`
}
