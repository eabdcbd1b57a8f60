/** Statements about the second factor of users. They contain no plain codes or secrets, only encrypted values and hashes. */
import type { Query } from '../../database/query.ts'
import type { Sealed } from '../../encryption/encryption.ts'

/** Starts the setup, replacing an unfinished one; no row: the user has a second factor. */
export function beginSecondFactor(userId: string, { keyId, bytes }: Sealed): Query {
  return {
    text: `insert into mithril.second_factors as f (user_id, key_id, secret) values ($1, $2, $3)
           on conflict (user_id) do update set key_id = excluded.key_id, secret = excluded.secret, inserted_at = excluded.inserted_at
             where f.confirmed_at is null
           returning user_id`,
    values: [userId, keyId, bytes],
  }
}

/** An unfinished setup. */
export interface BegunRow {
  readonly key_id: string
  readonly secret: Buffer
}

/** The unfinished setup of a user. */
export function findBegun(userId: string): Query {
  return {
    text: 'select key_id, secret from mithril.second_factors where user_id = $1 and confirmed_at is null',
    values: [userId],
  }
}

/** Turns on the started setup, with the time step of its first code; no row: it is on already, or another setup was started since. */
export function confirmSecondFactor(userId: string, secret: Buffer, step: number): Query {
  return {
    text: `update mithril.second_factors set confirmed_at = clock_timestamp(), last_step = $3
            where user_id = $1 and secret = $2 and confirmed_at is null returning user_id`,
    values: [userId, secret, step],
  }
}

/** Uses the code of a time step; no row: it or a later one was used before. */
export function takeStep(userId: string, step: number): Query {
  return {
    text: `update mithril.second_factors set last_step = $2
            where user_id = $1 and confirmed_at is not null and last_step < $2 returning user_id`,
    values: [userId, step],
  }
}

/** Stores recovery codes. */
export function insertRecoveryCodes(userId: string, hashes: readonly Buffer[]): Query {
  return {
    text: 'insert into mithril.recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])',
    values: [userId, hashes],
  }
}

/** Uses up a recovery code; no row: it does not exist or was used. */
export function takeRecoveryCode(userId: string, hash: Buffer): Query {
  return {
    text: 'delete from mithril.recovery_codes where user_id = $1 and code_hash = $2 returning user_id',
    values: [userId, hash],
  }
}

/** Removes a second factor with its recovery codes, or an unfinished setup; no row: there is none. */
export function deleteSecondFactor(userId: string): Query {
  return { text: 'delete from mithril.second_factors where user_id = $1 returning user_id', values: [userId] }
}

/** The state of a user's second factor. */
export interface SecondFactorRow {
  readonly is_on: boolean
  readonly is_of_nhs: boolean
  readonly recovery_codes: number
}

/** Whether a user has a role in a client of the NHS; `user` is SQL. */
export function isOfNhs(user: string): string {
  return `exists (select from mithril.user_roles ur join mithril.clients c on c.id = ur.client_id
                    join mithril.client_types y on y.id = c.client_type_id where ur.user_id = ${user} and y.name = 'NHS')`
}

/** Reads the state of a user's second factor. */
export function findSecondFactor(userId: string): Query {
  return {
    text: `select exists (select from mithril.second_factors where user_id = $1 and confirmed_at is not null) as is_on,
                  ${isOfNhs('$1')} as is_of_nhs,
                  (select count(*)::int from mithril.recovery_codes where user_id = $1) as recovery_codes`,
    values: [userId],
  }
}
