/** The keys that rows of this database are sealed with; never the keys themselves. */
import type { Query } from '../../database/query.ts'

/** A key as the database knows it. */
export interface KnownKey {
  readonly id: string
  readonly verifier: Buffer
}

/** All keys that rows may be sealed with. */
export function knownKeys(): Query {
  return { text: 'select id, verifier from zvirka.encryption_keys order by added_at, id' }
}

/** Of those who make the first key known one is the first. */
export function lockKeys(): Query {
  return { text: `select pg_advisory_xact_lock(hashtextextended('zvirka encryption keys', 0))` }
}

/** Makes a key known where none is. */
export function addFirstKey(id: string, verifier: Buffer): Query {
  return {
    text: `insert into zvirka.encryption_keys (id, verifier)
           select $1::text, $2::bytea where not exists (select from zvirka.encryption_keys) on conflict do nothing`,
    values: [id, verifier],
  }
}

/** Makes a key known, so that rows may name it. */
export function addKnownKey(id: string, verifier: Buffer): Query {
  return {
    text: 'insert into zvirka.encryption_keys (id, verifier) values ($1, $2) on conflict do nothing',
    values: [id, verifier],
  }
}

/** Forgets a key; an error of the foreign key where a row is still sealed with it. */
export function forgetKey(id: string): Query {
  return { text: 'delete from zvirka.encryption_keys where id = $1', values: [id] }
}
