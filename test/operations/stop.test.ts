// Rules: spec 2.7.6
/** Stopping within the time that units and compose files allow (test/deploy/units.test.ts), whatever is going on. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { PROCESSES } from '../../src/synchronization/process.ts'
import type { Command } from '../processes/command.ts'
import { type Ground, LEASE_SECONDS, prepareGround } from '../processes/ground.ts'
import { until } from '../support/until.ts'
import { startRun } from '../synchronization/cluster.ts'
import { addParties, addPersons, nationalId } from '../synchronization/people.ts'

const STOP_SECONDS = 1
/** With allowance for a busy machine; the platform allows 60 s with a lease of 10. */
const IN_TIME = STOP_SECONDS + LEASE_SECONDS + 20
const SETTINGS = { ZVIRKA_STOP_SECONDS: String(STOP_SECONDS) }

/** The registries the worker asks: not DRFO, whose settings are missing here. */
const SERVED = [...PROCESSES.values()].filter(({ stream }) => stream !== 'drfo').length

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

/** People for every process, and a run of each. */
async function startEverything(count: number): Promise<void> {
  const { database } = ground.db
  const needed = { status: 'VERIFICATION_NEEDED', reason: 'INITIAL' }
  const people = Array.from({ length: count }, (_, place) => ({
    documents: [nationalId(place)],
    ...needed,
    streams: { unzr: needed, mvs_passport: needed },
  }))
  await addPersons(
    database,
    people.map((person, place) => ({ ...person, unzr: `19800101-${String(place).padStart(5, '0')}` })),
  )
  await addParties(
    database,
    people.map(({ streams: { mvs_passport }, ...party }) => ({ ...party, streams: { mvs_passport } })),
  )
  for (const process of PROCESSES.keys()) await startRun(ground.db, { process })
}

async function stop(worker: Command): Promise<{ code: number | null; seconds: number }> {
  const at = performance.now()
  worker.signal('SIGTERM')
  const { code } = await worker.ended
  return { code, seconds: (performance.now() - at) / 1000 }
}

async function inReview(): Promise<number> {
  const [row] = await ground.db.database.query<{ count: number }>({
    text: `select (select count(*) from zvirka.claims)
                + (select count(*) from wide.person_verifications
                    where 'IN_REVIEW' in (unzr_verification_status, mvs_passport_verification_status, dms_passport_verification_status))
                + (select count(*) from wide.party_verifications
                    where 'IN_REVIEW' in (mvs_passport_verification_status, dms_passport_verification_status)) as count`,
  })
  return row?.count ?? -1
}

const heldProcesses = async () =>
  (await ground.db.database.query({ text: 'select distinct stream, subject_kind from zvirka.claims' })).length

describe('a worker that gets a signal to stop', () => {
  test('while it asks for every process and no registry answers stops in time, with 0 and nothing in review', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'hang' }] })
    await startEverything(150)
    const worker = ground.launch(['worker'], SETTINGS)
    await until('claims of every process', async () => (await heldProcesses()) === SERVED)
    const { code, seconds } = await stop(worker)
    expect(code).toBe(0)
    expect(seconds).toBeLessThan(IN_TIME)
    expect(await inReview()).toBe(0)
  })

  test('at any moment of its work stops in time, with 0 and nothing in review', async () => {
    const latency = { distribution: 'uniform', min_ms: 0, max_ms: 200 } as const
    await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay: latency }] })
    await startEverything(400)
    for (const milliseconds of [0, 100, 700]) {
      const worker = ground.launch(['worker'], SETTINGS)
      await worker.untilSays(/the worker is ready/)
      await delay(milliseconds)
      const { code, seconds } = await stop(worker)
      expect(code).toBe(0)
      expect(seconds).toBeLessThan(IN_TIME)
      expect(await inReview()).toBe(0)
    }
  })

  test('before it is ready stops as well', async () => {
    const worker = ground.launch(['worker'], SETTINGS)
    // When it starts to listen for signals is not visible from outside; it is before its first output.
    await until('a connection', async () => {
      const mine = await ground.db.database.query({
        text: `select from pg_stat_activity where application_name like 'zvirka %' and datname = current_database()`,
      })
      return mine.length > 0
    })
    const { code, seconds } = await stop(worker)
    expect(code).toBe(0)
    expect(seconds).toBeLessThan(IN_TIME)
  })

  test('while the database is down stops in time; the next worker releases its claims', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'hang' }] })
    await startEverything(50)
    const worker = ground.launch(['worker'], SETTINGS)
    await until('claims of every process', async () => (await heldProcesses()) === SERVED)
    const name = /\/(test_\w+)/.exec(ground.db.url)?.[1] ?? ''
    const administrator = await connect({ url: ground.db.url.replace(name, 'postgres'), applicationName: 'tests' })
    try {
      await administrator.query(`alter database ${name} allow_connections false`)
      await administrator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
      const { seconds } = await stop(worker)
      expect(seconds).toBeLessThan(IN_TIME)
    } finally {
      await administrator.query(`alter database ${name} allow_connections true`)
      await administrator.end()
    }
    expect(await inReview()).toBeGreaterThan(0)
    await ground.db.database.query({ text: `update zvirka.runs set state = 'paused' where ended_at is null` })
    const next = ground.launch(['worker'], SETTINGS)
    await until('all claims to be released', async () => (await inReview()) === 0)
    expect((await stop(next)).code).toBe(0)
  })
})
