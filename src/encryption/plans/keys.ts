/** Statements about registered keys; never the keys themselves. */
import type { Query } from '../../database/query.ts'

/** A registered key. */
export interface KnownKey {
  readonly id: string
  readonly verifier: Buffer
}

/** All registered keys. */
export function knownKeys(): Query {
  return { text: 'select id, verifier from zvirka.encryption_keys order by added_at, id' }
}

/** Serialises concurrent registrations of a first key. */
export function lockKeys(): Query {
  return { text: `select pg_advisory_xact_lock(hashtextextended('zvirka encryption keys', 0))` }
}

/** Registers a key if there is none. */
export function addFirstKey(id: string, verifier: Buffer): Query {
  return {
    text: `insert into zvirka.encryption_keys (id, verifier)
           select $1::text, $2::bytea where not exists (select from zvirka.encryption_keys) on conflict do nothing`,
    values: [id, verifier],
  }
}

/** Registers a key, so that rows can refer to it. */
export function addKnownKey(id: string, verifier: Buffer): Query {
  return {
    text: 'insert into zvirka.encryption_keys (id, verifier) values ($1, $2) on conflict do nothing',
    values: [id, verifier],
  }
}

/** Deletes a registered key; a foreign key error if a row still refers to it. */
export function forgetKey(id: string): Query {
  return { text: 'delete from zvirka.encryption_keys where id = $1', values: [id] }
}
