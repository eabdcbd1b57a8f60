import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { PgBoss } from 'pg-boss'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { onPool } from '../../src/jobs/boss-database.ts'
import { Jobs } from '../../src/jobs/jobs.ts'
import type { JobVerdict } from '../../src/jobs/queue.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { behind, socketOf, startProxy } from '../chaos/proxy.ts'
import { until } from '../support/until.ts'
import { done, prepareEngine, QUEUE, type TestEngine } from './engine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await prepareEngine()
})
afterEach(() => engine.clear())
afterAll(() => engine.close())

const failed = (code: string, isFinal = false): JobVerdict => ({ kind: 'failed', code, isFinal })

describe('the schema of the job engine', () => {
  test('equals pg-boss’s, and is updated by migrating again, concurrently from several places', async () => {
    expect(await Promise.all([migrateWithJobs(engine.db.url), migrateWithJobs(engine.db.url)])).toEqual([
      { applied: [] },
      { applied: [] },
    ])
    const boss = new PgBoss({ db: onPool(engine.db.database), schema: 'pgboss', migrate: false, supervise: false })
    expect(await boss.detectSchemaDrift()).toMatchObject({ ok: true, extraIndexes: [] })
  })

  test('from another version of pg-boss is refused, with what to do', async () => {
    const owner = engine.db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({ text: 'update pgboss.version set version = version - 1' })
    try {
      await expect(engine.work(async () => done())).rejects.toMatchObject({
        message: expect.stringMatching(/^The schema pgboss of the job engine has version \d+, which is earlier/),
        hint: 'Run zvirka migrate.',
      })
    } finally {
      await owner.query({ text: 'update pgboss.version set version = version + 1' })
    }
  })

  test('gives the workers’ role every right that the engine needs', async () => {
    const { jobs } = await engine.work(async () => done())
    const key = randomUUID()
    expect(await engine.enqueue(jobs, key)).toBe(true)
    await engine.untilState(key, 'completed')
    // By then the engine has supervised its queues once.
    await delay(2500)
    expect(engine.troubles).toEqual([])
    const [role] = await engine.db.database.query<{ role: string }>({ text: 'select current_user as role' })
    expect(role).toEqual({ role: 'zvirka_worker' })
  })

  test('does not let the application create queues or tables', async () => {
    const create = `select pgboss.create_queue('other', '{"policy":"standard"}')`
    await expect(engine.db.database.query({ text: create })).rejects.toThrow(/permission denied/)
    await expect(engine.db.database.query({ text: 'create table pgboss.t (x int)' })).rejects.toThrow(
      /permission denied/,
    )
  })
})

describe('a job', () => {
  test('exists exactly if the transaction that queued it is committed', async () => {
    const jobs = await Jobs.open(engine.db.database, () => undefined)
    const key = randomUUID()
    const rolledBack = engine.db.database.transaction(async (tx) => {
      expect(await jobs.enqueue(tx, QUEUE, key)).toBe(true)
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    expect(await engine.jobs()).toEqual([])
    await engine.enqueue(jobs, key)
    expect(await engine.jobs()).toMatchObject([{ key, state: 'created', attempts: 0, max_attempts: 3 }])
    await jobs.close()
  })

  test('starts within milliseconds, on a worker that is notified', async () => {
    const { jobs } = await engine.work(async () => done())
    const taken: number[] = []
    for (let n = 0; n < 10; n += 1) {
      const begun = performance.now()
      const key = randomUUID()
      await engine.enqueue(jobs, key)
      await engine.untilState(key, 'completed')
      taken.push(performance.now() - begun)
    }
    expect(taken.sort((a, b) => a - b)[5]).toBeLessThan(500)
  })

  test('starts immediately beside others from the same transaction, although there is one notification for all', async () => {
    let finish: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    let begun = 0
    const perform = async () => {
      begun += 1
      await gate
      return done()
    }
    const { jobs } = await engine.work(perform, { concurrency: 3 })
    const keys = [randomUUID(), randomUUID(), randomUUID()]
    await engine.db.database.transaction(async (tx) => {
      for (const key of keys) await jobs.enqueue(tx, QUEUE, key)
    })
    // Without a notification, a worker polls every 2 s.
    await until('all of them to be begun', async () => begun === 3, 1.5)
    finish()
    for (const key of keys) await engine.untilState(key, 'completed')
  })

  test('joins a waiting or running one with the same key, and no finished one', async () => {
    let finish: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { jobs } = await engine.work(async () => {
      await gate
      return done()
    })
    const key = randomUUID()
    const answers = await Promise.all([engine.enqueue(jobs, key), engine.enqueue(jobs, key)])
    expect(answers.sort()).toEqual([false, true])
    await engine.untilState(key, 'active')
    expect(await engine.enqueue(jobs, key)).toBe(false)
    finish()
    await engine.untilState(key, 'completed')
    expect(await engine.enqueue(jobs, key)).toBe(true)
  })

  test('contains its key and nothing else', async () => {
    const jobs = await Jobs.open(engine.db.database, () => undefined)
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    const rows = await engine.db.database.query({ text: 'select data, singleton_key from pgboss.job' })
    expect(rows).toEqual([{ data: { id: key }, singleton_key: key }])
    await jobs.close()
  })
})

describe('an attempt that fails', () => {
  test('is retried as configured, with the pauses between attempts', async () => {
    const begun: number[] = []
    const perform = async (): Promise<JobVerdict> => {
      begun.push(performance.now())
      return failed('http_502')
    }
    const { jobs } = await engine.work(perform, { pauses: [1, 2] })
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    expect(await engine.untilState(key, 'failed')).toMatchObject({ attempts: 3, error_code: 'http_502' })
    const [first = 0, second = 0, third = 0] = begun
    expect(begun).toHaveLength(3)
    expect(second - first).toBeGreaterThanOrEqual(1000)
    expect(third - second).toBeGreaterThanOrEqual(2000)
  })

  test('is the last if another would fail the same way', async () => {
    const { jobs } = await engine.work(async () => failed('Client', true))
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    expect(await engine.untilState(key, 'failed')).toMatchObject({ attempts: 1, error_code: 'Client' })
  })

  test('with an exception leaves no text of it behind', async () => {
    const { jobs } = await engine.work(async () => {
      throw new Error('Шевченко 19990101-00001')
    })
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    expect(await engine.untilState(key, 'failed')).toMatchObject({ attempts: 3, error_code: 'internal_error' })
    const rows = await engine.db.database.query({ text: 'select j::text from pgboss.job j' })
    expect(JSON.stringify(rows)).not.toMatch(/Шевченко|19990101/)
  })
})

describe('the result of an attempt', () => {
  test('is discarded if the job was cancelled meanwhile, and the attempt learns it', async () => {
    let wasTold = false
    let didWrite = false
    const { jobs } = await engine.work(async ({ signal }): Promise<JobVerdict> => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          wasTold = true
          resolve()
        })
      })
      return {
        kind: 'done',
        write: async (tx) => {
          didWrite = (await tx.query({ text: 'select 1' })).length > 0
          await tx.query({ text: `insert into pgboss.job (name, data) values ('unzr_info', '{"id":"written"}')` })
        },
      }
    })
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    const { id } = await engine.untilState(key, 'active')
    await engine.db.database.transaction((tx) => jobs.cancel(tx, QUEUE, [id]))
    await until('the attempt is over', async () => engine.ended.includes('lost'))
    expect({ wasTold, didWrite }).toEqual({ wasTold: true, didWrite: true })
    expect(await engine.jobs()).toMatchObject([{ key, state: 'cancelled' }])
  })
})

describe('a worker', () => {
  // With the login itself: the application's role cannot see what others' connections do.
  let server: Database
  beforeAll(() => {
    server = engine.db.open({ max: 1, session: { role: 'none' } })
  })
  const listeners = async () => {
    const text = `select pid from pg_stat_activity where query like 'listen %' and datname = current_database()`
    return (await server.query<{ pid: number }>({ text })).map(({ pid }) => pid)
  }

  test('with several hosts finds the writable one, for statements and for listening', async () => {
    const proxy = await startProxy(() => socketOf(engine.db.url))
    try {
      const url = behind(proxy, engine.db.url).replace('@127.0.0.1:', '@127.0.0.1:1,127.0.0.1:')
      const { jobs } = await engine.work(async () => done(), { url })
      const key = randomUUID()
      await engine.enqueue(jobs, key)
      await engine.untilState(key, 'completed')
      await until('a connection that listens', async () => (await listeners()).length === 1)
    } finally {
      await engine.clear()
      await proxy.close()
    }
  })

  test('whose listening connection is lost opens another, and is notified as before', async () => {
    const { jobs } = await engine.work(async () => done())
    const [before] = await until('a connection that listens', async () => {
      const found = await listeners()
      return found.length > 0 && found
    })
    await server.query({ text: 'select pg_terminate_backend($1)', values: [before] })
    await until('another connection that listens', async () => (await listeners()).some((pid) => pid !== before))
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    await engine.untilState(key, 'completed')
  })
})

describe('a worker that is stopped', () => {
  test('waits for work in progress', async () => {
    const { worker, jobs } = await engine.work(async () => {
      await delay(300)
      return done()
    })
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    await engine.untilState(key, 'active')
    await worker.stop()
    expect(await engine.jobs()).toMatchObject([{ key, state: 'completed' }])
  })

  test('releases what takes too long, without using up an attempt, for another worker to take immediately', async () => {
    const slow = async ({ signal }: { signal: AbortSignal }): Promise<JobVerdict> => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      return { kind: 'given_back' }
    }
    const { worker, jobs } = await engine.work(slow, { stopSeconds: 0 })
    const key = randomUUID()
    await engine.enqueue(jobs, key)
    await engine.untilState(key, 'active')
    await worker.stop()
    const [given] = await engine.jobs()
    expect(given).toMatchObject({ key, state: 'created' })
    expect((given?.max_attempts ?? 0) - (given?.attempts ?? 0)).toBe(QUEUE.attempts)
    await engine.work(async () => done())
    await engine.untilState(key, 'completed')
  })
})
