// Rules: spec 4.1.4
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type JobRow, listJobs } from '../../src/jobs/plans/jobs.ts'
import { unzrInfoFailedWork } from '../../src/unzr-info/work.ts'
import { prepareUnzrGround, type UnzrGround } from './ground.ts'

let ground: UnzrGround
let token: string
beforeAll(async () => {
  ground = await prepareUnzrGround()
  token = await ground.api.token()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

/** The row's job failed for good so many seconds after the row became pending, and a worker is notified. */
async function failAfter(seconds: number): Promise<void> {
  const row = await ground.row()
  if (row === undefined) throw new Error('there is no row')
  const enqueuedAt = new Date(row.updated_at.getTime() + seconds * 1000)
  const signal = new AbortController().signal
  const verdict = await unzrInfoFailedWork.perform({ id: row.id, key: row.id, enqueuedAt, signal })
  if (verdict.kind !== 'done') throw new Error('it did not do its work')
  await ground.api.db.open({ role: 'zvirka_worker', max: 1 }).transaction(verdict.write)
}

describe('a permanently failed job', () => {
  test('marks its row as failed without a user; answers and their time stay', async () => {
    await ground.sync(token)
    const before = await ground.row()
    await failAfter(1)
    const row = await ground.row()
    expect(row).toMatchObject({ job_status: 'failed', updated_by: before?.updated_by, synced_at: null, info: null })
    expect(row?.updated_at.getTime()).toBeGreaterThan(before?.updated_at.getTime() ?? Number.NaN)
  })

  test('does not mark a row that was requested again since', async () => {
    await ground.sync(token)
    await failAfter(-1)
    expect(await ground.row()).toMatchObject({ job_status: 'pending' })
  })

  test('does not mark a row that was processed meanwhile', async () => {
    await ground.work()
    await ground.sync(token)
    await ground.untilStatus('processed')
    await failAfter(1)
    expect(await ground.row()).toMatchObject({ job_status: 'processed' })
  })

  test('is in the list of jobs once', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'soap_fault', code: 'Client' }] })
    await ground.work()
    await ground.sync(token)
    await ground.untilStatus('failed')
    expect(await ground.api.db.database.query<JobRow>(listJobs({}, { limit: 10, direction: 'asc' }))).toMatchObject([
      { queue: 'unzr_info', state: 'failed', error_code: 'Sender' },
    ])
  })
})
