/**
 * The circuit breaker of one service in one worker (spec 2.6): a pure state machine with its clock from outside.
 *
 * Closed: every attempt that ended is remembered. Those of the last 20 s are looked at, or the last 20 where those of 20 s were fewer. With
 * at least 20 in sight, and at least half of them errors of the service's kind, it opens.
 * Open: nothing may be asked but a probe, one at a time: 5 s after it opened, and then 10, 20, 40, 60, 60 … s after the end of the probe
 * before. After a good probe the next may follow at once; three good ones in a row close it, and what was remembered is forgotten.
 */
import { type Clock, steadyClock } from './clock.ts'

/** How an attempt ended: only the service's errors speak for opening. */
export type AttemptOutcome = 'good' | 'service_error' | 'subject_error'

/** One service's breaker. */
export interface Breaker {
  readonly isOpen: boolean
  /** When it opened, in milliseconds since 1970; undefined while closed. */
  readonly openSince: number | undefined
  /** An attempt ended. While open this changes nothing: only probes count then. */
  record(outcome: AttemptOutcome): void
  /** 0: a probe may be sent now. Infinity while one is reserved or under way, and while the breaker is closed. */
  msUntilProbe(): number
  /** Takes the turn of the next probe while its subject is looked for, so that nobody else in this process sends one meanwhile. */
  reserveProbe(): void
  /** Gives the turn back, whether the probe was sent or not. */
  releaseProbe(): void
  /** A probe is sent. */
  beginProbe(): void
  /** The probe ended; an aborted one says nothing, and another may be sent in its place. */
  endProbe(good: boolean | 'aborted'): void
}

const windowMs = 20_000
const windowCalls = 20
const goodProbesToClose = 3
const probeDelays = [5_000, 10_000, 20_000, 40_000, 60_000]

/** A closed breaker. */
export function createBreaker(clock: Clock = steadyClock): Breaker {
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
  }
  const close = () => {
    openSince = undefined
    recent.clear()
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

/** The calls that ended lately, counted by the millisecond, so that 20 s at any rate take 20,000 entries at most. */
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
