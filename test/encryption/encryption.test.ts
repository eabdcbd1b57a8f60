import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Encryption, requireKeys } from '../../src/encryption/encryption.ts'
import { addKey, provideKeysFile, readKeysFile } from '../../src/encryption/keys-file.ts'
import { activateNewestKey, checkKeys, followKeys, prepareKeys } from '../../src/encryption/known-keys.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const folder = mkdtempSync(join(tmpdir(), 'zvirka-keys-'))
const file = join(folder, 'keys')
afterEach(() => rmSync(file, { force: true }))
afterAll(() => rmSync(folder, { recursive: true }))

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')

function encryptionOf(text: string): Encryption {
  writeFileSync(file, text, { mode: 0o600 })
  return new Encryption(file)
}

describe('an encrypted value', () => {
  test('decrypts in its own place, whatever it is', () => {
    const encryption = encryptionOf(`one ${key(1)}\n`)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.string(), (bytes, context) => {
        expect(encryption.open(context, encryption.seal(context, bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  test('is never the same twice, and does not reveal its content', () => {
    const encryption = encryptionOf(`one ${key(1)}\n`)
    const [first, second] = [1, 2].map(() => encryption.seal('table/1', Buffer.from('Шевченко')))
    expect(first?.bytes.equals(second?.bytes ?? Buffer.of())).toBe(false)
    expect(first?.bytes.includes('Шевченко')).toBe(false)
  })

  test.each([
    ['at another place', 'table/2', 'one', undefined],
    ['under the id of another key', 'table/1', 'two', undefined],
    ['after any byte was changed', 'table/1', 'one', 14],
    ['after its end was cut off', 'table/1', 'one', -1],
  ])('does not decrypt %s', (_, context, keyId, change) => {
    const encryption = encryptionOf(`one ${key(1)}\ntwo ${key(2)}\n`)
    const { bytes } = encryption.seal('table/1', randomBytes(40))
    const changed = change === -1 ? bytes.subarray(0, -1) : Buffer.from(bytes)
    if (change !== undefined && change >= 0) changed[change] = (changed[change] ?? 0) ^ 1
    expect(() => encryption.open(context, { keyId, bytes: changed })).toThrow(/cannot be decrypted/)
  })

  test('with a key that is not in the file names the missing one', () => {
    const sealed = encryptionOf(`one ${key(1)}\n`).seal('table/1', randomBytes(4))
    const other = encryptionOf(`two ${key(2)}\n`)
    expect(() => other.open('table/1', sealed)).toThrow('Key one, which encrypted values of this database')
  })

  test('with a newer key decrypts in a running process, which continues to encrypt with its own', () => {
    const running = encryptionOf(`one ${key(1)}\n`)
    const sealed = encryptionOf(`two ${key(2)}\none ${key(1)}\n`).seal('table/1', Buffer.from('new'))
    expect(running.open('table/1', sealed).toString()).toBe('new')
    expect(running.activeId).toBe('one')
  })

  test('is encrypted with the file’s newest key once it is active, and with the old one before', () => {
    const running = encryptionOf(`one ${key(1)}\n`)
    encryptionOf(`three ${key(3)}\ntwo ${key(2)}\none ${key(1)}\n`)
    running.adopt((id) => id === 'one')
    expect(running.seal('table/1', Buffer.from('new')).keyId).toBe('one')
    running.adopt((id) => id !== 'three')
    expect(running.seal('table/1', Buffer.from('new')).keyId).toBe('two')
    running.adopt(() => false)
    expect(running.activeId).toBe('two')
  })

  test('cannot be created without keys', () => {
    expect(() => requireKeys(undefined)).toThrow('ZVIRKA_ENCRYPTION_KEYS_FILE is not set')
  })
})

describe('a keys file', () => {
  test('has its newest key first; comments and empty lines are ignored', () => {
    const { activeId, ids } = encryptionOf(`# keys of the clinic\n\n2026-11 ${key(3)}\r\n2025-11 ${key(2)}`)
    expect({ activeId, ids }).toEqual({ activeId: '2026-11', ids: ['2026-11', '2025-11'] })
  })

  test.each([
    ['no key', '# nothing\n', /has no key/],
    ['a key that is too short', `one ${Buffer.alloc(16).toString('base64')}\n`, /Line 1 .* a key of 32 bytes/],
    ['a key that is not base64', `one ${'*'.repeat(44)}\n`, /Line 1 .* a key of 32 bytes/],
    ['a line without a key', `one ${key(1)}\ntwo\n`, /Line 2 .* is not an id and a key/],
    ['more than a key', `one ${key(1)} active\n`, /Line 1 .* is not an id and a key/],
    ['an id twice', `one ${key(1)}\none ${key(2)}\n`, /Line 2 .* repeats the id/],
    ['a key twice', `one ${key(1)}\ntwo ${key(1)}\n`, /Line 2 .* repeats the key/],
    ['an id that is none', `-one ${key(1)}\n`, /Line 1 .* does not begin with a key id/],
  ])('with %s is refused, without revealing a key', (_, text, words) => {
    writeFileSync(file, text, { mode: 0o600 })
    expect(() => readKeysFile(file)).toThrow(words)
    try {
      readKeysFile(file)
    } catch (error) {
      expect(`${error}${(error as { hint?: string }).hint}`).not.toContain(key(1))
    }
  })

  test.each([0o644, 0o604, 0o620, 0o660])('that others may read or change is refused: %o', (mode) => {
    writeFileSync(file, `one ${key(1)}\n`)
    chmodSync(file, mode)
    expect(() => readKeysFile(file)).toThrow(`its mode is 0${mode.toString(8)}`)
  })

  test.each([0o400, 0o600, 0o440])('readable by its owner and group only is accepted: %o', (mode) => {
    writeFileSync(file, `one ${key(1)}\n`)
    chmodSync(file, mode)
    expect(readKeysFile(file).active.id).toBe('one')
  })

  test('that is missing is reported', () => {
    expect(() => readKeysFile(file)).toThrow(`The keys file ${file} cannot be read: ENOENT`)
  })

  test('is created with its first key, and gets each new one first; existing keys stay', () => {
    const now = new Date('2026-11-30T10:00:00Z')
    const first = addKey(file, now)
    const kept = readFileSync(file, 'utf8')
    const second = addKey(file, now)
    expect([first.id, second.id]).toEqual(['2026-11-30', '2026-11-30.2'])
    expect(readFileSync(file, 'utf8').endsWith(kept)).toBe(true)
    expect(readKeysFile(file).active.id).toBe('2026-11-30.2')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('keeps its mode when a key is added, so that a service in its group can still read it', () => {
    writeFileSync(file, `one ${key(1)}\n`)
    chmodSync(file, 0o640)
    addKey(file, new Date())
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  test('is created if it is missing, and otherwise left unchanged', () => {
    provideKeysFile(file, new Date('2026-11-30T10:00:00Z'))
    const made = readFileSync(file, 'utf8')
    provideKeysFile(file, new Date())
    expect(readFileSync(file, 'utf8')).toBe(made)
    expect(readKeysFile(file).active.id).toBe('2026-11-30')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['keys'])
  })
})

describe('the keys of a database', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase()
  })
  afterAll(() => db.drop())
  afterEach(() => db.database.query({ text: 'delete from zvirka.encryption_keys' }))

  test('are not needed if nothing was encrypted', async () => {
    await checkKeys(db.database, undefined)
    await checkKeys(db.database, encryptionOf(`one ${key(1)}\n`))
  })

  test('must all be available', async () => {
    await prepareKeys(db.database, encryptionOf(`one ${key(1)}\n`))
    await expect(checkKeys(db.database, undefined)).rejects.toThrow('ZVIRKA_ENCRYPTION_KEYS_FILE is not set')
    await expect(checkKeys(db.database, encryptionOf(`two ${key(2)}\n`))).rejects.toThrow('Key one, which encrypted')
    await prepareKeys(db.database, encryptionOf(`two ${key(2)}\none ${key(1)}\n`))
  })

  test('must be the same: another key under a known id is refused before it encrypts anything', async () => {
    await prepareKeys(db.database, encryptionOf(`one ${key(1)}\n`))
    const other = encryptionOf(`one ${key(9)}\n`)
    await expect(prepareKeys(db.database, other)).rejects.toThrow('Key one of the keys file differs from the key one')
    await checkKeys(db.database, encryptionOf(`one ${key(1)}\n`))
  })

  test('are those of the first process that starts: another file is refused, and leaves nothing behind', async () => {
    const files = [1, 2, 3].map((byte) => encryptionOf(`key-${byte} ${key(byte)}\n`))
    const outcomes = await Promise.allSettled(files.map((each) => prepareKeys(db.database, each)))
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(await db.database.query({ text: 'select id from zvirka.encryption_keys' })).toHaveLength(1)
  })

  test('change for all processes when the newest is registered, not when it is copied to a machine', async () => {
    const running = encryptionOf(`one ${key(1)}\n`)
    await prepareKeys(db.database, running)
    const started = encryptionOf(`two ${key(2)}\none ${key(1)}\n`)
    await prepareKeys(db.database, started)
    await followKeys(db.database, running)
    expect([running.activeId, started.activeId]).toEqual(['one', 'one'])
    await activateNewestKey(db.database, started)
    await followKeys(db.database, running)
    expect([running.activeId, started.activeId]).toEqual(['two', 'two'])
  })

  test('do not change to another key with the id of the newest', async () => {
    const running = encryptionOf(`one ${key(1)}\n`)
    await prepareKeys(db.database, running)
    await activateNewestKey(db.database, encryptionOf(`two ${key(2)}\none ${key(1)}\n`))
    encryptionOf(`two ${key(9)}\none ${key(1)}\n`)
    await followKeys(db.database, running)
    expect(running.activeId).toBe('one')
  })
})
