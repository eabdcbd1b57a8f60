/** Checks whether there are encryption keys, and whether they are those of the database. */
import { existsSync } from 'node:fs'
import type pg from 'pg'
import type { Executor } from '../database/query.ts'
import { Encryption } from '../encryption/encryption.ts'
import { EncryptionKeyError } from '../encryption/keys-file.ts'
import { checkKeys } from '../encryption/known-keys.ts'
import { bare } from '../messages/message.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

/** Where the keys should be; undefined: ZVIRKA_ENCRYPTION_KEYS_FILE is not set. */
export interface NamedKeys {
  readonly path: string
  /** Whether the next process creates it if it is missing. */
  readonly isOurs: boolean
}

/** The facts about the keys. */
interface KeyFacts {
  readonly file: NamedKeys | undefined
  /** The number of keys that the database knows. */
  readonly known: number
  /** Why they cannot be used. */
  readonly trouble?: EncryptionKeyError
  /** The newest key of the file, and the active one; undefined if the database knows none yet. */
  readonly newest?: string
  readonly active?: string | undefined
}

/** Reads the keys file and the keys known to the database. */
export async function readKeys(client: pg.ClientBase, file: NamedKeys | undefined): Promise<KeyFacts> {
  const executor: Executor = { query: async ({ text }) => (await client.query(text)).rows }
  await client.query('set role zvirka_read')
  try {
    const { rows } = await client.query<{ id: string }>('select id from zvirka.encryption_keys')
    const facts = { file, known: rows.length }
    const isMissing = file === undefined || (file.isOurs && rows.length === 0 && !existsSync(file.path))
    try {
      const encryption = isMissing ? undefined : new Encryption(file.path)
      const known = new Set((await checkKeys(executor, encryption)).map(({ id }) => id))
      if (encryption === undefined) return facts
      return { ...facts, newest: encryption.activeId, active: encryption.ids.find((id) => known.has(id)) }
    } catch (error) {
      if (error instanceof EncryptionKeyError) return { ...facts, trouble: error }
      throw error
    }
  } finally {
    await client.query('reset role')
  }
}

/** Judges the keys. */
export function judgeKeys({ file, known, trouble, newest, active = newest }: KeyFacts): Finding {
  if (trouble !== undefined) return problem('keys', trouble.problem, trouble.advice)
  if (file === undefined) return warning('keys', bare('keys_not_set'), bare('set_keys_file'))
  if (newest === undefined || active === undefined)
    return ok('keys', { code: 'keys_to_come', params: { file: file.path } })
  if (newest !== active)
    return warning('keys', { code: 'keys_not_in_use', params: { key: newest, active } }, bare('rotate_keys'))
  return ok('keys', { code: 'keys_ok', params: { key: newest, known } })
}
