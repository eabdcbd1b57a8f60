/**
 * A worker's identity in the cluster and the lease that goes with it (spec 2.7). The lease is renewed every 2 s over a connection of
 * its own, so that no other statement can hold it up. Once it is out, the identity is lost for good.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '../database/database.ts'
import { endWorker, register, renew, type WorkerDescription } from './plans/workers.ts'

export const RENEWAL_MILLISECONDS = 2000

export interface LeaseOptions {
  /** A pool of its own, of one connection. */
  readonly database: Database
  readonly worker: WorkerDescription
  readonly leaseSeconds: number
  /** What the worker shows of its circuit breakers in its lease row (spec 2.6). */
  readonly breakers: () => object
  readonly onTrouble: (error: unknown) => void
}

/** One identity, from its registration to its end. */
export class Lease {
  readonly workerId = randomUUID()
  readonly #options: LeaseOptions
  readonly #lost = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | undefined
  #isLost = false
  #renewedAt = performance.now()

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  /** Resolves when the lease is known to be out. */
  get lost(): Promise<void> {
    return this.#lost.promise
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Seconds since the last renewal that the database acknowledged. */
  get ageSeconds(): number {
    return (performance.now() - this.#renewedAt) / 1000
  }

  /** Registers the worker and begins to renew. */
  async begin(): Promise<void> {
    const { database, worker, leaseSeconds } = this.#options
    await database.query(register(this.workerId, worker, leaseSeconds))
    this.#renewedAt = performance.now()
    this.#schedule()
  }

  /** Says that the lease is out, when a statement that needed it found so. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    clearTimeout(this.#timer)
    this.#lost.resolve()
  }

  /** Ends the identity in good order: its claims have been given back. */
  async end(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isLost) return
    this.#isLost = true
    await this.#options.database.query(endWorker(this.workerId))
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#renew(), RENEWAL_MILLISECONDS)
  }

  async #renew(): Promise<void> {
    const { database, leaseSeconds, breakers, onTrouble } = this.#options
    try {
      const renewed = await database.query(renew(this.workerId, leaseSeconds, breakers()))
      if (renewed.length === 0) return this.lose()
      this.#renewedAt = performance.now()
    } catch (error) {
      onTrouble(error)
      // The database counts from a moment before its answer reached us: by then the lease is out there too, reachable or not.
      if (this.ageSeconds > leaseSeconds) return this.lose()
    }
    if (!this.#isLost) this.#schedule()
  }
}
