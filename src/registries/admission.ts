/** How attempts are let in to one service: a place at the gate first, then a slot of the organisation's rate. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Admission } from '../trembita/call.ts'
import { createGate } from './gate.ts'
import type { RateLimiter } from './rate-limit.ts'

// While the database that keeps the rate is away nobody is let in; whoever asks anew is not to ask it in a tight loop.
const TROUBLE_MILLISECONDS = 250

/**
 * So many attempts at once, and as many a second as the limiter allows; without one, as many as there are. Where the limiter
 * cannot be asked the attempt is not let in: it was not made, and nobody is to blame for it.
 */
export function createAdmission(
  concurrency: number,
  limiter: RateLimiter | undefined,
  onTrouble: (error: unknown) => void,
): Admission {
  const gate = createGate(concurrency)
  if (limiter === undefined) return gate
  return {
    async enter(signals) {
      if (!(await gate.enter(signals))) return false
      let isIn = false
      try {
        isIn = await limiter.take(signals)
        return isIn
      } catch (error) {
        onTrouble(error)
        await delay(TROUBLE_MILLISECONDS)
        return false
      } finally {
        if (!isIn) gate.leave()
      }
    },
    leave: () => gate.leave(),
    turnAway: () => gate.turnAway(),
  }
}
