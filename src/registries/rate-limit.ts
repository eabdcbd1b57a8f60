/**
 * The organisation's rate limit in calls per second, shared by all workers (spec 3.2). One database row per service holds the time of the
 * next free slot. A worker reserves several slots with one statement: at most 100 ms' worth, never more than it has calls waiting. It
 * follows their times by its own monotonic clock. So the database is queried once for several calls, and a worker that dies wastes at most
 * 100 ms of the rate.
 */
import type { Executor, Query } from '../database/query.ts'
import { isAborted, onAbort, type Signals } from '../trembita/abort.ts'
import { type Clock, steadyClock } from '../trembita/clock.ts'

/** Limits the rate of calls. */
export interface RateLimiter {
  /** True when the call may start; false if a signal was aborted first. Rejects if the database query fails. */
  take(signals?: Signals): Promise<boolean>
}

/** Reserves slots. Returns in how many milliseconds, by the database's clock, the last slot ends. */
export function reserveSlots(service: string, slots: number, intervalSeconds: number): Query {
  return {
    name: 'rate_limit_reserve',
    text: `
      insert into zvirka.rate_limits as held (service, next_free_at)
      values ($1, clock_timestamp() + make_interval(secs => $2::float8))
      on conflict (service) do update
        set next_free_at = greatest(held.next_free_at, clock_timestamp()) + make_interval(secs => $2::float8)
      returning extract(epoch from next_free_at - clock_timestamp())::float8 * 1000 as ends_in_ms`,
    values: [service, slots * intervalSeconds],
  }
}

/** How late a call may start in its slot, unless the slots are further apart. */
const latestMs = 50

interface Waiter {
  settle(may: boolean): void
  fail(error: unknown): void
}

/** A rate limiter for one service, shared through the database. */
export function createRateLimiter(
  database: Executor,
  service: string,
  callsPerSecond: number,
  clock: Clock = steadyClock,
): RateLimiter {
  const intervalMs = 1000 / callsPerSecond
  const mostSlots = Math.max(1, Math.floor(callsPerSecond / 10))
  const waiting = new Set<Waiter>()
  /** Start times of the reserved slots, soonest first. */
  let slots: number[] = []
  let isReserving = false
  let timer: NodeJS.Timeout | undefined

  function serve(): void {
    clearTimeout(timer)
    timer = undefined
    const now = clock()
    // Expired slots are dropped: an idle or suspended worker must not save up calls and send them in a burst.
    slots = slots.filter((slot) => slot > now - Math.max(intervalMs, latestMs))
    for (const waiter of waiting) {
      const slot = slots[0]
      // Timers have a resolution of one millisecond; half of one early evens that out.
      if (slot === undefined || slot > now + 0.5) break
      slots.shift()
      waiter.settle(true)
    }
    const next = slots[0]
    if (waiting.size > 0 && next !== undefined) timer = setTimeout(serve, Math.max(0, next - now))
    void reserve()
  }

  /** Reserves more while half of the slots are still ahead, so that the result arrives before they run out. */
  async function reserve(): Promise<void> {
    const wanted = Math.min(waiting.size, mostSlots) - slots.length
    if (isReserving || wanted < 1 || slots.length > mostSlots / 2) return
    isReserving = true
    try {
      const rows = await database.query<{ ends_in_ms: number }>(reserveSlots(service, wanted, intervalMs / 1000))
      const end = clock() + (rows[0]?.ends_in_ms ?? 0)
      for (let left = wanted; left > 0; left -= 1) slots.push(end - left * intervalMs)
    } catch (error) {
      for (const waiter of waiting) waiter.fail(error)
    } finally {
      isReserving = false
    }
    if (waiting.size > 0) serve()
  }

  return {
    take(signals = []) {
      if (isAborted(signals)) return Promise.resolve(false)
      return new Promise((resolve, reject) => {
        const done = () => {
          waiting.delete(waiter)
          forget()
        }
        const waiter: Waiter = {
          settle(may) {
            done()
            resolve(may)
          },
          fail(error) {
            done()
            reject(error)
          },
        }
        waiting.add(waiter)
        const forget = onAbort(signals, () => waiter.settle(false))
        serve()
      })
    },
  }
}
