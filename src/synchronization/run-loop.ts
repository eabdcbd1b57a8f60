/**
 * One worker's part in one run: claim, ask and write concurrently, until nobody is due, the run is paused or stopped, the worker leaves, or
 * its lease expires.
 *
 * - working: subjects are claimed in batches, up to `concurrency` calls ask about them, and their outcomes are written
 * - probing: the service's breaker is open; unasked subjects are released, and one at a time is asked about (spec 2.6)
 * - resting: the run is paused or stopping; everything is released, and calls in progress get `stopMilliseconds`
 * - ended: with the reason
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import { NO_SPAN } from '../observability/tracing.ts'
import { endAsk, type WorkTrace } from '../observability/tracing-work.ts'
import type { OutcomeWriting } from './apply.ts'
import type { AskingRegistry, AskOptions, RegistryAnswer, ServiceBreaker } from './ask.ts'
import { type Claimed, failed, isToAsk, outcomeOf, preChecked, type ToAsk, unasked } from './claimed.ts'
import { Claimer, type ClaimResult, type ReadTerms } from './claimer.ts'
import type { Outcome } from './outcome.ts'
import { FLUSH_COUNT, OutcomeWriter } from './outcome-writer.ts'
import { joinRun, type RunRow } from './plans/runs.ts'
import type { RunCounts } from './plans/tally.ts'

/** `finished`: nobody is due any more, and this worker ended the run. `left`: the worker was told to leave, or the run was over. */
export type LoopEnd = 'finished' | 'left' | 'lease_lost'

interface RunLoopOptions extends AskingRegistry {
  readonly database: Database
  readonly writing: OutcomeWriting
  readonly run: RunRow
  /** Whether working is allowed at first; see `setMayWork`. */
  readonly mayWork: boolean
  readonly breaker: ServiceBreaker
  readonly batchSize: number
  readonly concurrency: number
  readonly stopMilliseconds: number
  /** The settings that the rules of the process need, read with each claim. */
  readonly terms?: ReadTerms | undefined
  /** The trace of this worker's part, if enabled. */
  readonly trace?: WorkTrace | undefined
  /** Reports errors that will be retried; contains nothing personal. */
  readonly onTrouble: (error: unknown) => void
  /** Called when outcomes were written, with the counts, so that the guard can look. */
  readonly onWritten: (counts: RunCounts | undefined) => void
  readonly onLeaseLost: () => void
}

// Our own bug must not leave the subject IN_REVIEW: it is released and waits.
const INTERNAL_ERROR = { kind: 'technical_error', whose: 'subject', code: 'internal_error' } as const
const LONGEST_BACKLOG = 4 * FLUSH_COUNT
const REST_MILLISECONDS = 200
const TROUBLE_MILLISECONDS = 250

export class RunLoop {
  readonly #options: RunLoopOptions
  readonly #writer: OutcomeWriter
  readonly #claimer: Claimer
  #abandon = new AbortController()
  #hold = new AbortController()
  #queue: ToAsk[] = []
  #underWay = 0
  #mayWork: boolean
  #isLeaving = false
  #hasLostLease = false
  #hasJoined = false
  #changed = Promise.withResolvers<void>()

  constructor(options: RunLoopOptions) {
    this.#options = options
    this.#mayWork = options.mayWork
    this.#claimer = new Claimer(options.database, options.writing, options.run, options)
    const events = {
      written: (outcomes: readonly Outcome[], counts: RunCounts | undefined) => {
        this.#claimer.wrote(outcomes)
        this.#pump()
        this.#wake()
        options.onWritten(counts)
      },
      leaseLost: () => {
        this.loseLease()
        options.onLeaseLost()
      },
      failed: options.onTrouble,
    }
    this.#writer = new OutcomeWriter(options.database, options.writing, events, options.trace)
  }

  /** Works until one of these ends. Waits while the database has problems. */
  async run(): Promise<LoopEnd> {
    for (;;) {
      if (this.#hasLostLease) return 'lease_lost'
      try {
        const end = await this.#step()
        if (end !== undefined) return end
      } catch (error) {
        this.#options.onTrouble(error)
        // A plain delay, which ending calls do not cut short: otherwise a database that is down would be tried, and reported, a hundred
        // times a second.
        await delay(TROUBLE_MILLISECONDS)
      }
    }
  }

  /** The run's state changed: working is allowed or not. */
  setMayWork(mayWork: boolean): void {
    if (mayWork === this.#mayWork) return
    this.#mayWork = mayWork
    this.#wake()
  }

  /** Releases everything and ends. */
  leave(): void {
    this.#isLeaving = true
    this.#wake()
  }

  /** The lease expired: the claims belong to others now. Calls are cancelled and nothing more is written. */
  loseLease(): void {
    this.#hasLostLease = true
    this.#queue = []
    this.#writer.abandon()
    this.#hold.abort()
    this.#abandon.abort()
    this.#wake()
  }

  async #step(): Promise<LoopEnd | undefined> {
    const { database, writing, breaker, batchSize, concurrency } = this.#options
    if (this.#isLeaving) {
      await this.#giveEverythingBack()
      return this.#hasLostLease ? 'lease_lost' : 'left'
    }
    if (!this.#mayWork) {
      await this.#giveEverythingBack()
      await this.#rest(REST_MILLISECONDS)
      return undefined
    }
    this.#mayCallAgain()
    if (!this.#hasJoined) {
      await database.query(joinRun(writing.runId, writing.workerId))
      this.#hasJoined = true
    }
    this.#options.trace?.breaker(breaker.isOpen)
    if (breaker.isOpen) return this.#probe()
    if (this.#queue.length > Math.max(batchSize / 2, concurrency) || this.#hasFullBacklog) {
      this.#pump()
      await this.#rest(REST_MILLISECONDS)
      return undefined
    }
    return this.#claimMore()
  }

  async #claimMore(): Promise<LoopEnd | undefined> {
    const result = await this.#claimer.claim(this.#options.batchSize)
    if (result.kind !== 'claimed') return this.#withoutClaim(result.kind)
    this.#take(result.claimed)
    return undefined
  }

  async #withoutClaim(why: Exclude<ClaimResult['kind'], 'claimed'>): Promise<LoopEnd | undefined> {
    switch (why) {
      case 'nobody':
        return this.#endOrRest(false)
      case 'limit_reached':
        return this.#endOrRest(true)
      case 'not_running':
        this.#mayWork = false
        return undefined
      case 'lease_lost':
        this.loseLease()
        this.#options.onLeaseLost()
        return 'lease_lost'
    }
  }

  // Pre-checked subjects go to the writer, the others into the queue of calls.
  #take(claimed: readonly Claimed[]): void {
    for (const each of claimed) {
      if (isToAsk(each)) this.#queue.push(each)
      else this.#add(preChecked(each))
    }
    this.#pump()
  }

  async #endOrRest(hasReachedLimit: boolean): Promise<LoopEnd | undefined> {
    if (this.#queue.length === 0 && this.#underWay === 0) {
      if (!(await this.#releaseRest())) return undefined
      if (await this.#claimer.finish(hasReachedLimit)) return 'finished'
    }
    await this.#rest(REST_MILLISECONDS)
    return undefined
  }

  // Starts calls up to the limit. Called whenever one ends: this is the hot path, so it does not await anything.
  #pump(): void {
    const { concurrency, breaker } = this.#options
    while (this.#underWay < concurrency && this.#mayCall() && !breaker.isOpen) {
      const next = this.#queue.shift()
      if (next === undefined) break
      this.#underWay += 1
      this.#call(next, false).catch(this.#options.onTrouble)
    }
    if (this.#queue.length <= this.#options.batchSize / 2 && !this.#hasFullBacklog) this.#wake()
  }

  // While the backlog is full nothing is claimed and the loop must not be woken to claim: it would spin without letting the database's
  // answer in.
  get #hasFullBacklog(): boolean {
    return this.#writer.backlog > LONGEST_BACKLOG
  }

  #mayCall(): boolean {
    return this.#mayWork && !this.#isLeaving && !this.#hasLostLease && this.#writer.backlog < LONGEST_BACKLOG
  }

  async #call(next: ToAsk, probe: boolean): Promise<void> {
    try {
      this.#add(await this.#ask(next, probe))
    } finally {
      this.#underWay -= 1
      this.#pump()
    }
  }

  async #ask(next: ToAsk, probe: boolean): Promise<Outcome> {
    const span = this.#options.trace?.ask(next.token, next.subjectId, probe) ?? NO_SPAN
    const answer = await this.#askRegistry(next.preCheck.question, { probe, span })
    endAsk(span, answer)
    try {
      return outcomeOf(this.#options.writing.process, next, answer)
    } catch (error) {
      this.#options.onTrouble(error)
      return failed(next, INTERNAL_ERROR)
    }
  }

  async #askRegistry(question: unknown, how: Pick<AskOptions, 'probe' | 'span'>): Promise<RegistryAnswer> {
    try {
      return await this.#options.ask(question, { signal: this.#abandon.signal, hold: this.#hold.signal, ...how })
    } catch (error) {
      this.#options.onTrouble(error)
      return INTERNAL_ERROR
    }
  }

  async #probe(): Promise<LoopEnd | undefined> {
    const { breaker } = this.#options
    this.#returnQueue()
    const wait = breaker.msUntilProbe()
    if (wait > 0) {
      await this.#rest(Math.min(wait, REST_MILLISECONDS))
      return undefined
    }
    breaker.reserveProbe()
    try {
      const result = await this.#claimer.claimForProbe()
      if (result.kind !== 'claimed') return await this.#withoutClaim(result.kind)
      await this.#askForProbe(result.claimed)
    } finally {
      breaker.releaseProbe()
    }
    return undefined
  }

  async #askForProbe(claimed: readonly Claimed[]): Promise<void> {
    for (const each of claimed) {
      if (isToAsk(each)) {
        this.#underWay += 1
        await this.#call(each, true)
      } else this.#add(preChecked(each))
    }
  }

  async #giveEverythingBack(): Promise<void> {
    this.#returnQueue()
    this.#hold.abort()
    const deadline = performance.now() + this.#options.stopMilliseconds
    while (this.#underWay > 0 && !this.#hasLostLease) {
      const left = deadline - performance.now()
      if (left <= 0) this.#abandon.abort()
      await this.#rest(left <= 0 ? REST_MILLISECONDS : Math.min(left, REST_MILLISECONDS))
    }
    await this.#releaseRest()
  }

  // With an expired lease a write may still be in progress: only a take-over, which excludes writes, can tell what is left to release.
  // Returns whether it was released.
  async #releaseRest(): Promise<boolean> {
    await this.#writer.drained()
    if (this.#hasLostLease) return false
    await this.#claimer.giveBackForgotten()
    return true
  }

  // After a pause: the abort signals of earlier calls must not apply to new ones.
  #mayCallAgain(): void {
    if (this.#hold.signal.aborted) this.#hold = new AbortController()
    if (this.#abandon.signal.aborted) this.#abandon = new AbortController()
  }

  #returnQueue(): void {
    for (const each of this.#queue.splice(0)) this.#add(unasked(each))
  }

  #add(outcome: Outcome): void {
    this.#writer.add(outcome)
  }

  async #rest(milliseconds: number): Promise<void> {
    const timer = new AbortController()
    await Promise.race([
      this.#changed.promise,
      delay(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined),
    ])
    timer.abort()
    this.#changed = Promise.withResolvers<void>()
  }

  #wake(): void {
    this.#changed.resolve()
  }
}
