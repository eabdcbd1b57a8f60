import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { EXPIRY, ExpirySchedule } from '../../src/employee-requests/expire-schedule.ts'
import { zvirka } from '../cli/zvirka.ts'
import { type Command, createLauncher } from '../processes/command.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { untilSomebodyWaits } from '../support/until.ts'
import { USER } from '../synchronization/people.ts'
import { ownerOf } from '../synchronization/reset.ts'
import { addRequests, statusesOf } from './expire-ground.ts'

let db: TestDatabase
let worker: Database
beforeAll(async () => {
  db = await createTestDatabase()
  worker = db.open({ role: 'zvirka_worker' })
})
afterAll(() => db.drop())
beforeEach(async () => {
  await ownerOf(db).query({
    text: 'truncate il.employee_requests, il.employee_request_envelopes, il.employee_request_secrets, event_manager.events, zvirka.ticks, zvirka.schedules',
  })
})

function scheduleAt(now: () => Date, cron = '0 1 * * *', database: Database = worker): ExpirySchedule {
  const clock: Database = {
    ...bound(database),
    query: async <Row>(query: Parameters<Database['query']>[0]) =>
      query.text === 'select clock_timestamp() as now' ? ([{ now: now() }] as Row[]) : database.query<Row>(query),
  }
  return new ExpirySchedule({ database: clock, cron, timeZone: 'Europe/Kyiv', userId: USER })
}

function bound(database: Database): Database {
  return {
    query: (query) => database.query(query),
    transaction: (work) => database.transaction(work),
    pinned: (work) => database.pinned(work),
    withClient: (work) => database.withClient(work),
    use: () => database.use(),
    close: () => database.close(),
  }
}

const ticks = () =>
  db.database.query<{ time: Date; outcome: string }>({
    text: 'select time, outcome from zvirka.ticks where process = $1 order by time',
    values: [EXPIRY],
  })

const OLD = '2020-01-01T10:00:00Z'

describe('a tick of the expiry', () => {
  test('is processed once, however many workers look, and expires requests', async () => {
    let now = new Date('2026-05-01T12:00:00Z')
    const workers = Array.from({ length: 6 }, () => scheduleAt(() => now))
    const lookAll = async () => (await Promise.all(workers.map((worker) => worker.look()))).filter(Boolean)
    await addRequests(db.database, [OLD])
    expect(await lookAll()).toEqual([])
    now = new Date('2026-05-01T21:59:59Z')
    expect(await lookAll()).toEqual([])
    now = new Date('2026-05-01T22:00:01Z')
    expect(await lookAll()).toEqual([{ count: 1, isFinished: true }])
    expect(await lookAll()).toEqual([])
    const ids = await addRequests(db.database, [OLD])
    expect(await lookAll()).toEqual([])
    expect(await scheduleAt(() => now).look()).toBeUndefined()
    expect(await statusesOf(db.database, ids)).toEqual(['NEW'])
    expect(await ticks()).toEqual([{ time: new Date('2026-05-01T22:00:00Z'), outcome: 'done' }])
  })

  test('that was missed while no worker ran is made up for once', async () => {
    await scheduleAt(() => new Date('2026-05-01T12:00:00Z')).look()
    const later = () => new Date('2026-05-09T12:00:00Z')
    await addRequests(db.database, [OLD])
    expect(await scheduleAt(later).look()).toEqual({ count: 1, isFinished: true })
    expect(await scheduleAt(later).look()).toBeUndefined()
    expect((await ticks()).map(({ outcome }) => outcome)).toEqual(['done'])
  })

  test('before the schedule was first seen does not count', async () => {
    await scheduleAt(() => new Date('2026-05-01T12:00:00Z'), '0 5 * * *').look()
    await addRequests(db.database, [OLD])
    const other = '0 14 * * *'
    expect(await scheduleAt(() => new Date('2026-05-02T12:00:00Z'), other).look()).toBeUndefined()
    expect(await scheduleAt(() => new Date('2026-05-03T12:00:00Z'), other).look()).toEqual({
      count: 1,
      isFinished: true,
    })
  })

  test('is on time again after the clock was a year ahead and was corrected', async () => {
    let now = new Date('2026-05-01T12:00:00Z')
    const schedule = scheduleAt(() => now)
    await schedule.look()
    now = new Date('2027-05-01T12:00:00Z')
    await schedule.look()
    const ids = await addRequests(db.database, [OLD])
    now = new Date('2026-05-01T12:10:00Z')
    expect(await schedule.look()).toBeUndefined()
    now = new Date('2026-05-02T12:10:00Z')
    expect(await scheduleAt(() => now).look()).toEqual({ count: ids.length, isFinished: true })
  })

  test('whose worker dies in the middle is processed by another', async () => {
    await scheduleAt(() => new Date('2026-05-01T12:00:00Z')).look()
    const ids = await addRequests(db.database, [OLD])
    const now = () => new Date('2026-05-02T12:00:00Z')
    const dying: Database = {
      ...bound(worker),
      pinned: (work) =>
        db.database.pinned((pinned) =>
          work({
            async query(query) {
              if (query.text.startsWith('insert into zvirka.ticks')) throw new Error('died')
              return pinned.query(query)
            },
          }),
        ),
    }
    await expect(scheduleAt(now, undefined, dying).look()).rejects.toThrow('died')
    expect(await statusesOf(db.database, ids)).toEqual(['EXPIRED'])
    expect(await scheduleAt(now).look()).toEqual({ count: 0, isFinished: true })
    expect(await scheduleAt(now).look()).toBeUndefined()
  })

  test.each([
    ['to summer time', '2026-03-27T12:00:00Z', '2026-03-30T12:00:00Z'],
    ['to winter time', '2026-10-23T12:00:00Z', '2026-10-26T12:00:00Z'],
  ])('happens once a day over the change %s, at an hour that is skipped or repeated', async (_, from, to) => {
    for (const cron of ['0 1 * * *', '30 3 * * *']) {
      await ownerOf(db).query({ text: 'truncate zvirka.ticks, zvirka.schedules' })
      let now = new Date(from)
      const schedule = scheduleAt(() => now, cron)
      let seen = 0
      for (; now < new Date(to); now = new Date(now.getTime() + 10 * 60_000)) {
        if ((await schedule.look()) !== undefined) seen += 1
      }
      expect([cron, seen]).toEqual([cron, 3])
    }
  })
})

describe('zvirka expire', () => {
  const run = (...more: string[]) => zvirka(['expire', ...more], { DATABASE_URL: db.url })

  test('counts with --dry-run and changes nothing, expires them without it, and exits with 0', async () => {
    const ids = await addRequests(db.database, [OLD, OLD, new Date()])
    expect(await run('--dry-run')).toMatchObject({ code: 0, out: '2 employee requests would expire\n' })
    expect(await statusesOf(db.database, ids)).toEqual(['NEW', 'NEW', 'NEW'])
    expect(await run()).toMatchObject({ code: 0, out: '2 employee requests expired\n', err: '' })
    expect(await statusesOf(db.database, ids)).toEqual(['EXPIRED', 'EXPIRED', 'NEW'])
    const again = await run('--json')
    expect(again.code).toBe(0)
    expect(JSON.parse(again.out)).toEqual({ state: 'done', dry_run: false, expired: 0 })
  })

  test('exits with 130 if interrupted, after the current batch', async () => {
    const [id] = await addRequests(db.database, [OLD])
    const { launch, killAll } = createLauncher()
    let command: Command | undefined
    await db.database.transaction(async (tx) => {
      await tx.query({ text: 'select from il.employee_requests where id = $1 for update', values: [id] })
      command = launch(['expire'], { DATABASE_URL: db.url, LOG_LEVEL: 'info' })
      await untilSomebodyWaits(ownerOf(db))
      command.signal('SIGINT')
      await command.untilSays(/asked to stop/)
    })
    expect(await command?.ended).toMatchObject({
      code: 130,
      out: expect.stringMatching(/^1 employee request expired; interrupted/),
    })
    await killAll()
  })

  test('exits with 2 on unknown arguments, and with 1 without a database', async () => {
    expect((await run('--all')).code).toBe(2)
    expect((await zvirka(['expire'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' })).code).toBe(1)
  })
})
