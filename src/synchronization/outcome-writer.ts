/**
 * Collects outcomes and writes them in batches: as soon as there are 100, or after 100 ms. If more arrive while a write is in progress, up
 * to 300, so that a slow database gets fewer statements. One transaction at a time. Outcomes are not lost during a database outage: writing
 * is retried until it succeeds or the lease expires.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import type { WorkTrace } from '../observability/tracing-work.ts'
import { type Applied, applyOutcomes, type Flush, type OutcomeWriting } from './apply.ts'
import type { Outcome } from './outcome.ts'
import type { RunCounts } from './plans/tally.ts'

export const FLUSH_COUNT = 100
const MOST_IN_FLUSH = 300
const FLUSH_MILLISECONDS = 100
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1000

interface OutcomeWriterEvents {
  /** Outcomes were written: the backlog has room, and the guard may look. */
  written(outcomes: readonly Outcome[], counts: RunCounts | undefined): void
  /** The worker's lease expired: its claims now belong to others. */
  leaseLost(): void
  /** A flush failed and will be retried. */
  failed(error: unknown): void
}

export class OutcomeWriter {
  readonly #database: Database
  readonly #writing: OutcomeWriting
  readonly #events: OutcomeWriterEvents
  readonly #trace: WorkTrace | undefined
  #gathered: Outcome[] = []
  #underWay = 0
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined
  #hasLostLease = false

  constructor(database: Database, writing: OutcomeWriting, events: OutcomeWriterEvents, trace?: WorkTrace) {
    this.#database = database
    this.#writing = writing
    this.#events = events
    this.#trace = trace
  }

  /** The number of outcomes that are not written yet. */
  get backlog(): number {
    return this.#gathered.length + this.#underWay
  }

  /** Adds an outcome, which is written soon. */
  add(outcome: Outcome): void {
    if (this.#hasLostLease) return
    this.#gathered.push(outcome)
    if (this.#gathered.length >= FLUSH_COUNT) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MILLISECONDS)
  }

  /** Resolves when everything that was added is written, or the lease is lost. */
  async drained(): Promise<void> {
    while (this.backlog > 0 && !this.#hasLostLease) {
      this.#flush()
      await this.#flushing
    }
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing ??= this.#writeGathered().finally(() => {
      this.#flushing = undefined
      // Outcomes that arrived since the last check.
      if (this.#gathered.length >= FLUSH_COUNT) this.#flush()
    })
  }

  async #writeGathered(): Promise<void> {
    while (this.#gathered.length > 0 && !this.#hasLostLease) {
      const outcomes = this.#gathered.splice(0, MOST_IN_FLUSH)
      this.#underWay = outcomes.length
      const applied = await this.#writeOnce({ id: randomUUID(), outcomes, isRepeated: false })
      this.#underWay = 0
      if (applied.kind === 'lease_lost') this.#loseLease()
      else this.#events.written(outcomes, applied.counts)
      if (this.#gathered.length < FLUSH_COUNT) break
    }
    if (this.#gathered.length > 0) this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MILLISECONDS)
  }

  // A commit that was not acknowledged may have happened: the retry checks this before it writes.
  async #writeOnce(first: Flush): Promise<Applied> {
    const traced = this.#trace?.flush(first.outcomes)
    for (let flush = first, pause = FIRST_RETRY_MS; ; pause = Math.min(pause * 2, LONGEST_RETRY_MS)) {
      try {
        const applied = await this.#database.transaction((tx) => applyOutcomes(tx, this.#writing, flush))
        if (applied.kind === 'written') traced?.written({ ...applied.counts })
        else traced?.leaseLost()
        return applied
      } catch (error) {
        this.#events.failed(error)
        traced?.retried()
        if (this.#hasLostLease) {
          traced?.leaseLost()
          return { kind: 'lease_lost' }
        }
        await delay(pause)
        flush = { ...flush, isRepeated: true }
      }
    }
  }

  /** Also called from outside, when the lease has expired: the collected outcomes are discarded. */
  abandon(): void {
    this.#hasLostLease = true
    this.#gathered = []
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #loseLease(): void {
    if (this.#hasLostLease) return
    this.abandon()
    this.#events.leaseLost()
  }
}
