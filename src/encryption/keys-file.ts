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
import { sayCommand } from '../messages/command-messages.ts'
import type { KeyAdvice, KeyProblem } from '../messages/encryption-keys.ts'
import { bare } from '../messages/message.ts'
import { errorCodeOf } from '../observability/errors.ts'

/** The length of a key for AES-256. */
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
  readonly problem: KeyProblem
  readonly advice: KeyAdvice
  /** The advice as text. */
  readonly hint: string
  constructor(problem: KeyProblem, advice: KeyAdvice) {
    super(sayCommand(problem))
    this.problem = problem
    this.advice = advice
    this.hint = sayCommand(advice)
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
    const params = { file: path, error: String(errorCodeOf(error)) }
    throw new EncryptionKeyError({ code: 'keys_file_unreadable', params }, bare('restore_or_add_keys'))
  }
  try {
    const { mode, size } = fstatSync(file)
    if ((mode & 0o027) !== 0) {
      const params = { file: path, mode: (mode & 0o777).toString(8).padStart(4, '0') }
      const advice = { code: 'protect_keys_file', params: { file: path } } as const
      throw new EncryptionKeyError({ code: 'keys_file_open_to_others', params }, advice)
    }
    if (size > LARGEST_FILE)
      throw new EncryptionKeyError({ code: 'keys_file_too_large', params: { file: path } }, bare('correct_keys_file'))
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

type LineProblem = Extract<KeyProblem, { readonly code: `keys_line_${string}` }>['code']

function parseKeys(path: string, text: string): Keyring {
  const byId = new Map<string, EncryptionKey>()
  const secrets = new Set<string>()
  for (const [index, line] of text.split('\n').entries()) {
    const [id, encoded, ...more] = line.trim().split(/\s+/)
    if (id === undefined || id === '' || id.startsWith('#')) continue
    const wrong = (code: LineProblem) =>
      new EncryptionKeyError({ code, params: { file: path, line: index + 1 } }, bare('correct_keys_file'))
    if (!ID.test(id)) throw wrong('keys_line_without_id')
    if (encoded === undefined || more.length > 0) throw wrong('keys_line_malformed')
    const bytes = Buffer.from(encoded, 'base64')
    if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== encoded) throw wrong('keys_line_of_wrong_length')
    if (byId.has(id)) throw wrong('keys_line_repeats_id')
    if (secrets.has(encoded)) throw wrong('keys_line_repeats_key')
    secrets.add(encoded)
    byId.set(id, { id, secret: createSecretKey(bytes) })
  }
  const [active] = byId.values()
  if (active === undefined)
    throw new EncryptionKeyError({ code: 'keys_file_empty', params: { file: path } }, bare('correct_keys_file'))
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
