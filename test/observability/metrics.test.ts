// Rules: spec 8.17.2
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts'

let metrics: Metrics
beforeEach(() => {
  metrics = createMetrics()
})
afterEach(() => metrics.close())

const lines = async () => (await metrics.text()).split('\n')
const person = { stream: 'dms_passport', subject: 'person' }

test('calls are counted by service and outcome, and their duration by service', async () => {
  metrics.call('CheckPassportDMSStatus', 'answer', 120)
  metrics.call('CheckPassportDMSStatus', 'answer', 130)
  metrics.call('CheckPassportDMSStatus', 'service_error', 30_000)
  const text = await lines()
  expect(text).toContain('zvirka_calls_total{service="CheckPassportDMSStatus",outcome="answer"} 2')
  expect(text).toContain('zvirka_calls_total{service="CheckPassportDMSStatus",outcome="service_error"} 1')
  expect(text).toContain('zvirka_call_duration_seconds_bucket{le="0.2",service="CheckPassportDMSStatus"} 2')
  expect(text).toContain('zvirka_call_duration_seconds_sum{service="CheckPassportDMSStatus"} 30.25')
})

test('a cancelled call is counted but not in the durations', async () => {
  metrics.call('unzr', 'aborted', 5)
  expect(await lines()).toContain('zvirka_calls_total{service="unzr",outcome="aborted"} 1')
  expect((await metrics.text()).includes('zvirka_call_duration_seconds_count{')).toBe(false)
})

test('a server with invented codes cannot grow the metrics without bound', async () => {
  for (let i = 0; i < 1000; i++) metrics.fault('unzr', `Code${i}`)
  metrics.fault('unzr', 'Code7')
  const text = (await lines()).filter((line) => line.startsWith('zvirka_faults_total{'))
  expect(text).toHaveLength(101)
  expect(text).toContain('zvirka_faults_total{service="unzr",code="Code7"} 2')
  expect(text).toContain('zvirka_faults_total{service="unzr",code="other"} 900')
})

test('a breaker shows whether it is open', async () => {
  metrics.breaker('unzr', true)
  expect(await lines()).toContain('zvirka_breaker_open{service="unzr"} 1')
  metrics.breaker('unzr', false)
  expect(await lines()).toContain('zvirka_breaker_open{service="unzr"} 0')
})

test('a status without subjects returns to 0', async () => {
  const takenAt = new Date('2026-01-02T03:04:05Z')
  metrics.subjects({ ...person, due: 10, waiting: 2, byStatus: { IN_REVIEW: 3, VERIFIED: 1 }, takenAt })
  metrics.subjects({ ...person, due: 7, waiting: 0, byStatus: { VERIFIED: 4 }, takenAt })
  const text = await lines()
  expect(text).toContain('zvirka_subjects{stream="dms_passport",subject="person",status="IN_REVIEW"} 0')
  expect(text).toContain('zvirka_subjects{stream="dms_passport",subject="person",status="VERIFIED"} 4')
  expect(text).toContain('zvirka_subjects_due{stream="dms_passport",subject="person"} 7')
  expect(text).toContain('zvirka_subjects_waiting{stream="dms_passport",subject="person"} 0')
  expect(text).toContain(
    `zvirka_subjects_counted_timestamp_seconds{stream="dms_passport",subject="person"} ${takenAt.getTime() / 1000}`,
  )
})

test('outcomes are counted up', async () => {
  metrics.outcome(person, 'verified', 90)
  metrics.outcome(person, 'verified', 9)
  expect(await lines()).toContain('zvirka_outcomes_total{stream="dms_passport",subject="person",outcome="verified"} 99')
})

test('the age of the lease is shown while there is one', async () => {
  expect(await metrics.text()).not.toMatch(/^zvirka_lease_age_seconds \d/m)
  let renewed: Date | undefined = new Date(Date.now() - 5000)
  metrics.watchLease(() => renewed)
  expect(Number(/^zvirka_lease_age_seconds (\S+)/m.exec(await metrics.text())?.[1])).toBeCloseTo(5, 0)
  renewed = undefined
  expect(await metrics.text()).not.toMatch(/^zvirka_lease_age_seconds \d/m)
})

test('pools are read on each scrape', async () => {
  let waiting = 0
  metrics.watchPool('writing', () => ({ total: 4, idle: 1, waiting }))
  waiting = 2
  expect(await lines()).toContain('zvirka_pool_connections{pool="writing",state="waiting"} 2')
})

test('every name has our prefix, and two sets of metrics are independent', async () => {
  const other = createMetrics()
  other.outcome(person, 'verified', 5)
  const names = (await lines()).flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? [])
  expect(names.filter((name) => !name.startsWith('zvirka_'))).toEqual([])
  expect(await metrics.text()).not.toContain('outcome="verified"')
  other.close()
})

test('the process reports its memory, CPU time and event loop lag', async () => {
  const text = await metrics.text()
  expect(text).toMatch(/^zvirka_memory_bytes\{kind="resident"\} \d{6,}/m)
  expect(text).toMatch(/^zvirka_cpu_seconds_total [\d.]+/m)
  expect(text).toMatch(/^zvirka_event_loop_delay_seconds\{quantile="0.99"\} [\d.]+/m)
})

test('counters start at 0, so that the first event is an increase', async () => {
  metrics.expectCalls(['unzr'])
  metrics.expectOutcomes([person], ['verified'])
  metrics.outcome(person, 'verified', 2)
  const text = await lines()
  expect(text).toContain('zvirka_calls_total{service="unzr",outcome="service_error"} 0')
  expect(text).toContain('zvirka_call_duration_seconds_count{service="unzr"} 0')
  expect(text).toContain('zvirka_breaker_open{service="unzr"} 0')
  expect(text).toContain('zvirka_outcomes_total{stream="dms_passport",subject="person",outcome="verified"} 2')
})

test('a periodic duty shows its last run and its number of failures', async () => {
  metrics.duty('counts', true)
  const done = /^zvirka_duty_timestamp_seconds\{duty="counts"\} (\S+)/m.exec(await metrics.text())?.[1]
  expect(Number(done)).toBeCloseTo(Date.now() / 1000, 0)
  metrics.duty('counts', false)
  metrics.duty('counts', false)
  const text = await lines()
  expect(text).toContain('zvirka_duty_failures_total{duty="counts"} 2')
  expect(text).toContain(`zvirka_duty_timestamp_seconds{duty="counts"} ${done}`)
})

test('the hours of calls are evaluated on each scrape', async () => {
  let mayCall = false
  metrics.watchCallHours(() => new Map([['unzr', mayCall]]))
  expect(await lines()).toContain('zvirka_calls_allowed{stream="unzr"} 0')
  mayCall = true
  expect(await lines()).toContain('zvirka_calls_allowed{stream="unzr"} 1')
})

test('the version is reported once', async () => {
  metrics.build('1.2.3')
  expect(await lines()).toContain(`zvirka_build_info{version="1.2.3",node="${process.versions.node}"} 1`)
})

describe('of the cluster', () => {
  const startedAt = new Date('2026-01-02T01:00:00Z')
  const run = {
    ...{ state: 'paused', isHeldByGuard: true, startedAt, dueAtStart: 100, done: 40, technicalErrors: 2 },
  }
  const idle = {
    ...{ ...person, held: 0, oldestClaimSeconds: 0, queueAgeSeconds: { triggered: 0, due: 0 }, run: undefined },
    ...{ lastTick: undefined, expectedTick: undefined },
  }
  const label = 'stream="dms_passport",subject="person"'

  test('a run shows its state, its progress and whether the guard paused it, and disappears when it ends', async () => {
    metrics.cluster({ deaths: [], workers: [], processes: [{ ...idle, run }] })
    expect(await lines()).toEqual(
      expect.arrayContaining([
        `zvirka_run_state{${label},state="paused"} 1`,
        `zvirka_run_state{${label},state="running"} 0`,
        `zvirka_run_held_by_guard{${label}} 1`,
        `zvirka_run_subjects{${label},part="due_at_start"} 100`,
        `zvirka_run_subjects{${label},part="done"} 40`,
        `zvirka_run_subjects{${label},part="technical_errors"} 2`,
        `zvirka_run_start_timestamp_seconds{${label}} ${startedAt.getTime() / 1000}`,
      ]),
    )
    metrics.cluster({ deaths: [], workers: [], processes: [idle] })
    const text = await metrics.text()
    expect(text).toContain(`zvirka_run_state{${label},state="paused"} 0`)
    expect(text).toContain(`zvirka_run_held_by_guard{${label}} 0`)
    expect(text).not.toMatch(/^zvirka_run_(subjects|start_timestamp_seconds)[{ ]/m)
  })

  test('the queues, the claims and the ticks are shown by process', async () => {
    const lastTick = { time: startedAt, isSkipped: true }
    const expectedTick = new Date(startedAt.getTime() + 60_000)
    const busy = { held: 7, oldestClaimSeconds: 3.5, queueAgeSeconds: { triggered: 90, due: 86_400 } }
    metrics.cluster({ deaths: [], workers: [], processes: [{ ...idle, ...busy, lastTick, expectedTick }] })
    expect(await lines()).toEqual(
      expect.arrayContaining([
        `zvirka_subjects_held{${label}} 7`,
        `zvirka_claim_age_seconds{${label}} 3.5`,
        `zvirka_queue_age_seconds{${label},line="triggered"} 90`,
        `zvirka_queue_age_seconds{${label},line="due"} 86400`,
        `zvirka_tick_timestamp_seconds{${label}} ${startedAt.getTime() / 1000}`,
        `zvirka_tick_expected_timestamp_seconds{${label}} ${expectedTick.getTime() / 1000}`,
        `zvirka_tick_skipped{${label}} 1`,
      ]),
    )
  })

  test('a first tick that nobody recorded counts as missing; a process without a schedule has none', async () => {
    metrics.cluster({ deaths: [], workers: [], processes: [{ ...idle, expectedTick: startedAt }] })
    expect(await lines()).toContain(`zvirka_tick_timestamp_seconds{${label}} 0`)
    metrics.cluster({ deaths: [], workers: [], processes: [idle] })
    expect(await metrics.text()).not.toMatch(/^zvirka_tick_(expected_)?timestamp_seconds[{ ]/m)
  })

  test('a version without workers disappears', async () => {
    metrics.cluster({ deaths: [], workers: [{ version: '1.0.0', alive: 2, lost: 1 }], processes: [] })
    expect(await lines()).toContain('zvirka_workers{version="1.0.0",state="alive"} 2')
    expect(await lines()).toContain('zvirka_workers{version="1.0.0",state="lost"} 1')
    metrics.cluster({ deaths: [], workers: [{ version: '1.1.0', alive: 3, lost: 0 }], processes: [] })
    expect(await metrics.text()).not.toContain('version="1.0.0"')
  })

  test('acts of death that wait are shown by kind and zone, and as 0 once all are decided', async () => {
    const oldest = new Date(Date.now() - 3_600_000)
    const waiting = [{ kind: 'person', zone: 'white', count: 2, oldest }]
    metrics.cluster({ deaths: waiting, workers: [], processes: [] })
    expect(await lines()).toContain('zvirka_death_candidates{kind="person",zone="white"} 2')
    expect(await lines()).toContain('zvirka_death_candidates{kind="party",zone="grey"} 0')
    const age = /zvirka_death_candidates_age_seconds\{kind="person",zone="white"\} (\S+)/.exec(await metrics.text())
    expect(Number(age?.[1])).toBeGreaterThanOrEqual(3600)
    metrics.cluster({ deaths: [], workers: [], processes: [] })
    expect(await lines()).toContain('zvirka_death_candidates{kind="person",zone="white"} 0')
    expect(await lines()).toContain('zvirka_death_candidates_age_seconds{kind="person",zone="white"} 0')
  })
})
