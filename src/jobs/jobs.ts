/**
 * One-off jobs, executed later by any worker (spec 1.2: the job engine's). The engine is pg-boss, in its own schema (schema.ts); here it
 * runs as `zvirka_app` and may not create anything. Enqueueing is a statement of the transaction that causes the job.
 */
import { type CommandResponse, type Db, PgBoss } from 'pg-boss'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { inTransaction, onPool } from './boss-database.ts'
import type { JobState } from './plans/jobs.ts'
import type { Queue } from './queue.ts'
import { expectEngineSchema, SCHEMA } from './schema.ts'

/** The interval at which all queues are supervised: another worker takes a dead worker's job after 10 s of silence and two of these. */
const WATCH_SECONDS = 2

/** Options of the engine. */
interface EngineOptions {
  readonly db: Db
  /** Receives every error; the engine retries by itself. */
  readonly onTrouble: (error: unknown) => void
  /** Processes jobs and supervises them; false: only enqueues. */
  readonly isWorker: boolean
}

/**
 * Starts the engine. It creates nothing: `zvirka migrate` has created the schema.
 * @throws NotMigratedError, OtherVersionError
 */
export async function startEngine({ db, onTrouble, isWorker }: EngineOptions): Promise<PgBoss> {
  const boss = new PgBoss({
    ...{ db, schema: SCHEMA, migrate: false, createSchema: false, schedule: false, registerInstance: false },
    ...{ supervise: isWorker, useListenNotify: isWorker },
    ...{ superviseIntervalSeconds: WATCH_SECONDS, monitorIntervalSeconds: WATCH_SECONDS, flowIntervalSeconds: 3600 },
    // Rebuilding indexes is the owner's task, and counting dead rows the administrator's.
    ...{ reindex: false, monitorVacuum: false, maintenanceIntervalSeconds: 3600 },
  })
  boss.on('error', (error) => onTrouble(asError(error)))
  await expectEngineSchema(db)
  await boss.start()
  return boss
}

/** The engine copies caught errors into plain objects, but the log recognises database errors by their class. */
function asError(error: unknown): unknown {
  return error instanceof Error ? error : Object.assign(new Error('job engine error'), error)
}

/** Enqueues jobs in the callers' transactions. */
export class Jobs {
  readonly #boss: PgBoss

  constructor(boss: PgBoss) {
    this.#boss = boss
  }

  /** Jobs for a process that only enqueues: it processes and supervises none. */
  static async open(database: Database, onTrouble: (error: unknown) => void): Promise<Jobs> {
    return new Jobs(await startEngine({ db: onPool(database), onTrouble, isWorker: false }))
  }

  /** The ids of waiting or running jobs with this key: at most one. */
  async findLive(tx: Executor, { name }: Queue, key: string): Promise<string[]> {
    const found = await this.#boss.findJobs(name, { key, db: inTransaction(tx) })
    return found.filter(({ state }) => !isOver(state)).map(({ id }) => id)
  }

  /** Enqueues a job; false if one with the same key is waiting or running, which this one joins. */
  async enqueue(tx: Executor, { name, attempts }: Queue, key: string): Promise<boolean> {
    const options = { singletonKey: key, retryLimit: attempts - 1, db: inTransaction(tx) }
    return (await this.#boss.send(name, { id: key }, options)) !== null
  }

  /** Queues ended jobs of one queue again, with all their attempts; false if one of them is no longer ended. */
  async restore(tx: Executor, { name, attempts }: Queue, ended: readonly EndedJob[]): Promise<boolean> {
    const db = inTransaction(tx)
    const idsOf = (state: EndedJob['state']) => ended.filter((job) => job.state === state).map(({ id }) => id)
    const [failed, cancelled] = [idsOf('failed'), idsOf('cancelled')]
    let restored = 0
    if (failed.length > 0) restored += affectedBy(await this.#boss.retry(name, failed, { db }))
    if (cancelled.length > 0) restored += affectedBy(await this.#boss.resume(name, cancelled, { db }))
    // After `startAfter`, because only that wakes waiting workers.
    for (const { id, attempts: begun } of ended) {
      await this.#boss.update(name, undefined, { id, retryLimit: begun - 1 + attempts, startAfter: 0, db })
    }
    return restored === ended.length
  }

  /** Ends waiting or running jobs of one queue; false if one of them has already ended. */
  async cancel(tx: Executor, { name }: Queue, ids: readonly string[]): Promise<boolean> {
    return affectedBy(await this.#boss.cancel(name, [...ids], { db: inTransaction(tx) })) === ids.length
  }

  /** Stops the engine's background work. The pool is the caller's. */
  async close(): Promise<void> {
    await this.#boss.stop({ graceful: true, close: false, timeout: 1000 })
  }
}

/** An ended job that can be retried. */
export interface EndedJob {
  readonly id: string
  readonly state: 'failed' | 'cancelled'
  /** Attempts so far. */
  readonly attempts: number
}

function isOver(state: JobState): boolean {
  return state === 'completed' || state === 'cancelled' || state === 'failed'
}

/** The number of jobs that a call of the engine affected: its result has it, although its type does not. */
export function affectedBy(response: CommandResponse): number {
  return 'affected' in response && typeof response.affected === 'number' ? response.affected : 0
}
