import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addCrowd, countUnsettled, heldBy, untilHolding } from '../processes/crowd.ts'
import { type Ground, LEASE_SECONDS, prepareGround } from '../processes/ground.ts'
import { until } from '../support/until.ts'
import { named, prepareCollectors, to } from './tracing-collector.ts'

let ground: Ground
const { collect, closeAll } = prepareCollectors()
beforeAll(async () => {
  ground = await prepareGround()
})
afterEach(async () => {
  await ground.clear()
  await closeAll()
})
afterAll(() => ground.close())

const slowDown = (ms: number) =>
  ground.simulator.setFaults({ faults: [{ kind: 'latency', delay: { distribution: 'fixed', ms } }] })
const untilSettled = () =>
  until('the end of the run', async () => {
    const open = await ground.db.database.query({ text: 'select from zvirka.runs where ended_at is null' })
    return open.length === 0 && (await countUnsettled(ground.db.database)) === 0
  })
const workers = (more: Record<string, string>) =>
  [1, 2].map(() =>
    ground.launch(['worker'], {
      ...more,
      ZVIRKA_TRIGGER_DELAY_SECONDS: '0',
      DMS_PASSPORT_PERSONS_SYNCHRONIZATION_BATCH_SIZE: '10',
    }),
  )

describe('two workers', () => {
  test('share one trace: the tick, below it the run, below it the part of each; their batches are linked to it', async () => {
    const collector = await collect()
    await addCrowd(ground.db, ground.simulator, 200, { reason: 'ONLINE_TRIGGERED' })
    // So slowly that the first cannot finish before the second starts.
    await slowDown(2000)
    const both = workers(to(collector))
    await Promise.all(both.map(({ pid }) => untilHolding(ground.db.database, pid)))
    await slowDown(10)
    await untilSettled()
    for (const worker of both) worker.signal('SIGTERM')
    for (const { code } of await Promise.all(both.map(({ ended }) => ended))) expect(code).toBe(0)

    const [run, ...others] = named(collector, 'run')
    const [tick, ...otherTicks] = named(collector, 'tick')
    expect([others, otherTicks]).toEqual([[], []])
    expect(run).toMatchObject({ traceId: tick?.traceId, parentSpanId: tick?.spanId })
    expect(tick?.parentSpanId).toBeUndefined()
    expect(tick?.attributes).toMatchObject({ 'zvirka.run.cause': 'trigger', 'zvirka.process': 'dms_passport/person' })
    const parts = named(collector, 'work')
    expect(parts).toHaveLength(2)
    for (const part of parts) expect(part).toMatchObject({ traceId: run?.traceId, parentSpanId: run?.spanId })
    const pids = both.map(({ pid }) => pid).toSorted()
    expect(parts.map(({ resource }) => resource['process.pid']).toSorted()).toEqual(pids)
    const batches = named(collector, 'batch')
    expect([...new Set(batches.map(({ resource }) => resource['process.pid']))].toSorted()).toEqual(pids)
    for (const { links } of batches) expect(links).toMatchObject([{ traceId: run?.traceId, spanId: run?.spanId }])
    expect(named(collector, 'ask').length).toBeGreaterThanOrEqual(200)
  })

  test('of which one is killed: the other reports that it took over, and the number of claims', async () => {
    const collector = await collect()
    await addCrowd(ground.db, ground.simulator, 200, { reason: 'ONLINE_TRIGGERED' })
    await slowDown(2000)
    const [victim, other] = workers(to(collector))
    if (victim === undefined || other === undefined) throw new Error('two were launched')
    await Promise.all([untilHolding(ground.db.database, victim.pid), untilHolding(ground.db.database, other.pid)])
    await victim.kill()
    const held = await heldBy(ground.db.database, victim.pid)
    await slowDown(10)
    await untilSettled()
    other.signal('SIGTERM')
    await other.ended
    expect(held.length).toBeGreaterThan(0)
    const [takeOver, ...more] = named(collector, 'take-over')
    expect(more).toEqual([])
    expect(takeOver?.attributes).toMatchObject({ 'zvirka.count.dead_workers': 1 })
    // The victim's last commit before the kill may have reached the server a moment later.
    expect(takeOver?.attributes['zvirka.count.given_back']).toBeGreaterThan(0)
    expect(takeOver?.attributes['zvirka.count.given_back']).toBeLessThanOrEqual(held.length)
    expect(named(collector, 'run')).toHaveLength(1)
  })
})

describe('a worker whose lease expired', () => {
  test(
    'reports this and the lost batches; its new identity has its own part',
    async () => {
      const collector = await collect()
      await addCrowd(ground.db, ground.simulator, 150)
      await slowDown(400)
      const sync = ground.launch(['sync', 'dms-passport', 'person', '--json', '--quiet'], to(collector))
      await untilHolding(ground.db.database, sync.pid)
      await ground.db.database.query({ text: `update zvirka.workers set lease_until = now() - interval '1 s'` })
      expect((await sync.ended).code).toBe(0)
      const [lost] = named(collector, 'lease lost')
      expect(lost).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'lease_lost' } })
      const parts = named(collector, 'work').map(({ attributes }) => attributes)
      expect(parts).toMatchObject([
        {
          'zvirka.state': 'lease_lost',
          'error.type': 'lease_lost',
          'zvirka.worker.id': lost?.attributes['zvirka.worker.id'],
        },
        { 'zvirka.state': 'finished' },
      ])
      expect(parts[1]?.['zvirka.worker.id']).not.toBe(parts[0]?.['zvirka.worker.id'])
      const failed = named(collector, 'batch').filter(({ status }) => status.code === 2)
      expect(failed.length).toBeGreaterThan(0)
      expect(named(collector, 'run')).toHaveLength(1)
    },
    (LEASE_SECONDS + 60) * 1000,
  )
})
