/**
 * Limits the retries of a service (spec 2.6): a tenth of the calls plus at least one per second, so that a failing service does not get
 * three times the normal load. Pure; the clock is passed in.
 */
import { type Clock, steadyClock } from './clock.ts'

/** The retries available to one service. */
export interface RetryBudget {
  /** Records a call's first attempt, which earns a tenth of a retry. */
  earn(): void
  /** Takes one retry if one is available, and returns whether it was. */
  take(): boolean
}

const share = 10
const everyMs = 1000
/** The maximum saved up, enough for one break of all connections; otherwise quiet hours would save up a retry storm. */
const most = 20

/** Creates an empty budget. */
export function createRetryBudget(clock: Clock = steadyClock): RetryBudget {
  // In tenths of a retry, to stay with whole numbers.
  let earned = 0
  let lastAt = Number.NEGATIVE_INFINITY
  return {
    earn() {
      earned = Math.min(earned + 1, most * share)
    },
    take() {
      const now = clock()
      if (earned >= share) earned -= share
      // The free retry per second is a minimum, not an extra, so it uses up what was earned since the last one.
      else if (now - lastAt >= everyMs) earned = 0
      else return false
      lastAt = now
      return true
    },
  }
}
