import { isAborted, onAbort, type Signals } from '../trembita/abort.ts'

/** A concurrency limit with a first-in, first-out queue. */
export interface Gate {
  /** True once admitted, immediately if there is room; false if a signal was aborted first. */
  enter(signals: Signals): boolean | Promise<boolean>
  leave(): void
  /** Rejects everyone who is waiting. */
  turnAway(): void
}

interface Waiter {
  admit(isIn: boolean): void
}

/** Creates a gate with this concurrency. */
export function createGate(places: number): Gate {
  let inside = 0
  const waiting = new Set<Waiter>()

  const wait = (signals: Signals) =>
    new Promise<boolean>((resolve) => {
      const waiter: Waiter = {
        admit(isIn) {
          waiting.delete(waiter)
          forget()
          resolve(isIn)
        },
      }
      waiting.add(waiter)
      const forget = onAbort(signals, () => waiter.admit(false))
    })

  return {
    enter(signals) {
      if (isAborted(signals)) return false
      if (inside >= places) return wait(signals)
      inside += 1
      return true
    },
    leave() {
      // Hands the place directly to the next in the queue; it is never free in between.
      const [next] = waiting
      if (next === undefined) inside -= 1
      else next.admit(true)
    },
    turnAway() {
      for (const waiter of waiting) waiter.admit(false)
    },
  }
}
