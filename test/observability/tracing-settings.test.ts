import { describe, expect, test } from 'vitest'
import { type Environment, readSettings } from '../../src/config/settings.ts'
import { readTracing } from '../../src/config/tracing.ts'

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }
const isOn = (environment: Environment) => readTracing(environment).isOn
const ratio = (environment: Environment) => readTracing({ ...ENDPOINT, ...environment }).ratio
const warnings = (environment: Environment) => readTracing(environment).warnings

describe('traces', () => {
  test('are enabled by an endpoint, or by naming the exporter', () => {
    expect(isOn({})).toBe(false)
    expect(isOn({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBe(false)
    expect(isOn(ENDPOINT)).toBe(true)
    expect(isOn({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example/v1/traces' })).toBe(true)
    expect(isOn({ OTEL_TRACES_EXPORTER: 'otlp' })).toBe(true)
  })

  test('can be disabled, with or without an endpoint', () => {
    const off = [
      { OTEL_SDK_DISABLED: 'true' },
      { OTEL_SDK_DISABLED: 'TRUE' },
      { OTEL_TRACES_EXPORTER: 'none' },
      { OTEL_TRACES_SAMPLER: 'always_off' },
      { OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    ]
    expect(off.filter((each) => isOn({ ...ENDPOINT, ...each }))).toEqual([])
    expect(off.flatMap((each) => warnings({ ...ENDPOINT, ...each }))).toEqual([])
  })

  test('cover all batches, or the sampler’s share, with or without a parent', () => {
    expect(ratio({})).toBe(1)
    expect(ratio({ OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: '0.5' })).toBe(1)
    expect(ratio({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05' })).toBe(0.05)
    expect(ratio({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.05' })).toBe(0.05)
    expect(ratio({ OTEL_TRACES_SAMPLER: 'traceidratio' })).toBe(1)
  })

  test('with an invalid value cause a warning and continue without it', () => {
    const wrong = {
      ...ENDPOINT,
      OTEL_TRACES_SAMPLER: 'jaeger_remote',
      OTEL_TRACES_SAMPLER_ARG: '2',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
      OTEL_BSP_MAX_QUEUE_SIZE: '-1',
      OTEL_RESOURCE_ATTRIBUTES: 'nonsense',
      OTEL_TRACES_EXPORTER: 'zipkin',
    }
    const read = readTracing(wrong)
    expect(read).toMatchObject({
      isOn: true,
      ratio: 1,
      batch: { maxQueueSize: undefined },
      timeout: { all: undefined },
    })
    const named = read.warnings.map((warning) => warning.split(' ', 1)[0])
    expect(named.toSorted()).toEqual(
      Object.keys(wrong)
        .filter((name) => !(name in ENDPOINT))
        .toSorted(),
    )
    expect(read.warnings).toContain('OTEL_EXPORTER_OTLP_PROTOCOL must be `http/json`, not "grpc". It is ignored.')
  })

  test('stay off, with a warning, if the endpoint is invalid', () => {
    expect(isOn({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })).toBe(false)
    expect(warnings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address. It is ignored.',
    ])
  })

  test('show no secret in a warning: neither a header nor a part of an endpoint', () => {
    const told = warnings({
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization:topsecret',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://me:topsecret@collector',
    })
    expect(told).toHaveLength(2)
    expect(told.join()).not.toContain('topsecret')
  })

  test('warn about names that look like typos; names of other signals are ignored', () => {
    expect(
      warnings({ OTEL_EXPORTER_OTLP_ENDPIONT: 'x', OTEL_METRICS_EXPORTER: 'none', OTEL_BLRP_SCHEDULE_DELAY: '1' }),
    ).toEqual(['OTEL_EXPORTER_OTLP_ENDPIONT is not a zvirka setting; did you mean OTEL_EXPORTER_OTLP_ENDPOINT?'])
  })

  test('never prevent a start: the settings ignore their names', () => {
    expect(() => readSettings({ OTEL_TRACES_SAMPLER: 'nonsense', OTEL_ANYTHING: 'x' })).not.toThrow()
  })
})
