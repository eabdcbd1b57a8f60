import type { Listener } from '../listener.ts'
import type { Refusal } from './engine.ts'

/** Closes the port and opens it again when the faults say so, so that clients meet a real refusal. */
export class PortRefusals {
  readonly #listener: Listener
  #timers: NodeJS.Timeout[] = []

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Forgets what was planned and plans these; a refusal that begins at once has begun when this is done. */
  async schedule(refusals: readonly Refusal[]): Promise<void> {
    this.stop()
    const closesNow = refusals.some((refusal) => refusal.from === 0)
    for (const { from, until } of refusals) {
      if (from > 0) this.#at(from, () => this.#listener.close())
      if (until !== undefined) this.#at(until, () => this.#listener.open())
    }
    await (closesNow ? this.#listener.close() : this.#listener.open())
  }

  /** Plans nothing any more. The port stays as it is. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
  }

  #at(milliseconds: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      // A port that somebody else took meanwhile stays refused to our clients, which is what a refusal is.
      work().catch(() => undefined)
    }, milliseconds)
    this.#timers.push(timer)
  }
}
