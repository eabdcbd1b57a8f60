// Rules: spec 4.1.4
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JobState } from '../../src/jobs/plans/jobs.ts'
import { sweepUnzrInfo } from '../../src/unzr-info/sweep.ts'
import { prepareUnzrGround, UNZR, type UnzrGround } from './ground.ts'

let ground: UnzrGround
let token: string
beforeAll(async () => {
  ground = await prepareUnzrGround()
  token = await ground.api.token()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

const sweep = () => sweepUnzrInfo(ground.api.db.database, ground.api.jobs.jobs, ground.api.jobs.unzrInfo)

const setJob = (state: JobState) =>
  ground.api.db.database.query({ text: 'update pgboss.job set state = $1::pgboss.job_state', values: [state] })

describe('a row that is pending', () => {
  test('without a job gets one, and is processed', async () => {
    await ground.api.db.database.query({
      text: `insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by) values ($1, 'pending', $2, $2)`,
      values: [UNZR, randomUUID()],
    })
    const before = await ground.row()
    expect(await sweep()).toEqual({ failed: 0, enqueued: 1 })
    expect(await ground.row()).toEqual(before)
    expect(await ground.jobs()).toMatchObject([{ key: before?.id, state: 'created' }])
    expect(await sweep()).toEqual({ failed: 0, enqueued: 0 })
    await ground.work()
    expect((await ground.untilStatus('processed')).updated_by).toBe(before?.updated_by)
  })

  test.each(['created', 'retry', 'active'] as const)('with a job that is %s is left alone', async (state) => {
    await ground.sync(token)
    await setJob(state)
    const before = await ground.row()
    expect(await sweep()).toEqual({ failed: 0, enqueued: 0 })
    expect(await ground.row()).toEqual(before)
    expect(await ground.jobs()).toHaveLength(1)
  })

  test.each(['failed', 'cancelled'] as const)('whose job the engine left %s has failed', async (state) => {
    await ground.sync(token)
    const before = await ground.row()
    await setJob(state)
    expect(await sweep()).toEqual({ failed: 1, enqueued: 0 })
    const row = await ground.row()
    expect(row).toMatchObject({ job_status: 'failed', updated_by: before?.updated_by, synced_at: null, info: null })
    expect(row?.updated_at.getTime()).toBeGreaterThan(before?.updated_at.getTime() ?? Number.NaN)
  })

  test('whose only job did its work, as a back-up of one without the other leaves it, gets another', async () => {
    await ground.sync(token)
    await setJob('completed')
    expect(await sweep()).toEqual({ failed: 0, enqueued: 1 })
    expect((await ground.jobs()).map(({ state }) => state).sort()).toEqual(['completed', 'created'])
  })

  test('gets one job however many look for it at once', async () => {
    await ground.sync(token)
    await ground.api.db.database.query({ text: 'delete from pgboss.job' })
    const swept = await Promise.all(Array.from({ length: 5 }, sweep))
    expect(swept.reduce((sum, { enqueued }) => sum + enqueued, 0)).toBe(1)
    expect(await ground.jobs()).toHaveLength(1)
  })
})

test('rows that are processed or have failed are nobody’s concern', async () => {
  for (const status of ['processed', 'failed']) {
    await ground.api.db.database.query({
      text: `insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by) values ($1, $1, $2, $2)`,
      values: [status, randomUUID()],
    })
  }
  expect(await sweep()).toEqual({ failed: 0, enqueued: 0 })
  expect(await ground.jobs()).toEqual([])
})
