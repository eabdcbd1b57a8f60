/**
 * How many retries a service gets (spec 2.6): a tenth of the calls, and one a second in any case, so that a service that is down is not
 * asked three times as often as one that is up. Pure, with its clock from outside.
 */
import { type Clock, steadyClock } from './clock.ts'

/** What is left of retries for one service. */
export interface RetryBudget {
  /** A call was made for the first time: it earns a tenth of a retry. */
  earn(): void
  /** Whether one retry may be made now; if so, it is taken. */
  take(): boolean
}

const share = 10
const everyMs = 1000
/** Calm hours must not save up a storm: at most so many retries are kept, which is what a break of all connections takes. */
const most = 20

/** A budget with nothing earned yet. */
export function createRetryBudget(clock: Clock = steadyClock): RetryBudget {
  // In tenths of a retry, so that sums stay whole.
  let earned = 0
  let lastAt = Number.NEGATIVE_INFINITY
  return {
    earn() {
      earned = Math.min(earned + 1, most * share)
    },
    take() {
      const now = clock()
      if (earned >= share) earned -= share
      // The free one swallows what was earned since, so that it is the lower bound of the rate and no addition to it.
      else if (now - lastAt >= everyMs) earned = 0
      else return false
      lastAt = now
      return true
    },
  }
}
