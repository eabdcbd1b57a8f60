/**
 * The hash chain over the audit: anything changed, removed, moved or cut off after sealing is found, and records committed late are not
 * missed.
 */
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { audit, insertAudit } from '../../src/audit/audit.ts'
import { findNewestHead, sealAudit, verifyAudit } from '../../src/audit/seals.ts'
import type { Database } from '../../src/database/database.ts'
import { pruneDaily } from '../../src/synchronization/prune.ts'
import { zvirka } from '../cli/zvirka.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let owner: Database
beforeEach(async () => {
  db = await createTestDatabase()
  owner = db.open({ role: 'zvirka_owner', max: 2 })
})
afterEach(() => db.drop())

const by = { userId: randomUUID(), clientId: randomUUID(), requestId: 'r' }
const entry = { action: 'read' as const, operation: 'Query.person', subjectKind: 'person', subjectIds: [randomUUID()] }
const asOwner = (text: string) => owner.query<Record<string, unknown>>({ text })

/** Makes so many seals, of three records each. */
async function sealed(seals: number): Promise<void> {
  for (let n = 0; n < seals; n += 1) {
    for (let each = 0; each < 3; each += 1) await audit(db.database, by, { ...entry, reason: `${n} ${each}` })
    expect(await sealAudit(db.database)).toBe(3)
  }
}

describe('a chain', () => {
  test('is complete from the first seal to the last, and reports what is not sealed yet', async () => {
    expect(await verifyAudit(db.database)).toMatchObject({ whole: undefined, broken: undefined })
    await sealed(3)
    await audit(db.database, by, entry)
    const verdict = await verifyAudit(db.database)
    expect(verdict).toMatchObject({
      ...{
        whole: { from: { seal: 1 }, to: { seal: 3 } },
        broken: undefined,
        beforeFirstSeal: 0,
        unsealed: { count: 1 },
      },
    })
    expect(verdict?.whole?.to).toEqual(await findNewestHead(db.database))
    expect(await sealAudit(db.database)).toBe(1)
    expect(await sealAudit(db.database)).toBe(0)
  })

  test('does not depend on the session’s time zone and date style', async () => {
    await sealed(1)
    const elsewhere = db.open({
      max: 1,
      session: { TimeZone: 'Asia/Kolkata', DateStyle: 'German', IntervalStyle: 'iso_8601' },
    })
    expect((await verifyAudit(elsewhere))?.broken).toBeUndefined()
    await audit(elsewhere, by, entry)
    expect(await sealAudit(elsewhere)).toBe(1)
    expect((await verifyAudit(db.database))?.whole?.to.seal).toBe(2)
  })

  test('misses no record of a transaction that starts before a seal and ends after it', async () => {
    await sealed(1)
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const { promise: hasWritten, resolve: wrote } = Promise.withResolvers<void>()
    const late = db.database.transaction(async (tx) => {
      await audit(tx, by, { ...entry, operation: 'late' })
      wrote()
      await mayEnd
    })
    await hasWritten
    // Committed meanwhile, after the one that is still open.
    await audit(db.database, by, { ...entry, operation: 'between' })
    expect(await sealAudit(db.database)).toBe(0)
    end()
    await late
    expect(await sealAudit(db.database)).toBe(2)
    expect(await verifyAudit(db.database)).toMatchObject({
      whole: { to: { seal: 2 } },
      broken: undefined,
      unsealed: { count: 0 },
    })
  })

  test('does not block writers, and is extended by one of many concurrent attempts', async () => {
    const writes = Array.from({ length: 200 }, () => audit(db.database, by, entry))
    const seals = Array.from({ length: 20 }, () => sealAudit(db.database))
    await Promise.all([...writes, ...seals])
    await sealAudit(db.database)
    const verdict = await verifyAudit(db.database)
    expect(verdict).toMatchObject({ broken: undefined, unsealed: { count: 0 } })
    const [sum] = await asOwner('select sum(records)::int as records from zvirka.audit_seals')
    expect(sum).toEqual({ records: 200 })
  })

  test('stays valid when a column is added that is null in old records', async () => {
    await sealed(2)
    await asOwner('alter table zvirka.audit add column of_a_version_to_come text')
    await sealed(1)
    expect(await verifyAudit(db.database)).toMatchObject({
      whole: { from: { seal: 1 }, to: { seal: 3 } },
      broken: undefined,
    })
  })
})

describe('tampering with sealed records is located', () => {
  test.each([
    ['a word changed', `update zvirka.audit set reason = 'x' where reason = '1 1'`, { why: 'changed_records' }],
    [
      'a time changed',
      `update zvirka.audit set at = at + interval '1 microsecond' where reason = '1 1'`,
      { why: 'changed_records' },
    ],
    [
      'a record removed',
      `delete from zvirka.audit where reason = '1 1'`,
      { why: 'missing_records', records: 3, found: 2 },
    ],
    [
      'two changed places',
      `update zvirka.audit a set reason = case a.reason when '1 0' then '1 1' else '1 0' end where reason in ('1 0', '1 1')`,
      { why: 'changed_records' },
    ],
    [
      'one removed and another slipped in',
      `with gone as (delete from zvirka.audit where reason = '1 1' returning *) insert into zvirka.audit overriding system value
        select id, at, 'write', operation, user_id, client_id, token_id, request_id, subject_kind, subject_ids from gone`,
      { why: 'changed_records' },
    ],
    ['a seal removed', 'delete from zvirka.audit_seals where number = 1', { why: 'missing_seal' }],
    [
      'a new seal over changed records',
      `update zvirka.audit set reason = 'x' where reason = '1 1';
       update zvirka.audit_seals s set digest = (zvirka.audit_digest(above, up_to)).digest where number = 2`,
      { why: 'head' },
    ],
  ])('%s', async (_, statement, expected) => {
    await sealed(3)
    for (const each of statement.split(';')) await asOwner(each)
    const verdict = await verifyAudit(db.database)
    expect(verdict?.broken).toMatchObject({ seal: 2, ...expected })
    if (expected.why !== 'missing_seal') expect(verdict?.whole).toMatchObject({ from: { seal: 1 }, to: { seal: 1 } })
  })

  test('a head that was stored elsewhere reveals a truncated chain, and a rebuilt one', async () => {
    await sealed(2)
    const kept = await findNewestHead(db.database)
    await sealed(1)
    const compared = async () => (await verifyAudit(db.database, { kept }))?.kept
    expect(await compared()).toBe('in_chain')
    await asOwner('delete from zvirka.audit where id > (select up_to from zvirka.audit_seals where number = 1)')
    await asOwner('delete from zvirka.audit_seals where number > 1')
    expect(await verifyAudit(db.database, { kept })).toMatchObject({ broken: undefined, kept: 'cut_off' })
    await audit(db.database, by, entry)
    await sealAudit(db.database)
    expect(await verifyAudit(db.database, { kept })).toMatchObject({ broken: undefined, kept: 'differs' })
  })
})

describe('pruning', () => {
  const KEEP = {
    historyDays: 'never',
    runsDays: 'never',
    eventsDays: 'never',
    auditDays: 30,
    unzrInfoDays: 'never',
  } as const

  test('deletes whole seals, oldest first, and the rest still verifies', async () => {
    for (const days of [60, 40, 20, 0]) {
      await db.database.query(insertAudit(by, [entry, entry]))
      await asOwner(
        `update zvirka.audit set at = at - interval '${days} days' where id > coalesce((select max(up_to) from zvirka.audit_seals), 0)`,
      )
      await sealAudit(db.database)
    }
    const [, second] = await asOwner(
      `select number as seal, sealed_at as "sealedAt", encode(head, 'hex') as head from zvirka.audit_seals order by number`,
    )
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ audit: 4 })
    // The pruning itself is recorded.
    await sealAudit(db.database)
    expect(await asOwner(`select operation, occurrences from zvirka.audit where action = 'write'`)).toEqual([
      { operation: 'prune', occurrences: 4 },
    ])
    const verdict = await verifyAudit(db.database, { kept: second as never })
    expect(verdict).toMatchObject({
      anchor: { seal: 2 },
      whole: { from: { seal: 3 }, to: { seal: 5 } },
      broken: undefined,
      beforeFirstSeal: 0,
      kept: 'in_chain',
    })
    await asOwner(`delete from zvirka.audit where id = (select min(id) from zvirka.audit)`)
    expect((await verifyAudit(db.database))?.broken).toMatchObject({ seal: 3, why: 'missing_records' })
  })

  test('deletes nothing that is unsealed, or younger than a day', async () => {
    await audit(db.database, by, entry)
    await asOwner(`update zvirka.audit set at = at - interval '60 days'`)
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ audit: 0 })
    await expect(asOwner('select zvirka.prune_audit(0)')).rejects.toThrow(/for a day at least/)
    await expect(db.database.query({ text: 'select zvirka.prune_audit(30)' })).rejects.toThrow(/permission denied/)
  })
})

describe('zvirka audit', () => {
  const call = (...args: string[]) => zvirka(['audit', ...args], { DATABASE_URL: db.url })

  test('prints the newest head, the range in which the chain is valid, and where it is broken', async () => {
    expect(await call('head')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('nothing is sealed yet'),
    })
    // Reading the audit is recorded, and not sealed yet.
    await asOwner('delete from zvirka.audit')
    await sealed(3)
    const head = await call('head')
    expect([head.code, JSON.parse(head.out)]).toEqual([
      0,
      { seal: 3, sealed_at: expect.stringMatching(/Z$/), head: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
    const file = join(tmpdir(), `${randomUUID()}.json`)
    await writeFile(file, head.out)
    const whole = await call('verify', '--head', file)
    expect(whole).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^intact from seal 1 \(.*\) to seal 3 \(.*\)\nnot sealed yet: 2 records, .*\n.*is in the chain\n$/,
      ),
    })
    await asOwner(`delete from zvirka.audit where reason = '1 1'`)
    const broken = await call('verify', '--json')
    expect([broken.code, JSON.parse(broken.out)]).toMatchObject([
      1,
      { state: 'broken', to: { seal: 1 }, broken: { seal: 2, why: 'missing_records', records: 3, found: 2 } },
    ])
    const told = await call('verify')
    expect(told.out).toMatch(
      /^intact from seal 1 .*\nBROKEN at seal 2 .*: of its 3 records 1 are missing \(records \d+ to \d+\)\nnot sealed yet/,
    )
    const bad = await call('verify', '--head', '/dev/null')
    expect([bad.code, bad.err]).toEqual([2, expect.stringContaining('is not a head')])
  })
})
