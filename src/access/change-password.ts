/** Changing a password, which ends all tokens and sessions of the user. */
import { type Actor, audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { type Credentials, checkPassword, secondFactorBy, type Unchecked, type WithCode } from './login.ts'
import { type PasswordWeakness, weaknessOf } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import { setPasswordHash } from './plans/admin.ts'
import { endTokens } from './plans/tokens.ts'
import type { AccessPolicy } from './policy.ts'

/** The user and the new password. */
interface OwnPassword extends Credentials, WithCode {
  readonly newPassword: string
  readonly actor: Actor
  readonly operation: string
}

/** The outcome. */
type OwnPasswordResult =
  | { readonly kind: 'changed' }
  | { readonly kind: 'weak'; readonly weakness: PasswordWeakness }
  | Unchecked

/** Sets the password of a user. */
export async function replacePassword(tx: Executor, userId: string, passwordHash: string): Promise<void> {
  await tx.query(setPasswordHash(userId, passwordHash))
  await tx.query(endTokens(userId))
}

/** Changes the user's own password; requires the old one, and a code if the user has a second factor. */
export async function changeOwnPassword(
  database: Database,
  policy: AccessPolicy,
  given: OwnPassword,
): Promise<OwnPasswordResult> {
  const { newPassword, actor, operation, email } = given
  // First, because a code works once and would be wasted on a rejected password.
  const weakness = await weaknessOf(newPassword, email)
  if (weakness !== undefined) return { kind: 'weak', weakness }
  const checked = await checkPassword(database, policy, given, secondFactorBy(database, policy, given.code))
  if (checked.kind !== 'right') return checked
  const passwordHash = await hashPassword(newPassword)
  await database.transaction(async (tx) => {
    await replacePassword(tx, actor.userId, passwordHash)
    await audit(tx, actor, { action: 'write', operation, subjectKind: 'user', subjectIds: [actor.userId] })
  })
  return { kind: 'changed' }
}
