/**
 * The second factor of users: a code of an app (TOTP, RFC 6238), or a recovery code. The time step of the last code is stored, so that a code
 * works once; a recovery code is deleted when it is used.
 */
import { hash } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Executor } from '../database/query.ts'
import { type Encryption, requireKeys, type Sealed } from '../encryption/encryption.ts'
import { contextOf, type SealedPlace } from '../encryption/sealed-place.ts'
import { takeRecoveryCode, takeStep } from './plans/second-factor.ts'
import type { SecondFactorPolicy } from './policy.ts'

// What every app supports, whatever it reads from the URI.
const STEP_SECONDS = 30
const PARAMETERS = { issuer: 'Zvirka', algorithm: 'SHA1', digits: 6, period: STEP_SECONDS } as const
const SECRET_BYTES = 20
/** Clocks of phones are inaccurate, and people type slowly: the previous and the next step are accepted too. */
const WINDOW = 1
const RECOVERY_CODES = 10
const RECOVERY_BYTES = 10

/** The place of the secrets in the database. */
export const SEALED_SECRET: SealedPlace = {
  ...{ table: 'mithril.second_factors', bytes: 'secret', keyId: 'key_id', id: 'user_id', row: 'user_id::text' },
}

/** The context to which the secret of a user is bound. */
function placeOf(userId: string): string {
  return contextOf(SEALED_SECRET, userId)
}

/** A secret, as shown once and as stored. */
interface NewSecret {
  /** Base32, for typing. */
  readonly secret: string
  /** `otpauth://…`, for scanning. */
  readonly uri: string
  readonly sealed: Sealed
}

/** Generates a secret for a user. */
export function newSecret(
  encryption: Encryption,
  { id, email }: { readonly id: string; readonly email: string },
): NewSecret {
  const secret = new Secret({ size: SECRET_BYTES })
  return {
    secret: secret.base32,
    uri: new TOTP({ ...PARAMETERS, label: email, secret }).toString(),
    sealed: encryption.seal(placeOf(id), Buffer.from(secret.base32)),
  }
}

/** The time step of a code; undefined: it is wrong or too old. */
export function stepOf(
  { encryption, now }: SecondFactorPolicy,
  userId: string,
  sealed: Sealed,
  code: string,
): number | undefined {
  const secret = Secret.fromBase32(requireKeys(encryption).open(placeOf(userId), sealed).toString())
  const timestamp = now().getTime()
  const delta = new TOTP({ ...PARAMETERS, secret }).validate({ token: normalized(code), timestamp, window: WINDOW })
  return delta === null ? undefined : Math.floor(timestamp / 1000 / STEP_SECONDS) + delta
}

/** Accepts a code of a user's second factor, or a recovery code; false: it is wrong or was used before. */
export async function takeCode(
  executor: Executor,
  policy: SecondFactorPolicy,
  userId: string,
  sealed: Sealed,
  code: string,
): Promise<boolean> {
  if (!/^\d{6}$/.test(normalized(code)))
    return (await executor.query(takeRecoveryCode(userId, hashOfRecoveryCode(code)))).length > 0
  const step = stepOf(policy, userId, sealed, code)
  return step !== undefined && (await executor.query(takeStep(userId, step))).length > 0
}

/** Recovery codes: 80 random bits each, to be shown once. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    (new Secret({ size: RECOVERY_BYTES }).base32.toLowerCase().match(/.{4}/g) ?? []).join('-'),
  )
}

/** The hash of a recovery code; so many random bits do not need a slow hash. */
export function hashOfRecoveryCode(code: string): Buffer {
  return hash('sha256', normalized(code), 'buffer')
}

// As people type them: with spaces, with or without dashes.
function normalized(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toLowerCase()
}
