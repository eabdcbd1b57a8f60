/** Admits attempts to one service: first a place at the concurrency gate, then a slot of the organisation's rate. */
import { setTimeout as delay } from 'node:timers/promises'
import type { CallAdmission } from '../trembita/call.ts'
import { createGate } from './gate.ts'
import type { RateLimiter } from './rate-limit.ts'

// Delays retries while the rate database is down, so that nobody polls it in a tight loop.
const TROUBLE_MILLISECONDS = 250

/**
 * Limits attempts by concurrency and, if a limiter is given, by rate. If the limiter fails, the attempt is not admitted; this counts
 * against no service.
 */
export function createAdmission(
  concurrency: number,
  limiter: RateLimiter | undefined,
  onTrouble: (error: unknown) => void,
): CallAdmission {
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
