/** A single run loop: no polling, no lease to renew; a run over a small population takes some milliseconds. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import type { Ask, ServiceBreaker } from '../../src/synchronization/ask.ts'
import type { ReadTerms } from '../../src/synchronization/claimer.ts'
import { joinRun, type NewRun, type RunRow } from '../../src/synchronization/plans/runs.ts'
import { register } from '../../src/synchronization/plans/workers.ts'
import { type LoopEnd, RunLoop } from '../../src/synchronization/run-loop.ts'
import { WORKER_SESSION } from '../../src/synchronization/session.ts'
import type { PassportQuestion } from '../../src/verification/streams/passport.ts'
import type { TestDatabase } from '../support/database.ts'
import { CLOSED_BREAKER, processOf, startRun } from './cluster.ts'
import { USER } from './people.ts'

export interface SoloOptions<Question = PassportQuestion> {
  readonly ask: Ask<Question>
  readonly terms?: ReadTerms
  readonly breaker?: ServiceBreaker
  readonly batchSize?: number
  readonly concurrency?: number
  readonly leaseSeconds?: number
  readonly stopMilliseconds?: number
  readonly run?: Partial<NewRun>
  /** A run that has started already. */
  readonly existing?: RunRow
  /** The database as this loop sees it. */
  readonly database?: Database
  readonly onTrouble?: (error: unknown) => void
}

export interface Solo {
  readonly run: RunRow
  readonly workerId: string
  readonly loop: RunLoop
  readonly ended: Promise<LoopEnd>
}

/** The application name of the loops' sessions. */
export const WORKER_NAME = 'solo'

const pools = new WeakMap<TestDatabase, Database>()

/** The pool of the loops, with a worker's settings. */
export function workerPool(test: TestDatabase): Database {
  const known = pools.get(test)
  if (known !== undefined) return known
  const opened = test.open({ max: 6, session: WORKER_SESSION, applicationName: WORKER_NAME })
  pools.set(test, opened)
  return opened
}

/** Registers a worker with a long lease. */
export async function addWorker(test: TestDatabase, leaseSeconds = 3600): Promise<string> {
  const workerId = randomUUID()
  const description = { kind: 'worker', host: 'test', pid: process.pid, version: 'test' }
  await test.database.query(register(workerId, description, leaseSeconds))
  return workerId
}

/** Starts a loop over a new run or an existing one. */
export async function startSolo<Question = PassportQuestion>(
  test: TestDatabase,
  options: SoloOptions<Question>,
): Promise<Solo> {
  const workerId = await addWorker(test, options.leaseSeconds)
  const run = options.existing ?? (await startRun(test, options.run))
  await test.database.query(joinRun(run.id, workerId))
  const loop = new RunLoop({
    database: options.database ?? workerPool(test),
    run,
    writing: { process: processOf(run), runId: run.id, workerId, userId: USER },
    mayWork: run.state === 'running',
    ask: options.ask,
    terms: options.terms,
    breaker: options.breaker ?? CLOSED_BREAKER,
    batchSize: options.batchSize ?? 100,
    concurrency: options.concurrency ?? 16,
    stopMilliseconds: options.stopMilliseconds ?? 1000,
    onTrouble: options.onTrouble ?? ((error) => console.error(error)),
    onWritten: () => undefined,
    onLeaseLost: () => undefined,
  })
  return { run, workerId, loop, ended: loop.run() }
}

/** Runs a loop to its end. */
export async function solo<Question = PassportQuestion>(
  test: TestDatabase,
  options: SoloOptions<Question>,
): Promise<Solo & { end: LoopEnd }> {
  const started = await startSolo(test, options)
  return { ...started, end: await started.ended }
}
