// Rules: spec 2.1.8
/** Holding and releasing a process, and what `zvirka restored` does to a database before work starts on it again. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PROCESSES } from '../../src/synchronization/process.ts'
import { addCrowd, countUnsettled, findFaults, heldBy, untilHolding } from '../processes/crowd.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { seenLongAgo } from '../support/schedules.ts'
import { makeToken } from '../support/token.ts'
import { until } from '../support/until.ts'
import { startRun } from '../synchronization/cluster.ts'
import { ownerOf } from '../synchronization/reset.ts'

const DMS = ['dms-passport', 'person']
const EVERY_MINUTE = { DMS_PERSON_SYNCHRONIZATION_SCHEDULE: '* * * * *', ZVIRKA_TRIGGER_DELAY_SECONDS: '1' }
const WHY = ['--reason', 'the registry is being repaired']

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

const run = (...args: string[]) => ground.launch(args).ended
const runs = () =>
  ground.db.database.query<{ process: string; state: string; finding: string | null; state_reason: string }>({
    text: `select process, state, finding ->> 'code' as finding, state_reason from zvirka.runs
            where ended_at is null order by process`,
  })

const recorded = async () => {
  const text = `select operation from zvirka.audit where operation in ('hold', 'release', 'restored') order by id`
  return (await ownerOf(ground.db).query<{ operation: string }>({ text })).map(({ operation }) => operation)
}

async function startWorker(more = {}) {
  const worker = ground.launch(['worker'], more)
  await worker.untilSays(/the worker is ready/)
  return worker
}

describe('a held process', () => {
  test('starts no run by a tick or a trigger until it is released', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 50)
    expect(await run('hold', ...DMS, ...WHY)).toMatchObject({ code: 0, out: expect.stringContaining('is held: run ') })
    await ground.db.database.query(seenLongAgo(['dms_passport/person'], '* * * * *'))
    const worker = await startWorker(EVERY_MINUTE)
    await until('a tick to be skipped', async () => {
      const ticks = await ground.db.database.query({ text: `select from zvirka.ticks where outcome = 'skipped'` })
      return ticks.length > 0
    })
    expect(await runs()).toEqual([
      {
        ...{ process: 'dms_passport/person', state: 'paused', finding: null },
        state_reason: 'the registry is being repaired',
      },
    ])
    expect(ground.simulator.calls()).toEqual([])
    expect(await run('hold', ...DMS, ...WHY)).toMatchObject({ code: 0 })
    expect(await run('release', ...DMS)).toMatchObject({ code: 0, out: expect.stringContaining('is resumed with run') })
    await until('everybody to be settled', async () => (await countUnsettled(ground.db.database)) === 0)
    worker.signal('SIGTERM')
    expect(await worker.ended).toMatchObject({ code: 0 })
    expect(await findFaults(ground.db.database, crowd)).toEqual([])
    expect((await recorded()).slice(-2)).toEqual(['hold', 'release'])
  })

  test('has its active run paused', async () => {
    const { id } = await startRun(ground.db)
    expect(await run('hold', ...DMS, ...WHY)).toMatchObject({ code: 0, out: expect.stringContaining(id) })
    expect(await runs()).toMatchObject([{ state: 'paused' }])
  })

  test('can be released only if it was held, otherwise it says so', async () => {
    expect(await run('release', ...DMS)).toMatchObject({ code: 1, err: expect.stringContaining('is not held') })
  })
})

/** A token, and a queued mail. */
async function addTokenAndMail(): Promise<string> {
  const owner = ownerOf(ground.db)
  await makeToken(owner, { scope: 'person:read' })
  const [job] = await owner.query<{ id: string }>({
    text: `insert into pgboss.job (name, singleton_key, data) values ('invitation_mail', $1, jsonb_build_object('id', $1::text))
           returning id`,
    values: [randomUUID()],
  })
  return job?.id ?? ''
}

/** A pending question to the UNZR register. */
async function addLookup(): Promise<string> {
  const id = randomUUID()
  const [job] = await ownerOf(ground.db).query<{ id: string }>({
    text: `with asked as (insert into mimir.unzr_info (id, unzr, job_status, inserted_by, updated_by) values ($1, '19900101-00001', 'pending', $1, $1))
           insert into pgboss.job (name, singleton_key, data) values ('unzr_info', $1::text, jsonb_build_object('id', $1::text)) returning id`,
    values: [id],
  })
  return job?.id ?? ''
}

describe('zvirka restored', () => {
  test('releases claims, holds all processes, cancels mails and ends tokens; releasing a process continues it', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 300)
    const slow = { distribution: 'uniform', min_ms: 300, max_ms: 600 } as const
    await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay: slow }] })
    const lost = await startWorker({ ZVIRKA_LEASE_SECONDS: '600' })
    await startRun(ground.db)
    await untilHolding(ground.db.database, lost.pid)
    await lost.kill()
    const mail = await addTokenAndMail()
    const lookup = await addLookup()

    const { code, out, err } = await run('restored', '--json', '--reason', 'the disk was lost at two')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({ workers: 1, held: PROCESSES.size, mails: 1, lookups: 1, tokens: 1 })
    expect(await heldBy(ground.db.database, lost.pid)).toEqual([])
    const held = await runs()
    expect(held.map(({ process }) => process)).toEqual([...PROCESSES.keys()].toSorted())
    expect(new Set(held.map(({ state, finding, state_reason: why }) => `${state}, ${finding}: ${why}`))).toEqual(
      new Set(['paused, database_restored: the disk was lost at two']),
    )
    const text = 'select distinct state from pgboss.job where id = any ($1)'
    expect(await ownerOf(ground.db).query({ text, values: [[mail, lookup]] })).toEqual([{ state: 'cancelled' }])
    expect((await recorded()).at(-1)).toBe('restored')

    await ground.simulator.clearFaults()
    const worker = await startWorker(EVERY_MINUTE)
    const calls = ground.simulator.calls().length
    expect(await run('release', ...DMS)).toMatchObject({ code: 0 })
    await until('everybody to be settled', async () => (await countUnsettled(ground.db.database)) === 0)
    expect(ground.simulator.calls().length).toBeGreaterThan(calls)
    worker.signal('SIGTERM')
    expect(await worker.ended).toMatchObject({ code: 0 })
    const others = `${PROCESSES.size - 1} times: a run is paused with 0 taken and 0 done`
    expect(await findFaults(ground.db.database, crowd)).toEqual([others])
  })

  test('is refused while a worker is active, and keeps tokens if requested', async () => {
    await addTokenAndMail()
    const worker = await startWorker()
    const refused = await run('restored', '--reason', 'the disk was lost at two')
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('workers are running') })
    expect(await runs()).toEqual([])
    worker.signal('SIGTERM')
    await worker.ended
    const done = await run('restored', '--json', '--keep-tokens', '--reason', 'the disk was lost at two')
    expect(JSON.parse(done.out)).toMatchObject({ tokens: 0 })
    expect(await ownerOf(ground.db).query({ text: 'select from mithril.tokens' })).toHaveLength(1)
  })
})
