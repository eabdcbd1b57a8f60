// Rules: spec 5.4
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { countExpirable, expire } from '../../src/employee-requests/expire.ts'
import { lockExpired } from '../../src/employee-requests/plans/expire.ts'
import { lockRequestById } from '../../src/employee-requests/read.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { untilSomebodyWaits } from '../support/until.ts'
import { USER } from '../synchronization/people.ts'
import { ownerOf } from '../synchronization/reset.ts'
import { addRequests, setTerm, statusesOf } from './expire-ground.ts'

let db: TestDatabase
let worker: Database
beforeAll(async () => {
  db = await createTestDatabase()
  worker = db.open({ role: 'zvirka_worker' })
})
afterAll(() => db.drop())
beforeEach(async () => {
  await ownerOf(db).query({
    text: 'truncate il.employee_requests, il.employee_request_envelopes, il.employee_request_secrets, event_manager.events, zvirka.ticks',
  })
  await setTerm(db.database, 29, 'DAYS')
})

/** Whether a request created then has expired now. */
async function hasExpired(madeAt: string, now: string): Promise<boolean> {
  const [id = ''] = await addRequests(db.database, [madeAt])
  await expire(worker, { userId: USER, now: new Date(now) })
  return (await statusesOf(db.database, [id]))[0] === 'EXPIRED'
}

describe('the last day of a request', () => {
  test.each([
    ['made at noon', '2026-05-01T09:00:00Z', '2026-05-30T20:59:59.999Z', '2026-05-30T21:00:00Z'],
    [
      'made in the first second of a day in Kyiv',
      '2026-04-30T21:00:00Z',
      '2026-05-30T20:59:59Z',
      '2026-05-30T21:00:00Z',
    ],
    [
      'made in the last second of a day in Kyiv',
      '2026-05-01T20:59:59.999Z',
      '2026-05-30T20:59:59Z',
      '2026-05-30T21:00:00Z',
    ],
    ['made in winter, over in summer', '2026-03-20T22:30:00Z', '2026-04-19T20:59:59Z', '2026-04-19T21:00:00Z'],
    ['made in summer, over in winter', '2026-10-20T21:30:00Z', '2026-11-19T21:59:59Z', '2026-11-19T22:00:00Z'],
    [
      'over on the night of the change to summer time',
      '2026-02-28T10:00:00Z',
      '2026-03-29T20:59:59Z',
      '2026-03-29T21:00:00Z',
    ],
    [
      'over on the night of the change to winter time',
      '2026-09-26T10:00:00Z',
      '2026-10-25T21:59:59Z',
      '2026-10-25T22:00:00Z',
    ],
    ['made in the hour that comes twice', '2026-10-25T00:30:00Z', '2026-11-23T21:59:59Z', '2026-11-23T22:00:00Z'],
    ['made on the 29th of February', '2028-02-29T10:00:00Z', '2028-03-29T20:59:59Z', '2028-03-29T21:00:00Z'],
  ])('is the 29th after it, in full, in Kyiv: %s', async (_, madeAt, stillNew, expired) => {
    expect(await hasExpired(madeAt, stillNew)).toBe(false)
    expect(await hasExpired(madeAt, expired)).toBe(true)
  })

  test.each([
    [1, 'YEARS', '2028-02-29T10:00:00Z', '2029-02-28T21:59:59Z', '2029-02-28T22:00:00Z'],
    [4, 'YEARS', '2028-02-29T10:00:00Z', '2032-02-29T21:59:59Z', '2032-02-29T22:00:00Z'],
    [1, 'YEARS', '2027-02-28T10:00:00Z', '2028-02-28T21:59:59Z', '2028-02-28T22:00:00Z'],
    [1, 'DAYS', '2026-05-01T10:00:00Z', '2026-05-02T20:59:59Z', '2026-05-02T21:00:00Z'],
    [30, 'DAYS', '2026-05-01T10:00:00Z', '2026-05-31T20:59:59Z', '2026-05-31T21:00:00Z'],
  ] as const)('follows the parameters: %i %s after %s', async (count, unit, madeAt, stillNew, expired) => {
    await setTerm(db.database, count, unit)
    expect(await hasExpired(madeAt, stillNew)).toBe(false)
    expect(await hasExpired(madeAt, expired)).toBe(true)
  })

  test.each([
    ['employee_request_term_unit', 'MONTHS', 'wrong'],
    ['employee_request_term_unit', 'days', 'wrong'],
    ['employee_request_term_unit', undefined, 'missing'],
    ['employee_request_expiration', '0', 'wrong'],
    ['employee_request_expiration', 'soon', 'wrong'],
    ['employee_request_expiration', undefined, 'missing'],
  ])('is not computed while %s is %s: the parameter is named', async (name, value, is) => {
    const owner = ownerOf(db)
    const kept = await owner.query<object>({ text: 'select * from prm.global_parameters' })
    await owner.query({ text: 'delete from prm.global_parameters where parameter = $1', values: [name] })
    if (value !== undefined) {
      await owner.query({
        text: 'insert into prm.global_parameters (parameter, value, inserted_by, updated_by) values ($1, $2, $3, $3)',
        values: [name, value, USER],
      })
    }
    const [id = ''] = await addRequests(db.database, ['2020-05-01T09:00:00Z'])
    const message = `the global parameter ${name} is ${is}`
    await expect(expire(db.database, { userId: USER })).rejects.toThrow(message)
    await expect(countExpirable(db.database)).rejects.toThrow(message)
    expect(await statusesOf(db.database, [id])).toEqual(['NEW'])
    expect(await db.database.query(lockExpired(null, 10))).toEqual([])
    await owner.query({ text: 'truncate prm.global_parameters' })
    await owner.query({
      text: 'insert into prm.global_parameters select * from json_populate_recordset(null::prm.global_parameters, $1)',
      values: [JSON.stringify(kept)],
    })
  })

  test('is never reached with the longest terms that the parameters allow', async () => {
    for (const unit of ['DAYS', 'YEARS'] as const) {
      await setTerm(db.database, 99_999, unit)
      expect(await hasExpired('2026-05-01T10:00:00Z', '2126-05-01T10:00:00Z')).toBe(false)
    }
  })

  // By JavaScript's own calendars: the day in Kyiv from Intl, the rest in whole UTC days.
  const dayInKyiv = (at: Date) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv' }).format(at)
  function lastDay(madeAt: Date, count: number, unit: 'DAYS' | 'YEARS'): string {
    const [year = 0, month = 0, day = 0] = dayInKyiv(madeAt).split('-').map(Number)
    if (unit === 'DAYS') return new Date(Date.UTC(year, month - 1, day + count)).toISOString().slice(0, 10)
    const daysOfMonth = new Date(Date.UTC(year + count, month, 0)).getUTCDate()
    return new Date(Date.UTC(year + count, month - 1, Math.min(day, daysOfMonth))).toISOString().slice(0, 10)
  }

  test('equals another calendar’s, for any time and term', async () => {
    const instant = (from: string, to: string) =>
      fc.integer({ min: Date.parse(from), max: Date.parse(to) }).map((at) => new Date(at))
    const term = fc.oneof(
      fc.record({ count: fc.integer({ min: 1, max: 800 }), unit: fc.constant('DAYS' as const) }),
      fc.record({ count: fc.integer({ min: 1, max: 5 }), unit: fc.constant('YEARS' as const) }),
    )
    // Near the end of the term, where wrong rules show; hours before and after it.
    const cases = fc.record({
      term,
      madeAt: fc.array(instant('2023-06-01', '2029-06-01'), { minLength: 12, maxLength: 12 }),
      hours: fc.integer({ min: -50, max: 50 }),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ term: { count, unit }, madeAt, hours }) => {
        await setTerm(db.database, count, unit)
        const [first = new Date()] = madeAt
        const now = new Date(Date.parse(lastDay(first, count, unit)) + hours * 3_600_000)
        const ids = await addRequests(db.database, madeAt)
        await expire(worker, { userId: USER, now, batchSize: 5 })
        const expected = madeAt.map((at) => (lastDay(at, count, unit) < dayInKyiv(now) ? 'EXPIRED' : 'NEW'))
        expect(await statusesOf(db.database, ids)).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })
})

const OLD = '2026-01-01T10:00:00Z'
const NOW = new Date('2026-05-01T10:00:00Z')

describe('expiry', () => {
  test('writes one event for each request, on behalf of the system user, with who changed it when', async () => {
    const ids = await addRequests(db.database, [OLD, OLD, NOW])
    expect(await countExpirable(worker, NOW)).toBe(2)
    expect(await expire(worker, { userId: USER, now: NOW })).toEqual({ count: 2, isFinished: true })
    expect(await statusesOf(db.database, ids)).toEqual(['EXPIRED', 'EXPIRED', 'NEW'])
    const events = await db.database.query({
      text: 'select event_type, entity_type, entity_id, properties, changed_by from event_manager.events',
    })
    expect(new Set(events.map((event) => (event as { entity_id: string }).entity_id))).toEqual(new Set(ids.slice(0, 2)))
    for (const event of events) {
      expect(event).toMatchObject({
        ...{ event_type: 'StatusChangeEvent', entity_type: 'EmployeeRequest', changed_by: USER },
        properties: { status: { new_value: 'EXPIRED' } },
      })
    }
    const [row] = await db.database.query({
      text: `select updated_by, updated_at > now() - interval '1 minute' as is_recent from il.employee_requests where id = $1`,
      values: [ids[0]],
    })
    expect(row).toEqual({ updated_by: USER, is_recent: true })
    expect(await expire(worker, { userId: USER, now: NOW })).toEqual({ count: 0, isFinished: true })
    expect(await db.database.query({ text: 'select from event_manager.events' })).toHaveLength(2)
  })

  test.each(['APPROVED', 'REJECTED', 'EXPIRED'])('does not change a request that is %s', async (status) => {
    const ids = await addRequests(db.database, [OLD], status)
    expect(await expire(worker, { userId: USER, now: NOW })).toEqual({ count: 0, isFinished: true })
    expect(await statusesOf(db.database, ids)).toEqual([status])
    expect(await db.database.query({ text: 'select from event_manager.events' })).toEqual([])
  })

  test('ends the invitation’s secrets, only for expired requests', async () => {
    const ids = await addRequests(db.database, [OLD, NOW])
    await db.database.query({
      text: `insert into il.employee_request_secrets (hash, employee_request_id)
             select sha256(id::text::bytea), id from unnest($1::uuid[]) as r (id)`,
      values: [ids],
    })
    await expire(worker, { userId: USER, now: NOW })
    expect(
      await db.database.query({ text: 'select employee_request_id as id from il.employee_request_secrets' }),
    ).toEqual([{ id: ids[1] }])
  })

  test('works in batches, oldest first, and can be stopped between two', async () => {
    const ids = await addRequests(
      db.database,
      [5, 1, 4, 2, 3].map((day) => `2026-01-0${day}T10:00:00Z`),
    )
    const ending = new AbortController()
    const first = await expire(worker, {
      ...{ userId: USER, now: NOW, batchSize: 2, signal: ending.signal },
      onProgress: (expired) => expired === 4 && ending.abort(),
    })
    expect(first).toEqual({ count: 4, isFinished: false })
    expect(await statusesOf(db.database, ids)).toEqual(['NEW', 'EXPIRED', 'EXPIRED', 'EXPIRED', 'EXPIRED'])
    expect(await expire(worker, { userId: USER, now: NOW })).toEqual({ count: 1, isFinished: true })
  })

  test('reads only due requests: open and answered ones do not slow it down', async () => {
    const owner = ownerOf(db)
    await addRequests(
      owner,
      Array.from({ length: 3000 }, () => OLD),
      'APPROVED',
    )
    await addRequests(
      owner,
      Array.from({ length: 3000 }, (_, i) => new Date(NOW.getTime() - i * 1000)),
    )
    await addRequests(owner, [OLD])
    await owner.query({ text: 'analyze il.employee_requests' })
    const { text, values = [] } = lockExpired(NOW, 500)
    const rows = await db.database.query<{ 'QUERY PLAN': string }>({ text: `explain analyze ${text}`, values })
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toContain('employee_requests_status_index')
    expect(Number(/Rows Removed by Filter: (\d+)/.exec(plan)?.[1] ?? 0)).toBeLessThan(10)
  })
})

describe('expiry concurrent with approvals', () => {
  // As an approval does it: lock the request, check it, and change it in one transaction.
  async function approve(id: string, pauseMs: number): Promise<'APPROVED' | 'EXPIRED' | undefined> {
    return db.database.transaction(async (tx) => {
      const request = await lockRequestById(tx, id)
      if (request?.status !== 'NEW') return request?.status as 'EXPIRED'
      if (pauseMs > 0) await delay(pauseMs)
      await tx.query({ text: `update il.employee_requests set status = 'APPROVED' where id = $1`, values: [id] })
      return 'APPROVED'
    })
  }

  test('never reverts an approval, nor allows one afterwards, and does not deadlock', async () => {
    for (let round = 0; round < 40; round += 1) {
      const ids = await addRequests(
        db.database,
        Array.from({ length: 12 }, (_, i) => `2026-01-${10 + i}T10:00:00Z`),
      )
      const [expired, again, ...answers] = await Promise.all([
        expire(worker, { userId: USER, now: NOW, batchSize: 5 }),
        expire(worker, { userId: USER, now: NOW, batchSize: 5 }),
        ...ids.toReversed().map((id, i) => approve(id, i % 3)),
      ])
      const statuses = await statusesOf(db.database, ids)
      expect(statuses).toEqual(answers.toReversed())
      expect(expired.count + again.count).toBe(statuses.filter((status) => status === 'EXPIRED').length)
    }
    const [events] = await db.database.query<{ all: number; expired: number }>({
      text: `select (select count(*)::int from event_manager.events) as all,
                    (select count(*)::int from il.employee_requests where status = 'EXPIRED') as expired`,
    })
    expect(events?.all).toBe(events?.expired)
    const [database] = await db.database.query({
      text: 'select deadlocks::int from pg_stat_database where datname = current_database()',
    })
    expect(database).toEqual({ deadlocks: 0 })
  })

  test('ends the secret of a mail that is being sent', async () => {
    const [id = ''] = await addRequests(db.database, [OLD])
    let expiring: Promise<unknown> | undefined
    await db.database.transaction(async (tx) => {
      await tx.query({ text: 'select from il.employee_requests where id = $1 for key share', values: [id] })
      await tx.query({
        text: 'insert into il.employee_request_secrets (hash, employee_request_id) values ($1, $2)',
        values: [Buffer.from('a hash'), id],
      })
      expiring = expire(worker, { userId: USER, now: NOW })
      await untilSomebodyWaits(ownerOf(db))
    })
    expect(await expiring).toEqual({ count: 1, isFinished: true })
    expect(await db.database.query({ text: 'select from il.employee_request_secrets' })).toEqual([])
  })

  test('waits for one in progress, and expires the request if that fails', async () => {
    const ids = await addRequests(db.database, [OLD, OLD])
    let expiring: Promise<unknown> | undefined
    await db.database
      .transaction(async (tx) => {
        await lockRequestById(tx, ids[0] ?? '')
        await tx.query({ text: `update il.employee_requests set status = 'APPROVED' where id = $1`, values: [ids[0]] })
        expiring = expire(worker, { userId: USER, now: NOW })
        await untilSomebodyWaits(ownerOf(db))
        throw new Error('the approval failed')
      })
      .catch(() => undefined)
    expect(await expiring).toEqual({ count: 2, isFinished: true })
  })
})
