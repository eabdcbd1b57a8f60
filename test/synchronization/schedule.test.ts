// Rules: spec 2.1.2
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { RunRow } from '../../src/synchronization/plans/runs.ts'
import { getProcess } from '../../src/synchronization/process.ts'
import { Schedule } from '../../src/synchronization/schedule.ts'
import { createDice, type Dice } from '../chaos/random.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startRun } from './cluster.ts'
import { addPersons, nationalId, USER } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

/** The database, with another clock for statements that ask for the time. */
function withClock(database: Database, now: () => Date): Database {
  return {
    query: async <Row>(query: Parameters<Database['query']>[0]) =>
      query.text === 'select clock_timestamp() as now' ? ([{ now: now() }] as Row[]) : database.query<Row>(query),
    transaction: (work) => database.transaction(work),
    pinned: (work) => database.pinned(work),
    withClient: (work) => database.withClient(work),
    use: () => database.use(),
    close: () => database.close(),
  }
}

interface ScheduleSettings {
  readonly cron?: string
  readonly timeZone?: string
  readonly triggerDelaySeconds?: number
  readonly maxBatches?: number
  readonly validationPeriodDays?: number | null
}

function scheduleAt(
  now: () => Date,
  {
    cron = '0 1 * * *',
    timeZone = 'Europe/Kyiv',
    triggerDelaySeconds,
    maxBatches,
    validationPeriodDays = 270,
  }: ScheduleSettings = {},
  database: Database = db.database,
): Schedule {
  return new Schedule({
    database: withClock(database, now),
    processes: [
      { process: getProcess('dms_passport/person'), cron, validationPeriodDays, maxBatches: maxBatches ?? null },
    ],
    timeZone,
    triggerDelaySeconds,
    isGuarded: true,
    userId: USER,
  })
}

async function endRuns(): Promise<void> {
  await ownerOf(db).query({
    text: `update zvirka.runs set state = 'finished', ended_at = clock_timestamp() where ended_at is null`,
  })
}

async function ticks(): Promise<{ time: Date; outcome: string }[]> {
  return db.database.query({ text: 'select time, outcome from zvirka.ticks order by time' })
}

/** Checks the schedule every ten minutes of simulated time; runs end before the next check. */
async function letTimePass(from: string, to: string, settings: ScheduleSettings = {}): Promise<RunRow[]> {
  let now = new Date(from)
  const schedule = scheduleAt(() => now, settings)
  const started: RunRow[] = []
  for (; now < new Date(to); now = new Date(now.getTime() + 10 * 60_000)) {
    const runs = await schedule.look()
    started.push(...runs)
    if (runs.length > 0) await endRuns()
  }
  return started
}

describe('a tick', () => {
  test('starts one run, however many workers look at once', async () => {
    let now = new Date('2026-05-01T12:00:00Z')
    const schedules = Array.from({ length: 6 }, () => scheduleAt(() => now, { maxBatches: 7 }))
    const lookAll = async () => (await Promise.all(schedules.map((schedule) => schedule.look()))).flat()
    expect(await lookAll()).toEqual([])
    now = new Date('2026-05-01T22:00:01Z')
    const started = await lookAll()
    expect(started).toMatchObject([
      { cause: 'schedule', max_batches: 7, started_by_worker: null, takes_waiting: false },
    ])
    expect(started[0]?.guard_share).not.toBeNull()
    expect(await lookAll()).toEqual([])
  })

  test('that finds an active run of its process is recorded as skipped, and not made up for', async () => {
    let now = new Date('2026-05-01T12:00:00Z')
    const schedule = scheduleAt(() => now)
    await schedule.look()
    const running = await startRun(db)
    now = new Date('2026-05-01T22:00:01Z')
    expect(await schedule.look()).toEqual([])
    expect((await ticks()).at(-1)).toEqual({ time: new Date('2026-05-01T22:00:00Z'), outcome: 'skipped' })
    await endRuns()
    expect(await schedule.look()).toEqual([])
    expect(await scheduleAt(() => now).look()).toEqual([])
    expect(await db.database.query({ text: 'select id from zvirka.runs' })).toEqual([{ id: running.id }])
  })

  test('that finds nobody due is skipped if subjects are asked about once after each trigger', async () => {
    let now = new Date('2026-05-01T12:00:00Z')
    const schedule = scheduleAt(() => now, { validationPeriodDays: null })
    await schedule.look()
    const synced_at = '2020-01-01T00:00:00Z'
    await addPersons(db.database, [{ status: 'VERIFIED', reason: 'AUTO_VALID', synced_at, documents: [nationalId(1)] }])
    now = new Date('2026-05-01T22:00:01Z')
    expect(await schedule.look()).toEqual([])
    expect((await ticks()).at(-1)).toEqual({ time: new Date('2026-05-01T22:00:00Z'), outcome: 'skipped' })
    await addPersons(db.database, [{ documents: [nationalId(2)] }])
    now = new Date('2026-05-02T22:00:01Z')
    expect(await schedule.look()).toMatchObject([{ cause: 'schedule', due_before: '-infinity' }])
  })

  test('is evaluated in Kyiv', async () => {
    await letTimePass('2026-05-01T12:00:00Z', '2026-05-02T12:00:00Z')
    await letTimePass('2026-12-01T12:00:00Z', '2026-12-02T12:00:00Z')
    const times = (await ticks()).filter(({ outcome }) => outcome === 'started').map(({ time }) => time.toISOString())
    expect(times).toContain('2026-05-01T22:00:00.000Z')
    expect(times).toContain('2026-12-01T23:00:00.000Z')
  })

  test.each([
    ['to summer time', '2026-03-27T12:00:00Z', '2026-03-30T12:00:00Z'],
    ['to winter time', '2026-10-23T12:00:00Z', '2026-10-26T12:00:00Z'],
  ])('fires once a day over the change %s, at an hour that is skipped or repeated', async (_, from, to) => {
    for (const cron of ['30 3 * * *', '0 3 * * *', '59 3 * * *', '0 4 * * *']) {
      await emptyTables(db, 'delete')
      expect([cron, (await letTimePass(from, to, { cron })).length]).toEqual([cron, 3])
    }
  })
})

/** Kills a worker during its check of the schedule: before the commit of the tick, or after it but before the acknowledgement. */
function dyingWith(database: Database, dice: Dice): Database {
  const dies = () => {
    if (dice.chance(0.15)) throw new Error('died')
  }
  return {
    ...withClock(database, () => new Date()),
    query: (query) => database.query(query),
    async transaction(work) {
      const result = await database.transaction(async (tx) => {
        const made = await work(tx)
        dies()
        return made
      })
      dies()
      return result
    },
  }
}

describe.each([
  ['to summer time', '2026-03-28T20:00:00Z', '2026-03-29T06:00:00Z'],
  ['to winter time', '2026-10-24T20:00:00Z', '2026-10-25T06:00:00Z'],
])('in the night of the change %s', (_, from, to) => {
  test.each([
    ['30 3 * * *', 1],
    ['59 3 * * *', 1],
    ['*/30 2-4 * * *', undefined],
  ])('each tick of %s starts one run, while workers start, stop and die', async (cron, count) => {
    const dice = createDice(cron.length + from.length)
    let now = new Date(from)
    const newWorker = () => scheduleAt(() => now, { cron }, dyingWith(db.database, dice))
    const workers = new Map<number, Schedule>()
    for (; now < new Date(to); now = new Date(now.getTime() + 10 * 60_000)) {
      for (let place = 0; place < 3; place += 1) {
        if (dice.chance(0.3)) workers.delete(place)
        else if (!workers.has(place)) workers.set(place, newWorker())
      }
      await Promise.all([...workers].map(([place, worker]) => worker.look().catch(() => workers.delete(place))))
      await endRuns()
    }
    const seen = await db.database.query<{ outcome: string; run_id: string | null }>({
      text: 'select outcome, run_id from zvirka.ticks',
    })
    const runs = await db.database.query<{ id: string }>({ text: 'select id from zvirka.runs' })
    expect(seen.map(({ outcome }) => outcome)).toEqual(runs.map(() => 'started'))
    expect(seen.map(({ run_id }) => run_id).toSorted()).toEqual(runs.map(({ id }) => id).toSorted())
    // Once a day, also when the hour is missing or comes twice; of several in a night, those when somebody was there.
    if (count === undefined) expect(runs.length).toBeGreaterThan(2)
    else expect(runs).toHaveLength(count)
  })
})

describe('missed ticks', () => {
  test('are made up for once if no worker ran', async () => {
    await letTimePass('2026-05-01T12:00:00Z', '2026-05-01T13:00:00Z')
    expect(await letTimePass('2026-05-09T12:00:00Z', '2026-05-09T20:00:00Z')).toHaveLength(1)
  })

  test('are none in a fresh database', async () => {
    expect(await letTimePass('2026-05-01T12:00:00Z', '2026-05-01T20:00:00Z')).toEqual([])
    expect(await letTimePass('2026-05-01T20:00:00Z', '2026-05-02T12:00:00Z')).toHaveLength(1)
  })
})

describe('a schedule that changes', () => {
  const DAY = ['2026-05-01T12:00:00Z', '2026-05-02T12:00:00Z'] as const
  const timesOf = async () => (await ticks()).map(({ time }) => time.toISOString().slice(5, 16))

  test.each([
    ['whose last tick lies before the last one recorded', { cron: '0 0 * * *' }],
    ['whose last tick lies after the last one recorded', { cron: '0 5 * * *' }],
    ['of once a year', { cron: '0 1 1 1 *' }],
    ['in another time zone', { timeZone: 'UTC' }],
  ])('to one %s starts nothing for the old one', async (_, other: ScheduleSettings) => {
    await letTimePass(...DAY)
    expect(await letTimePass('2026-05-02T12:00:00Z', '2026-05-02T13:00:00Z', other)).toEqual([])
    expect(await letTimePass('2026-05-09T12:00:00Z', '2026-05-09T13:00:00Z', other)).toHaveLength(
      other.cron === '0 1 1 1 *' ? 0 : 1,
    )
  })

  test('back to the previous one starts nothing for the time in between', async () => {
    await letTimePass(...DAY)
    await letTimePass('2026-05-02T12:00:00Z', '2026-05-04T12:00:00Z', { cron: '0 5 * * *' })
    expect(await letTimePass('2026-05-04T12:00:00Z', '2026-05-04T21:50:00Z')).toEqual([])
    expect(await letTimePass('2026-05-04T21:50:00Z', '2026-05-05T12:00:00Z')).toHaveLength(1)
    expect(await timesOf()).toEqual(['05-01T22:00', '05-03T02:00', '05-04T02:00', '05-04T22:00'])
  })

  test('worker by worker has the ticks of both while both exist, and shared ones once', async () => {
    let now = new Date('2026-05-01T21:50:00Z')
    const all = ['0 1 * * *', '0 1,5 * * *'].map((cron) => scheduleAt(() => now, { cron }))
    for (; now < new Date('2026-05-02T02:10:00Z'); now = new Date(now.getTime() + 30_000)) {
      // The worker with the earlier schedule ends between two of its ticks.
      const shown = now < new Date('2026-05-01T22:30:00Z') ? all : all.slice(1)
      for (const schedule of shown) if ((await schedule.look()).length > 0) await endRuns()
    }
    expect(await timesOf()).toEqual(['05-01T22:00', '05-02T02:00'])
  })

  test('while its worker was suspended for long, and another schedule replaced it, starts nothing when it resumes', async () => {
    let now = new Date('2026-05-01T12:00:00Z')
    const stopped = scheduleAt(() => now)
    await stopped.look()
    await letTimePass('2026-05-01T13:00:00Z', '2026-05-02T12:00:00Z', { cron: '0 5 * * *' })
    now = new Date('2026-05-02T12:00:05Z')
    expect(await stopped.look()).toEqual([])
    expect(await timesOf()).toEqual(['05-02T02:00'])
  })
})

describe('the clock of the database', () => {
  test('that is set back repeats no tick, and the next is on time', async () => {
    await letTimePass('2026-05-01T12:00:00Z', '2026-05-03T12:00:00Z', { cron: '0 * * * *' })
    expect(await letTimePass('2026-05-03T02:10:00Z', '2026-05-03T12:00:00Z', { cron: '0 * * * *' })).toEqual([])
    expect(await letTimePass('2026-05-03T12:00:00Z', '2026-05-03T14:30:00Z', { cron: '0 * * * *' })).toHaveLength(3)
  })

  test('that was a year ahead when a schedule was first seen delays nothing once it is right', async () => {
    await letTimePass('2027-05-01T12:00:00Z', '2027-05-02T12:00:00Z', { cron: '0 5 * * *' })
    await letTimePass('2027-05-02T12:00:00Z', '2027-05-03T12:00:00Z')
    expect(await letTimePass('2026-05-01T12:00:00Z', '2026-05-04T12:00:00Z')).toHaveLength(3)
  })

  test('repeats no tick whose record was pruned', async () => {
    await letTimePass('2026-05-01T12:00:00Z', '2026-05-02T12:00:00Z')
    await ownerOf(db).query({ text: 'delete from zvirka.ticks' })
    expect(await letTimePass('2026-05-02T12:00:00Z', '2026-05-02T13:00:00Z')).toEqual([])
  })
})

describe('a run for triggered subjects', () => {
  const NOW = () => new Date()

  async function addTriggered(secondsAgo: number): Promise<string> {
    const [id = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)], status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED' },
    ])
    await ownerOf(db).query({
      text: `update wide.person_verifications set dms_passport_triggered_at = clock_timestamp() - $1 * interval '1 second'`,
      values: [secondsAgo],
    })
    return id
  }

  test('starts once the trigger is old enough, takes only triggered subjects, and only one starts', async () => {
    await addTriggered(61)
    const started = (await Promise.all([1, 2, 3].map(() => scheduleAt(NOW, { triggerDelaySeconds: 60 }).look()))).flat()
    expect(started).toMatchObject([{ cause: 'trigger' }])
    expect(started[0]?.triggered_before).not.toBeNull()
  })

  test('does not start too early, nor if it is off', async () => {
    await addTriggered(50)
    expect(await scheduleAt(NOW, { triggerDelaySeconds: 60 }).look()).toEqual([])
    expect(await scheduleAt(NOW).look()).toEqual([])
  })

  test('does not start while the process has an active run', async () => {
    await addTriggered(100)
    await startRun(db)
    expect(await scheduleAt(NOW, { triggerDelaySeconds: 60 }).look()).toEqual([])
    await endRuns()
    expect(await scheduleAt(NOW, { triggerDelaySeconds: 60 }).look()).toHaveLength(1)
  })

  test.each([
    ['has waiting time left', `dms_passport_waits_until = now() + interval '1 minute', dms_passport_failures = 1`],
    ['is inactive', 'is_subject_active = false'],
    [
      'is not triggered any more',
      `dms_passport_verification_status = 'VERIFIED', dms_passport_verification_reason = 'AUTO_VALID'`,
    ],
  ])('does not start for one who %s', async (_, columns) => {
    await addTriggered(100)
    await ownerOf(db).query({ text: `update wide.person_verifications set ${columns}` })
    expect(await scheduleAt(NOW, { triggerDelaySeconds: 60 }).look()).toEqual([])
  })

  test('starts for one whose waiting time is over', async () => {
    await addTriggered(100)
    await ownerOf(db).query({
      text: `update wide.person_verifications set dms_passport_waits_until = now() - interval '1 s', dms_passport_failures = 1`,
    })
    expect(await scheduleAt(NOW, { triggerDelaySeconds: 60 }).look()).toHaveLength(1)
  })
})
