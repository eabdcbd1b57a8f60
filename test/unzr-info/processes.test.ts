// Rules: spec 4.1.4
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/access/tokens.ts'
import type { Database } from '../../src/database/database.ts'
import { Jobs } from '../../src/jobs/jobs.ts'
import type { JobRow } from '../../src/jobs/plans/jobs.ts'
import { listJobs } from '../../src/jobs/plans/jobs.ts'
import type { UnzrInfoRow } from '../../src/unzr-info/plans/unzr-info.ts'
import { unzrInfoQueue } from '../../src/unzr-info/queue.ts'
import { findUnzrInfo, syncUnzrInfo } from '../../src/unzr-info/unzr-info.ts'
import { behind, socketOf, startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { until } from '../support/until.ts'
import { ownerOf } from '../synchronization/reset.ts'

let ground: Ground
let api: Database
let jobs: Jobs
beforeAll(async () => {
  ground = await prepareGround()
  api = ground.db.open({ role: 'zvirka_app' })
  jobs = await Jobs.open(api, () => undefined)
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

const sync = (attempts = 3, unzr = UNZR) =>
  api.transaction((tx) => syncUnzrInfo(tx, jobs, unzrInfoQueue(attempts), { unzr, userId: randomUUID() }))

/** In the order of insertion. */
function theJobs(): Promise<JobRow[]> {
  return ground.db.database.query<JobRow>(listJobs({}, { limit: 10, direction: 'asc' }))
}

async function theJob(): Promise<JobRow | undefined> {
  return (await theJobs())[0]
}

const untilStatus = (status: UnzrInfoRow['job_status'], seconds = 30, unzr = UNZR) =>
  until(
    `UNZR info to be ${status}`,
    async () => {
      const row = await findUnzrInfo(ground.db.database, unzr)
      return row?.job_status === status ? row : undefined
    },
    seconds,
  )

describe('a worker killed with kill -9 during calls', () => {
  test('leaves jobs that another takes over within 30 s; if it was the last attempt, the row has failed instead of staying pending', async () => {
    const last = '19800229-04321'
    await ground.simulator.setFaults({ faults: [{ kind: 'hang', count: 2 }] })
    const worker = ground.launch(['worker'])
    await worker.untilSays(READY)
    await sync()
    await sync(1, last)
    await until('the jobs to run and their calls to hang', async () => {
      const running = (await theJobs()).filter(({ state }) => state === 'active')
      return running.length === 2 && ground.simulator.calls().length === 2
    })
    await worker.kill()
    const killed = performance.now()
    const next = ground.launch(['worker'])
    await next.untilSays(READY)
    const left = () => 30 - (performance.now() - killed) / 1000
    await untilStatus('processed', left())
    await untilStatus('failed', left(), last)
    const [again, given] = await theJobs()
    expect(again).toMatchObject({ state: 'completed', attempts: 2 })
    expect(given).toMatchObject({ state: 'failed', error_code: 'worker_died' })
  })
})

describe('a worker that is stopped during a call', () => {
  test('releases the job without using up an attempt, and the next worker takes it immediately', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'hang', count: 1 }] })
    const worker = ground.launch(['worker'], { ZVIRKA_STOP_SECONDS: '1' })
    await worker.untilSays(READY)
    await sync()
    await until('the job to run', async () => (await theJob())?.state === 'active')
    worker.signal('SIGTERM')
    expect((await worker.ended).code).toBe(0)
    const given = await theJob()
    expect(given?.state).toBe('created')
    expect((given?.max_attempts ?? 0) - (given?.attempts ?? 0)).toBe(3)
    const next = ground.launch(['worker'])
    await next.untilSays(READY)
    await untilStatus('processed', 5)
  })
})

/** An NHS user's token for all of UNZR info. */
async function makeToken(): Promise<string> {
  const owner = ownerOf(ground.db)
  const [clientId, userId] = [randomUUID(), randomUUID()]
  await owner.withClient(async (client) => {
    await client.query(
      `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, 'Test', '42032422', 'NHS', 'ACTIVE')`,
      [clientId],
    )
    await client.query(
      `insert into mithril.clients (id, name, client_type_id) select $1, 'Test', id from mithril.client_types where name = 'NHS'`,
      [clientId],
    )
    await client.query('insert into mithril.users (id, email) values ($1, $2)', [userId, `${userId}@example.org`])
    await client.query(
      `insert into mithril.user_roles (user_id, role_id, client_id) select $1, id, $2 from mithril.roles where name = 'NHS ADMIN'`,
      [userId, clientId],
    )
  })
  const scope = 'unzr:read unzr:write'
  return (await issueToken(owner, { name: 'test', userId, clientId, scope, seconds: 600, isMasked: false })).value
}

describe('a request to one API process', () => {
  test('is processed by a worker in another, and shown by a third', async () => {
    const token = await makeToken()
    const worker = ground.launch(['worker'])
    const apis = [ground.launch(['api'], { PORT: '0' }), ground.launch(['api'], { PORT: '0' })]
    const urls = await Promise.all(apis.map((api) => api.untilSays(/"address":"(http:[^"]+)"/)))
    await worker.untilSays(READY)
    const graphql = async (place: number, query: string) => {
      const response = await fetch(`${urls[place]?.[1] ?? ''}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
      return response.json() as Promise<{ data: Record<string, unknown> }>
    }
    const asked = await graphql(
      0,
      `mutation { syncUnzrInfoRegister(input: { unzr: "${UNZR}" }) { unzrInfo { jobStatus } } }`,
    )
    expect(asked.data).toEqual({ syncUnzrInfoRegister: { unzrInfo: { jobStatus: 'pending' } } })
    const shown = await until('the answer', async () => {
      const { data } = await graphql(1, `{ unzrInfoRegister(unzr: "${UNZR}") { jobStatus info { lastName } } }`)
      return JSON.stringify(data).includes('processed') && data
    })
    expect(shown).toEqual({ unzrInfoRegister: { jobStatus: 'processed', info: null } })
    for (const { said } of [worker, ...apis]) expect(said.out + said.err).not.toContain(UNZR)
    for (const command of [worker, ...apis]) command.signal('SIGTERM')
    for (const command of [worker, ...apis]) expect((await command.ended).code).toBe(0)
  })
})

describe('a job that was queued while no worker ran', () => {
  test('is processed when one starts', async () => {
    await sync()
    ground.launch(['worker'])
    await untilStatus('processed')
  })
})

describe('a database that goes down during a call', () => {
  let proxy: TcpProxy
  beforeAll(async () => {
    proxy = await startProxy(() => socketOf(ground.db.url))
  })
  afterAll(() => proxy.close())

  test.each(['refusing', 'silent'] as const)('(%s) and comes back gets the answer written, once', async (mode) => {
    await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay: { distribution: 'fixed', ms: 500 } }] })
    const worker = ground.launch(['worker'], { DATABASE_URL: behind(proxy, ground.db.url) })
    await worker.untilSays(READY)
    await sync()
    await until('the job to run', async () => (await theJob())?.state === 'active')
    await proxy.set(mode)
    // The answer comes meanwhile.
    await delay(1500)
    await proxy.set('passing')
    await untilStatus('processed', 45)
    expect(await theJob()).toMatchObject({ state: 'completed' })
    // The next one is as fast as ever: the worker listens again.
    await sync()
    await untilStatus('processed', 15)
  })
})
