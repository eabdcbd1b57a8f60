/** Statements of signing in. */
import type { Query } from '../../database/query.ts'
import { isOfNhs } from './second-factor.ts'

/** The data of a user that sign-in needs. */
export interface UserRow {
  readonly id: string
  readonly password_hash: string | null
  readonly is_blocked: boolean
  /** The key that signs cookies of known devices. */
  readonly device_key: Buffer
  /** The encrypted secret of the second factor; null: it is off. */
  readonly second_factor_key_id: string | null
  readonly second_factor: Buffer | null
  readonly is_of_nhs: boolean
}

/** The user with this e-mail; case is ignored. */
export function findUserByEmail(email: string): Query {
  return {
    text: `select u.id, u.password_hash, u.is_blocked or not zvirka.admits(u.is_demo) as is_blocked, k.key as device_key,
                  f.key_id as second_factor_key_id, f.secret as second_factor, ${isOfNhs('u.id')} as is_of_nhs
             from mithril.users u join mithril.server_keys k on k.name = 'device'
             left join mithril.second_factors f on f.user_id = u.id and f.confirmed_at is not null where u.email = $1`,
    values: [email],
  }
}

/** Whether there is such a client. */
export function findClient(id: string): Query {
  return { text: 'select id, name from mithril.clients where id = $1', values: [id] }
}

/** The latest time until which one of these keys must wait; no row: no wait. */
export function findDelay(keys: readonly Buffer[]): Query {
  return {
    text: `select ceil(extract(epoch from max(not_before) - clock_timestamp()))::int as seconds
             from zvirka.login_failures where key = any ($1::bytea[]) and not_before > clock_timestamp()`,
    values: [keys],
  }
}

/**
 * Counts a failure for each key: the first few are free, then the wait doubles from a second up to 15 minutes. A key without failures for a
 * day starts again at zero.
 */
export function countFailure(keys: readonly Buffer[], free: number): Query {
  return {
    text: `
insert into zvirka.login_failures as f (key, failures, not_before)
select key, 1, clock_timestamp() from unnest($1::bytea[]) as key order by key
on conflict (key) do update
   set failures = case when f.updated_at < clock_timestamp() - interval '1 day' then 1 else f.failures + 1 end,
       not_before = case when f.updated_at < clock_timestamp() - interval '1 day' or f.failures + 1 < $2 then clock_timestamp()
         else clock_timestamp() + least(interval '1 second' * power(2, least(f.failures + 1 - $2, 20)), interval '15 minutes') end,
       updated_at = clock_timestamp()`,
    values: [keys, free],
  }
}

/** Forgets the failures of a key. */
export function forgetFailures(keys: readonly Buffer[]): Query {
  return { text: 'delete from zvirka.login_failures where key = any ($1::bytea[])', values: [keys] }
}

/** The scopes that a user's roles in a client have. */
export function findRoleScopes(userId: string, clientId: string): Query {
  return {
    text: `select distinct scope from mithril.user_roles ur join mithril.roles r on r.id = ur.role_id, unnest(r.scopes) as scope
            where ur.user_id = $1 and ur.client_id = $2 order by scope`,
    values: [userId, clientId],
  }
}

/** The clients in which a user has a role, by name. */
export function clientsOfUser(userId: string): Query {
  return {
    text: `select distinct c.id, c.name from mithril.user_roles ur join mithril.clients c on c.id = ur.client_id
            where ur.user_id = $1 order by c.name, c.id`,
    values: [userId],
  }
}
