// Rules: spec 7.2.2
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Keep, pruneDaily } from '../../src/synchronization/prune.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { USER } from '../synchronization/people.ts'
import { emptyTables } from './tables.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(async () => {
  await emptyTables(db)
  await asOwner('truncate zvirka.daily_jobs')
})

const KEEP: Keep = { historyDays: 400, runsDays: 400, eventsDays: 'never', auditDays: 'never', unzrInfoDays: 'never' }

async function asOwner(text: string, values: readonly unknown[] = []): Promise<void> {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text, values })
  await owner.close()
}

async function addHistory(subject: string, daysAgo: readonly number[], stream = 'dms_passport'): Promise<void> {
  await asOwner(
    `insert into zvirka.verification_history (at, subject_id, subject_kind, stream, status, reason, step, changed_by)
     select clock_timestamp() - d * interval '1 day', $1, 'person', $3, 'VERIFIED', 'AUTO_VALID', '5', $4
       from unnest($2::int[]) with ordinality as days (d, n) order by n`,
    [subject, daysAgo, stream, USER],
  )
}

async function historyOf(subject: string, stream = 'dms_passport'): Promise<number[]> {
  const rows = await db.database.query<{ days: number }>({
    text: `select extract(day from clock_timestamp() - at)::int as days from zvirka.verification_history
            where subject_id = $1 and stream = $2 order by id`,
    values: [subject, stream],
  })
  return rows.map(({ days }) => days)
}

async function addRun(daysAgo: number): Promise<{ run: string; worker: string }> {
  const [run, worker] = [randomUUID(), randomUUID()]
  await db.database.query({
    text: `insert into zvirka.workers (id, kind, host, pid, version, lease_until, ended_at)
           select $1, 'worker', 'h', 1, '1', t, t from (select clock_timestamp() - $2 * interval '1 day' as t) s`,
    values: [worker, daysAgo],
  })
  await db.database.query({
    text: `insert into zvirka.runs (id, process, state, cause, started_by, started_at, ended_at, due_before)
           select $1, 'dms_passport/person', 'finished', 'schedule', $3, t, t, t
             from (select clock_timestamp() - $2 * interval '1 day' as t) s`,
    values: [run, daysAgo, USER],
  })
  await db.database.query({
    text: 'insert into zvirka.run_workers (run_id, worker_id) values ($1, $2)',
    values: [run, worker],
  })
  await db.database.query({
    text: `insert into zvirka.run_errors (run_id, worker_id, whose, code, count) values ($1, $2, 'subject', 'x', 1)`,
    values: [run, worker],
  })
  return { run, worker }
}

async function idsOf(table: string): Promise<string[]> {
  return (await db.database.query<{ id: string }>({ text: `select id from ${table}` })).map(({ id }) => id)
}

describe('pruning', () => {
  test('keeps the newest entry of each subject and stream at any age, and all recent ones', async () => {
    const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()]
    await addHistory(one, [900, 800, 500])
    await addHistory(two, [900, 450, 399, 1])
    await addHistory(three, [900, 10])
    await addHistory(three, [950, 901], 'unzr')
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ history: 6 })
    expect(await historyOf(one)).toEqual([500])
    expect(await historyOf(two)).toEqual([399, 1])
    expect(await historyOf(three)).toEqual([10])
    expect(await historyOf(three, 'unzr')).toEqual([901])
  })

  test('works in several batches', async () => {
    const subject = randomUUID()
    await addHistory(
      subject,
      Array.from({ length: 12_000 }, () => 500),
    )
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ history: 11_999 })
  })

  test('continues after a time limit on the next day, and then restarts', async () => {
    const subject = randomUUID()
    await addHistory(subject, [500, 500, 1])
    expect(await pruneDaily(db.database, db.url, KEEP, { milliseconds: 0 })).toMatchObject({ history: 0 })
    const [{ id: first } = { id: 0 }] = await db.database.query<{ id: number }>({
      text: 'select min(id) as id from zvirka.verification_history',
    })
    const nextDay = (place: number) =>
      asOwner(`update zvirka.daily_jobs set done_at = done_at - interval '24 hours', place = $1`, [place])
    await nextDay(first)
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ history: 1 })
    await nextDay(0)
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ history: 1 })
    expect(await historyOf(subject)).toEqual([1])
  })

  test('runs once a day in the whole cluster', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => pruneDaily(db.database, db.url, KEEP)))
    expect(results.filter((result) => result !== undefined)).toHaveLength(1)
    await asOwner(`update zvirka.daily_jobs set done_at = clock_timestamp() - interval '23 hours'`)
    expect(await pruneDaily(db.database, db.url, KEEP)).toBeUndefined()
    await asOwner(`update zvirka.daily_jobs set done_at = clock_timestamp() - interval '24 hours'`)
    expect(await pruneDaily(db.database, db.url, KEEP)).toBeDefined()
  })

  test('does not count as done if it was interrupted', async () => {
    const signal = AbortSignal.abort()
    await pruneDaily(db.database, db.url, KEEP, { signal })
    expect(await pruneDaily(db.database, db.url, KEEP)).toBeDefined()
  })

  test('deletes old runs with their counts, and workers that no run refers to', async () => {
    const old = await addRun(401)
    const young = await addRun(399)
    await db.database.query({
      text: `insert into zvirka.ticks (process, time, outcome, run_id)
             values ('dms_passport/person', clock_timestamp() - interval '500 days', 'skipped', null),
                    ('dms_passport/person', clock_timestamp() - interval '401 days', 'started', $1)`,
      values: [old.run],
    })
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ runs: 1, others: 2 })
    expect(await idsOf('zvirka.runs')).toEqual([young.run])
    expect(await idsOf('zvirka.workers')).toEqual([young.worker])
    const ticks = await db.database.query({ text: 'select outcome, run_id from zvirka.ticks' })
    expect(ticks).toEqual([{ outcome: 'started', run_id: null }])
  })

  test('keeps the tallies that the guard uses', async () => {
    const { run } = await addRun(1)
    await db.database.query({
      text: `insert into zvirka.answer_tallies (process, run_id, flush_id, outcomes, inserted_at)
             select 'dms_passport/person', $1, gen_random_uuid(), 'f', clock_timestamp() - interval '500 days'
               from generate_series(1, 6100)`,
      values: [run],
    })
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ others: 100 })
    expect(await idsOf('zvirka.answer_tallies')).toHaveLength(6000)
  })

  test('deletes events only if a retention period is set', async () => {
    const add = (days: number) =>
      asOwner(
        `insert into event_manager.events (event_type, entity_type, entity_id, properties, event_time, changed_by, inserted_at)
         select 'StatusChangeEvent', 'Person', $1, '{}', t, $1, t from (select clock_timestamp() - $2 * interval '1 day' as t) s`,
        [USER, days],
      )
    await add(5000)
    await add(1)
    expect(await pruneDaily(db.database, db.url, KEEP)).toMatchObject({ events: 0 })
    await asOwner('truncate zvirka.daily_jobs')
    expect(await pruneDaily(db.database, db.url, { ...KEEP, eventsDays: 30 })).toMatchObject({ events: 1 })
    expect(await idsOf('event_manager.events')).toHaveLength(1)
  })

  test('keeps everything for ever if so configured', async () => {
    await addHistory(randomUUID(), [9000, 8000])
    await addRun(9000)
    const never: Keep = {
      historyDays: 'never',
      runsDays: 'never',
      eventsDays: 'never',
      auditDays: 'never',
      unzrInfoDays: 'never',
    }
    expect(await pruneDaily(db.database, db.url, never)).toEqual({
      history: 0,
      runs: 0,
      events: 0,
      audit: 0,
      unzrInfo: 0,
      others: 0,
    })
    expect(await pruneDaily(db.database, db.url, never)).toBeUndefined()
  })
})

test('expired tokens, failed sign-ins and mail counts that no longer count are deleted', async () => {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text: `delete from zvirka.daily_jobs` })
  await owner.query({
    text: `with u as (insert into mithril.users (email) values ('tokens@nszu.example') returning id)
           insert into mithril.tokens (name, value_hash, user_id, expires_at, details)
           select 't' || days, sha256(days::text::bytea), u.id, now() - days * interval '1 day', '{}' from u, unnest(array[-1, 0.5, 1.5]) as days`,
  })
  await owner.query({
    text: `insert into zvirka.login_failures (key, failures, not_before, updated_at)
           select sha256(days::text::bytea), 3, now(), now() - days * interval '1 day' from unnest(array[1, 3]) as days`,
  })
  await owner.query({
    text: `insert into il.caused_mails (recipient, legal_entity_id, at)
           select 'x', gen_random_uuid(), now() - days * interval '1 day' from unnest(array[1, 3]) as days`,
  })
  await pruneDaily(db.database, db.url, KEEP)
  const left = await owner.query({
    text: `select (select array_agg(name order by name) from mithril.tokens) as tokens,
                  (select count(*)::int from zvirka.login_failures) as failures, (select count(*)::int from il.caused_mails) as mails`,
  })
  expect(left).toEqual([{ tokens: ['t-1', 't0.5'], failures: 1, mails: 1 }])
})

describe("the application's role", () => {
  for (const table of ['zvirka.verification_history', 'event_manager.events']) {
    for (const statement of [
      `update ${table} set changed_by = changed_by`,
      `delete from ${table}`,
      `truncate ${table}`,
    ]) {
      test(`may not ${statement}`, async () => {
        await expect(db.database.query({ text: statement })).rejects.toMatchObject({ code: '42501' })
      })
    }
  }

  test('may not delete runs, tallies or workers either', async () => {
    for (const table of ['runs', 'run_workers', 'run_errors', 'answer_tallies', 'workers', 'rechecks']) {
      await expect(db.database.query({ text: `delete from zvirka.${table}` })).rejects.toMatchObject({ code: '42501' })
    }
  })
})
