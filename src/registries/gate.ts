import { isAborted, onAbort, type Signals } from '../trembita/abort.ts'

/** Lets so many in at once; the others wait in the order in which they came. */
export interface Gate {
  /** True once inside, at once where there is room; false if a signal was aborted first. */
  enter(signals: Signals): boolean | Promise<boolean>
  leave(): void
  /** Sends away all who wait. */
  turnAway(): void
}

interface Waiter {
  admit(isIn: boolean): void
}

/** A gate for so many at once. */
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
      // The place goes to the next in line without becoming free in between.
      const [next] = waiting
      if (next === undefined) inside -= 1
      else next.admit(true)
    },
    turnAway() {
      for (const waiter of waiting) waiter.admit(false)
    },
  }
}
