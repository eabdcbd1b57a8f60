import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Jobs } from '../../src/jobs/jobs.ts'
import type { JobRow } from '../../src/jobs/plans/jobs.ts'
import { listJobs } from '../../src/jobs/plans/jobs.ts'
import type { UnzrInfoRow } from '../../src/unzr-info/plans/unzr-info.ts'
import { unzrInfoQueue } from '../../src/unzr-info/queue.ts'
import { findUnzrInfo, syncUnzrInfo } from '../../src/unzr-info/unzr-info.ts'
import { behind, socketOf, startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { until } from '../synchronization/cluster.ts'
import { ownerOf } from '../synchronization/reset.ts'

let ground: Ground
let jobs: Jobs
beforeAll(async () => {
  ground = await prepareGround()
  jobs = await Jobs.open(ground.db.database, () => undefined)
})
afterEach(async () => {
  await ground.clear()
  await ownerOf(ground.db).query({ text: 'delete from pgboss.job' })
  await ownerOf(ground.db).query({ text: 'delete from mimir.unzr_info' })
})
afterAll(async () => {
  await jobs.close()
  await ground.close()
})

const UNZR = '19800229-01234'
const READY = /the worker is ready/

const sync = (attempts = 3) =>
  ground.db.database.transaction((tx) =>
    syncUnzrInfo(tx, jobs, unzrInfoQueue(attempts), { unzr: UNZR, userId: randomUUID() }),
  )

async function theJob(): Promise<JobRow | undefined> {
  const page = { limit: 1, isAscending: true, isFromEnd: false, after: undefined, before: undefined }
  const [job] = await ground.db.database.query<JobRow>(listJobs({}, page))
  return job
}

const untilStatus = (status: UnzrInfoRow['job_status'], seconds = 30) =>
  until(
    `UNZR info to be ${status}`,
    async () => {
      const row = await findUnzrInfo(ground.db.database, UNZR)
      return row?.job_status === status ? row : undefined
    },
    seconds,
  )

describe('a worker that is killed with kill -9 in the middle of a call', () => {
  test('leaves a job that another takes up again within 30 s', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'hang', count: 1 }] })
    const worker = ground.launch(['worker'])
    await worker.untilSays(READY)
    await sync()
    await until('the job to run', async () => (await theJob())?.state === 'active')
    await delay(300)
    await worker.kill()
    const killed = performance.now()
    const next = ground.launch(['worker'])
    await next.untilSays(READY)
    await untilStatus('processed', 30 - (performance.now() - killed) / 1000)
    expect(await theJob()).toMatchObject({ state: 'completed', attempts: 2 })
  })

  test('in its last attempt leaves a row that has failed, not one that is pending for ever', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'hang', count: 1 }] })
    const worker = ground.launch(['worker'])
    await worker.untilSays(READY)
    await sync(1)
    await until('the job to run', async () => (await theJob())?.state === 'active')
    await worker.kill()
    ground.launch(['worker'])
    await untilStatus('failed', 30)
    expect(await theJob()).toMatchObject({ state: 'failed', error_code: 'worker_died' })
  })
})

describe('a worker that is told to stop in the middle of a call', () => {
  test('gives the job back, without an attempt spent, and the next one takes it at once', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'hang', count: 1 }] })
    const worker = ground.launch(['worker'], { ZVIRKA_STOP_SECONDS: '1' })
    await worker.untilSays(READY)
    await sync()
    await until('the job to run', async () => (await theJob())?.state === 'active')
    worker.signal('SIGTERM')
    expect((await worker.ended).code).toBe(0)
    expect(await theJob()).toMatchObject({ state: 'created', attempts: 0 })
    const next = ground.launch(['worker'])
    await next.untilSays(READY)
    await untilStatus('processed', 5)
  })
})

describe('a job that was enqueued while no worker ran', () => {
  test('is done when one starts', async () => {
    await sync()
    ground.launch(['worker'])
    await untilStatus('processed')
  })
})

describe('a database that goes away in the middle of a call', () => {
  let proxy: TcpProxy
  beforeAll(async () => {
    proxy = await startProxy(() => socketOf(ground.db.url))
  })
  afterAll(() => proxy.close())

  test.each(['refusing', 'silent'] as const)('(%s) and comes back finds the answer written, once', async (mode) => {
    await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay: { distribution: 'fixed', ms: 1500 } }] })
    const worker = ground.launch(['worker'], { DATABASE_URL: behind(proxy, ground.db.url) })
    await worker.untilSays(READY)
    await sync()
    await until('the job to run', async () => (await theJob())?.state === 'active')
    await proxy.set(mode)
    await delay(3000)
    await proxy.set('passing')
    await untilStatus('processed', 45)
    expect(await theJob()).toMatchObject({ state: 'completed' })
    // The next one is done as soon as ever: the worker listens again.
    await sync()
    await untilStatus('processed', 15)
  })
})
