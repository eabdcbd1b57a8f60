import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts'

let metrics: Metrics
beforeEach(() => {
  metrics = createMetrics()
})
afterEach(() => metrics.close())

const lines = async () => (await metrics.text()).split('\n')
const person = { stream: 'dms_passport', subject: 'person' }

test('calls are counted by service and outcome, and their time by service', async () => {
  metrics.call('CheckPassportDMSStatus', 'answer', 120)
  metrics.call('CheckPassportDMSStatus', 'answer', 130)
  metrics.call('CheckPassportDMSStatus', 'service_error', 30_000)
  const text = await lines()
  expect(text).toContain('zvirka_calls_total{service="CheckPassportDMSStatus",outcome="answer"} 2')
  expect(text).toContain('zvirka_calls_total{service="CheckPassportDMSStatus",outcome="service_error"} 1')
  expect(text).toContain('zvirka_call_duration_seconds_bucket{le="0.2",service="CheckPassportDMSStatus"} 2')
  expect(text).toContain('zvirka_call_duration_seconds_sum{service="CheckPassportDMSStatus"} 30.25')
})

test('an abandoned call is counted but says nothing about the time an answer takes', async () => {
  metrics.call('unzr', 'aborted', 5)
  expect(await lines()).toContain('zvirka_calls_total{service="unzr",outcome="aborted"} 1')
  expect((await metrics.text()).includes('zvirka_call_duration_seconds_count{')).toBe(false)
})

test('a server that invents codes cannot make the metrics grow without end', async () => {
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

test('a status that nobody has any more goes back to 0', async () => {
  const takenAt = new Date('2026-01-02T03:04:05Z')
  metrics.subjects({ ...person, due: 10, byStatus: { IN_REVIEW: 3, VERIFIED: 1 }, takenAt })
  metrics.subjects({ ...person, due: 7, byStatus: { VERIFIED: 4 }, takenAt })
  const text = await lines()
  expect(text).toContain('zvirka_subjects{stream="dms_passport",subject="person",status="IN_REVIEW"} 0')
  expect(text).toContain('zvirka_subjects{stream="dms_passport",subject="person",status="VERIFIED"} 4')
  expect(text).toContain('zvirka_subjects_due{stream="dms_passport",subject="person"} 7')
  expect(text).toContain(
    `zvirka_subjects_counted_timestamp_seconds{stream="dms_passport",subject="person"} ${takenAt.getTime() / 1000}`,
  )
})

test('outcomes add up', async () => {
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

test('pools are looked at when somebody asks', async () => {
  let waiting = 0
  metrics.watchPool('writing', () => ({ total: 4, idle: 1, waiting }))
  waiting = 2
  expect(await lines()).toContain('zvirka_pool_connections{pool="writing",state="waiting"} 2')
})

test('every name is ours, and two sets of metrics do not meet', async () => {
  const other = createMetrics()
  other.outcome(person, 'verified', 5)
  const names = (await lines()).flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? [])
  expect(names.filter((name) => !name.startsWith('zvirka_'))).toEqual([])
  expect(await metrics.text()).not.toContain('outcome="verified"')
  other.close()
})

test('the process tells its memory, its processor time and how late its event loop is', async () => {
  const text = await metrics.text()
  expect(text).toMatch(/^zvirka_memory_bytes\{kind="resident"\} \d{6,}/m)
  expect(text).toMatch(/^zvirka_cpu_seconds_total [\d.]+/m)
  expect(text).toMatch(/^zvirka_event_loop_delay_seconds\{quantile="0.99"\} [\d.]+/m)
})
