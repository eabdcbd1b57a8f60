// Rules: spec 4.3.4
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { UnzrInfoRow } from '../../src/unzr-info/plans/unzr-info.ts'
import { prepareUnzrGround, UNZR, type UnzrGround } from '../unzr-info/ground.ts'

let ground: UnzrGround
let token: string
beforeAll(async () => {
  ground = await prepareUnzrGround()
  token = await ground.api.token()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

const FIELDS =
  'id databaseId queue state attempts maxAttempts subjectId error { code params text(language: UK) } errorCode insertedAt startedAt completedAt'
const LIST = `query ($filter: JobFilter) { jobs(filter: $filter) { totalCount nodes { ${FIELDS} } } }`

interface ShownJob {
  readonly id: string
  readonly databaseId: string
  readonly state: string
  readonly subjectId: string
}

const graphql = (query: string, variables: object, as = token) =>
  ground.api.graphql(as, query, variables as Record<string, unknown>)

async function jobs(filter: object = {}): Promise<ShownJob[]> {
  return (await graphql(LIST, { filter })).body.data.jobs.nodes
}

async function firstJob(): Promise<ShownJob> {
  const [job] = await jobs()
  if (job === undefined) throw new Error('there is no job')
  return job
}

const act = (name: 'retryJobs' | 'cancelJobs', ids: readonly string[], as = token) =>
  graphql(`mutation ($ids: [ID!]!) { ${name}(input: { ids: $ids }) { jobs { ${FIELDS} } } }`, { ids }, as)

async function failOne(): Promise<UnzrInfoRow> {
  await ground.simulator.setFaults({ faults: [{ kind: 'soap_fault', code: 'Client', count: 1 }] })
  const worker = await ground.work()
  await ground.sync(token)
  const row = await ground.untilStatus('failed')
  await worker.stop()
  return row
}

describe('jobs', () => {
  test('are listed with state, attempts and error code, and of their subject only the id', async () => {
    const row = await failOne()
    await ground.sync(token, 'another')
    const { body } = await graphql(LIST, {})
    expect(body.data.jobs.totalCount).toBe(2)
    const [newest, oldest] = body.data.jobs.nodes
    expect(newest).toMatchObject({
      queue: 'unzr_info',
      state: 'CREATED',
      attempts: 0,
      error: null,
      errorCode: null,
      startedAt: null,
    })
    expect(oldest).toMatchObject({ state: 'FAILED', attempts: 1, errorCode: 'Sender', subjectId: row.id })
    expect(oldest.error).toEqual({
      ...{ code: 'request_refused', params: {} },
      text: 'Реєстр або Трембіта відхилили запит: він хибний, або немає доступу.',
    })
    expect(oldest.completedAt).not.toBeNull()
    expect((await jobs({ state: 'FAILED' })).map(({ id }) => id)).toEqual([oldest.id])
    expect(await jobs({ queue: 'other' })).toEqual([])
    expect(JSON.stringify(body)).not.toContain(UNZR)
  })

  test('are nodes, for those who may see them', async () => {
    await ground.sync(token)
    const { id } = await firstJob()
    const node = 'query ($id: ID!) { node(id: $id) { ... on Job { queue state } } }'
    expect((await graphql(node, { id })).body.data.node).toEqual({ queue: 'unzr_info', state: 'CREATED' })
    const other = await ground.api.token({ scope: 'unzr:read' })
    expect((await graphql(node, { id }, other)).body.errors[0].extensions.code).toBe('FORBIDDEN')
  })

  test('need their scopes: one to list, another to change', async () => {
    const reads = await ground.api.token({ scope: 'job:read' })
    const writes = await ground.api.token({ scope: 'job:write' })
    expect((await graphql(LIST, {}, writes)).body.errors[0].message).toContain('job:read')
    expect((await graphql(LIST, {}, reads)).body.errors).toBeUndefined()
    for (const name of ['retryJobs', 'cancelJobs'] as const) {
      expect((await act(name, [], reads)).body.errors[0].message).toContain('job:write')
    }
  })
})

describe('retryJobs', () => {
  test('queues a failed job again with all attempts, on behalf of the user', async () => {
    const before = await failOne()
    const { id, databaseId } = await firstJob()
    const other = await ground.api.token()
    const { body } = await act('retryJobs', [id], other)
    expect(body.data.retryJobs.jobs).toMatchObject([{ id, state: 'RETRY', attempts: 1, maxAttempts: 4 }])
    const pending = await ground.row()
    expect(pending?.job_status).toBe('pending')
    expect(pending?.updated_by).not.toBe(before.updated_by)

    await ground.simulator.setFaults({ faults: [{ kind: 'http', status: 502 }] })
    ground.simulator.resetCalls()
    await ground.work()
    await ground.untilStatus('failed')
    expect(ground.asked()).toBe(3)
    const [record] = await ground.api.db.database.query({
      text: `select action, subject_kind, subject_ids from zvirka.audit where operation = 'Mutation.retryJobs'`,
    })
    expect(record).toEqual({ action: 'write', subject_kind: 'job', subject_ids: [databaseId] })
  })

  test('wakes a worker immediately', async () => {
    await failOne()
    await ground.work()
    await act('retryJobs', [(await firstJob()).id])
    await ground.untilStatus('processed')
  })

  test('refuses a job that is not over, succeeded or does not exist, and then changes none', async () => {
    const failed = await failOne()
    const { id } = await firstJob()
    await ground.sync(token, 'waits')
    const waiting = (await jobs()).find(({ state }) => state === 'CREATED')?.id ?? ''
    const missing = Buffer.from(`Job:${randomUUID()}`).toString('base64')
    const code = async (ids: string[]) => (await act('retryJobs', ids)).body.errors[0].extensions.code
    expect(await code([id, waiting])).toBe('CONFLICT')
    expect(await code([id, missing])).toBe('NOT_FOUND')
    expect(await code(['x'])).toBe('BAD_REQUEST')
    expect(await code([])).toBe('UNPROCESSABLE_ENTITY')
    expect(await ground.row()).toEqual(failed)
    expect((await jobs({ state: 'FAILED' })).map((job) => job.id)).toEqual([id])
  })

  test('refuses a job whose subject has another active job', async () => {
    await failOne()
    const { id } = await firstJob()
    await ground.sync(token)
    const { body } = await act('retryJobs', [id])
    expect(body.errors[0]).toMatchObject({
      message: 'Another job for the same subject is in progress',
      extensions: { code: 'CONFLICT', refusal: { code: 'job_joined', params: {} } },
    })
  })
})

describe('cancelJobs', () => {
  test('ends a waiting job: its record has failed, and the next request creates a new job', async () => {
    await ground.sync(token)
    const { id } = await firstJob()
    const { body } = await act('cancelJobs', [id])
    expect(body.data.cancelJobs.jobs).toMatchObject([{ id, state: 'CANCELLED' }])
    expect((await ground.row())?.job_status).toBe('failed')
    expect((await act('cancelJobs', [id])).body.errors[0]).toMatchObject({
      message: 'Job is over already',
      extensions: { code: 'CONFLICT', refusal: { code: 'job_over', params: {} } },
    })
    await ground.sync(token)
    await ground.work()
    await ground.untilStatus('processed')
  })

  test('discards the result of a running job', async () => {
    ground.simulator.registers.unzr.add({ unzr: UNZR, family_name: 'К', given_name: 'Л', date_birth: '1980-02-29' })
    await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay: { distribution: 'fixed', ms: 500 } }] })
    const worker = await ground.work()
    await ground.sync(token)
    await expect.poll(async () => (await jobs()).map(({ state }) => state)).toEqual(['ACTIVE'])
    await act('cancelJobs', [(await firstJob()).id])
    const cancelled = await ground.row()
    await worker.stop()
    expect(await ground.row()).toEqual(cancelled)
    expect(cancelled).toMatchObject({ job_status: 'failed', info: null })
    expect((await jobs()).map(({ state }) => state)).toEqual(['CANCELLED'])
  })

  test('a cancelled job can be retried', async () => {
    await ground.sync(token)
    const { id } = await firstJob()
    await act('cancelJobs', [id])
    const { body } = await act('retryJobs', [id])
    expect(body.data.retryJobs.jobs).toMatchObject([{ id, state: 'CREATED', maxAttempts: 3 }])
    await ground.work()
    await ground.untilStatus('processed')
  })
})
