/**
 * A worker's identity in the cluster and its lease (spec 2.7). The lease is renewed every 2 s over a separate connection, so that no other
 * statement delays it. Once it expires, the identity is lost permanently.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '../database/database.ts'
import { endWorker, register, renew, type WorkerDescription } from './plans/workers.ts'

const RENEWAL_MILLISECONDS = 2000

interface LeaseOptions {
  /** A separate pool with one connection. */
  readonly database: Database
  readonly worker: WorkerDescription
  readonly leaseSeconds: number
  /** The state of the circuit breakers, which the worker publishes in its lease row (spec 2.6). */
  readonly breakers: () => object
  readonly onTrouble: (error: unknown) => void
}

/** One identity, from registration to end. */
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

  /** Resolves when the lease has expired. */
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

  /** Registers the worker and starts to renew. */
  async begin(): Promise<void> {
    const { database, worker, leaseSeconds } = this.#options
    await database.query(register(this.workerId, worker, leaseSeconds))
    this.#renewedAt = performance.now()
    this.#schedule()
  }

  /** Marks the lease as expired, after a statement that required it failed. */
  lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    clearTimeout(this.#timer)
    this.#lost.resolve()
  }

  /** Ends the identity after its claims were released. */
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
      // The database counts from before its answer reached us, so by then the lease has expired there too, reachable or not.
      if (this.ageSeconds > leaseSeconds) return this.lose()
    }
    if (!this.#isLost) this.#schedule()
  }
}
