/** `zvirka keys` as it is typed, from the first key to forgetting one. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Encryption } from '../../src/encryption/encryption.ts'
import { prepareKeys } from '../../src/encryption/known-keys.ts'
import { setProcessed } from '../../src/unzr-info/plans/unzr-info.ts'
import { sealInfo } from '../../src/unzr-info/sealed-info.ts'
import { zvirka } from '../cli/zvirka.ts'
import { readDocument } from '../docs/markdown.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { USER } from '../synchronization/people.ts'

let db: TestDatabase
let folder: string
let environment: Record<string, string>
beforeAll(async () => {
  db = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'zvirka-keys-'))
  environment = { DATABASE_URL: db.url, ZVIRKA_ENCRYPTION_KEYS_FILE: join(folder, 'keys') }
})
afterAll(async () => {
  await db.drop()
  rmSync(folder, { recursive: true })
})

const keys = (...args: string[]) => zvirka(['keys', ...args], environment)
const list = async () => JSON.parse((await keys('list', '--json')).out)
const linesOf = () => readFileSync(join(folder, 'keys'), 'utf8').trim().split('\n')
const idOf = (line = '') => line.split(' ')[0] ?? ''

async function addSealed(count: number): Promise<void> {
  const encryption = new Encryption(join(folder, 'keys'))
  await prepareKeys(db.database, encryption)
  const rows = await db.database.query<{ id: string; unzr: string }>({
    text: `insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by)
           select gen_random_uuid()::text, 'pending', $1, $1 from generate_series(1, $2::int) returning id, unzr`,
    values: [USER, count],
  })
  for (const row of rows)
    await db.database.query(setProcessed(row.id, sealInfo(encryption, row, { lastName: 'Косач' })))
}

describe('zvirka keys', () => {
  test('needs a configured file, and names its setting', async () => {
    for (const command of ['add', 'list', 'rotate']) {
      const { code, err } = await zvirka(['keys', command], { DATABASE_URL: db.url })
      expect(code).toBe(2)
      expect(err).toMatch(/^zvirka: ZVIRKA_ENCRYPTION_KEYS_FILE is not set\nhint: .*zvirka keys add/)
    }
  })

  test('creates keys, encrypts with the newest, shows the use of each, and forgets an unused one', async () => {
    const added = await keys('add')
    const [first] = linesOf().map(idOf)
    expect(added).toMatchObject({ code: 0, out: `key ${first} was added to ${join(folder, 'keys')}\n` })
    expect(`${added.out}${added.err}`).not.toContain(linesOf()[0]?.split(' ')[1])
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o600)
    await addSealed(3)
    expect(await list()).toEqual([
      {
        id: first,
        in_file: 'there',
        in_database: true,
        seals_now: true,
        values: { 'mimir.unzr_info': 3, 'mithril.second_factors': 0 },
      },
    ])

    expect((await keys('add')).code).toBe(0)
    const [second] = linesOf().map(idOf)
    // Until every machine has it, it encrypts nothing.
    await addSealed(2)
    expect(await list()).toEqual([
      {
        id: second,
        in_file: 'there',
        in_database: false,
        seals_now: false,
        values: { 'mimir.unzr_info': 0, 'mithril.second_factors': 0 },
      },
      {
        id: first,
        in_file: 'there',
        in_database: true,
        seals_now: true,
        values: { 'mimir.unzr_info': 5, 'mithril.second_factors': 0 },
      },
    ])
    expect(await keys('forget', first ?? '')).toMatchObject({ code: 1 })

    const rotated = await keys('rotate')
    expect(rotated).toMatchObject({ code: 0, out: `5 values were re-encrypted with key ${second}\n` })
    expect(JSON.parse((await keys('rotate', '--json')).out)).toEqual({
      ...{ state: 'done', key: second, resealed: 0, unreadable: [] },
    })
    const { out } = await keys('list')
    expect(out).toMatch(
      /^KEY +FILE +DATABASE +MIMIR\.UNZR_INFO +MITHRIL\.SECOND_FACTORS\n\S+ +there +seals +5 +0\n\S+ +there +known +0 +0\n$/,
    )

    expect((await keys('forget', second ?? '')).err).toContain(`key ${second} is the current encryption key`)
    expect((await keys('forget', first ?? '')).code).toBe(0)
    writeFileSync(join(folder, 'keys'), `${linesOf()[0]}\n`)
    expect((await list()).map(({ id }: { id: string }) => id)).toEqual([second])
    const done = await db.open({ role: 'zvirka_owner' }).query<{ operation: string }>({
      text: `select operation from zvirka.audit where operation like 'keys %' order by id`,
    })
    expect(done.map(({ operation }) => operation)).toEqual(['keys rotate', 'keys rotate', 'keys forget'])
  })

  test('does not rotate if the file lacks a key, and says which', async () => {
    const [line] = linesOf()
    expect((await keys('add')).code).toBe(0)
    writeFileSync(join(folder, 'keys'), `${linesOf()[0]}\n`)
    const { code, err } = await keys('rotate')
    expect(code).toBe(1)
    expect(err).toMatch(
      new RegExp(`^zvirka: Key ${idOf(line)}, which encrypted values .*\nhint: Restore the keys file`),
    )
    // Nothing was started: the new key is not registered.
    expect(await db.database.query({ text: 'select id from zvirka.encryption_keys' })).toEqual([{ id: idOf(line) }])
  })
})

test('after the loss of a key the steps in docs/operations.md restore the installation', async () => {
  const { text } = readDocument('docs/operations.md')
  const [, sql = ''] = /```sql\n(update mimir\.unzr_info[\s\S]*?)```/.exec(text) ?? []
  const lost =
    (await db.database.query<{ id: string }>({ text: 'select id from zvirka.encryption_keys' })).at(0)?.id ?? ''
  await ownerQuery(sql.replaceAll('the id', lost))
  expect((await keys('rotate')).code).toBe(0)
  expect(await list()).toMatchObject([{ id: idOf(linesOf()[0]), seals_now: true }])
  const rows = await db.database.query({
    text: 'select info_sealed, info_deleted_at is not null as is_told from mimir.unzr_info',
  })
  expect(rows).toHaveLength(5)
  expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(new Set(['{"info_sealed":null,"is_told":true}']))
})

async function ownerQuery(sql: string): Promise<void> {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text: sql }).finally(() => owner.close())
}
