/** Statistics of the last minute's calls for each service, which a worker shows beside its circuit breakers (spec 4.3). */

/** Figures of one service over the last minute. Latencies in milliseconds are null if there were no calls. */
interface RecentCalls {
  readonly calls: number
  /** Attempts that ended in a service error or a subject error. */
  readonly errors: number
  readonly p50: number | null
  readonly p95: number | null
}

interface Slot {
  readonly second: number
  calls: number
  errors: number
  readonly latencies: Uint32Array
}

const SECONDS = 60
// Bucket bounds in milliseconds, each 1.5 times the previous one, which is the precision of a percentile.
const BOUNDS = Array.from({ length: 30 }, (_, step) => Math.round(1.5 ** (step + 1)))

/** Counts calls per second and forgets those older than a minute. */
export class CallStatistics {
  readonly #clock: () => number
  readonly #slots = new Map<string, Slot[]>()

  /** `clock` returns milliseconds from any origin. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** Counts a finished attempt. */
  add(service: string, milliseconds: number, isError: boolean): void {
    const slot = this.#slotOf(service)
    slot.calls += 1
    if (isError) slot.errors += 1
    const bound = BOUNDS.findIndex((each) => milliseconds <= each)
    const index = bound === -1 ? BOUNDS.length - 1 : bound
    slot.latencies[index] = (slot.latencies[index] ?? 0) + 1
  }

  /** The figures of the last minute. */
  of(service: string): RecentCalls {
    const slots = this.#recent(service)
    const calls = slots.reduce((sum, slot) => sum + slot.calls, 0)
    const errors = slots.reduce((sum, slot) => sum + slot.errors, 0)
    return { calls, errors, p50: percentile(slots, calls, 0.5), p95: percentile(slots, calls, 0.95) }
  }

  #slotOf(service: string): Slot {
    const second = Math.floor(this.#clock() / 1000)
    const slots = this.#recent(service)
    const last = slots.at(-1)
    if (last?.second === second) return last
    const slot: Slot = { second, calls: 0, errors: 0, latencies: new Uint32Array(BOUNDS.length) }
    this.#slots.set(service, [...slots, slot])
    return slot
  }

  #recent(service: string): Slot[] {
    const oldest = Math.floor(this.#clock() / 1000) - SECONDS
    return (this.#slots.get(service) ?? []).filter(({ second }) => second > oldest)
  }
}

function percentile(slots: readonly Slot[], calls: number, share: number): number | null {
  if (calls === 0) return null
  let seen = 0
  for (const [index, bound] of BOUNDS.entries()) {
    for (const { latencies } of slots) seen += latencies[index] ?? 0
    if (seen >= calls * share) return bound
  }
  return BOUNDS.at(-1) ?? null
}
