/** Statements on encrypted columns of any place; names come from the code. */
import type { Query } from '../../database/query.ts'
import type { Sealed } from '../encryption.ts'
import type { SealedPlace } from '../sealed-place.ts'

/** An encrypted value of a row. */
export interface SealedRow {
  readonly id: string
  /** The context to which it is bound, besides table and column. */
  readonly row: string
  readonly bytes: Buffer
  readonly key_id: string
}

/** Counts values by key. */
export function countSealed({ table, keyId }: SealedPlace): Query {
  return {
    text: `select ${keyId} as key_id, count(*)::integer as count from ${table} where ${keyId} is not null group by ${keyId}`,
    mayTakeLong: true,
  }
}

/** Some values with other keys than this one, locked; skips rows that somebody else has locked, and the named ones. */
export function lockOthers({ table, bytes, keyId, id, row }: SealedPlace, by: LockOthers): Query {
  return {
    text: `select ${id}::text as id, ${row} as row, ${bytes} as bytes, ${keyId} as key_id from ${table}
            where ${keyId} = any (array(select id from zvirka.encryption_keys where id <> $1)) and ${id}::text <> all ($2)
            limit $3 for no key update skip locked`,
    values: [by.keyId, by.without, by.limit],
  }
}

/** The wanted key, the rows to skip, and the maximum number. */
interface LockOthers {
  readonly keyId: string
  readonly without: readonly string[]
  readonly limit: number
}

/** Replaces a value by its re-encrypted one. */
export function replaceSealed({ table, bytes, keyId, id }: SealedPlace, rowId: string, sealed: Sealed): Query {
  return {
    text: `update ${table} set ${bytes} = $2, ${keyId} = $3 where ${id} = $1`,
    values: [rowId, sealed.bytes, sealed.keyId],
  }
}
