/** A worker without a loop: it claims and writes when a test says so. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { type Applied, applyOutcomes, type OutcomeWriting } from '../../src/synchronization/apply.ts'
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import * as ended from '../../src/synchronization/claimed.ts'
import { type Claimed, isToAsk } from '../../src/synchronization/claimed.ts'
import { Claimer, type ClaimResult } from '../../src/synchronization/claimer.ts'
import type { Outcome } from '../../src/synchronization/outcome.ts'
import { joinRun, type RunRow } from '../../src/synchronization/plans/runs.ts'
import type { SyncProcess } from '../../src/synchronization/process.ts'
import type { TestDatabase } from '../support/database.ts'
import { answer, processOf } from './cluster.ts'
import { USER } from './people.ts'
import { addWorker, workerPool } from './solo.ts'

export class HandWorker {
  readonly database: Database
  readonly workerId: string
  readonly claimer: Claimer
  readonly #writing: OutcomeWriting

  constructor(database: Database, workerId: string, run: RunRow, terms?: unknown) {
    this.database = database
    this.workerId = workerId
    this.#writing = { process: processOf(run), runId: run.id, workerId, userId: USER }
    this.claimer = new Claimer(database, this.#writing, run, { terms: async () => terms })
  }

  /** Claims up to so many. */
  async claim(count: number): Promise<readonly Claimed[]> {
    const result = await this.tryToClaim(count)
    return result.kind === 'claimed' ? result.claimed : []
  }

  async tryToClaim(count: number): Promise<ClaimResult> {
    const result = await this.claimer.claim(count)
    if (result.kind === 'claimed') for (const each of result.claimed) processes.set(each, this.#writing.process)
    return result
  }

  /** Writes the outcomes of claims. */
  write(outcomes: readonly Outcome[]): Promise<Applied> {
    const flush = { id: randomUUID(), outcomes, isRepeated: false }
    return this.database.transaction((tx) => applyOutcomes(tx, this.#writing, flush))
  }
}

/** A worker that takes part in a run. `terms`: the parameters of its process. */
export async function handWorker(
  test: TestDatabase,
  run: RunRow,
  database = workerPool(test),
  terms?: unknown,
): Promise<HandWorker> {
  const workerId = await addWorker(test)
  await test.database.query(joinRun(run.id, workerId))
  return new HandWorker(database, workerId, run, terms)
}

const processes = new WeakMap<Claimed, SyncProcess>()

/** A claim that the registry answered. */
export function answered(claimed: Claimed, status: 0 | 1): Outcome {
  return answeredWith(claimed, answer(status))
}

/** The same for a registry whose answer is not 0 or 1. */
export function answeredWith(claimed: Claimed, given: RegistryAnswer): Outcome {
  const process = processes.get(claimed)
  if (process === undefined || !isToAsk(claimed)) throw new Error('nothing was asked')
  return ended.outcomeOf(process, claimed, given)
}

/** A claim settled by the pre-check. */
export function preChecked(claimed: Claimed): Outcome {
  if (isToAsk(claimed)) throw new Error('a question was to be asked')
  return ended.preChecked(claimed)
}

/** A claim whose call failed. */
export function failed(claimed: Claimed, whose: 'subject' | 'service' = 'subject'): Outcome {
  return ended.failed(claimed, { kind: 'technical_error', whose, code: 'test' })
}

/** A claim without a call. */
export function unasked(claimed: Claimed): Outcome {
  return ended.unasked(claimed)
}
