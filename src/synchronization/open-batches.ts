/**
 * The batches of one run that a worker holds, by slot (migration 0006). When all outcomes of a slot's batch are written, the slot is free
 * for the next batch.
 */
export class OpenBatches {
  readonly #open = new Map<string, { readonly slot: number; left: number }>()

  /** The lowest free slot. */
  freeSlot(): number {
    const taken = new Set([...this.#open.values()].map(({ slot }) => slot))
    let slot = 0
    while (taken.has(slot)) slot += 1
    return slot
  }

  /** A batch of this many subjects was claimed into a slot. */
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

  /** All batches were released. */
  clear(): void {
    this.#open.clear()
  }
}
