/** How attempts are let in to one service: a place at the gate first, then a slot of the organisation's rate. */
import type { Admission } from '../trembita/call.ts'
import { createGate } from './gate.ts'
import type { RateLimiter } from './rate-limit.ts'

/** So many attempts at once, and as many a second as the limiter allows; without one, as many as there are. */
export function createAdmission(concurrency: number, limiter: RateLimiter | undefined): Admission {
  const gate = createGate(concurrency)
  if (limiter === undefined) return gate
  return {
    async enter(signals) {
      if (!(await gate.enter(signals))) return false
      let isIn = false
      try {
        isIn = await limiter.take(signals)
        return isIn
      } finally {
        if (!isIn) gate.leave()
      }
    },
    leave: () => gate.leave(),
    turnAway: () => gate.turnAway(),
  }
}
