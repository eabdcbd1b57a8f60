/**
 * The batches of one run that a worker holds, by the slots in which they stand in the database (migration 0006). A slot whose subjects all
 * have an outcome that is written is free: the next batch is written over it.
 */
export class OpenBatches {
  readonly #open = new Map<string, { readonly slot: number; left: number }>()

  /** The lowest slot that holds nobody. */
  freeSlot(): number {
    const taken = new Set([...this.#open.values()].map(({ slot }) => slot))
    let slot = 0
    while (taken.has(slot)) slot += 1
    return slot
  }

  /** A batch of so many subjects was claimed into a slot. */
  opened(slot: number, token: string, subjects: number): void {
    this.#open.set(token, { slot, left: subjects })
  }

  /** The outcome of one subject of a batch was written. */
  wrote(token: string): void {
    const batch = this.#open.get(token)
    if (batch === undefined) return
    batch.left -= 1
    if (batch.left <= 0) this.#open.delete(token)
  }

  /** All of them were given back. */
  clear(): void {
    this.#open.clear()
  }
}
