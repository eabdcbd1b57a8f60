/** Encryption keys in a file for the test. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Encryption } from '../../src/encryption/encryption.ts'
import { addKey } from '../../src/encryption/keys-file.ts'
import { prepareKeys } from '../../src/encryption/known-keys.ts'
import type { TestDatabase } from './database.ts'

/** A file with one key; it is removed with the folder of the run. */
export function makeKeysFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'zvirka-keys-')), 'keys')
  addKey(path, new Date())
  return path
}

/** Keys registered in the database. */
export async function openTestKeys({ database }: TestDatabase, path = makeKeysFile()): Promise<Encryption> {
  const encryption = new Encryption(path)
  await prepareKeys(database, encryption)
  return encryption
}
