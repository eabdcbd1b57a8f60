/**
 * Users turn their second factor on and off (RFC 6238). Setting it up needs the password, then a code of the app; turning it off needs both.
 * Both end the user's other tokens.
 */
import { type Author, audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import { type Credentials, checkPassword, secondFactorBy, type Unchecked, type WithCode } from './login.ts'
import {
  type BegunRow,
  beginSecondFactor,
  confirmSecondFactor,
  deleteSecondFactor,
  findBegun,
  findSecondFactor,
  insertRecoveryCodes,
  type SecondFactorRow,
} from './plans/second-factor.ts'
import { endTokens } from './plans/tokens.ts'
import { type AccessPolicy, isSecondFactorRequired } from './policy.ts'
import { hashOfRecoveryCode, newRecoveryCodes, newSecret, stepOf } from './second-factor.ts'

/** Who does it. */
export interface OwnSecondFactor extends Credentials {
  readonly author: Author
  readonly operation: string
  /** The token of the request, which stays valid; undefined: none, because the user cannot sign in without a second factor. */
  readonly tokenId: string | undefined
  readonly isSignedIn: boolean
}

/** Why it was refused although the password was right. */
export interface NotDone {
  readonly kind: 'on_already' | 'not_on' | 'not_begun' | 'not_required' | 'no_keys'
}

/** The state of a user's second factor for an answer. */
export type SecondFactorResult<T> = Unchecked | NotDone | { readonly kind: 'done'; readonly value: T }

/** The state of a user's second factor, as an answer shows it. */
export async function ownSecondFactor(database: Database, { secondFactor }: AccessPolicy, userId: string) {
  const [row] = await database.query<SecondFactorRow>(findSecondFactor(userId))
  return {
    is_on: row?.is_on ?? false,
    is_required: isSecondFactorRequired(secondFactor, row?.is_of_nhs ?? false),
    is_available: secondFactor.encryption !== undefined,
    recovery_codes: row?.recovery_codes ?? 0,
  }
}

/** What an app needs to generate codes. */
export interface Begun {
  readonly secret: string
  readonly uri: string
}

/** Starts the setup; codes are not required yet. */
export async function beginEnrolment(
  database: Database,
  policy: AccessPolicy,
  given: OwnSecondFactor,
): Promise<SecondFactorResult<Begun>> {
  const { encryption } = policy.secondFactor
  const checked = await checkPassword(database, policy, given, secondFactorBy(database, policy, undefined))
  const userId = enrolling(checked, given)
  if (typeof userId !== 'string') return userId
  if (encryption === undefined) return { kind: 'no_keys' }
  const { sealed, secret, uri } = newSecret(encryption, { id: userId, email: given.email.trim().toLowerCase() })
  return database.transaction(async (tx) => {
    if ((await tx.query(beginSecondFactor(userId, sealed))).length === 0) return { kind: 'on_already' }
    await audit(tx, { ...given.author, userId }, writeOf(given.operation, userId))
    return { kind: 'done', value: { secret, uri } }
  })
}

// Only a user who cannot sign in without a second factor sets it up with the password alone; all others sign in first.
function enrolling(
  checked: Awaited<ReturnType<typeof checkPassword<Unchecked>>>,
  { isSignedIn }: OwnSecondFactor,
): string | Unchecked | NotDone {
  switch (checked.kind) {
    case 'right':
      return isSignedIn ? checked.user.id : { kind: 'not_required' }
    case 'setup_required':
      return checked.userId
    case 'code_needed':
      return { kind: 'on_already' }
    default:
      return checked
  }
}

/** Turns it on with a first code of the app; returns recovery codes, which are stored only as hashes. */
export async function confirmEnrolment(
  database: Database,
  policy: AccessPolicy,
  given: OwnSecondFactor & { readonly code: string },
): Promise<SecondFactorResult<readonly string[]>> {
  let first: { readonly userId: string; readonly secret: Buffer; readonly step: number } | undefined
  const needed = secondFactorBy(database, policy, undefined)
  const checked = await checkPassword<Unchecked | NotDone>(database, policy, given, async (user) => {
    const userId = enrolling((await needed(user)) ?? { kind: 'right', user }, given)
    if (typeof userId !== 'string') return userId
    const [begun] = await database.query<BegunRow>(findBegun(userId))
    if (begun === undefined) return { kind: 'not_begun' }
    const { key_id: keyId, secret } = begun
    const step = stepOf(policy.secondFactor, userId, { keyId, bytes: secret }, given.code)
    if (step === undefined) return { kind: 'code_wrong', userId }
    first = { userId, secret, step }
    return undefined
  })
  if (checked.kind !== 'right') return checked
  if (first === undefined) return { kind: 'not_begun' }
  const { userId, secret, step } = first
  const codes = newRecoveryCodes()
  return database.transaction(async (tx) => {
    // The setup was restarted or finished meanwhile: the code belongs to another secret.
    if ((await tx.query(confirmSecondFactor(userId, secret, step))).length === 0) return { kind: 'not_begun' }
    await tx.query(insertRecoveryCodes(userId, codes.map(hashOfRecoveryCode)))
    await tx.query(endTokens(userId, { keptId: given.tokenId }))
    await audit(tx, { ...given.author, userId }, writeOf(given.operation, userId))
    return { kind: 'done', value: codes }
  })
}

/** Turns it off. If it is required, the session of the request ends too. */
export async function turnOffSecondFactor(
  database: Database,
  policy: AccessPolicy,
  given: OwnSecondFactor & WithCode,
): Promise<SecondFactorResult<undefined>> {
  const checked = await checkPassword(database, policy, given, secondFactorBy(database, policy, given.code))
  if (checked.kind === 'setup_required') return { kind: 'not_on' }
  if (checked.kind !== 'right') return checked
  const { id: userId, is_of_nhs: isOfNhs, second_factor: secret } = checked.user
  if (secret === null) return { kind: 'not_on' }
  const keptId = isSecondFactorRequired(policy.secondFactor, isOfNhs) ? undefined : given.tokenId
  return database.transaction(async (tx) => {
    await tx.query(deleteSecondFactor(userId))
    await tx.query(endTokens(userId, { keptId }))
    await audit(tx, given.author, writeOf(given.operation, userId))
    return { kind: 'done', value: undefined }
  })
}

function writeOf(operation: string, userId: string) {
  return { action: 'write', operation, subjectKind: 'user', subjectIds: [userId] } as const
}
