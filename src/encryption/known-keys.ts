/**
 * Whether the keys of this process are those of the database. A key is made known before anything is sealed with it, with a value that tells it
 * from any other (`verifier`), and rows refer to it: so a key that is missing or another one is found at the start, before anything is written.
 */
import type { Executor } from '../database/query.ts'
import { type Encryption, missingKey } from './encryption.ts'
import { EncryptionKeyError } from './keys-file.ts'
import { addKnownKey, type KnownKey, knownKeys } from './plans/keys.ts'

/** Throws an `EncryptionKeyError` unless each key that rows may be sealed with is there, and is the same one. */
export async function checkKeys(executor: Executor, encryption: Encryption | undefined): Promise<void> {
  const known = await executor.query<KnownKey>(knownKeys())
  for (const { id, verifier } of known) {
    if (encryption === undefined) {
      throw new EncryptionKeyError(
        `this database holds what was sealed with the key ${id}, and ZVIRKA_ENCRYPTION_KEYS_FILE is not set`,
        'set it to the keys file of this installation',
      )
    }
    const ours = encryption.verifierOf(id)
    if (ours === undefined) throw missingKey(id)
    if (!ours.equals(verifier)) {
      throw new EncryptionKeyError(
        `the key ${id} of the keys file is not the one that this database was sealed with`,
        'bring the keys file back from the back-up of keys; a new key needs an id of its own',
      )
    }
  }
}

/** Checks the keys, and makes the one that seals known; before the first `seal`. */
export async function useKeys(executor: Executor, encryption: Encryption | undefined): Promise<void> {
  if (encryption !== undefined) {
    const verifier = encryption.verifierOf(encryption.activeId)
    if (verifier !== undefined) await executor.query(addKnownKey(encryption.activeId, verifier))
  }
  await checkKeys(executor, encryption)
}
