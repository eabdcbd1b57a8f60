// Rules: spec 3.2.11
/** One rate for the organisation, enforced through PostgreSQL by independent processes (spec 3.2). */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor, Query } from '../../src/database/query.ts'
import { createRateLimiter, reserveSlots } from '../../src/registries/rate-limit.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})

afterAll(() => db.drop())

/** The database, with a record of every reservation in seconds. */
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

const ascending = (times: readonly number[]) => times.toSorted((a, b) => a - b)

function startWorker(service: string, rate: number, milliseconds: number): ChildProcess {
  const worker = new URL('./support/rate-worker.ts', import.meta.url)
  return fork(worker, [db.url, service, `${rate}`, `${milliseconds}`])
}

interface Told {
  readonly times: number[]
  /** The share of time that the machine gave it. */
  readonly share: number
}

async function toldBy(child: ChildProcess): Promise<Told> {
  const [told] = (await once(child, 'message')) as [Told]
  return told
}

const timesOf = async (child: ChildProcess): Promise<number[]> => (await toldBy(child)).times

async function calls(service: string, rate: number, processes: number, milliseconds: number): Promise<number[]> {
  const children = Array.from({ length: processes }, () => startWorker(service, rate, milliseconds))
  return ascending((await Promise.all(children.map(timesOf))).flat())
}

/** Calls a second between two moments. */
function rateBetween(times: readonly number[], from: number, to: number): number {
  return (times.filter((time) => time >= from && time < to).length * 1000) / (to - from)
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

// The limit itself holds on any machine; using all of it needs one that is not too busy, so these may be retried,
// and four fifths of it suffice.
const onBusyMachines = { retry: 3 }
const MOSTLY = 40

describe('the rate limit', () => {
  test('is exceeded by at most 5 % by four processes together, which use most of it', onBusyMachines, async () => {
    const times = await calls('four', 50, 4, 5_000)
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000
    const rate = (times.length - 1) / seconds
    expect(rate).toBeLessThanOrEqual(52.5)
    expect(rate).toBeGreaterThanOrEqual(MOSTLY)
    expect(busiestSecond(times)).toBeLessThanOrEqual(58)
    expect(seconds).toBeGreaterThan(4)
  })

  test('is shared fairly by four processes that all want all of it', onBusyMachines, async () => {
    const children = Array.from({ length: 4 }, () => startWorker('fair', 50, 5_000))
    const each = await Promise.all(children.map(timesOf))
    // While all four were calling.
    const from = Math.max(...each.map((times) => times[0] ?? Number.POSITIVE_INFINITY))
    const to = Math.min(...each.map((times) => times.at(-1) ?? 0))
    for (const times of each) {
      expect(rateBetween(times, from, to)).toBeGreaterThan(12.5 * 0.7)
      expect(rateBetween(times, from, to)).toBeLessThan(12.5 * 1.3)
    }
  })

  test('gives the share of a killed process to the others immediately', onBusyMachines, async () => {
    const [victim, ...others] = Array.from({ length: 4 }, () => startWorker('killed', 50, 6_000))
    const told = others.map(timesOf)
    await calls('killed', 50, 1, 1_500)
    victim?.kill('SIGKILL')
    const killedAt = Date.now()
    const times = ascending((await Promise.all(told)).flat())
    const end = times.at(-1) ?? 0
    expect(end - killedAt).toBeGreaterThan(2_000)
    // Only what it had reserved is lost, a tenth of a second at most.
    const rate = rateBetween(times, killedAt + 200, end)
    expect(rate).toBeGreaterThanOrEqual(MOSTLY)
    expect(rate).toBeLessThanOrEqual(52.5)
  })

  test('lets a single process have all of it, also at high rates', onBusyMachines, async () => {
    const { times, share } = await toldBy(startWorker('one', 1000, 2_500))
    const rate = (times.length - 1) / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000)
    expect(rate).toBeLessThanOrEqual(1050)
    // A slot during which the process did not run is lost, and rightly: slots may not be saved up.
    expect(rate).toBeGreaterThanOrEqual(700 * share)
  })

  test('queries the database once for several calls, and never reserves more than a tenth of a second nor more than the waiting calls', async () => {
    const { database, reserved } = watched()
    // This clock stops while the process does not run: on a busy machine missed slots are rightly reserved again.
    let [seen, told] = [performance.now(), 0]
    const clock = () => {
      const now = performance.now()
      told += Math.min(now - seen, 2)
      seen = now
      return told
    }
    const limiter = createRateLimiter(database, 'shared', 200, clock)
    await Promise.all(Array.from({ length: 60 }, () => limiter.take()))
    expect(reserved.length).toBeLessThanOrEqual(12)
    expect(Math.max(...reserved)).toBeLessThanOrEqual(0.1 + 1e-9)
    // A few slots may have been missed all the same.
    const slots = reserved.reduce((sum, each) => sum + each, 0) * 200
    expect(Math.round(slots)).toBeGreaterThanOrEqual(60)
    expect(slots).toBeLessThan(65)
  })

  test('reserves a single slot for a single call, however high or low the rate', async () => {
    const { database, reserved } = watched()
    await createRateLimiter(database, 'single', 1000).take()
    await createRateLimiter(database, 'rare', 0.5).take()
    expect(reserved).toEqual([0.001, 2])
  })

  test('of one service does not delay another', async () => {
    await createRateLimiter(db.database, 'slow', 0.1).take()
    const begin = performance.now()
    await createRateLimiter(db.database, 'quick', 100).take()
    expect(performance.now() - begin).toBeLessThan(5_000)
  })

  test('does not save up calls during idle time', async () => {
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

  test('fails waiting calls when its query fails, and works again afterwards', async () => {
    let isDown = true
    const flaky: Executor = {
      query: (query) => (isDown ? Promise.reject(new Error('down')) : db.database.query(query)),
    }
    const limiter = createRateLimiter(flaky, 'flaky', 50)
    await expect(Promise.all([limiter.take(), limiter.take()])).rejects.toThrow('down')
    isDown = false
    expect(await limiter.take()).toBe(true)
  })

  test('uses the database’s clock: a reservation says in how long it ends', async () => {
    const [first] = await db.database.query<{ ends_in_ms: number }>(reserveSlots('clock', 5, 0.02))
    const [second] = await db.database.query<{ ends_in_ms: number }>(reserveSlots('clock', 5, 0.02))
    expect(first?.ends_in_ms).toBeGreaterThan(90)
    expect(first?.ends_in_ms).toBeLessThanOrEqual(100)
    expect(second?.ends_in_ms).toBeLessThanOrEqual(200)
    expect(second?.ends_in_ms).toBeGreaterThan(first?.ends_in_ms ?? 0)
  })
})
