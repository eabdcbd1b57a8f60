/** A job worker on a test's database, with a handler from the test. */
import type { Jobs } from '../../src/jobs/jobs.ts'
import { type JobRow, listJobs } from '../../src/jobs/plans/jobs.ts'
import type { JobVerdict, JobWork, Queue } from '../../src/jobs/queue.ts'
import { JobWorker } from '../../src/jobs/worker.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

/** Any queue will do; this one exists. */
export const QUEUE: Queue = { name: 'unzr_info', attempts: 3 }

export interface TestEngine {
  readonly db: TestDatabase
  /** Errors of the engine. */
  readonly troubles: { readonly error: unknown; readonly where: string }[]
  /** Results of attempts. */
  readonly ended: string[]
  /** Starts a worker with this handler. */
  work(
    perform: (work: JobWork) => Promise<JobVerdict>,
    options?: WorkOptions,
  ): Promise<{ worker: JobWorker; jobs: Jobs }>
  enqueue(jobs: Jobs, key: string): Promise<boolean>
  jobs(): Promise<JobRow[]>
  untilState(key: string, state: JobRow['state'], seconds?: number): Promise<JobRow>
  /** Stops the workers and deletes the jobs. */
  clear(): Promise<void>
  close(): Promise<void>
}

interface WorkOptions {
  readonly concurrency?: number
  readonly pauses?: readonly number[]
  readonly stopSeconds?: number
  readonly url?: string
}

export const done = (): JobVerdict => ({ kind: 'done', write: async () => undefined })

export async function prepareEngine(): Promise<TestEngine> {
  const db = await createTestDatabase('zvirka_worker')
  const troubles: { error: unknown; where: string }[] = []
  const ended: string[] = []
  const workers = new Set<JobWorker>()
  const jobs = () => db.database.query<JobRow>(listJobs({}, { limit: 1000, direction: 'asc' }))
  const stopAll = async () => {
    await Promise.all([...workers].map((worker) => worker.stop()))
    workers.clear()
  }
  return {
    db,
    troubles,
    ended,
    jobs,
    async work(perform, { concurrency = 1, pauses = [0], stopSeconds = 5, url = db.url } = {}) {
      const worker = new JobWorker({
        database: url === db.url ? db.open({ max: 8 }) : db.open({ max: 8, url }),
        ...{ url, applicationName: 'tests jobs', stopSeconds },
        queues: [{ ...QUEUE, concurrency, pauses, perform }],
        events: {
          trouble: (error, where) => void troubles.push({ error, where }),
          ended: (_queue, verdict) => void ended.push(verdict),
        },
      })
      workers.add(worker)
      return { worker, jobs: await worker.start() }
    },
    enqueue: (engine, key) => db.database.transaction((tx) => engine.enqueue(tx, QUEUE, key)),
    untilState: (key, state, seconds) =>
      until(
        `the job of ${key} is ${state}`,
        async () => (await jobs()).find((job) => job.key === key && job.state === state),
        seconds,
      ),
    async clear() {
      await stopAll()
      await db.database.query({ text: 'delete from pgboss.job' })
      troubles.length = 0
      ended.length = 0
    },
    async close() {
      await stopAll()
      await db.drop()
    },
  }
}
