// Rules: spec 4.1.6
/** The registry's answer is encrypted in the database, can be decrypted only in its own row, and is deleted in time. */
import { copyFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Encryption } from '../../src/encryption/encryption.ts'
import { addKey } from '../../src/encryption/keys-file.ts'
import { activateNewestKey } from '../../src/encryption/known-keys.ts'
import { pruneDaily } from '../../src/synchronization/prune.ts'
import { sealPlainInfo } from '../../src/unzr-info/sealed-info.ts'
import { startTestApi } from '../api/api.ts'
import { makeKeysFile, openTestKeys } from '../support/keys.ts'
import { PERSON, prepareUnzrGround, UNZR, type UnzrGround } from './ground.ts'

const OTHER = '19900520-12345'
const DETAILS = 'databaseId syncedAt infoDeletedAt info { lastName rnokpp }'
const QUERY = `query ($unzr: String!) { unzrInfoRegister(unzr: $unzr) { ${DETAILS} } }`
const LIST = `{ unzrInfoRegisters(first: 10) { nodes { ${DETAILS} } } }`
const NODE = `query ($id: ID!) { node(id: $id) { ... on UnzrInfo { ${DETAILS} } } }`
const INFO = { lastName: 'Косач', rnokpp: '0012345678' }

let keys: string
let ground: UnzrGround
let token: string
beforeAll(async () => {
  keys = makeKeysFile()
  const encryption = new Encryption(keys)
  ground = await prepareUnzrGround({ encryption })
  token = await ground.api.token({ role: 'NHS VERIFIER' })
})
afterEach(async () => {
  await ground.clear()
  await asOwner('delete from zvirka.encryption_keys')
  await asOwner('truncate zvirka.daily_jobs')
})
afterAll(() => ground.close())

async function asOwner<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const owner = ground.api.db.open({ role: 'zvirka_owner', max: 1 })
  return owner.query<Row>({ text, values }).finally(() => owner.close())
}

/** Asks about these UNZR until all are answered. */
async function answered(unzrs: readonly string[], given?: Encryption): Promise<void> {
  const encryption = given ?? (await openTestKeys(ground.api.db, keys))
  for (const unzr of unzrs) {
    ground.simulator.registers.unzr.add({ ...PERSON, unzr })
    await ground.sync(token, unzr)
  }
  const worker = await ground.work(undefined, encryption)
  for (const unzr of unzrs) await ground.untilInTable('processed', unzr)
  await worker.stop()
}

const shown = async (unzr = UNZR) => (await ground.api.graphql(token, QUERY, { unzr })).body
const dump = async () => (await asOwner<{ line: string }>('select u::text as line from mimir.unzr_info u'))[0]?.line

describe('an answer', () => {
  test('is shown unchanged, and is in no readable column of the table', async () => {
    await answered([UNZR])
    expect((await shown()).data.unzrInfoRegister).toMatchObject({ infoDeletedAt: null, info: INFO })
    const line = (await dump()) ?? ''
    expect(line).toContain(UNZR)
    for (const plain of ['Косач', 'Лариса', '0012345678', '1980-02-29']) {
      expect(line).not.toContain(plain)
      expect(line).not.toContain(Buffer.from(plain).toString('hex'))
    }
  })

  test('is not requested without keys to encrypt it: the worker says so, and asks nobody', async () => {
    await openTestKeys(ground.api.db, keys)
    await ground.sync(token)
    await ground.work(undefined, 'none')
    await ground.untilInTable('failed')
    expect(ground.asked()).toBe(0)
    const { body } = await ground.api.graphql(token, '{ unzrInfoRegisters(first: 1) { nodes { errorCode } } }')
    expect(body.data.unzrInfoRegisters.nodes).toEqual([{ errorCode: 'no_encryption_key' }])
  })

  test('cannot be requested from an API without keys, which says what is missing and stores nothing', async () => {
    const api = await startTestApi({ encryption: undefined })
    try {
      const sync = `mutation { syncUnzrInfoRegister(input: { unzr: "${UNZR}" }) { unzrInfo { databaseId } } }`
      const { body } = await api.graphql(await api.token({ role: 'NHS VERIFIER' }), sync)
      expect(body.data.syncUnzrInfoRegister).toBeNull()
      expect(body.errors[0].message).toContain('ZVIRKA_ENCRYPTION_KEYS_FILE is not set')
      expect(await api.db.database.query({ text: 'select from mimir.unzr_info' })).toEqual([])
    } finally {
      await api.close()
    }
  })

  test('whose key this process lacks is not shown in any form; the error names the key', async () => {
    await answered([OTHER])
    const more = makeKeysFile()
    copyFileSync(keys, more)
    addKey(more, new Date('2020-02-02T00:00:00Z'))
    const encryption = new Encryption(more)
    await activateNewestKey(ground.api.db.database, encryption)
    await answered([UNZR], encryption)
    const [row] = await asOwner<{ id: string }>('select id from mimir.unzr_info where unzr = $1', [UNZR])
    const id = Buffer.from(`UnzrInfo:${row?.id}`).toString('base64')
    const ask = ground.api.graphql
    const answers = [await shown(), (await ask(token, LIST)).body, (await ask(token, NODE, { id })).body]
    for (const { data, errors } of answers) {
      expect(Object.values(data)).toEqual([null])
      expect(errors[0].message).toContain('Key 2020-02-02, which encrypted values of this database')
    }
    expect((await shown(OTHER)).data.unzrInfoRegister.info).toEqual(INFO)
  })

  test.each([
    ['another row', 'info_sealed = (select info_sealed from mimir.unzr_info o where o.unzr <> u.unzr)'],
    ['another UNZR', "unzr = unzr || '0'"],
    ['nobody: a byte of it was changed', 'info_sealed = set_byte(info_sealed, 20, 255 - get_byte(info_sealed, 20))'],
  ])('does not decrypt as that of %s', async (_, change) => {
    await answered([UNZR, OTHER])
    await asOwner(`update mimir.unzr_info u set ${change} where unzr = $1`, [UNZR])
    const { data, errors } = await shown(change.startsWith('unzr') ? `${UNZR}0` : UNZR)
    expect(data.unzrInfoRegister).toBeNull()
    expect(errors[0].message).toContain('cannot be decrypted')
  })
})

describe('beside the previous version', () => {
  test('an answer that it stored unencrypted is shown, then encrypted and still shown', async () => {
    const encryption = await openTestKeys(ground.api.db, keys)
    await asOwner(
      `insert into mimir.unzr_info (unzr, job_status, info, synced_at, inserted_by, updated_by)
       select unzr, 'processed', $2, now(), gen_random_uuid(), gen_random_uuid() from unnest($1::text[]) u (unzr)`,
      [[UNZR, OTHER], INFO],
    )
    expect((await shown()).data.unzrInfoRegister.info).toEqual(INFO)
    expect(await sealPlainInfo(ground.api.db.database, encryption)).toBe(2)
    expect(await sealPlainInfo(ground.api.db.database, encryption)).toBe(0)
    expect(await dump()).not.toContain('Косач')
    expect((await shown()).data.unzrInfoRegister.info).toEqual(INFO)
    expect((await shown(OTHER)).data.unzrInfoRegister.info).toEqual(INFO)
  })

  test.each([
    ['another record', { lastName: 'Квітка', rnokpp: null }],
    ['none', null],
  ])('the newer answer of its worker counts, not the older encrypted one: %s', async (_, info) => {
    await answered([UNZR])
    // The statement of that version.
    await ground.api.db.database.query({
      text: `update mimir.unzr_info
                  set job_status = 'processed', info = $2::jsonb, synced_at = clock_timestamp(), updated_at = clock_timestamp()
                where unzr = $1`,
      values: [UNZR, info],
    })
    expect((await shown()).data.unzrInfoRegister.info).toEqual(info)
  })
})

describe('an answer that is older than the retention period', () => {
  const KEEP = { historyDays: 'never', runsDays: 'never', eventsDays: 'never', auditDays: 'never' } as const
  const prune = (unzrInfoDays: number | 'never') =>
    pruneDaily(ground.api.db.database, ground.api.db.url, { ...KEEP, unzrInfoDays })

  test('is deleted, and that is reported; the record of the question stays, and so do newer answers', async () => {
    await answered([UNZR, OTHER])
    await asOwner(`update mimir.unzr_info set synced_at = now() - interval '31 days' where unzr = $1`, [UNZR])
    const before = (await shown()).data.unzrInfoRegister
    expect(before.info).toEqual(INFO)
    expect(await prune(30)).toMatchObject({ unzrInfo: 1 })
    const { infoDeletedAt, ...after } = (await shown()).data.unzrInfoRegister
    expect(after).toEqual({ databaseId: before.databaseId, syncedAt: before.syncedAt, info: null })
    expect(Date.parse(infoDeletedAt)).toBeGreaterThan(Date.parse(before.syncedAt))
    expect((await shown(OTHER)).data.unzrInfoRegister).toMatchObject({ infoDeletedAt: null, info: INFO })
  })

  test('is there again when the registry is asked again', async () => {
    await answered([UNZR])
    await asOwner(`update mimir.unzr_info set synced_at = now() - interval '31 days'`)
    await prune(30)
    await answered([UNZR])
    expect((await shown()).data.unzrInfoRegister).toMatchObject({ infoDeletedAt: null, info: INFO })
  })

  test('stays if answers are kept for ever', async () => {
    await answered([UNZR])
    expect(await prune('never')).toMatchObject({ unzrInfo: 0 })
    expect((await shown()).data.unzrInfoRegister.info).toEqual(INFO)
  })
})
