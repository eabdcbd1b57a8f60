/**
 * The keys file: a line `id base64key` for each key, newest first. The newest that the database knows encrypts; the others decrypt old
 * values. Empty lines and lines that start with # are ignored.
 */
import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** How long a key is, of AES-256. */
export const KEY_BYTES = 32
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/
const LARGEST_FILE = 65_536

/** A key and its id. */
export interface EncryptionKey {
  readonly id: string
  readonly secret: KeyObject
}

/** The keys of a file; never empty. */
export interface Keyring {
  /** The first in the file. */
  readonly active: EncryptionKey
  readonly byId: ReadonlyMap<string, EncryptionKey>
}

/** The keys cannot be used. The message contains no key. */
export class EncryptionKeyError extends Error {
  override readonly name = 'EncryptionKeyError'
  /** What to do. */
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** Reads a file of keys. Throws an `EncryptionKeyError` if it is missing, if others may read it, or if a line is not a key. */
export function readKeysFile(path: string): Keyring {
  return parseKeys(path, readGuarded(path))
}

function readGuarded(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error'
    throw new EncryptionKeyError(
      `the keys file ${path} cannot be read: ${code}`,
      'ZVIRKA_ENCRYPTION_KEYS_FILE is set to it; `zvirka keys add` creates one, or restore it from its backup',
    )
  }
  try {
    const { mode, size } = fstatSync(file)
    if ((mode & 0o027) !== 0) {
      const told = (mode & 0o777).toString(8).padStart(4, '0')
      throw new EncryptionKeyError(
        `other users can read the keys file ${path}: its mode is ${told}`,
        `chmod 600 ${path}`,
      )
    }
    if (size > LARGEST_FILE) throw new EncryptionKeyError(`the keys file ${path} is too large`, FORM)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

const FORM = 'each line is `id base64key`, the newest key first; a key has 32 bytes; `zvirka keys add` writes one'

function parseKeys(path: string, text: string): Keyring {
  const byId = new Map<string, EncryptionKey>()
  const secrets = new Set<string>()
  for (const [index, line] of text.split('\n').entries()) {
    const [id, encoded, ...more] = line.trim().split(/\s+/)
    if (id === undefined || id === '' || id.startsWith('#')) continue
    const wrong = (what: string) => new EncryptionKeyError(`line ${index + 1} of the keys file ${path} ${what}`, FORM)
    if (!ID.test(id)) throw wrong('does not begin with a key id')
    if (encoded === undefined || more.length > 0) throw wrong('is not an id and a key')
    const bytes = Buffer.from(encoded, 'base64')
    if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== encoded)
      throw wrong('does not have a key of 32 bytes')
    if (byId.has(id)) throw wrong(`repeats the id ${id}`)
    if (secrets.has(encoded)) throw wrong('repeats the key of another id')
    secrets.add(encoded)
    byId.set(id, { id, secret: createSecretKey(bytes) })
  }
  const [active] = byId.values()
  if (active === undefined) throw new EncryptionKeyError(`the keys file ${path} has no key`, FORM)
  return { active, byId }
}

/** Adds a new key at the top, and creates the file (0600) if needed. The file is replaced atomically and keeps its owner and mode. */
export function addKey(path: string, now: Date): EncryptionKey {
  const before = existsSync(path) ? readGuarded(path) : ''
  const known = before === '' ? undefined : parseKeys(path, before).byId
  const day = now.toISOString().slice(0, 10)
  let id = day
  for (let number = 2; known?.has(id); number += 1) id = `${day}.${number}`
  const text = newKey(id) + before
  const draft = `${path}.new`
  write(draft, text, known && statSync(path))
  renameSync(draft, path)
  keepEntry(path)
  return parseKeys(path, text).active
}

/** Creates a file with a first key if there is none; safe to call concurrently. */
export function provideKeysFile(path: string, now: Date): void {
  if (existsSync(path)) return
  const draft = `${path}.${randomUUID()}`
  try {
    write(draft, newKey(now.toISOString().slice(0, 10)))
    linkSync(draft, path)
    keepEntry(path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function newKey(id: string): string {
  return `${id} ${randomBytes(KEY_BYTES).toString('base64')}\n`
}

function write(path: string, text: string, like?: Stats): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    fchmodSync(file, like === undefined ? 0o600 : like.mode & 0o777)
    // For root adding a key for a service that runs as another user.
    if (like !== undefined && process.getuid?.() === 0) fchownSync(file, like.uid, like.gid)
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

// A value must not be encrypted with a key that a power failure could lose.
function keepEntry(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
