import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { acquireEmbedded, type EmbeddedDatabase } from '../../src/database/embedded/embedded.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { makeClone, type TestClone } from '../support/clones.ts'
import { until } from '../support/until.ts'
import { makeWide } from '../support/wide.ts'
import { createLauncher } from './command.ts'
import { addCrowd, countUnsettled, findFaults } from './crowd.ts'
import { environmentOf } from './ground.ts'

const PERSONS = 1500

let clone: TestClone
let server: EmbeddedDatabase
let database: Database
let simulator: Simulator
const { launch, killAll } = createLauncher()

beforeAll(async () => {
  clone = await makeClone()
  // A process that shares an embedded server restarts it when it dies; here that is this process.
  server = await acquireEmbedded({ cloneDirectory: clone.directory })
  await migrateWithJobs(server.url)
  await makeWide(server.url)
  database = openDatabase({ url: server.url, role: 'zvirka_app', applicationName: 'tests', max: 2 })
  simulator = await startSimulator({ callLogSize: 100_000 })
})
afterAll(async () => {
  await killAll()
  await simulator.close()
  await database.close()
  await server.release()
  await clone.remove()
})

/** kill -9 of the postmaster, then waits until the server answers again. */
async function killServer(): Promise<void> {
  const pid = (await clone.serverPid()) ?? 0
  process.kill(pid, 'SIGKILL')
  await until('the server to be back', async () => {
    const started = await clone.serverPid()
    if (started === undefined || started === pid) return false
    return database.query({ text: 'select 1' }).then(
      () => true,
      () => false,
    )
  })
}

describe('PostgreSQL killed with SIGKILL under load', () => {
  test('recovers to a run that continues, with nothing lost, written twice or left in review', async () => {
    const crowd = await addCrowd({ database }, simulator, PERSONS)
    const delay = { distribution: 'uniform', min_ms: 0, max_ms: 200 } as const
    await simulator.setFaults({ faults: [{ kind: 'latency', delay }] })
    // Longer than a busy machine needs for a recovery: a sync whose workers have all lost their leases ends as failed (spec 2.7).
    const environment = { ...environmentOf(server.url, simulator.url), ZVIRKA_LEASE_SECONDS: '20' }
    const worker = launch(['worker'], environment)
    await worker.untilSays(/the worker is ready/)
    const sync = launch(['sync', 'dms-passport', 'person', '--json'], environment)
    const calls = () => simulator.calls().length
    let held = 0
    for (const at of [200, 700]) {
      await until(`${at} calls`, async () => calls() >= at)
      held += (await database.query({ text: 'select from zvirka.claims' })).length
      await killServer()
    }
    await until('everybody to be settled', async () => (await countUnsettled(database)) === 0)
    const { code, out, err } = await sync.ended
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, state: 'finished', claimed: PERSONS })
    expect(worker.isOver).toBe(false)
    worker.signal('SIGTERM')
    expect(await worker.ended).toMatchObject({ code: 0 })
    expect(await findFaults(database, crowd)).toEqual([])
    // A database that is down is retried a few times a second, not for each answer.
    expect(err.split('error, retrying').length).toBeLessThan(100)
    // Only subjects held at one of the two crashes are asked about again, including one more batch that each of two workers claimed after
    // the count.
    expect(calls()).toBeLessThanOrEqual(PERSONS + held + 2 * 2 * 100)
  })
})
