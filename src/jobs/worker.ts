/**
 * Processes jobs. An attempt happens at least once; its results are written exactly once: in the transaction that ends the job, and only
 * while the job still belongs to this attempt (spec 4.1.3). A worker that dies leaves its job active without a sign of life, and another
 * takes it after 10 s.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { CommandResponse, JobResult, JobWithMetadata, PgBoss } from 'pg-boss'
import type { Database } from '../database/database.ts'
import { inTransaction, onPool } from './boss-database.ts'
import { affectedBy, Jobs, startEngine } from './jobs.ts'
import type { JobVerdict, QueueWork } from './queue.ts'

/** Options of a job worker. */
interface JobWorkerOptions {
  readonly database: Database
  /** For the listening connection. */
  readonly url: string
  readonly applicationName: string
  readonly queues: readonly QueueWork[]
  /** How long jobs in progress may still take when the worker must stop. */
  readonly stopSeconds: number
  readonly events?: {
    trouble?(error: unknown, where: string): void
    /** An attempt ended. */
    ended?(queue: string, verdict: JobVerdict['kind'] | 'lost', code?: string): void
  }
}

const POLL_SECONDS = 2
/** How long to retry writing the end of a job while the database is unreachable. */
const SETTLE_MILLISECONDS = 30_000
const SETTLE_PAUSE_MILLISECONDS = 250

/** The attempt has lost its job to another attempt, whose result counts. */
class AttemptLost extends Error {}

/** An error whose text the engine may store: it writes an error's message and stack into the job. */
class NotSettled extends Error {
  constructor() {
    super('not_settled')
  }
}

/** Processes the jobs of some queues until it is stopped. */
export class JobWorker {
  readonly #options: JobWorkerOptions
  readonly #stopping = new AbortController()
  /** The idle slots of each queue, the one woken longest ago first. */
  readonly #free = new Map<string, Set<string>>()
  #boss: PgBoss | undefined

  constructor(options: JobWorkerOptions) {
    this.#options = options
  }

  /** Starts; throws if the database cannot be reached. Returns the interface for enqueuing. */
  async start(): Promise<Jobs> {
    const { database, url, applicationName, queues } = this.#options
    const onTrouble = (error: unknown) => this.#trouble(error, 'listening')
    const db = onPool(database, { url, applicationName, onTrouble, onNotice: (name) => this.#wakeOne(name) })
    const boss = await startEngine({ db, isWorker: true, onTrouble: (error) => this.#trouble(error, 'engine') })
    this.#boss = boss
    for (const queue of queues) {
      for (let place = 0; place < queue.concurrency; place += 1) await this.#work(boss, queue)
    }
    return new Jobs(boss)
  }

  /** Takes no more jobs, waits for those in progress, and releases them after a time limit. */
  async stop(): Promise<void> {
    const boss = this.#boss
    if (boss === undefined) return
    this.#boss = undefined
    const impatience = setTimeout(() => this.#stopping.abort(), this.#options.stopSeconds * 1000)
    try {
      await Promise.all(this.#options.queues.map(({ name }) => boss.offWork(name, { wait: true })))
    } finally {
      clearTimeout(impatience)
      await boss.stop({ graceful: true, close: false, timeout: 1000 })
    }
  }

  /** For a notification: the engine would wake all slots, and each would look for the one job. If no slot is free, one looks when it has finished. */
  #wakeOne(name: string): void {
    const free = this.#free.get(name)
    const [id] = free ?? []
    if (free === undefined || id === undefined) return
    free.delete(id)
    free.add(id)
    this.#boss?.notifyWorker(id)
  }

  async #work(boss: PgBoss, queue: QueueWork): Promise<void> {
    const free = this.#free.get(queue.name) ?? new Set()
    this.#free.set(queue.name, free)
    let id = ''
    id = await boss.work(
      queue.name,
      {
        pollingIntervalSeconds: POLL_SECONDS,
        notifyPollingIntervalSeconds: POLL_SECONDS,
        includeMetadata: true,
        perJobResults: true,
      },
      async (jobs: JobWithMetadata<{ id: string }>[]) => {
        free.delete(id)
        // One notification may announce several jobs of one transaction.
        this.#wakeOne(queue.name)
        try {
          return await Promise.all(jobs.map((job) => this.#attempt(boss, queue, job)))
        } finally {
          free.add(id)
          // Otherwise it would wait for the next poll, although another job may be there already.
          boss.notifyWorker(id)
        }
      },
    )
    free.add(id)
  }

  async #attempt(boss: PgBoss, queue: QueueWork, job: JobWithMetadata<{ id: string }>): Promise<JobResult> {
    const { id, data, createdOn: enqueuedAt } = job
    const signal = AbortSignal.any([job.signal, this.#stopping.signal])
    const verdict = await queue
      .perform({ id, key: data.id, enqueuedAt, signal })
      .catch((error: unknown): JobVerdict => {
        this.#trouble(error, queue.name)
        return { kind: 'failed', code: 'internal_error', isFinal: false }
      })
    const code = verdict.kind === 'failed' ? verdict.code : undefined
    const ended = (how: JobVerdict['kind'] | 'lost') => this.#options.events?.ended?.(queue.name, how, code)
    if (verdict.kind === 'failed' && verdict.isFinal) {
      ended('failed')
      return { id, status: 'deadletter', output: { code } }
    }
    const deadline = performance.now() + SETTLE_MILLISECONDS
    for (;;) {
      try {
        await this.#settle(boss, queue, job, verdict)
        ended(verdict.kind)
        break
      } catch (error) {
        if (error instanceof AttemptLost) {
          ended('lost')
          break
        }
        this.#trouble(error, queue.name)
        if (performance.now() > deadline || this.#stopping.signal.aborted) throw new NotSettled()
        await delay(SETTLE_PAUSE_MILLISECONDS)
      }
    }
    // The engine ends the attempt if it is still in progress, which it is not.
    return { id, status: 'completed' }
  }

  /** Ends the attempt, and writes its results. */
  async #settle(boss: PgBoss, queue: QueueWork, job: JobWithMetadata, verdict: JobVerdict): Promise<void> {
    const { name } = queue
    const { id, retryCount, retryLimit } = job
    await this.#options.database.transaction(async (tx) => {
      const db = inTransaction(tx)
      switch (verdict.kind) {
        case 'done':
          // The job's subject is locked before the job, as when enqueueing.
          await verdict.write(tx)
          return expectHeld(await boss.complete(name, { id, retryCount }, null, { db }))
        case 'failed':
          expectHeld(await boss.fail(name, { id, retryCount }, { code: verdict.code }, { db }))
          // A job without attempts left has nothing waiting that this could affect.
          await boss.update(name, undefined, { id, startAfter: pauseAfter(queue, retryCount), db })
          return
        case 'given_back':
          // So that another worker can take it at once, with the same number of attempts left.
          expectHeld(await boss.cancel(name, { id, retryCount }, { db }))
          await boss.resume(name, id, { db })
          await boss.update(name, undefined, { id, retryLimit: retryLimit + 1, startAfter: 0, db })
      }
    })
  }

  #trouble(error: unknown, where: string): void {
    this.#options.events?.trouble?.(error, where)
  }
}

function pauseAfter({ pauses }: QueueWork, retryCount: number): number {
  return pauses[retryCount] ?? pauses.at(-1) ?? 0
}

/** The engine ends an attempt only if it still has the job. */
function expectHeld(response: CommandResponse): void {
  if (affectedBy(response) !== 1) throw new AttemptLost()
}
