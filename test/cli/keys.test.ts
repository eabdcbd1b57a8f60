/** The keys that commands open, on a real database. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openKeys } from '../../src/cli/keys-side.ts'
import { SEALED_PLACES } from '../../src/cli/sealed-places.ts'
import { readSettings } from '../../src/config/settings.ts'
import { addKey } from '../../src/encryption/keys-file.ts'
import type { Log } from '../../src/observability/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { zvirka } from './zvirka.ts'

let db: TestDatabase
let folder: string
const said: string[] = []
beforeAll(async () => {
  db = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'zvirka-keys-'))
})
afterEach(async () => {
  said.length = 0
  rmSync(join(folder, 'keys'), { force: true })
  await db.database.query({ text: 'delete from zvirka.encryption_keys' })
})
afterAll(async () => {
  await db.drop()
  rmSync(folder, { recursive: true })
})

const write = (_fields: object, message: string) => void said.push(message)
const log: Log = { level: 'info', debug: write, info: write, warn: write, error: write, with: () => log }
const release = async () => undefined

function open(environment: Record<string, string> = {}, stateDirectory?: string) {
  const access = { url: db.url, release, embedded: stateDirectory !== undefined }
  return openKeys({
    role: 'zvirka_app',
    settings: readSettings(environment),
    access: stateDirectory === undefined ? access : { ...access, stateDirectory },
    log,
  })
}

describe('the keys of a process', () => {
  test('are read from the configured file, and registered before they encrypt', async () => {
    const { id } = addKey(join(folder, 'keys'), new Date())
    const encryption = await open({ ZVIRKA_ENCRYPTION_KEYS_FILE: join(folder, 'keys') })
    expect(encryption?.activeId).toBe(id)
    expect(await db.database.query({ text: 'select id from zvirka.encryption_keys' })).toEqual([{ id }])
  })

  test('are optional if no file is configured and nothing was encrypted, and this is reported', async () => {
    expect(await open()).toBeUndefined()
    expect(said).toEqual([
      'there is no encryption key: the UNZR register cannot be asked, and second factors cannot be set up',
    ])
  })

  test('are required if something may be encrypted', async () => {
    const { id } = addKey(join(folder, 'keys'), new Date())
    await open({ ZVIRKA_ENCRYPTION_KEYS_FILE: join(folder, 'keys') })
    await expect(open()).rejects.toThrow(`encrypted with key ${id}, and ZVIRKA_ENCRYPTION_KEYS_FILE is not set`)
    await expect(open({ ZVIRKA_ENCRYPTION_KEYS_FILE: join(folder, 'others') })).rejects.toThrow('ENOENT')
  })

  test('are required if a second factor is required', async () => {
    const { code, err } = await zvirka(['api'], { DATABASE_URL: db.url, ZVIRKA_SECOND_FACTOR: 'nhs', PORT: '0' })
    expect([code, err]).toEqual([1, expect.stringContaining('there is no key to encrypt them with')])
  })

  test('are created beside an embedded database that has none, and stay', async () => {
    const first = await open({}, folder)
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o600)
    const made = readFileSync(join(folder, 'keys'), 'utf8')
    expect((await open({}, folder))?.activeId).toBe(first?.activeId)
    expect(readFileSync(join(folder, 'keys'), 'utf8')).toBe(made)
  })

  test('are not created again if the embedded database was encrypted with others', async () => {
    await open({}, folder)
    rmSync(join(folder, 'keys'))
    await expect(open({}, folder)).rejects.toThrow('ENOENT')
    expect(existsSync(join(folder, 'keys'))).toBe(false)
  })
})

test('every database column that names a key is rotated', async () => {
  const columns = await db.database.query<{ name: string }>({
    text: `select conrelid::regclass || '.' || (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]) as name
             from pg_constraint where contype = 'f' and confrelid = 'zvirka.encryption_keys'::regclass order by name`,
  })
  const rotated = SEALED_PLACES.map(({ table, keyId }) => `${table}.${keyId}`)
  expect(columns.map(({ name }) => name)).toEqual(rotated.toSorted())
})
