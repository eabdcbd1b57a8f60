import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { placeOf } from '../../src/observability/tracing-runs.ts'
import { openTracing } from '../../src/observability/tracing-sdk.ts'
import { addCrowd, countUnsettled } from '../processes/crowd.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { until } from '../support/until.ts'
import { addPersons, nationalId, passport } from '../synchronization/people.ts'
import { type Collector, named, prepareCollectors, to, under } from './tracing-collector.ts'

const SYNC = ['sync', 'dms-passport', 'person', '--json', '--quiet']
const LOST = 'could not export traces; continuing without them'

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

const linesSaying = (err: string, words: string) => err.split('\n').filter((line) => line.includes(words))

describe('problems during a run', () => {
  test('the breaker: an event on the attempt that opened it, and a span while it is open', async () => {
    const collector = await collect()
    await addCrowd(ground.db, ground.simulator, 100)
    await ground.simulator.setFaults({ faults: [{ kind: 'http', status: 500 }] })
    const sync = ground.launch(SYNC, to(collector))
    await until('the breaker to open', async () => {
      const rows = await ground.db.database.query<{ open: boolean }>({
        text: `select (breakers -> 'CheckPassportDMSStatus' ->> 'open')::boolean as open from zvirka.workers`,
      })
      return rows.some(({ open }) => open)
    })
    sync.signal('SIGINT')
    expect((await sync.ended).code).toBe(130)
    const opened = named(collector, 'call').filter(({ events = [] }) => events.length > 0)
    expect(opened).toMatchObject([{ events: [{ name: 'breaker opened' }], attributes: { 'error.type': 'http_500' } }])
    const [work] = named(collector, 'work')
    expect(under(collector, work)).toMatchObject([{ name: 'breaker open' }])
    expect(named(collector, 'run')[0]?.attributes).toMatchObject({ 'zvirka.state': 'stopped' })
  })

  test('the guard: a span with its reason, and the run is shown as stopped', async () => {
    const collector = await collect()
    const numbers = Array.from({ length: 700 }, (_, place) => nationalId(500_000 + place))
    await addPersons(
      ground.db.database,
      numbers.map((document) => ({ documents: [document] })),
    )
    for (const { number } of numbers)
      ground.simulator.registers.invalidPassports.add({ passType: '0101', pasSerial: '', pasNumber: number })
    expect((await ground.launch(SYNC, to(collector)).ended).code).toBe(3)
    const [guard] = named(collector, 'guard')
    expect(guard?.attributes).toMatchObject({ 'zvirka.reason': 'guard_answers', 'zvirka.count.answers': 500 })
    // A worker that lost its lease on a busy machine continues under a new one, with a new span.
    const works = named(collector, 'work').map(({ traceId, spanId }) => ({ traceId, spanId }))
    expect(works).toContainEqual({ traceId: guard?.traceId, spanId: guard?.parentSpanId })
    expect(named(collector, 'run').map(({ attributes }) => attributes['zvirka.state'])).toEqual(['stopped'])
  })
})

describe('a collector', () => {
  test.each([
    ['that hangs', 'hang'],
    ['that refuses', 500],
    ['that is not there', undefined],
  ] as const)('%s neither breaks nor delays a sync, and is reported once', async (_, behaviour) => {
    const there = behaviour === undefined ? undefined : await collect(behaviour)
    await addCrowd(ground.db, ground.simulator, 60)
    const url = there?.url ?? 'http://127.0.0.1:9'
    const sync = ground.launch(SYNC, { ...to({ url }), OTEL_BSP_SCHEDULE_DELAY: '100' })
    await sync.untilSays(/"state":"finished"/)
    const at = performance.now()
    const { code, out, err } = await sync.ended
    // 3 s for the rest, and a pause between two tries; a hanging process would be killed after 8.
    expect(performance.now() - at).toBeLessThan(7000)
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, state: 'finished', claimed: 60, verified: 48 })
    expect(await countUnsettled(ground.db.database)).toBe(0)
    expect(linesSaying(err, LOST).length).toBeLessThanOrEqual(2)
    if (behaviour === 500) expect(linesSaying(err, LOST)[0]).toContain('"code":"http_500"')
  })

  test('gets headers, attributes and compression as set in OTEL_*', async () => {
    const collector = await collect()
    await addCrowd(ground.db, ground.simulator, 5)
    const { code, err } = await ground.launch(SYNC, {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/take/it`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-token=abc',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'zvirka-test',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      LOG_LEVEL: 'warn',
    }).ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(collector.requests[0]).toMatchObject({
      path: '/take/it',
      headers: { 'x-token': 'abc', 'content-encoding': 'gzip', 'content-type': 'application/json' },
    })
    expect(named(collector, 'run')[0]?.resource).toMatchObject({
      'service.name': 'zvirka-test',
      'deployment.environment.name': 'test',
      'telemetry.sdk.name': 'opentelemetry',
    })
  })
})

describe('a share of batches', () => {
  test('is traced completely, the others not at all, and the run always', async () => {
    const collector = await collect()
    await addCrowd(ground.db, ground.simulator, 200)
    const { code } = await ground.launch(SYNC, {
      ...to(collector),
      DMS_PASSPORT_PERSONS_SYNCHRONIZATION_BATCH_SIZE: '5',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.4',
    }).ended
    expect(code).toBe(0)
    expect(named(collector, 'work')[0]?.attributes).toMatchObject({ 'zvirka.count.subjects': 200 })
    expect(named(collector, 'run')).toHaveLength(1)
    const batches = named(collector, 'batch')
    // Of 40 with a chance of 0.4 each; all or none of them happens once in hundreds of millions of times.
    expect(batches.length).toBeGreaterThan(0)
    expect(batches.length).toBeLessThan(40)
    expect(named(collector, 'ask')).toHaveLength(batches.length * 5)
    const recorded = new Set(batches.map(({ traceId }) => traceId))
    expect(collector.spans.filter(({ name, traceId }) => name === 'call' && !recorded.has(traceId))).toEqual([])
  })
})

describe('the queue', () => {
  test('is bounded: spans over the limit are dropped, counted and reported occasionally', async () => {
    const collector = await collect('hang')
    const told: [number, string][] = []
    // The exporter reads its address from the environment, as OpenTelemetry does everywhere.
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url
    const tracing = openTracing({
      version: 'test',
      ratio: 1,
      maxQueueSize: 100,
      maxExportBatchSize: 50,
      tls: {},
      onLost: (lost, code) => told.push([lost, code]),
    })
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
    for (let span = 0; span < 10_000; span += 1) {
      tracing.begin({ name: 'batch', at: placeOf(randomUUID()), isSampled: true }).end()
    }
    expect(told).toEqual([[1, 'queue_full']])
    const at = performance.now()
    await tracing.close(200)
    expect(performance.now() - at).toBeLessThan(2000)
    expect(told).toHaveLength(2)
    const lost = told.reduce((sum, [count]) => sum + count, 0)
    expect(lost).toBeGreaterThanOrEqual(10_000 - 200)
  })
})

describe('personal data', () => {
  test('is in no span: no name, number or UNZR of a subject, whatever the registry answers', async () => {
    const collector = await collect()
    await addMarked()
    await ground.simulator.setFaults({
      faults: [
        { kind: 'status', status: -1, share: 0.3 },
        { kind: 'http', status: 502, share: 0.3 },
        { kind: 'soap_fault', share: 0.2, code: 'Client', message: 'Канарейченко 19800101-04242 АБ424242 142424242' },
      ],
    })
    for (const [stream, subject] of [
      ['dms-passport', 'person'],
      ['unzr', 'person'],
    ] as const)
      await ground.launch(['sync', stream, subject, '--json', '--quiet'], to(collector)).ended
    expect(named(collector, 'call').length).toBeGreaterThan(60)
    expect(new Set(named(collector, 'run').map(({ attributes }) => attributes['zvirka.process']))).toEqual(
      new Set(['dms_passport/person', 'unzr/person']),
    )
    expectNoMark(collector)
  })
})

const MARKS = ['Канарейченко', 'Канарейка', 'Канарейкович', '19800101-0', 'АБ', '1980-01-01']

function expectNoMark({ bodies, spans }: Collector): void {
  const all = bodies.join('\n')
  expect(MARKS.filter((mark) => all.includes(mark))).toEqual([])
  // Document numbers have six or nine digits; ids and times have many digits too, but not as a separate word.
  const values = spans
    .flatMap(({ attributes }) => Object.values(attributes))
    .filter((value) => typeof value === 'string')
  expect(values.filter((value) => /(?<![0-9a-f-])(\d{6}|\d{9})(?![0-9a-f-])/.test(value))).toEqual([])
}

async function addMarked(): Promise<void> {
  await addPersons(
    ground.db.database,
    Array.from({ length: 80 }, (_, place) => ({
      documents: [place % 2 === 0 ? passport(420_000 + place) : nationalId(142_420_000 + place)],
      unzr: `19800101-0${String(4200 + place)}`,
      last_name: 'Канарейченко',
      first_name: 'Канарейка',
      second_name: 'Канарейкович',
      birth_date: '1980-01-01',
      streams: { unzr: { status: 'VERIFICATION_NEEDED', reason: 'INITIAL' } },
    })),
  )
}

describe('the OpenTelemetry SDK', () => {
  const watch = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) {
      if (/@opentelemetry\\/(?!api\\/)|tracing-sdk/.test(url)) process.stderr.write('loaded ' + url + '\\n')
      return next(url, context)
    } })`)}`
  const NODE_OPTIONS = `--import ${watch}`

  // The API package is always loaded, by prom-client.
  test('is not loaded without OTEL_*, nor our module that needs it; with them both are', async () => {
    const collector = await collect()
    await addCrowd(ground.db, ground.simulator, 5)
    const off = await ground.launch(SYNC, { NODE_OPTIONS, LOG_LEVEL: 'warn' }).ended
    expect({ code: off.code, err: off.err }).toEqual({ code: 0, err: '' })
    const disabled = await ground.launch(SYNC, { ...to(collector), NODE_OPTIONS, OTEL_SDK_DISABLED: 'true' }).ended
    expect({ code: disabled.code, err: disabled.err }).toEqual({ code: 0, err: '' })
    const on = await ground.launch(SYNC, { ...to(collector), NODE_OPTIONS }).ended
    expect(linesSaying(on.err, 'loaded ').length).toBeGreaterThan(10)
  })

  test('causes a warning on standard error for an invalid value, and the sync completes', async () => {
    await addCrowd(ground.db, ground.simulator, 5)
    const more = {
      ...{ LOG_LEVEL: 'warn', OTEL_TRACES_EXPORTER: 'zipkin', OTEL_TRACES_SAMPLER: 'now_and_then' },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_CLIENT_KEY: import.meta.filename },
    }
    const { code, err } = await ground.launch(SYNC, more).ended
    expect(code).toBe(0)
    expect(
      linesSaying(err, 'OTEL_TRACES_EXPORTER must be `otlp` or `none`, not \\"zipkin\\". It is ignored.'),
    ).toHaveLength(1)
    expect(linesSaying(err, 'OTEL_TRACES_SAMPLER must be')).toHaveLength(1)
    expect(linesSaying(err, `OTEL_EXPORTER_OTLP_CLIENT_KEY (${import.meta.filename}) contains neither`)).toHaveLength(1)
  })
})
