/**
 * The circuit breaker of one service in one worker (spec 2.6): a pure state machine; the clock is passed in.
 *
 * Closed: finished attempts are recorded. The window is the last 20 s, or the last 20 attempts if those 20 s contain fewer. If the window
 * has at least 20 attempts and at least half are service errors, the breaker opens. Open: only probes are sent, one at a time: the first 5
 * s after opening, then 10, 20, 40, 60, 60 … s after the previous probe ended. After a successful probe the next may follow immediately;
 * three successes in a row close the breaker and clear the window.
 */
import { type Clock, steadyClock } from './clock.ts'

/** How an attempt ended. Only service errors can open the breaker. */
export type AttemptOutcome = 'good' | 'service_error' | 'subject_error'

/** The circuit breaker of one service. */
export interface Breaker {
  readonly isOpen: boolean
  /** When it opened, as epoch milliseconds; undefined while closed. */
  readonly openSince: number | undefined
  /** Records a finished attempt. Ignored while open, when only probes count. */
  record(outcome: AttemptOutcome): void
  /** Milliseconds until a probe may be sent; 0: now. Infinity while one is reserved or in progress, and while closed. */
  msUntilProbe(): number
  /** Reserves the next probe while a subject for it is being searched, so that nobody else in this process sends one. */
  reserveProbe(): void
  /** Releases the reservation, whether or not the probe was sent. */
  releaseProbe(): void
  /** Marks the probe as sent. */
  beginProbe(): void
  /** Reports the probe's result. An aborted one does not count, and another may replace it. */
  endProbe(good: boolean | 'aborted'): void
}

const windowMs = 20_000
const windowCalls = 20
const goodProbesToClose = 3
const probeDelays = [5_000, 10_000, 20_000, 40_000, 60_000]

/** Creates a closed breaker; `onChange` is called when it opens or closes. */
export function createBreaker(clock: Clock = steadyClock, onChange?: (isOpen: boolean) => void): Breaker {
  const recent = createWindow()
  let openSince: number | undefined
  let nextProbeAt = 0
  let isReserved = false
  let isProbing = false
  let delaysUsed = 0
  let goodInARow = 0

  const waitFrom = (now: number) => {
    nextProbeAt = now + (probeDelays[Math.min(delaysUsed, probeDelays.length - 1)] ?? 0)
    delaysUsed += 1
  }
  const open = (now: number) => {
    openSince = now
    delaysUsed = 0
    goodInARow = 0
    waitFrom(now)
    onChange?.(true)
  }
  const close = () => {
    openSince = undefined
    recent.clear()
    onChange?.(false)
  }

  return {
    get isOpen() {
      return openSince !== undefined
    },
    get openSince() {
      return openSince
    },
    record(outcome) {
      if (openSince !== undefined) return
      const now = clock()
      recent.add(now, outcome === 'service_error')
      const { calls, errors } = recent.seen(now)
      if (calls >= windowCalls && errors * 2 >= calls) open(now)
    },
    msUntilProbe() {
      if (openSince === undefined || isReserved || isProbing) return Number.POSITIVE_INFINITY
      return Math.max(0, nextProbeAt - clock())
    },
    reserveProbe() {
      isReserved = true
    },
    releaseProbe() {
      isReserved = false
    },
    beginProbe() {
      isProbing = true
    },
    endProbe(good) {
      isProbing = false
      if (openSince === undefined || good === 'aborted') return
      goodInARow = good ? goodInARow + 1 : 0
      if (goodInARow >= goodProbesToClose) close()
      else if (!good) waitFrom(clock())
    },
  }
}

interface Moment {
  readonly at: number
  calls: number
  errors: number
}

/** The latest finished calls, counted per millisecond, so that 20 s take at most 20,000 entries at any rate. */
function createWindow() {
  let moments: Moment[] = []
  let first = 0
  let calls = 0
  let errors = 0
  const lastCalls: boolean[] = []

  const forget = (now: number) => {
    for (let oldest = moments[first]; oldest !== undefined && oldest.at <= now - windowMs; oldest = moments[first]) {
      calls -= oldest.calls
      errors -= oldest.errors
      first += 1
    }
    if (first > 1024 && first * 2 > moments.length) {
      moments = moments.slice(first)
      first = 0
    }
  }

  return {
    add(now: number, isError: boolean): void {
      const at = Math.floor(now)
      const last = moments.at(-1)
      const moment = last !== undefined && last.at === at && moments.length > first ? last : { at, calls: 0, errors: 0 }
      if (moment !== last) moments.push(moment)
      moment.calls += 1
      calls += 1
      if (isError) {
        moment.errors += 1
        errors += 1
      }
      lastCalls.push(isError)
      if (lastCalls.length > windowCalls) lastCalls.shift()
    },
    seen(now: number): { calls: number; errors: number } {
      forget(Math.floor(now))
      if (calls >= windowCalls) return { calls, errors }
      return { calls: lastCalls.length, errors: lastCalls.filter(Boolean).length }
    },
    clear(): void {
      moments = []
      first = 0
      calls = 0
      errors = 0
      lastCalls.length = 0
    },
  }
}
