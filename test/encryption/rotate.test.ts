/** Re-encryption with a new key on a real database, beside readers and writers. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Encryption } from '../../src/encryption/encryption.ts'
import { addKey } from '../../src/encryption/keys-file.ts'
import { activateNewestKey, followKeys, prepareKeys } from '../../src/encryption/known-keys.ts'
import { countByKey, rotate } from '../../src/encryption/rotate.ts'
import { type StoredUnzrInfo, setProcessed } from '../../src/unzr-info/plans/unzr-info.ts'
import { openInfo, SEALED_INFO, sealInfo } from '../../src/unzr-info/sealed-info.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeKeysFile } from '../support/keys.ts'
import { until } from '../support/until.ts'

const COUNT = 250

let db: TestDatabase
let path: string
/** A process that started with the first key, and one that rotates. */
let running: Encryption
let rotating: Encryption
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  path = makeKeysFile()
  running = new Encryption(path)
  await prepareKeys(db.database, running)
  await db.database.query({
    text: `insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by)
           select n::text, 'pending', $1, $1 from generate_series(1, $2::int) n`,
    values: [randomUUID(), COUNT],
  })
  for (const { id, unzr } of await rows()) await write(running, { id, unzr }, `first of ${unzr}`)
  addKey(path, new Date())
  rotating = new Encryption(path)
  await activateNewestKey(db.database, rotating)
})
afterEach(async () => {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text: 'delete from mimir.unzr_info' })
  await owner.query({ text: 'delete from zvirka.encryption_keys' })
  await owner.close()
})

function rows(): Promise<StoredUnzrInfo[]> {
  return db.database.query({ text: 'select * from mimir.unzr_info order by unzr::integer' })
}

async function write(encryption: Encryption, owner: { id: string; unzr: string }, name: string): Promise<void> {
  await db.database.query(setProcessed(owner.id, sealInfo(encryption, owner, { lastName: name })))
}

const shown = (encryption: Encryption, row: StoredUnzrInfo) => String(openInfo(encryption, row).info?.['lastName'])
const counts = async () =>
  Object.fromEntries((await countByKey(db.database, [SEALED_INFO])).map(({ keyId, count }) => [keyId, count]))
const never = new AbortController().signal

describe('rotating', () => {
  test('re-encrypts every value with the newest key, without changing its content', async () => {
    const before = new Map((await rows()).map(({ id, info_sealed }) => [id, info_sealed]))
    const told: number[][] = []
    const onProgress = (done: number, total: number) => void told.push([done, total])
    const rotation = await rotate(db.database, rotating, [SEALED_INFO], { signal: never, onProgress })
    expect(rotation).toEqual({ kind: 'done', resealed: COUNT, unreadable: [] })
    expect([told[0], told.at(-1)]).toEqual([
      [0, COUNT],
      [COUNT, COUNT],
    ])
    expect(await counts()).toEqual({ [rotating.activeId]: COUNT })
    for (const row of await rows()) {
      expect(before.get(row.id)?.equals(row.info_sealed ?? Buffer.of())).toBe(false)
      expect(shown(rotating, row)).toBe(`first of ${row.unzr}`)
    }
  })

  test('can be interrupted and repeated', async () => {
    const interrupt = new AbortController()
    const onProgress = (done: number) => done > 0 && interrupt.abort()
    const first = await rotate(db.database, rotating, [SEALED_INFO], { signal: interrupt.signal, onProgress })
    expect(first.kind).toBe('interrupted')
    expect(first.resealed).toBeGreaterThan(0)
    expect(await counts()).toEqual({ [rotating.activeId]: first.resealed, [running.activeId]: COUNT - first.resealed })
    // A killed process is restarted.
    const again = new Encryption(path)
    await prepareKeys(db.database, again)
    const second = await rotate(db.database, again, [SEALED_INFO], { signal: never })
    expect(second).toMatchObject({ kind: 'done', resealed: COUNT - first.resealed })
    for (const row of await rows()) expect(shown(again, row)).toBe(`first of ${row.unzr}`)
  })

  test('runs beside a process that reads and writes, which loses nothing and switches to the new key', async () => {
    const written = new Map((await rows()).map(({ unzr }) => [unzr, `first of ${unzr}`]))
    let isOver = false
    const writing = async () => {
      for (let n = 0; !isOver; n += 1) {
        const found = await rows()
        const row = found[(n * 37) % COUNT]
        if (row === undefined) throw new Error('there is no row')
        await write(running, row, `written ${n}`)
        written.set(row.unzr, `written ${n}`)
      }
    }
    const reading = async () => {
      while (!isOver) for (const row of await rows()) expect(shown(running, row)).not.toBe('undefined')
    }
    const both = Promise.all([writing(), reading()])
    const first = await rotate(db.database, rotating, [SEALED_INFO], { signal: never })
    await followKeys(db.database, running)
    expect(running.activeId).toBe(rotating.activeId)
    isOver = true
    await both
    const second = await rotate(db.database, rotating, [SEALED_INFO], { signal: never })
    expect([first.unreadable, second.unreadable]).toEqual([[], []])
    expect(await counts()).toEqual({ [rotating.activeId]: COUNT })
    for (const row of await rows()) expect(shown(rotating, row)).toBe(written.get(row.unzr))
  })

  test('waits for a value that is being written', async () => {
    const [busy] = await rows()
    if (busy === undefined) throw new Error('there is no row')
    const end = Promise.withResolvers<void>()
    const locked = Promise.withResolvers<void>()
    const other = db.open({ max: 1 }).transaction(async (tx) => {
      await tx.query({ text: 'select from mimir.unzr_info where id = $1 for update', values: [busy.id] })
      locked.resolve()
      await end.promise
      await tx.query(setProcessed(busy.id, sealInfo(running, busy, { lastName: 'theirs' })))
    })
    await locked.promise
    const rotation = rotate(db.database, rotating, [SEALED_INFO], { signal: never })
    await until('all others to be re-encrypted', async () => (await counts())[rotating.activeId] === COUNT - 1)
    end.resolve()
    await other
    expect(await rotation).toEqual({ kind: 'done', resealed: COUNT, unreadable: [] })
    const [row] = await rows()
    expect(row && shown(rotating, row)).toBe('theirs')
  })

  test('reports values that cannot be decrypted, leaves them, and re-encrypts all others', async () => {
    const [, broken] = await rows()
    const owner = db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({
      text: `update mimir.unzr_info set info_sealed = set_byte(info_sealed, 20, 255 - get_byte(info_sealed, 20)) where id = $1`,
      values: [broken?.id],
    })
    await owner.close()
    const rotation = await rotate(db.database, rotating, [SEALED_INFO], { signal: never })
    expect(rotation).toEqual({ kind: 'done', resealed: COUNT - 1, unreadable: [`mimir.unzr_info ${broken?.id}`] })
    expect(await counts()).toEqual({ [rotating.activeId]: COUNT - 1, [running.activeId]: 1 })
  })
})
