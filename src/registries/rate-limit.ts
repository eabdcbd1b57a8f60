/**
 * The limit of calls a second that holds for the organisation, however many workers call (spec 3.2). One row for each service says from
 * when on the next call is free. A worker reserves the next slots with one statement, a tenth of a second's worth at most and never more
 * than it has calls waiting, and keeps to their times by its own monotonic clock. So the database is asked once for several calls, and what
 * a worker reserved and died with is a tenth of a second.
 */
import type { Executor, Query } from '../database/query.ts'
import { isAborted, onAbort, type Signals } from '../trembita/abort.ts'
import { type Clock, steadyClock } from '../trembita/clock.ts'

/** Paces calls. */
export interface RateLimiter {
  /** True when the call may be made, false if a signal was aborted first. Rejects if the database could not be asked. */
  take(signals?: Signals): Promise<boolean>
}

/** Reserves slots: gives in how many milliseconds, by the database's clock, the last of them is over. */
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

/** How late a call may come in its slot, where the slots are not even further apart. */
const latestMs = 50

interface Waiter {
  settle(may: boolean): void
  fail(error: unknown): void
}

/** A limiter of so many calls a second to a service, shared through the database. */
export function createRateLimiter(
  database: Executor,
  service: string,
  callsPerSecond: number,
  clock: Clock = steadyClock,
): RateLimiter {
  const intervalMs = 1000 / callsPerSecond
  const mostSlots = Math.max(1, Math.floor(callsPerSecond / 10))
  const waiting = new Set<Waiter>()
  /** When each reserved slot begins, soonest first. */
  let slots: number[] = []
  let isReserving = false
  let timer: NodeJS.Timeout | undefined

  function serve(): void {
    clearTimeout(timer)
    timer = undefined
    const now = clock()
    // A slot long past is gone: an idle worker must not save up calls, nor a process that stood still make good for it in a burst.
    slots = slots.filter((slot) => slot > now - Math.max(intervalMs, latestMs))
    for (const waiter of waiting) {
      const slot = slots[0]
      // Timers are exact to a millisecond; half of one early evens that out.
      if (slot === undefined || slot > now + 0.5) break
      slots.shift()
      waiter.settle(true)
    }
    const next = slots[0]
    if (waiting.size > 0 && next !== undefined) timer = setTimeout(serve, Math.max(0, next - now))
    void reserve()
  }

  /** Asks for more while half of the slots are still ahead, so that the answer is here before they are used up. */
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
