/**
 * Encrypts data that must not be readable in the database or its backups: AES-256-GCM. A ciphertext is bound to its place (`context`:
 * table, column and the row's id) and to the id of its key, so it cannot be decrypted elsewhere.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { bare } from '../messages/message.ts'
import { type EncryptionKey, EncryptionKeyError, type Keyring, readKeysFile } from './keys-file.ts'

/** What a row stores: the id of the key, and the bytes. */
export interface Sealed {
  readonly keyId: string
  readonly bytes: Buffer
}

const FORMAT = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const LOOK_MILLISECONDS = 1000

/**
 * The keys of this process. It encrypts with the first key of the file; a later one can decrypt at once, and encrypts when it is adopted.
 */
export class Encryption {
  readonly #path: string
  #active: EncryptionKey
  #known: ReadonlyMap<string, EncryptionKey>
  #lookedAt = Number.NEGATIVE_INFINITY
  #changedAt: number

  /** Reads the keys of a file; throws an `EncryptionKeyError` if they cannot be used. */
  constructor(path: string) {
    this.#path = path
    this.#changedAt = statOf(path)
    const { active, byId } = readKeysFile(path)
    this.#active = active
    this.#known = byId
  }

  /** The id of the active key, which encrypts. */
  get activeId(): string {
    return this.#active.id
  }

  /** The ids of all keys. */
  get ids(): readonly string[] {
    return [...this.#known.keys()]
  }

  /** From now on encrypts with the first usable key of the current file; if none is usable, keeps the present one. */
  adopt(isUsable: (id: string) => boolean): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY
    for (const [id, key] of this.#lookAgain()) {
      if (!isUsable(id)) continue
      this.#active = key
      return
    }
  }

  /** Encrypts bytes for one place: `context` names table, column and row, as in `mimir.unzr_info.info/<id>`. */
  seal(context: string, bytes: Uint8Array): Sealed {
    const { id, secret } = this.#active
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', secret, nonce)
    cipher.setAAD(boundTo(id, context))
    const sealed = [Buffer.of(FORMAT), nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]
    return { keyId: id, bytes: Buffer.concat(sealed) }
  }

  /**
   * Decrypts what was encrypted for this place. Throws an `EncryptionKeyError` if the key is missing or different, or if the bytes were
   * changed or belong to another place.
   */
  open(context: string, { keyId, bytes }: Sealed): Buffer {
    const key = this.#known.get(keyId) ?? this.#lookAgain().get(keyId)
    if (key === undefined) throw missingKey(keyId)
    const [nonce, content, tag] = split(bytes)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.secret, nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(boundTo(keyId, context))
      decipher.setAuthTag(tag)
      return Buffer.concat([decipher.update(content), decipher.final()])
    } catch {
      throw new EncryptionKeyError({ code: 'value_not_decrypted', params: { key: keyId } }, bare('restore_keys_file'))
    }
  }

  /** A value that identifies a key in the database and reveals nothing else about it. Undefined: no such key. */
  verifierOf(id: string): Buffer | undefined {
    const key = this.#known.get(id)
    return key && createHmac('sha256', key.secret).update(`zvirka verifier of ${id}`).digest()
  }

  // Keys are added while processes run: processes that were not restarted can decrypt with them.
  #lookAgain(): ReadonlyMap<string, EncryptionKey> {
    const now = performance.now()
    if (now - this.#lookedAt < LOOK_MILLISECONDS) return this.#known
    this.#lookedAt = now
    try {
      const changedAt = statOf(this.#path)
      if (changedAt === this.#changedAt) return this.#known
      this.#known = withNew(this.#known, readKeysFile(this.#path))
      this.#changedAt = changedAt
    } catch {
      // A file that is being replaced, or is wrong: the known keys stay in use; a starting process reports the error.
    }
    return this.#known
  }
}

/** The keys of an installation that has some; throws an `EncryptionKeyError` if it has none. */
export function requireKeys(encryption: Encryption | undefined): Encryption {
  if (encryption !== undefined) return encryption
  throw new EncryptionKeyError(bare('key_not_set'), bare('set_keys_file'))
}

/** The error for a key that is not in the file. */
export function missingKey(keyId: string): EncryptionKeyError {
  return new EncryptionKeyError({ code: 'key_missing', params: { key: keyId } }, bare('restore_keys_file'))
}

// A known id keeps its key, so that old values can still be decrypted.
function withNew(known: ReadonlyMap<string, EncryptionKey>, { byId }: Keyring): ReadonlyMap<string, EncryptionKey> {
  return new Map([...byId, ...known])
}

function statOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0
}

function boundTo(keyId: string, context: string): Buffer {
  return Buffer.from(JSON.stringify(['zvirka', FORMAT, keyId, context]))
}

function split(bytes: Buffer): readonly [Buffer, Buffer, Buffer] {
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== FORMAT) {
    throw new EncryptionKeyError(bare('value_of_unknown_format'), bare('run_version_that_wrote'))
  }
  const content = 1 + NONCE_BYTES
  return [
    bytes.subarray(1, content),
    bytes.subarray(content, bytes.length - TAG_BYTES),
    bytes.subarray(bytes.length - TAG_BYTES),
  ]
}
