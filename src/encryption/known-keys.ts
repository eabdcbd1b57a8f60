/**
 * Whether the keys of this process match the database. A key is registered before anything is encrypted with it, with a value that
 * identifies it (`verifier`), and rows refer to it; so a missing or different key is found at the start, before anything is written.
 *
 * The active key is the same in all processes: the first of the file that the database knows. So a new key can be copied to every machine
 * before `zvirka keys rotate` registers it, which makes it active.
 */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { bare } from '../messages/message.ts'
import { type Encryption, missingKey } from './encryption.ts'
import { EncryptionKeyError } from './keys-file.ts'
import { addFirstKey, addKnownKey, type KnownKey, knownKeys, lockKeys } from './plans/keys.ts'

/** Throws an `EncryptionKeyError` unless each registered key is present and the same. */
export async function checkKeys(executor: Executor, encryption: Encryption | undefined): Promise<readonly KnownKey[]> {
  const known = await executor.query<KnownKey>(knownKeys())
  for (const { id, verifier } of known) {
    if (encryption === undefined) {
      throw new EncryptionKeyError({ code: 'key_needed', params: { key: id } }, bare('set_keys_file'))
    }
    const ours = encryption.verifierOf(id)
    if (ours === undefined) throw missingKey(id)
    if (!ours.equals(verifier)) {
      const advice = bare('restore_keys_file_or_new_id')
      throw new EncryptionKeyError({ code: 'key_differs', params: { key: id } }, advice)
    }
  }
  return known
}

/** Checks the keys before the first `seal`. If the database knows none, the active one is registered first. */
export async function prepareKeys(
  database: Pick<Database, 'transaction'>,
  encryption: Encryption | undefined,
): Promise<void> {
  const known = await database.transaction(async (tx) => {
    if (encryption !== undefined) {
      await tx.query(lockKeys())
      await tx.query(addFirstKey(encryption.activeId, verifierOf(encryption, encryption.activeId)))
    }
    return checkKeys(tx, encryption)
  })
  adopt(encryption, known)
}

/** Registers the first key of the file, which makes it active, here and soon in every other process. */
export async function activateNewestKey(executor: Executor, encryption: Encryption): Promise<void> {
  const [newest] = encryption.ids
  if (newest !== undefined) await executor.query(addKnownKey(newest, verifierOf(encryption, newest)))
  adopt(encryption, await checkKeys(executor, encryption))
}

/** Follows the database's and the file's present keys, for processes that run during a rotation. */
export async function followKeys(executor: Executor, encryption: Encryption): Promise<void> {
  adopt(encryption, await executor.query<KnownKey>(knownKeys()))
}

/** The interval in milliseconds at which a running process checks for another active key. */
export const FOLLOW_MILLISECONDS = 10_000

function adopt(encryption: Encryption | undefined, known: readonly KnownKey[]): void {
  const verifiers = new Map(known.map(({ id, verifier }) => [id, verifier]))
  encryption?.adopt((id) => {
    const verifier = verifiers.get(id)
    return verifier !== undefined && encryption.verifierOf(id)?.equals(verifier) === true
  })
}

function verifierOf(encryption: Encryption, id: string): Buffer {
  const verifier = encryption.verifierOf(id)
  if (verifier === undefined) throw missingKey(id)
  return verifier
}
