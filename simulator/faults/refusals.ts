import type { Listener } from '../listener.ts'
import type { FaultRefusal } from './engine.ts'

/** Closes and reopens the port as the faults demand, so that clients get a real connection refusal. */
export class PortRefusals {
  readonly #listener: Listener
  #timers: NodeJS.Timeout[] = []

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Replaces the schedule; a refusal that starts immediately has started when this resolves. */
  async schedule(refusals: readonly FaultRefusal[]): Promise<void> {
    this.stop()
    const closesNow = refusals.some((refusal) => refusal.from === 0)
    for (const { from, until } of refusals) {
      if (from > 0) this.#at(from, () => this.#listener.close())
      if (until !== undefined) this.#at(until, () => this.#listener.open())
    }
    await (closesNow ? this.#listener.close() : this.#listener.open())
  }

  /** Clears the schedule. The port stays as it is. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
  }

  #at(milliseconds: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      // If another program took the port meanwhile, it stays closed to our clients, as the refusal intended.
      work().catch(() => undefined)
    }, milliseconds)
    this.#timers.push(timer)
  }
}
