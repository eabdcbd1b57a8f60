import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { addCrowd } from '../processes/crowd.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { nationalId } from '../synchronization/people.ts'
import { type Collector, named, prepareCollectors, type Received, to, under } from './tracing-collector.ts'

const SYNC = ['sync', 'dms-passport', 'person', '--json', '--quiet']
const CLIENT = 3
const ERROR = 2

const traceOf = (uuid: string) => uuid.replaceAll('-', '')
const sum = (spans: readonly Received[], attribute: string) =>
  spans.reduce((total, { attributes }) => total + Number(attributes[attribute] ?? 0), 0)
const namesUnder = (collector: Collector, parent: Received | undefined) =>
  Object.fromEntries(
    [...Map.groupBy(under(collector, parent), ({ name }) => name)].map(([name, all]) => [name, all.length]),
  )

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

describe('a sync', () => {
  test('is a run with a part for each worker and linked batches, each with its claim, questions, calls and writing', async () => {
    const collector = await collect()
    await addCrowd(ground.db, ground.simulator, 120)
    const { code, out } = await ground.launch(SYNC, to(collector)).ended
    expect(code).toBe(0)
    const { run: runId } = JSON.parse(out) as { run: string }

    const [run, ...otherRuns] = named(collector, 'run')
    expect(otherRuns).toEqual([])
    expect(run).toMatchObject({ traceId: traceOf(runId), spanId: traceOf(runId).slice(16) })
    expect(run?.parentSpanId).toBeUndefined()
    expect(run?.attributes).toMatchObject({
      'zvirka.run.id': runId,
      'zvirka.run.cause': 'command',
      'zvirka.state': 'finished',
    })
    expect(namesUnder(collector, run)).toEqual({ work: 1 })
    expect(named(collector, 'work')[0]?.attributes).toMatchObject({
      'zvirka.count.batches': 2,
      'zvirka.count.subjects': 120,
    })

    const batches = named(collector, 'batch')
    expect(batches.map(({ attributes }) => attributes['zvirka.count.claimed'])).toEqual([100, 20])
    for (const batch of batches) {
      expect(batch.parentSpanId).toBeUndefined()
      expect(batch.links).toMatchObject([{ traceId: run?.traceId, spanId: run?.spanId }])
      expect(namesUnder(collector, batch)).toMatchObject({ claim: 1, ask: batch.attributes['zvirka.count.claimed'] })
      const [claim] = under(collector, batch).filter(({ name }) => name === 'claim')
      expect(namesUnder(collector, claim)).toEqual({ 'pre-check': 1 })
      for (const span of under(collector, batch)) expect(span.milliseconds).toBeLessThanOrEqual(batch.milliseconds)
    }
    const flushes = named(collector, 'flush')
    expect(sum(flushes, 'zvirka.count.verified') + sum(flushes, 'zvirka.count.not_verified')).toBe(120)
    const ofBatches = new Set(batches.map(({ spanId }) => spanId))
    expect(flushes.filter(({ parentSpanId = '' }) => !ofBatches.has(parentSpanId))).toEqual([])

    for (const ask of named(collector, 'ask')) {
      const calls = under(collector, ask)
      expect(calls).toMatchObject([{ name: 'call', kind: CLIENT }])
      expect(calls[0]?.attributes).toMatchObject({
        'zvirka.service': 'CheckPassportDMSStatus',
        'zvirka.outcome': 'answer',
        'zvirka.call.attempt': 1,
        'http.response.status_code': 200,
        'zvirka.message.id': ask.attributes['zvirka.message.id'],
      })
    }
    const asked = ground.simulator.calls().map(({ messageId }) => messageId)
    expect(new Set(named(collector, 'call').map(({ attributes }) => attributes['zvirka.message.id']))).toEqual(
      new Set(asked),
    )
  })

  test('shows each attempt of a call, and errors with their code', async () => {
    const collector = await collect()
    const [own] = await addCrowd(ground.db, ground.simulator, 2)
    const [first, second] = [own?.number ?? '', nationalId(1).number]
    await ground.simulator.setFaults({
      faults: [
        { kind: 'status', status: -1, match: { documents: [first] } },
        { kind: 'http', status: 503, match: { documents: [second] } },
      ],
    })
    expect((await ground.launch(SYNC, to(collector)).ended).code).toBe(3)
    const asks = named(collector, 'ask')
    expect(
      asks
        .map(({ status, attributes }) => [status.code, attributes['error.type'], attributes['zvirka.error.whose']])
        .toSorted(),
    ).toEqual([
      [ERROR, 'http_503', 'service'],
      [ERROR, 'status_-1', 'subject'],
    ])
    const failed = named(collector, 'call').find(({ attributes }) => attributes['error.type'] === 'http_503')
    expect(failed).toMatchObject({ status: { code: ERROR } })
    expect(failed?.attributes).toMatchObject({ 'zvirka.outcome': 'service_error', 'http.response.status_code': 503 })
  })
})
