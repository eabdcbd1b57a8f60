// Rules: spec 2.7.3
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { behind, socketOf, startProxy } from '../chaos/proxy.ts'
import { until } from '../support/until.ts'
import { addCrowd, countUnsettled, findFaults, heldBy, untilHolding } from './crowd.ts'
import { type Ground, prepareGround } from './ground.ts'

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterAll(() => ground.close())

async function livingWorkersOf(pid: number): Promise<string[]> {
  const rows = await ground.db.database.query<{ id: string }>({
    text: 'select id from zvirka.workers where pid = $1 and ended_at is null and lease_until > clock_timestamp()',
    values: [pid],
  })
  return rows.map(({ id }) => id)
}

describe('a worker whose database connections stop responding', () => {
  test('loses its claims to others within lease + 5 s, and continues under a new identity when the database is back', async () => {
    const proxy = await startProxy(() => socketOf(ground.db.url))
    onTestFinished(() => proxy.close())
    const crowd = await addCrowd(ground.db, ground.simulator, 1500)
    const delay = { distribution: 'uniform', min_ms: 100, max_ms: 300 } as const
    await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay }] })
    const silenced = ground.launch(['worker'], { DATABASE_URL: behind(proxy, ground.db.url) })
    await silenced.untilSays(/the worker is ready/)
    const sync = ground.launch(['sync', 'dms-passport', 'person', '--json'])
    await untilHolding(ground.db.database, silenced.pid)

    const [before] = await livingWorkersOf(silenced.pid)
    await proxy.set('silent')
    await until('its claims to be released', async () => (await heldBy(ground.db.database, silenced.pid)).length === 0)
    const [lost] = await ground.db.database.query<{ late: number }>({
      text: 'select extract(epoch from ended_at - lease_until)::float as late from zvirka.workers where id = $1',
      values: [before],
    })
    expect(lost?.late).toBeLessThan(5)
    await proxy.set('passing')
    // Existing connections stay silent for ever and must be given up.
    const [after] = await until('it to be back', async () => {
      const living = await livingWorkersOf(silenced.pid)
      return living.length > 0 ? living : undefined
    })
    expect(after).not.toBe(before)

    await until('everybody to be settled', async () => (await countUnsettled(ground.db.database)) === 0)
    expect(await sync.ended).toMatchObject({ code: 0 })
    silenced.signal('SIGTERM')
    expect(await silenced.ended).toMatchObject({ code: 0 })
    expect(await findFaults(ground.db.database, crowd)).toEqual([])
  })

  test('stops in time when told to, whatever it was waiting for', async () => {
    const proxy = await startProxy(() => socketOf(ground.db.url))
    onTestFinished(() => proxy.close())
    const schedules = ['UNZR_PERSON', 'MVS_PERSON', 'DMS_PERSON', 'MVS_PARTY', 'DMS_PARTY']
    const silenced = ground.launch(['worker'], {
      ...Object.fromEntries(schedules.map((name) => [`${name}_SYNCHRONIZATION_SCHEDULE`, '* * * * *'])),
      DATABASE_URL: behind(proxy, ground.db.url),
      ZVIRKA_STOP_SECONDS: '1',
    })
    await silenced.untilSays(/the worker is ready/)
    // In the middle of its duties: it counts, prunes and checks the schedule as soon as it is ready.
    await proxy.set('silent')
    const at = performance.now()
    silenced.signal('SIGTERM')
    expect((await silenced.ended).code).not.toBeNull()
    expect(performance.now() - at).toBeLessThan(25_000)
  })
})
