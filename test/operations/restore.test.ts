// Rules: spec 2.7.5
/** A database restored to an earlier state: claims of that time are released, and every status change happens once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import type { Database } from '../../src/database/database.ts'
import type { Command } from '../processes/command.ts'
import { addCrowd, countUnsettled, findFaults, heldBy } from '../processes/crowd.ts'
import { type Ground, LEASE_SECONDS, prepareGround } from '../processes/ground.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { seenLongAgo } from '../support/schedules.ts'
import { until } from '../support/until.ts'
import { startRun } from '../synchronization/cluster.ts'
import { type BackUp, restoreBackUp, takeBackUp } from './back-up.ts'

const SYNC = ['sync', 'dms-passport', 'person', '--json']

let ground: Ground
let restored: TestDatabase
beforeAll(async () => {
  ground = await prepareGround()
  restored = await createTestDatabase('zvirka_worker')
})
afterEach(() => ground.clear())
afterAll(async () => {
  await ground.close()
  await restored.drop()
})

const onRestored = () => ({ DATABASE_URL: restored.url })
const isOver = async (database: Database) =>
  (await countUnsettled(database)) === 0 &&
  (await database.query({ text: 'select from zvirka.runs where ended_at is null' })).length === 0

async function answerWithin(milliseconds: number): Promise<void> {
  const delay = { distribution: 'uniform', min_ms: 0, max_ms: milliseconds } as const
  await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay }] })
}

/** A backup of this moment. Answers are slow meanwhile, so that work is still going on however long the backup takes. */
async function takeBackUpInTheMiddle(): Promise<BackUp> {
  await answerWithin(10_000)
  const backUp = await takeBackUp(ground.db.url)
  await answerWithin(100)
  return backUp
}

/** Makes a backup while commands work, lets them go on, then kills them as the loss of a machine does. */
async function backUpAndLose(commands: readonly Command[]): Promise<void> {
  await ground.untilCalls(150)
  const backUp = await takeBackUpInTheMiddle()
  await ground.untilCalls(ground.simulator.calls().length + 150)
  await Promise.all(commands.map((command) => command.kill()))
  await restoreBackUp(backUp, restored.url)
  const held = await heldBy(restored.database, ...commands.map(({ pid }) => pid))
  expect(held.length).toBeGreaterThan(0)
}

/** The events about each subject that consumers read, in order. */
async function events(database: Database): Promise<Map<string, string[]>> {
  const rows = await database.query<{ id: string; value: string }>({
    text: `select entity_id as id, properties #>> '{verification_status,new_value}' as value
             from event_manager.events order by event_time, inserted_at`,
  })
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, those]) => [id, those.map(({ value }) => value)] as const),
  )
}

/** Switches workers to the restored database, like a failover that loses the last commits. */
async function swap(): Promise<void> {
  const name = (url: string) => /\/(test_\w+)/.exec(url)?.[1] ?? ''
  const [used, other] = [name(ground.db.url), name(restored.url)]
  const client = await connect({ url: ground.db.url.replace(used, 'postgres'), applicationName: 'tests' })
  const everybodyOut = (database: string) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database])
  try {
    for (const database of [used, other]) await client.query(`alter database ${database} allow_connections false`)
    for (const database of [used, other]) await everybodyOut(database)
    await client.query(`alter database ${used} rename to ${used}_lost`)
    await client.query(`alter database ${other} rename to ${used}`)
    await client.query(`alter database ${used}_lost rename to ${other}`)
    for (const database of [used, other]) await client.query(`alter database ${database} allow_connections true`)
  } finally {
    await client.end()
  }
}

describe('after a restore to an earlier time', () => {
  test('a scheduled run is continued by the next worker, which settles everybody once, and leaves nobody in review', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 700)
    await answerWithin(100)
    const workers = [ground.launch(['worker']), ground.launch(['worker'])]
    for (const worker of workers) await worker.untilSays(/the worker is ready/)
    const run = await startRun(ground.db)
    await backUpAndLose(workers)

    const worker = ground.launch(['worker'], onRestored())
    await worker.untilSays(/released the claims of dead workers/, LEASE_SECONDS + 5)
    await until('the end of it all', () => isOver(restored.database))
    worker.signal('SIGTERM')
    expect(await worker.ended).toMatchObject({ code: 0 })
    expect(await findFaults(restored.database, crowd)).toEqual([])
    const runs = await restored.database.query({ text: 'select id, state from zvirka.runs' })
    expect(runs).toEqual([{ id: run.id, state: 'finished' }])

    // A consumer that reads on after the restore gets lost events again, and no others.
    const [before, after] = [await events(ground.db.database), await events(restored.database)]
    const lost = [...before].filter(([id]) => after.get(id)?.join() !== before.get(id)?.join())
    expect(before.size).toBeGreaterThan(0)
    expect(lost).toEqual([])
  })

  test('a run of `zvirka sync` is ended as lost, and another one does the rest', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 600)
    await answerWithin(100)
    await backUpAndLose([ground.launch(SYNC)])
    const { code, out } = await ground.launch(SYNC, onRestored()).ended
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, state: 'finished' })
    expect(await findFaults(restored.database, crowd)).toEqual([])
    const runs = await restored.database.query({
      text: `select state, finding ->> 'code' as finding from zvirka.runs order by started_at`,
    })
    expect(runs).toEqual([
      { state: 'failed', finding: 'worker_lost' },
      { state: 'finished', finding: null },
    ])
  })

  test('a tick of the lost period runs again, once', async () => {
    const cron = { DMS_PERSON_SYNCHRONIZATION_SCHEDULE: '* * * * *' }
    const backUp = await takeBackUp(ground.db.url)
    await restoreBackUp(backUp, restored.url)
    // The schedule was seen long ago, and the restored database does not know the later ticks.
    await restored.database.query(seenLongAgo(['dms_passport/person'], cron.DMS_PERSON_SYNCHRONIZATION_SCHEDULE))
    const worker = ground.launch(['worker'], { ...onRestored(), ...cron })
    await worker.untilSays(/run started: schedule/)
    await until('the run', () => isOver(restored.database))
    const runs = await restored.database.query({ text: 'select from zvirka.runs' })
    // One for the lost day, not one for each of its minutes; and one more if a minute began meanwhile.
    expect(runs.length).toBeLessThan(3)
    worker.signal('SIGTERM')
    expect(await worker.ended).toMatchObject({ code: 0 })
  })

  test('workers that stay, with leases that were valid then, finish the run', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 700)
    await answerWithin(100)
    const lease = { ZVIRKA_LEASE_SECONDS: '60' }
    const workers = [ground.launch(['worker'], lease), ground.launch(['worker'], lease)]
    for (const worker of workers) await worker.untilSays(/the worker is ready/)
    await startRun(ground.db)
    await ground.untilCalls(150)
    const backUp = await takeBackUpInTheMiddle()
    await ground.untilCalls(400)
    await restoreBackUp(backUp, restored.url)
    await swap()
    await until('the end of it all', () => isOver(ground.db.database))
    const faults = await findFaults(ground.db.database, crowd)
    // The run's record lacks the claims of the lost time; their answers were dropped.
    expect(faults.filter((fault) => !/a run is finished with \d+ taken and \d+ done/.test(fault))).toEqual([])
  })
})
