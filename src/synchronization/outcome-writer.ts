/**
 * Gathers outcomes and writes them in batches: as soon as there are 100, or what came within 100 ms; up to 300, where more came
 * while the last were written, so that a database that is behind is given fewer statements; one transaction at a time. Outcomes are not lost while the database is away: they are tried again until they are written or the lease is out.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import type { WorkTrace } from '../observability/tracing-work.ts'
import { type Applied, applyOutcomes, type Flush, type Writing } from './apply.ts'
import type { Outcome } from './outcome.ts'
import type { RunCounts } from './plans/tally.ts'

export const FLUSH_COUNT = 100
const MOST_IN_FLUSH = 300
export const FLUSH_MILLISECONDS = 100
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1000

export interface OutcomeWriterEvents {
  /** Some outcomes were written: there is room, and the guard may look. */
  written(outcomes: readonly Outcome[], counts: RunCounts | undefined): void
  /** The worker's lease is out: nothing that it holds is its own any more. */
  leaseLost(): void
  /** A flush failed and will be tried again. */
  failed(error: unknown): void
}

export class OutcomeWriter {
  readonly #database: Database
  readonly #writing: Writing
  readonly #events: OutcomeWriterEvents
  readonly #trace: WorkTrace | undefined
  #gathered: Outcome[] = []
  #underWay = 0
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined
  #hasLostLease = false

  constructor(database: Database, writing: Writing, events: OutcomeWriterEvents, trace?: WorkTrace) {
    this.#database = database
    this.#writing = writing
    this.#events = events
    this.#trace = trace
  }

  /** Outcomes that are not written yet. */
  get backlog(): number {
    return this.#gathered.length + this.#underWay
  }

  /** Takes an outcome; it is written soon. */
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
      // What came between the last look at it and now.
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

  // A commit whose answer got lost may have been made: the next try asks before it writes.
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

  /** Called from outside too, when the lease is known to be out: what is gathered is of no use any more. */
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
