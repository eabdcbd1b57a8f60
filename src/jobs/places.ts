/**
 * The places of one process in which the jobs of a queue are done. The engine would wake all of them for each job, and each would look for
 * it; so a notice wakes one of those that are free, by turns.
 */

/** The places of one queue, by the ids that the engine gives them. */
export class Places {
  readonly #wake: (id: string) => void
  /** The one that was woken longest ago comes first. */
  readonly #free: string[] = []

  constructor(wake: (id: string) => void) {
    this.#wake = wake
  }

  /** The place is free: from its beginning, and after each job. */
  free(id: string): void {
    this.#free.push(id)
  }

  /** The place has a job. */
  take(id: string): void {
    const index = this.#free.indexOf(id)
    if (index !== -1) this.#free.splice(index, 1)
  }

  /** Wakes a free place. Where there is none nothing is lost: each looks for a job by itself when it has ended one. */
  wakeOne(): void {
    const id = this.#free.shift()
    if (id === undefined) return
    this.#free.push(id)
    this.#wake(id)
  }
}
