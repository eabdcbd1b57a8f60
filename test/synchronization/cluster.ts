/** Engine workers in tests: real ones on a real database, with the registry that a test gives. */
import { randomUUID } from 'node:crypto'
import type { Ask, RegistryAnswer, ServiceBreaker } from '../../src/synchronization/ask.ts'
import type { NewRun, RunRow } from '../../src/synchronization/plans/runs.ts'
import { findRun } from '../../src/synchronization/plans/runs.ts'
import { findProcess, getProcess, type SyncProcess } from '../../src/synchronization/process.ts'
import { beginRun } from '../../src/synchronization/runs.ts'
import { WORKER_SESSION } from '../../src/synchronization/session.ts'
import { Worker, type WorkerOptions } from '../../src/synchronization/worker.ts'
import type { PassportQuestion } from '../../src/verification/streams/passport.ts'
import type { UnzrQuestion } from '../../src/verification/streams/unzr.ts'
import type { TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { USER } from './people.ts'

export const CLOSED_BREAKER: ServiceBreaker = {
  isOpen: false,
  msUntilProbe: () => 0,
  reserveProbe: () => undefined,
  releaseProbe: () => undefined,
}

/** An answer of the registry. */
export function answer(status: 0 | 1, messageId: string = randomUUID(), description?: string): RegistryAnswer {
  return { kind: 'answer', value: description === undefined ? { status } : { status, description }, messageId }
}

/** A technical error. */
export function technicalError(whose: 'subject' | 'service', code = 'test'): RegistryAnswer {
  return { kind: 'technical_error', whose, code }
}

/** The function that answers about passports. */
export type PassportAsk = Ask<PassportQuestion>

export interface TestWorkerOptions {
  readonly ask: PassportAsk
  /** For runs of the process unzr/person. */
  readonly askUnzr?: Ask<UnzrQuestion>
  readonly breaker?: ServiceBreaker
  readonly leaseSeconds?: number
  readonly stopSeconds?: number
  readonly concurrency?: number
  readonly batchSize?: number
  readonly mayCall?: () => boolean
  readonly onTrouble?: (error: unknown, where: string) => void
}

const nobody = () => Promise.reject(new Error('the test has nobody to ask about a UNZR'))

/** A worker that is not started yet. */
export function makeWorker(test: TestDatabase, options: TestWorkerOptions): Worker {
  const { ask, breaker = CLOSED_BREAKER, leaseSeconds = 10, stopSeconds = 1 } = options
  const all: WorkerOptions = {
    database: test.open({ max: 4, session: WORKER_SESSION }),
    leaseDatabase: test.open({ max: 1 }),
    description: { kind: 'worker', host: 'test', pid: process.pid, version: 'test' },
    leaseSeconds,
    stopSeconds,
    userId: USER,
    equip: ({ stream }) => ({
      ...(stream === 'unzr' ? { ask: options.askUnzr ?? nobody } : { ask }),
      breaker,
      batchSize: options.batchSize ?? 100,
      concurrency: options.concurrency ?? 16,
    }),
    breakers: () => ({}),
    mayCall: options.mayCall ?? (() => true),
    events: {
      trouble: options.onTrouble ?? ((error, where) => console.error(where, error)),
      leaseLost: () => undefined,
      swept: () => undefined,
      runJoined: () => undefined,
      runLeft: () => undefined,
      runHeld: () => undefined,
      counted: () => undefined,
    },
  }
  return new Worker(all)
}

/** The process of a run. */
export function processOf(run: RunRow): SyncProcess {
  const process = findProcess(run.process)
  if (process === undefined) throw new Error(`no process ${run.process}`)
  return process
}

/** Starts a run; of dms_passport/person by default. */
export async function startRun(test: TestDatabase, run: Partial<NewRun> = {}): Promise<RunRow> {
  const started = await beginRun(test.database, {
    process: getProcess('dms_passport/person').key,
    cause: 'command',
    userId: USER,
    startedByWorker: null,
    validationPeriodDays: 270,
    triggeredSecondsAgo: null,
    takesWaiting: false,
    maxSubjects: null,
    maxBatches: null,
    isGuarded: false,
    ...run,
  })
  if (started === undefined) throw new Error('a run is under way')
  return started
}

/** Waits until a run is over. */
export function untilOver(test: TestDatabase, runId: string, seconds = 120): Promise<RunRow> {
  return until(
    `the end of run ${runId}`,
    async () => {
      const [run] = await test.database.query<RunRow>(findRun(runId))
      return run !== undefined && ['finished', 'stopped', 'failed'].includes(run.state) ? run : undefined
    },
    seconds,
  )
}

/** Runs one worker over one run to its end. */
export async function runToEnd(test: TestDatabase, options: TestWorkerOptions, run: Partial<NewRun> = {}) {
  const worker = makeWorker(test, options)
  await worker.start()
  try {
    const started = await startRun(test, run)
    return await untilOver(test, started.id)
  } finally {
    await worker.stop()
  }
}

/** The summed counts of a run. */
export async function countsOf(test: TestDatabase, runId: string): Promise<Record<string, number>> {
  const [row] = await test.database.query<Record<string, number>>({
    text: `select sum(claimed)::int as claimed, sum(given_back)::int as given_back, sum(verified)::int as verified,
                  sum(not_verified)::int as not_verified, sum(not_needed)::int as not_needed, sum(incorrect)::int as incorrect,
                  sum(dropped)::int as dropped, sum(technical_errors)::int as technical_errors,
                  sum(propagated)::int as propagated
             from zvirka.run_workers where run_id = $1`,
    values: [runId],
  })
  return row ?? {}
}
