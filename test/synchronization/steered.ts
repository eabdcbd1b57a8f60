/** The engine in parts: its claims and flushes happen one at a time, as a test says. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { applyOutcomes, type OutcomeWriting } from '../../src/synchronization/apply.ts'
import { type Claimed, isToAsk, outcomeOf } from '../../src/synchronization/claimed.ts'
import { Claimer } from '../../src/synchronization/claimer.ts'
import { OpenBatches } from '../../src/synchronization/open-batches.ts'
import type { Outcome } from '../../src/synchronization/outcome.ts'
import { joinRun, type RunRow } from '../../src/synchronization/plans/runs.ts'
import type { SyncProcess } from '../../src/synchronization/process.ts'
import { sweep } from '../../src/synchronization/sweep.ts'
import { failed, preChecked, unasked } from './by-hand.ts'
import { answer, countsOf, startRun } from './cluster.ts'
import { type Ending, type Held, type ModelRun, newRun } from './model-parts.ts'
import { USER } from './people.ts'
import type { Doing, HowItEnds } from './sequence.ts'
import { addWorker, workerPool } from './solo.ts'
import { preCheckOf, type Universe } from './universe.ts'

type HowToRun = Pick<Doing & { op: 'new_run' }, 'minutes' | 'takesWaiting' | 'onlyTriggered'>

/** Several processes in one sequence, each with its own worker; each action is by one of them. */
export class SteeredTogether {
  readonly #universe: Universe
  readonly #engines: readonly Steered[]

  constructor(universe: Universe, processes: readonly SyncProcess[]) {
    this.#universe = universe
    this.#engines = processes.map((process) => new Steered(universe, process))
  }

  async begin(): Promise<void> {
    for (const engine of this.#engines) await engine.beginRun({ takesWaiting: false, onlyTriggered: false })
  }

  async do(doing: Doing): Promise<void> {
    const engine = this.#engines[doing.engine % this.#engines.length]
    if (engine === undefined) throw new Error('no process was drawn')
    if (doing.op === 'new_run') await this.#newRun(engine, doing)
    else await engine.do(doing)
  }

  async end(): Promise<void> {
    for (const engine of this.#engines) await engine.endRun()
  }

  // No run is open while time passes: a run's start time does not age with the rest.
  async #newRun(engine: Steered, how: HowToRun): Promise<void> {
    const renewed = how.minutes === 0 ? [engine] : this.#engines
    for (const each of renewed) await each.endRun()
    await this.#universe.pass(how.minutes)
    for (const each of renewed) await each.beginRun(how)
  }
}

class Steered {
  readonly #universe: Universe
  readonly #process: SyncProcess
  #workerId = ''
  #run: RunRow | undefined
  #modelRun: ModelRun | undefined
  #held: Held[] = []
  #batches = new OpenBatches()

  constructor(universe: Universe, process: SyncProcess) {
    this.#universe = universe
    this.#process = process
  }

  async do(doing: Exclude<Doing, { op: 'new_run' }>): Promise<void> {
    switch (doing.op) {
      case 'claim':
        return this.#claim(doing.count)
      case 'settle':
        return this.#settle(doing.endings)
      case 'take_over':
        return this.#takeOver()
    }
  }

  async beginRun({ takesWaiting, onlyTriggered }: Omit<HowToRun, 'minutes'>): Promise<void> {
    const { database, model, test } = this.#universe
    if (this.#workerId === '') this.#workerId = await addWorker(test)
    const started = model.clock.begin()
    this.#run = await startRun(test, {
      process: this.#process.key,
      takesWaiting,
      triggeredSecondsAgo: onlyTriggered ? 0 : null,
    })
    model.clock.end()
    this.#modelRun = newRun({ process: this.#process, started, takesWaiting, onlyTriggered })
    await database.query(joinRun(this.#run.id, this.#workerId))
  }

  /** Releases all claims. The run ends by itself if the model sees nobody due for it, else manually. */
  async endRun(): Promise<void> {
    const { database, model, test } = this.#universe
    const [run, modelRun] = this.#runs()
    await this.#flush(this.#held.splice(0).map((held) => ({ held, ending: { kind: 'unasked' as const } })))
    expect(await countsOf(test, run.id)).toEqual(modelRun.counts)
    const isFinished = await new Claimer(workerPool(test), this.#writing(), run).finish(false)
    expect(isFinished).toBe(model.line(modelRun).length === 0)
    if (!isFinished) {
      await database.query({
        text: `update zvirka.runs set state = 'stopped', ended_at = clock_timestamp() where id = $1`,
        values: [run.id],
      })
    }
  }

  async #claim(count: number): Promise<void> {
    const { model, test } = this.#universe
    const [run, modelRun] = this.#runs()
    // It starts at the head of the queue, like a new one, except for its claims.
    const claimer = new Claimer(workerPool(test), this.#writing(), run, { batches: this.#batches })
    const result = await claimer.claim(count)
    const claimed = result.kind === 'claimed' ? result.claimed : []
    const token = claimed[0]?.token ?? randomUUID()
    const expected = model.claim(modelRun, count, token)
    expect(claimed.map(({ subjectId }) => subjectId)).toEqual(expected.map(({ id }) => id))
    const seen = claimed.map(({ subjectId, token, preCheck }) => ({ subjectId, token, version: 0, preCheck }))
    expect(seen).toEqual(expected.map((subject) => preCheckOf(this.#process, subject)))
    this.#held.push(...claimed)
  }

  async #settle(endings: readonly { which: number; how: HowItEnds }[]): Promise<void> {
    const ended: { held: Held; ending: Ending }[] = []
    for (const { which, how } of endings) {
      const [held] = this.#held.splice(which % Math.max(1, this.#held.length), 1)
      if (held === undefined) break
      ended.push({ held, ending: endingOf(held, how) })
    }
    if (ended.length > 0) await this.#flush(ended)
  }

  async #flush(ended: readonly { held: Held; ending: Ending }[]): Promise<void> {
    const { model, test } = this.#universe
    const now = model.clock.begin()
    const outcomes = ended.map((each) => asOutcome(this.#process, each))
    const flush = { id: randomUUID(), outcomes, isRepeated: false }
    const applied = await workerPool(test).transaction((tx) => applyOutcomes(tx, this.#writing(), flush))
    expect(applied.kind).toBe('written')
    model.clock.end()
    model.settle(this.#runs()[1], ended, now)
    for (const { token } of outcomes) this.#batches.wrote(token)
  }

  // The lease expires, somebody sweeps, and the worker continues as another. Its claims are stale from then on.
  async #takeOver(): Promise<void> {
    const { database, model, test } = this.#universe
    const [run, modelRun] = this.#runs()
    await database.query({
      text: `update zvirka.workers set lease_until = clock_timestamp() - interval '1 s' where id = $1`,
      values: [this.#workerId],
    })
    await sweep(database)
    const { kind, stream } = this.#process
    for (const { id, claims, kind: ofKind } of model.subjects.values()) {
      const claim = ofKind === kind ? claims.get(stream) : undefined
      if (claim === undefined) continue
      if (model.restore(stream, { subjectId: id, token: claim.token })) modelRun.counts.given_back += 1
    }
    this.#workerId = await addWorker(test)
    await database.query(joinRun(run.id, this.#workerId))
  }

  #runs(): [RunRow, ModelRun] {
    if (this.#run === undefined || this.#modelRun === undefined) throw new Error('no run was begun')
    return [this.#run, this.#modelRun]
  }

  #writing(): OutcomeWriting {
    return { process: this.#process, runId: this.#runs()[0].id, workerId: this.#workerId, userId: USER }
  }
}

function endingOf({ preCheck }: Held, how: HowItEnds): Ending {
  if (preCheck.kind === 'settled') return { kind: 'pre_checked' }
  return how === 'found' || how === 'not_found' ? { kind: how, ...someAnswer() } : { kind: how }
}

function asOutcome(process: SyncProcess, { held, ending }: { held: Held; ending: Ending }): Outcome {
  const claimed: Claimed = { ...held, subject: { documents: [] }, terms: undefined }
  if (ending.kind === 'unasked') return unasked(claimed)
  if (!isToAsk(claimed)) return preChecked(claimed)
  switch (ending.kind) {
    case 'found':
    case 'not_found': {
      const { messageId, description } = ending
      return outcomeOf(process, claimed, answer(ending.kind === 'found' ? 1 : 0, messageId, description))
    }
    case 'subject_error':
    case 'service_error':
      return failed(claimed, ending.kind === 'subject_error' ? 'subject' : 'service')
    case 'pre_checked':
      throw new Error('a question cannot end by the pre-check')
  }
}

/** The rest of an answer: a description, as often as none. */
export function someAnswer(): { messageId: string; description: string } {
  const messageId = randomUUID()
  return { messageId, description: messageId < '8' ? '' : `Відповідь ${messageId}` }
}
