/**
 * The second factor of users: a code of an app (TOTP, RFC 6238), or one of the recovery codes for who has lost it. Of a code it is
 * remembered which step it was of, so that it is good once, whoever saw it; a recovery code is gone when it was used.
 */
import { hash } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Executor } from '../database/query.ts'
import { type Encryption, requireKeys, type Sealed } from '../encryption/encryption.ts'
import { contextOf, type SealedPlace } from '../encryption/sealed-place.ts'
import { takeRecoveryCode, takeStep } from './plans/second-factor.ts'
import type { SecondFactorPolicy } from './policy.ts'

// What every app knows, whatever it reads of the address.
const STEP_SECONDS = 30
const PARAMETERS = { issuer: 'Zvirka', algorithm: 'SHA1', digits: 6, period: STEP_SECONDS } as const
const SECRET_BYTES = 20
/** Clocks of telephones are a little wrong, and people type slowly: a step before and one after. */
const WINDOW = 1
const RECOVERY_CODES = 10
const RECOVERY_BYTES = 10

/** Where secrets are. */
export const SEALED_SECRET: SealedPlace = {
  ...{ table: 'mithril.second_factors', bytes: 'secret', keyId: 'key_id', id: 'user_id', row: 'user_id::text' },
}

/** What the secret of a user is bound to. */
function placeOf(userId: string): string {
  return contextOf(SEALED_SECRET, userId)
}

/** A secret as it is shown once, and as it is kept. */
export interface NewSecret {
  /** Base32, for who types it. */
  readonly secret: string
  /** `otpauth://…`, for who scans it. */
  readonly uri: string
  readonly sealed: Sealed
}

/** Makes a secret for a user. */
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

/** The step that a code is of; undefined: it is wrong, or of another time. */
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

/** Takes a code of a user's second factor, or a recovery code; false: it is wrong, or was taken before. */
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

/** The hash by which a recovery code is kept; of so many random bits no slow one is needed. */
export function hashOfRecoveryCode(code: string): Buffer {
  return hash('sha256', normalized(code), 'buffer')
}

// As people type them: with spaces, with and without dashes.
function normalized(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toLowerCase()
}
