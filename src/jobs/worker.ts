/**
 * Doing jobs. An attempt happens at least once; what it writes, exactly once: results are written in the transaction that ends the job, and
 * only while the job is still this very attempt's (seed 000 steps 3 to 5; spec 4.1). A worker that dies leaves its job active and
 * without a sign of life, and after 10 s it is another's.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { Database } from '../database/database.ts'
import { inTransaction, onPool } from './boss-database.ts'
import { Jobs, startEngine } from './jobs.ts'
import { Places } from './places.ts'
import { type Attempt, decideNext, giveBackAttempt, holdAttempt } from './plans/attempts.ts'
import type { QueueWork, Verdict } from './queue.ts'

/** What a worker of jobs is made of. */
export interface JobWorkerOptions {
  readonly database: Database
  /** For the connection that listens. */
  readonly url: string
  readonly applicationName: string
  readonly queues: readonly QueueWork[]
  /** How long jobs under way may still take when the worker is told to stop. */
  readonly stopSeconds: number
  readonly events?: {
    trouble?(error: unknown, where: string): void
    /** An attempt ended. */
    ended?(queue: string, verdict: Verdict['kind'] | 'lost', code?: string): void
  }
}

const POLL_SECONDS = 2
/** How long the end of a job is tried to be written while the database cannot be reached. */
const SETTLE_MILLISECONDS = 30_000
const SETTLE_PAUSE_MILLISECONDS = 250
/** A notice for a job that waits comes a little after its time, not before. */
const WAKE_MILLISECONDS = 20
/** One notice may stand for several jobs, which one transaction brought: a place that found one wakes another, when the first is under way. */
const NEXT_PLACE_MILLISECONDS = 50

/** The attempt is no longer the job's: somebody else's word counts. */
class AttemptLost extends Error {}

/** An error in words that the engine may keep: it writes an error's message and stack into the job. */
class NotSettled extends Error {
  constructor() {
    super('not_settled')
  }
}

/** Does the jobs of some queues until it is stopped. */
export class JobWorker {
  readonly #options: JobWorkerOptions
  readonly #stopping = new AbortController()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #places = new Map<string, Places>()
  #boss: PgBoss | undefined

  constructor(options: JobWorkerOptions) {
    this.#options = options
  }

  /** Begins. Throws where the database cannot be reached. Answers with the way to enqueue. */
  async start(): Promise<Jobs> {
    const { database, url, applicationName, queues } = this.#options
    const db = onPool(database, {
      ...{ url, applicationName, onTrouble: (error) => this.#trouble(error, 'listening') },
      onNotice: (queue) => this.#places.get(queue)?.wakeOne(),
    })
    const boss = await startEngine({ db, isWorker: true, onTrouble: (error) => this.#trouble(error, 'engine') })
    this.#boss = boss
    for (const queue of queues) {
      const places = new Places((id) => boss.notifyWorker(id))
      this.#places.set(queue.name, places)
      for (let place = 0; place < queue.concurrency; place += 1) await this.#work(boss, queue, places)
    }
    return new Jobs(boss)
  }

  /** Takes no more jobs, waits for those under way, and after a while gives them back. */
  async stop(): Promise<void> {
    const boss = this.#boss
    if (boss === undefined) return
    this.#boss = undefined
    for (const timer of this.#timers) clearTimeout(timer)
    const impatience = setTimeout(() => this.#stopping.abort(), this.#options.stopSeconds * 1000)
    try {
      await Promise.all(this.#options.queues.map(({ name }) => boss.offWork(name, { wait: true })))
    } finally {
      clearTimeout(impatience)
      await boss.stop({ graceful: true, close: false, timeout: 1000 })
    }
  }

  async #work(boss: PgBoss, queue: QueueWork, places: Places): Promise<void> {
    let id = ''
    const wake = () => boss.notifyWorker(id)
    id = await boss.work(
      queue.name,
      {
        ...{ pollingIntervalSeconds: POLL_SECONDS, notifyPollingIntervalSeconds: POLL_SECONDS },
        batchSize: 1,
        includeMetadata: true,
      },
      async (jobs: JobWithMetadata<{ id: string }>[]) => {
        places.take(id)
        this.#after(NEXT_PLACE_MILLISECONDS, () => places.wakeOne())
        try {
          for (const job of jobs) await this.#attempt(boss, queue, job, wake)
        } finally {
          places.free(id)
          // It would wait for the next round otherwise, though another job may have come meanwhile.
          wake()
        }
      },
    )
    places.free(id)
  }

  async #attempt(
    boss: PgBoss,
    queue: QueueWork,
    job: JobWithMetadata<{ id: string }>,
    wake: () => void,
  ): Promise<void> {
    const signal = AbortSignal.any([job.signal, this.#stopping.signal])
    const verdict = await queue.perform({ id: job.id, key: job.data.id, signal }).catch((error: unknown): Verdict => {
      this.#trouble(error, queue.name)
      return { kind: 'failed', code: 'internal_error', isFinal: false, write: async () => undefined }
    })
    const code = verdict.kind === 'failed' ? verdict.code : undefined
    const deadline = performance.now() + SETTLE_MILLISECONDS
    for (;;) {
      try {
        const pause = await this.#settle(boss, queue, job, verdict)
        if (pause !== null) this.#after(pause * 1000 + WAKE_MILLISECONDS, wake)
        return this.#options.events?.ended?.(queue.name, verdict.kind, code)
      } catch (error) {
        if (error instanceof AttemptLost) return this.#options.events?.ended?.(queue.name, 'lost', code)
        this.#trouble(error, queue.name)
        if (performance.now() > deadline || this.#stopping.signal.aborted) throw new NotSettled()
        await delay(SETTLE_PAUSE_MILLISECONDS)
      }
    }
  }

  /** Ends the attempt, and with it what it has to write; answers with the seconds after which there is another. */
  async #settle(
    boss: PgBoss,
    queue: QueueWork,
    { id, retryCount, retryLimit }: JobWithMetadata,
    verdict: Verdict,
  ): Promise<number | null> {
    const attempt: Attempt = { queue: queue.name, id, retryCount }
    const isLast = verdict.kind === 'failed' && (verdict.isFinal || retryCount >= retryLimit)
    const pause = verdict.kind === 'failed' && !isLast ? pauseAfter(queue, retryCount) : null
    await this.#options.database.transaction(async (tx) => {
      // What the job is about is locked before the job, here as where jobs are enqueued.
      if (verdict.kind === 'done' || (verdict.kind === 'failed' && isLast)) await verdict.write(tx)
      const db = inTransaction(tx)
      if (verdict.kind === 'done') {
        // Of this attempt alone: the engine ends no other, and says how many it ended.
        const ended = await boss.complete(queue.name, { id, retryCount }, null, { db })
        if (Reflect.get(ended, 'affected') !== 1) throw new AttemptLost()
        return
      }
      if ((await tx.query(holdAttempt(attempt))).length === 0) throw new AttemptLost()
      if (verdict.kind === 'given_back') await tx.query(giveBackAttempt(attempt))
      else {
        await tx.query(decideNext(attempt, pause))
        await boss.fail(queue.name, id, { code: verdict.code }, { db })
      }
    })
    return pause
  }

  #after(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, milliseconds)
    this.#timers.add(timer)
  }

  #trouble(error: unknown, where: string): void {
    this.#options.events?.trouble?.(error, where)
  }
}

function pauseAfter({ pauses }: QueueWork, retryCount: number): number {
  return pauses[retryCount] ?? pauses.at(-1) ?? 0
}
