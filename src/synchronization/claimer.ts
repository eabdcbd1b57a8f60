/**
 * Claims batches for one run of one worker: tracks the worker's position in each branch of the queue, reads the claimed subjects, and runs
 * the pre-check.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { spanTime } from '../observability/tracing.ts'
import type { TracedClaim, WorkTrace } from '../observability/tracing-work.ts'
import { kyivDay } from '../verification/calendar.ts'
import type { OutcomeWriting } from './apply.ts'
import type { Claimed } from './claimed.ts'
import { OpenBatches } from './open-batches.ts'
import {
  type Branch,
  branchesOf,
  type ClaimedRow,
  claim,
  endWaiting,
  finishRun,
  type Places,
  type QueuePlace,
  randomPlace,
  START,
} from './plans/claim.ts'
import { giveBackBatches } from './plans/give-back.ts'
import { lockRun, type RunRow, stateForClaim, takenOf } from './plans/runs.ts'
import { holdLease } from './plans/workers.ts'
import { readClaimedSubjects } from './subjects.ts'

/** The result of an attempt to claim. `nobody`: no subject is due in the whole queue, except perhaps locked rows. */
export type ClaimResult =
  | { readonly kind: 'claimed'; readonly claimed: readonly Claimed[] }
  | { readonly kind: 'nobody' | 'limit_reached' | 'not_running' | 'lease_lost' }

/** Reads the settings that the rules of a process need, in the transaction of a claim. */
export type ReadTerms = (tx: Executor) => Promise<unknown>

/** Options of a claimer. `batches`: what the worker already holds for the run, if anything. */
interface ClaimerOptions {
  readonly trace?: WorkTrace | undefined
  readonly batches?: OpenBatches
  readonly terms?: ReadTerms | undefined
}

/** How many waiting subjects are returned to the queue with each claim, until no waiting time is over any more. */
const END_WAITING_COUNT = 1000

export class Claimer {
  readonly #database: Database
  readonly #writing: OutcomeWriting
  readonly #run: RunRow
  readonly #trace: WorkTrace | undefined
  #places: Record<Branch, QueuePlace> = { triggered: START, due: START, waiting: START }
  #hasMoved = false
  #mayEndWaiting = true
  #unconfirmedTokens: string[] = []
  readonly #batches: OpenBatches

  readonly #terms: ReadTerms | undefined

  constructor(database: Database, writing: OutcomeWriting, run: RunRow, options: ClaimerOptions = {}) {
    const { trace, batches = new OpenBatches(), terms } = options
    this.#batches = batches
    this.#terms = terms
    this.#database = database
    this.#writing = writing
    this.#run = run
    this.#trace = trace
  }

  /** Claims up to `count` subjects from the worker's position on; at the end of the queue, from the start again. */
  async claim(count: number): Promise<ClaimResult> {
    const result = await this.#claimFrom(this.#openPlaces(), count)
    if (result.kind !== 'nobody') return result
    // When the waiting subjects were returned to the queue, some may have been skipped because they were locked or inactive.
    this.#mayEndWaiting = true
    if (!this.#hasMoved) return result
    this.#places = { triggered: START, due: START, waiting: START }
    this.#hasMoved = false
    return this.#claimFrom(this.#openPlaces(), count)
  }

  /** Claims one subject at a random position of the queue, for a probe (spec 2.6). */
  async claimForProbe(): Promise<ClaimResult> {
    for (const branch of ['due', 'triggered', 'waiting'] as const) {
      if (!branchesOf(this.#run).includes(branch)) continue
      const [place] = await this.#database.query<QueuePlace>(randomPlace(this.#writing.process, branch, this.#run))
      if (place === undefined) continue
      for (const from of [place, START]) {
        const places = { triggered: null, due: null, waiting: null, [branch]: from }
        const result = await this.#claimFrom(places, 1, false)
        if (result.kind !== 'nobody') return result
      }
    }
    return { kind: 'nobody' }
  }

  /** Finishes the run if no work is left; with `hasReachedLimit`, even though some subjects are still due (spec 2.1). */
  async finish(hasReachedLimit: boolean): Promise<boolean> {
    const { process, runId } = this.#writing
    const branches = hasReachedLimit ? [] : branchesOf(this.#run)
    return (await this.#database.query(finishRun(process, runId, this.#run, branches))).length > 0
  }

  /** Reports written outcomes: a batch whose outcomes are all written is done, and its slot can be reused. */
  wrote(outcomes: readonly { readonly token: string }[]): void {
    for (const { token } of outcomes) this.#batches.wrote(token)
  }

  #openPlaces(): Places {
    const branches = branchesOf(this.#run)
    const placeOf = (branch: Branch) => (branches.includes(branch) ? this.#places[branch] : null)
    // Triggered subjects can appear at any position, so this branch is always read from the start.
    return { triggered: START, due: placeOf('due'), waiting: placeOf('waiting') }
  }

  async #claimFrom(places: Places, count: number, movesPlace = true): Promise<ClaimResult> {
    await this.giveBackUnconfirmed()
    const token = randomUUID()
    const slot = this.#batches.freeSlot()
    const since = spanTime()
    this.#unconfirmedTokens.push(token)
    const { result, rows, mayEndWaiting, preChecked } = await this.#database.transaction((tx) =>
      this.#claimIn(tx, places, count, { token, slot }),
    )
    this.#unconfirmedTokens = []
    if (rows.length > 0) this.#batches.opened(slot, token, rows.length)
    if (preChecked !== undefined) this.#trace?.claimed({ token, since, ...preChecked })
    this.#mayEndWaiting = mayEndWaiting
    if (!movesPlace) return result
    for (const { branch, place_at, subject_id } of rows) {
      this.#places[branch] = { at: place_at, subjectId: subject_id }
      this.#hasMoved = true
    }
    return result
  }

  async #claimIn(
    tx: Executor,
    places: Places,
    count: number,
    batch: { readonly token: string; readonly slot: number },
  ): Promise<{
    result: ClaimResult
    rows: readonly ClaimedRow[]
    mayEndWaiting: boolean
    preChecked?: Pick<TracedClaim, 'preCheck' | 'preChecks'>
  }> {
    let mayEndWaiting = this.#mayEndWaiting
    const nothing = (kind: Exclude<ClaimResult['kind'], 'claimed'>) => ({ result: { kind }, rows: [], mayEndWaiting })
    const { process, workerId, runId, userId } = this.#writing
    const [run] = await tx.query<{ state: string; now: Date }>(stateForClaim(runId, workerId))
    if (run === undefined) return nothing('lease_lost')
    if (run.state !== 'running') return nothing('not_running')
    if (mayEndWaiting) {
      const ended = await tx.query(endWaiting(process, userId, this.#run.started_at, END_WAITING_COUNT))
      mayEndWaiting = ended.length === END_WAITING_COUNT
    }
    const allowed = Math.min(count, await this.#allowance(tx))
    if (allowed <= 0) return nothing('limit_reached')
    const rows = await tx.query<ClaimedRow>(
      claim(process, { workerId, runId, ...batch, count: allowed, places, terms: this.#run }),
    )
    if (rows.length === 0) return nothing('nobody')
    // In a later statement than the claim: a subject that changes after it is read then has another version.
    const subjects = await readClaimedSubjects(
      tx,
      process,
      rows.map(({ subject_id }) => subject_id),
    )
    const terms = await this.#terms?.(tx)
    const today = kyivDay(run.now)
    const from = spanTime()
    const claimed = subjects.map(({ id, subject }, index) => ({
      subjectId: id,
      token: batch.token,
      version: rows[index]?.version ?? 0,
      ...{ subject, terms, preCheck: process.rules.preCheck(subject, today, terms) },
    }))
    const preChecks = claimed.map((each) => each.preCheck)
    const preChecked = { preCheck: [from, spanTime()] as const, preChecks }
    return { result: { kind: 'claimed', claimed }, rows, mayEndWaiting, preChecked }
  }

  // What the run's limits still allow, counted across the cluster under the run's lock (spec 2.1).
  async #allowance(tx: Executor): Promise<number> {
    const { id, max_subjects, max_batches } = this.#run
    if (max_subjects === null && max_batches === null) return Number.POSITIVE_INFINITY
    await tx.query(lockRun(id))
    const [taken] = await tx.query<{ subjects: number; batches: number }>(takenOf(id))
    if (taken === undefined) return 0
    if (max_batches !== null && taken.batches >= max_batches) return 0
    return max_subjects === null ? Number.POSITIVE_INFINITY : max_subjects - taken.subjects
  }

  /**
   * A claim whose commit was not acknowledged may have happened. While this worker lives nobody else would process it, so it is released
   * before the next claim, or when the worker stops claiming.
   */
  async giveBackUnconfirmed(): Promise<void> {
    if (this.#unconfirmedTokens.length === 0) return
    await this.#giveBackBatches({ tokens: this.#unconfirmedTokens })
    this.#unconfirmedTokens = []
  }

  /**
   * Releases everything that this worker holds for the run; called when it has no known claims. That includes unacknowledged claims, and
   * claims that a database which lost its last commits (a standby promoted too early) shows again although they were settled. Finished
   * batches are deleted too.
   */
  async giveBackForgotten(): Promise<void> {
    await this.#giveBackBatches({ runId: this.#writing.runId })
    this.#unconfirmedTokens = []
    this.#batches.clear()
  }

  async #giveBackBatches(which: { readonly runId?: string; readonly tokens?: readonly string[] }): Promise<void> {
    const { workerId } = this.#writing
    await this.#database.transaction(async (tx) => {
      if ((await tx.query(holdLease(workerId))).length > 0) await tx.query(giveBackBatches(workerId, which))
    })
  }
}
