/** One rate for the organisation, held in PostgreSQL by processes that know nothing of each other (spec 3.2). */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor, Query } from '../../src/database/query.ts'
import { createRateLimiter, reserveSlots } from '../../src/registries/rate-limit.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})

afterAll(() => db.drop())

/** The database, with a note of every reservation: for how many seconds' worth. */
function watched(): { database: Executor; reserved: number[] } {
  const reserved: number[] = []
  const database: Executor = {
    query: (query: Query) => {
      reserved.push(Number(query.values?.[1]))
      return db.database.query(query)
    },
  }
  return { database, reserved }
}

async function calls(service: string, rate: number, processes: number, milliseconds: number): Promise<number[]> {
  const worker = new URL('./support/rate-worker.ts', import.meta.url)
  const all = Array.from({ length: processes }, async () => {
    const child = fork(worker, [db.url, service, `${rate}`, `${milliseconds}`])
    const [times] = (await once(child, 'message')) as [number[]]
    return times
  })
  return (await Promise.all(all)).flat().sort((a, b) => a - b)
}

/** The most calls in any second. */
function busiestSecond(times: readonly number[]): number {
  let most = 0
  let from = 0
  for (const [to, time] of times.entries()) {
    while ((times[from] ?? 0) <= time - 1000) from += 1
    most = Math.max(most, to - from + 1)
  }
  return most
}

// The limit itself holds on any machine; that all of it is used takes one that is not too busy, so these may try again.
const onBusyMachines = { retry: 3 }

describe('the rate limit', () => {
  test('is kept within 5 % by four processes together', onBusyMachines, async () => {
    const times = await calls('four', 50, 4, 5_000)
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000
    const rate = (times.length - 1) / seconds
    expect(rate).toBeLessThanOrEqual(52.5)
    expect(rate).toBeGreaterThanOrEqual(47.5)
    expect(busiestSecond(times)).toBeLessThanOrEqual(58)
    expect(seconds).toBeGreaterThan(4)
  })

  test('lets a single process have all of it, at high rates too', onBusyMachines, async () => {
    const times = await calls('one', 1000, 1, 2_500)
    const rate = (times.length - 1) / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000)
    expect(rate).toBeLessThanOrEqual(1050)
    expect(rate).toBeGreaterThanOrEqual(700)
  })

  test('asks the database once for several calls, and never reserves more than a tenth of a second nor more than there are calls', async () => {
    const { database, reserved } = watched()
    const limiter = createRateLimiter(database, 'shared', 200)
    await Promise.all(Array.from({ length: 60 }, () => limiter.take()))
    expect(reserved.length).toBeLessThanOrEqual(12)
    expect(Math.max(...reserved)).toBeLessThanOrEqual(0.1 + 1e-9)
    expect(reserved.reduce((sum, each) => sum + each, 0)).toBeCloseTo(60 / 200, 6)
  })

  test('reserves a single slot for a single call, however high or low the rate', async () => {
    const { database, reserved } = watched()
    await createRateLimiter(database, 'single', 1000).take()
    await createRateLimiter(database, 'rare', 0.5).take()
    expect(reserved).toEqual([0.001, 2])
  })

  test('of one service does not hold up another', async () => {
    await createRateLimiter(db.database, 'slow', 0.1).take()
    const begin = performance.now()
    await createRateLimiter(db.database, 'quick', 100).take()
    expect(performance.now() - begin).toBeLessThan(5_000)
  })

  test('does not let idle time save up calls', async () => {
    const limiter = createRateLimiter(db.database, 'idle', 20)
    await limiter.take()
    await db.database.query({
      text: `update zvirka.rate_limits set next_free_at = now() - interval '1 hour' where service = 'idle'`,
    })
    const begin = performance.now()
    await Promise.all(Array.from({ length: 5 }, () => limiter.take()))
    // The first is free at once, the four after it 50 ms apart.
    expect(performance.now() - begin).toBeGreaterThan(180)
  })

  test('is not waited for after an abort, and the slot goes to the next', async () => {
    const { database, reserved } = watched()
    const limiter = createRateLimiter(database, 'abort', 2)
    await limiter.take()
    const abort = new AbortController()
    const given = limiter.take([abort.signal])
    const other = limiter.take()
    abort.abort()
    expect(await given).toBe(false)
    expect(await other).toBe(true)
    expect(await limiter.take([AbortSignal.abort()])).toBe(false)
    expect(reserved).toHaveLength(2)
  })

  test('that cannot be asked fails the calls that wait, and works again afterwards', async () => {
    let isDown = true
    const flaky: Executor = {
      query: (query) => (isDown ? Promise.reject(new Error('down')) : db.database.query(query)),
    }
    const limiter = createRateLimiter(flaky, 'flaky', 50)
    await expect(Promise.all([limiter.take(), limiter.take()])).rejects.toThrow('down')
    isDown = false
    expect(await limiter.take()).toBe(true)
  })

  test('goes by the database’s clock: a reservation tells in how long it ends', async () => {
    const [first] = await db.database.query<{ ends_in_ms: number }>(reserveSlots('clock', 5, 0.02))
    const [second] = await db.database.query<{ ends_in_ms: number }>(reserveSlots('clock', 5, 0.02))
    expect(first?.ends_in_ms).toBeGreaterThan(90)
    expect(first?.ends_in_ms).toBeLessThanOrEqual(100)
    expect(second?.ends_in_ms).toBeLessThanOrEqual(200)
    expect(second?.ends_in_ms).toBeGreaterThan(first?.ends_in_ms ?? 0)
  })
})
