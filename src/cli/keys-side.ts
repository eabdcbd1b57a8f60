/** The encryption keys of a process, from the settings; the embedded database and the demo have their own file. */
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import type { AcquiredDatabase } from '../database/acquire.ts'
import { openDatabase } from '../database/database.ts'
import { serverUser } from '../database/embedded/server-user.ts'
import { cloneDirectory, provideStateDirectory } from '../database/embedded/state.ts'
import type { NamedKeys } from '../doctor/keys.ts'
import { Encryption } from '../encryption/encryption.ts'
import { provideKeysFile } from '../encryption/keys-file.ts'
import { checkKeys, prepareKeys } from '../encryption/known-keys.ts'
import { knownKeys } from '../encryption/plans/keys.ts'
import { sayCommand } from '../messages/command-messages.ts'
import { bare } from '../messages/message.ts'
import type { Log } from '../observability/log.ts'

/** The configured file, or the one beside the embedded database; undefined if there is none. */
export function keysFileOf({ encryption }: Settings, { stateDirectory }: AcquiredDatabase): NamedKeys | undefined {
  if (encryption.keysFile !== undefined) return { path: encryption.keysFile, isOurs: false }
  return stateDirectory === undefined ? undefined : { path: join(stateDirectory, 'keys'), isOurs: true }
}

/** Options of opening the keys. */
interface KeysOptions {
  readonly settings: Settings
  readonly access: AcquiredDatabase
  readonly log: Log
  /** The role of the process. */
  readonly role: 'zvirka_app' | 'zvirka_worker'
  /** The demo has its own file even with DATABASE_URL. */
  readonly isDemo?: boolean
}

/**
 * Opens the keys of this installation, and checks that they match the database. Throws an `EncryptionKeyError` if they do not. Undefined:
 * there are none, and nothing is encrypted yet.
 */
export async function openKeys({
  settings,
  access,
  log,
  role,
  isDemo = false,
}: KeysOptions): Promise<Encryption | undefined> {
  const { url } = access
  const database = openDatabase({ url, role, applicationName: 'zvirka keys', max: 1 })
  try {
    const file = keysFileOf(settings, access) ?? (isDemo ? await keysFileOfDemo() : undefined)
    if (file === undefined) {
      await checkKeys(database, undefined)
      log.warn(
        { reason: sayCommand(bare('set_keys_file')) },
        'there is no encryption key: the UNZR register cannot be asked, and second factors cannot be set up',
      )
      return undefined
    }
    // A file that existed once must be restored: another one could decrypt nothing.
    const isFirst = file.isOurs && (await database.query(knownKeys())).length === 0
    if (isFirst) provideKeysFile(file.path, new Date())
    const encryption = new Encryption(file.path)
    await prepareKeys(database, encryption)
    return encryption
  } finally {
    await database.close()
  }
}

// If the program may not write into its own folder, the demo has no keys.
async function keysFileOfDemo(): Promise<NamedKeys | undefined> {
  const folder = await provideStateDirectory(cloneDirectory, serverUser()).catch(() => undefined)
  return folder === undefined ? undefined : { path: join(folder, 'keys'), isOurs: true }
}
