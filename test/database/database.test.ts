import { setImmediate as immediately } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { behind, socketOf, startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  const owner = db.open({ role: 'zvirka_owner' })
  await owner.query({ text: 'create schema scratch' })
  await owner.query({ text: 'create table scratch.counters (id int primary key, value int not null)' })
  await owner.query({ text: 'grant usage on schema scratch to zvirka_app' })
  await owner.query({ text: 'grant all on all tables in schema scratch to zvirka_app' })
})

afterAll(() => db.drop())

describe('a session', () => {
  test('has the role of its pool, also after a reset', async () => {
    const roles = await db.database.pinned(async (client) => {
      await client.query({ text: 'reset all' })
      return client.query<{ role: string; jit: string }>({
        text: `select current_user as role, current_setting('jit') as jit`,
      })
    })
    expect(roles).toEqual([{ role: 'zvirka_app', jit: 'off' }])
  })

  test('has the requested time limits', async () => {
    const limited = db.open({ idleInTransactionMs: 1500, lockTimeoutMs: 1200, statementTimeoutMs: 3000 })
    const [row] = await limited.query({
      text: `select current_setting('idle_in_transaction_session_timeout') as idle,
        current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`,
    })
    expect(row).toEqual({ idle: '1500ms', lock: '1200ms', statement: '3s' })
  })

  test('lower-cases Ukrainian letters in the default collation and under ICU', async () => {
    const [row] = await db.database.query({
      text: `select lower('ҐЇІЄ') as plain, lower('ҐЇІЄ' collate "und-x-icu") as icu`,
    })
    expect(row).toEqual({ plain: 'ґїіє', icu: 'ґїіє' })
  })
})

describe('values', () => {
  test('a date is a string, an int8 a number if exact, a timestamp a Date', async () => {
    const [row] = await db.database.query({
      text: `select date '2024-03-31' as day, array[date '2024-03-31', null] as days, 42::int8 as small,
        9007199254740993::int8 as large, array[1::int8, null] as numbers, timestamptz '2024-03-31T00:00:00Z' as moment`,
    })
    expect(row).toEqual({
      day: '2024-03-31',
      days: ['2024-03-31', null],
      small: 42,
      large: 9007199254740993n,
      numbers: [1, null],
      moment: new Date('2024-03-31T00:00:00Z'),
    })
  })
})

describe('a transaction', () => {
  test('that throws is rolled back', async () => {
    const failing = db.database.transaction(async (tx) => {
      await tx.query({ text: 'insert into scratch.counters values (1, 0)' })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await db.database.query({ text: 'select * from scratch.counters where id = 1' })).toEqual([])
  })

  test('in which a failed statement was ignored is reported as rolled back', async () => {
    const swallowing = db.database.transaction(async (tx) => {
      await tx.query({ text: 'insert into scratch.counters values (2, 0)' })
      await tx.query({ text: 'select 1/0' }).catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow('rolled back')
    expect(await db.database.query({ text: 'select * from scratch.counters where id = 2' })).toEqual([])
  })

  test('that hits a deadlock is retried as a whole, so that both take effect', async () => {
    await db.database.query({ text: 'insert into scratch.counters values (10, 0), (11, 0)' })
    let arrived = 0
    let bothHoldOne: () => void = () => undefined
    const barrier = new Promise<void>((resolve) => {
      bothHoldOne = resolve
    })
    let attempts = 0
    const add = (first: number, second: number) =>
      db.database.transaction(async (tx) => {
        attempts += 1
        await tx.query({ text: 'update scratch.counters set value = value + 1 where id = $1', values: [first] })
        arrived += 1
        if (arrived === 2) bothHoldOne()
        await barrier
        await tx.query({ text: 'update scratch.counters set value = value + 1 where id = $1', values: [second] })
      })
    await Promise.all([add(10, 11), add(11, 10)])
    const rows = await db.database.query({ text: 'select value from scratch.counters where id in (10, 11)' })
    expect(rows).toEqual([{ value: 2 }, { value: 2 }])
    // At least one of the two is retried; on a busy machine they may collide again.
    expect(attempts).toBeGreaterThanOrEqual(3)
  })
})

describe('a pool', () => {
  test('retries a single statement that hit a deadlock', async () => {
    await db.database.query({ text: 'insert into scratch.counters values (30, 0), (31, 0)' })
    const other = await connect({ url: db.url, applicationName: 'tests', session: { deadlock_timeout: '1min' } })
    await other.query('begin')
    await other.query('update scratch.counters set value = value + 1 where id = 30')
    // The statement pauses between its locks until the other waits for the first one: so it is the one that finds the deadlock, a second
    // later.
    const gate = await connect({ url: db.url, applicationName: 'tests' })
    await gate.query('select pg_advisory_lock(31)')
    const both = `do $$ begin
      update scratch.counters set value = value + 1 where id = 31;
      perform pg_advisory_xact_lock(31);
      update scratch.counters set value = value + 1 where id = 30;
    end $$`
    const adding = db.database.query({ text: both })
    const untilWaiting = (count: number) =>
      until(`${count} to wait`, async () => {
        const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
        return (await gate.query(waits)).rowCount === count
      })
    await untilWaiting(1)
    const updating = other.query('update scratch.counters set value = value + 1 where id = 31')
    await untilWaiting(2)
    await gate.end()
    await updating
    await other.query('commit')
    await other.end()
    await adding
    const rows = await db.database.query({ text: 'select value from scratch.counters where id in (30, 31)' })
    expect(rows).toEqual([{ value: 2 }, { value: 2 }])
  })

  test('continues after the server closed its connection', async () => {
    const single = db.open({ max: 1 })
    const [own] = await single.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    const administrator = await connect({ url: db.url, applicationName: 'tests' })
    await administrator.query('select pg_terminate_backend($1, 5000)', [own?.pid])
    await administrator.end()
    const [next] = await single.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    expect(next?.pid).not.toBe(own?.pid)
  })

  test('does not reuse a connection that was returned inside a transaction', async () => {
    const single = db.open({ max: 1 })
    await single.withClient(async (client) => {
      await client.query('begin')
      await client.query('insert into scratch.counters values (20, 0)')
    })
    expect(await single.query({ text: 'select * from scratch.counters where id = 20' })).toEqual([])
  })

  test('prepares a named statement once per connection', async () => {
    const single = db.open({ max: 1 })
    const named = { name: 'add_one', text: 'select $1::int + 1 as sum' }
    expect(await single.query({ ...named, values: [1] })).toEqual([{ sum: 2 }])
    expect(await single.query({ ...named, values: [2] })).toEqual([{ sum: 3 }])
    expect(await single.query({ text: 'select name from pg_prepared_statements' })).toEqual([{ name: 'add_one' }])
  })

  test('keeps its connection after a failed statement', async () => {
    const single = db.open({ max: 1 })
    const [before] = await single.query({ text: 'select pg_backend_pid() as pid' })
    await expect(single.query({ text: 'select 1/0' })).rejects.toThrow('division by zero')
    expect(await single.query({ text: 'select pg_backend_pid() as pid' })).toEqual([before])
  })
})

describe('an unresponsive connection', () => {
  async function startSilenceable(): Promise<{ proxy: TcpProxy; url: string }> {
    const proxy = await startProxy(() => socketOf(db.url))
    onTestFinished(() => proxy.close())
    return { proxy, url: behind(proxy, db.url) }
  }

  test('is closed after answerMs, whatever is waiting for it, and the pool continues with another', async () => {
    const { proxy, url } = await startSilenceable()
    const pool = db.open({ url, max: 1, answerMs: 300 })
    await pool.query({ text: 'select 1' })
    await proxy.set('silent')
    const at = performance.now()
    await expect(pool.query({ text: 'select 1' })).rejects.toThrow()
    await expect(pool.query({ text: 'select 1' })).rejects.toThrow()
    expect(performance.now() - at).toBeLessThan(5000)
    await proxy.set('passing')
    expect(await pool.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }])

    const inTransaction = pool.transaction(async (tx) => {
      await tx.query({ text: 'select 1' })
      await proxy.set('silent')
      await tx.query({ text: 'select 1' })
    })
    await expect(inTransaction).rejects.toThrow()
    await proxy.set('passing')
    await pool.query({ text: 'select 1' })
    const committing = pool.transaction(async () => proxy.set('silent'))
    await expect(committing).rejects.toThrow('it is unknown whether the transaction was committed')
    await proxy.set('passing')
    expect(await pool.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }])
    expect(pool.use()).toEqual({ total: 1, idle: 1, waiting: 0 })
  })

  test('does not block closing its pool', async () => {
    const { proxy, url } = await startSilenceable()
    const pool = db.open({ url, max: 1 })
    await pool.query({ text: 'select 1' })
    await proxy.set('silent')
    const at = performance.now()
    await pool.close()
    expect(performance.now() - at).toBeLessThan(5000)
  })

  test('is no longer waited for when its pool is closed and the grace period is over', async () => {
    const pool = db.open({ max: 1 })
    const ends = [1, 2].map(() =>
      pool.query({ text: 'select pg_sleep(60)' }).then(
        () => 'done',
        () => 'ended',
      ),
    )
    await pool.close(200)
    expect(await Promise.all(ends)).toEqual(['ended', 'ended'])
  })

  test('is closed with its statement when its pool is closed and the grace period is over, even while connecting', async () => {
    const { proxy, url } = await startSilenceable()
    for (const isMade of [true, false]) {
      const pool = db.open({ url, max: 1 })
      if (isMade) await pool.query({ text: 'select 1' })
      await proxy.set('silent')
      const failing = expect(pool.query({ text: 'select 1' })).rejects.toThrow()
      await immediately()
      const at = performance.now()
      await pool.close(100)
      await failing
      expect(performance.now() - at).toBeLessThan(5000)
      await proxy.set('passing')
    }
  })

  test('is not one whose statement may take long, or answers in time', async () => {
    const pool = db.open({ max: 1, answerMs: 500 })
    const rows = await pool.query({ text: `select 1 as one from pg_sleep(0.8)`, mayTakeLong: true })
    expect(rows).toEqual([{ one: 1 }])
    await pool.transaction(async (tx) => {
      for (let times = 0; times < 4; times += 1) await tx.query({ text: 'select pg_sleep(0.2)' })
    })
  })
})
