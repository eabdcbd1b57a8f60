/** Cases for every alert: the series in Prometheus, and which alerts fire when. Run by `npm run test:alerts`, with promtool. */

/** A value of a series for so many minutes; undefined means no sample. */
type Level = readonly [value: number | undefined, minutes: number]

/** A case. */
export interface AlertCase {
  readonly name: string
  /** Series added to, or replacing, those of a healthy installation. */
  readonly series: Readonly<Record<string, string>>
  /** Which alerts fire, by minutes from the start. */
  readonly fires: Readonly<Record<number, readonly string[]>>
  /** Seconds between samples; 15 as in our Prometheus configuration, more for cases of days. */
  readonly step?: number
}

const STEP = 15

/** Values of a gauge, in promtool's notation. */
function levels(all: readonly Level[], step = STEP): string {
  return all
    .map(([value, minutes]) => {
      const more = Math.round((minutes * 60) / step) - 1
      return value === undefined ? `stale _x${more}` : `${value}+0x${more}`
    })
    .join(' ')
}

const level = (value: number, minutes: number, step = STEP) => levels([[value, minutes]], step)

/** Values of a counter: growth by minute, and for how many minutes. */
function grows(all: readonly (readonly [perMinute: number, minutes: number])[], start = 0): string {
  let value = start
  return all
    .map(([perMinute, minutes]) => {
      const [by, count] = [(perMinute * STEP) / 60, (minutes * 60) / STEP]
      const from = value
      value += by * count
      return `${from}+${by}x${count - 1}`
    })
    .join(' ')
}

/** The same levels repeated. */
const flapping = (times: number, ...all: readonly Level[]) => levels(Array.from({ length: times }, () => all).flat())

const LONG = 24 * 60
/** Two healthy workers and a healthy API process. */
export function wellFor(step = STEP, minutes = LONG): Readonly<Record<string, string>> {
  const one = level(1, minutes, step)
  const two = level(2, minutes, step)
  return {
    [W1('up')]: one,
    [W2('up')]: one,
    [A1('up')]: one,
    [W1('zvirka_workers', 'version="1"', 'state="alive"')]: two,
    [W2('zvirka_workers', 'version="1"', 'state="alive"')]: two,
    [W1('zvirka_database_available')]: one,
    [W2('zvirka_database_available')]: one,
    [A1('zvirka_database_available')]: one,
    [W1('zvirka_duty_timestamp_seconds', 'duty="cluster"')]: `0+${step}x${(minutes * 60) / step}`,
  }
}

const of =
  (job: string, instance: string) =>
  (metric: string, ...labels: readonly string[]) =>
    `${metric}{${[`job="zvirka-${job}"`, `instance="${instance}"`, ...labels].join(', ')}}`
const W1 = of('worker', 'w1')
const W2 = of('worker', 'w2')
const A1 = of('api', 'a1')
const PERSONS = ['stream="unzr"', 'subject="person"'] as const
const DOWN = [W1, W2, A1].map((of) => of('zvirka_database_available'))

/** The database is down for all of them. */
const away = (all: readonly Level[]) => Object.fromEntries(DOWN.map((series) => [series, levels(all)]))

const buckets = (name: string, labels: readonly string[], bounds: Readonly<Record<string, number>>, minutes: number) =>
  Object.fromEntries(
    Object.entries(bounds).map(([le, perMinute]) => [A1(name, ...labels, `le="${le}"`), grows([[perMinute, minutes]])]),
  )

const requests = (route: string, status: string) =>
  A1('zvirka_http_requests_total', `route="${route}"`, 'method="GET"', `status="${status}"`)
const operations = (outcome: string) =>
  A1('zvirka_graphql_operations_total', 'kind="query"', 'field="persons"', `outcome="${outcome}"`)
const outcomes = (outcome: string) => W1('zvirka_outcomes_total', ...PERSONS, `outcome="${outcome}"`)
const running = {
  [W1('zvirka_run_state', ...PERSONS, 'state="running"')]: level(1, 60),
  [W1('zvirka_subjects_due', ...PERSONS)]: level(500, 60),
}
const allowed = (value: number) => ({ [W1('zvirka_calls_allowed', 'stream="unzr"')]: level(value, 60) })

/** All cases. */
export const ALERT_CASES: readonly AlertCase[] = [
  { name: 'all is well', series: {}, fires: { 1: [], 60: [] } },
  {
    name: 'both workers end',
    series: {
      ...Object.fromEntries(
        [W1, W2].map((of) => [
          of('up'),
          levels([
            [1, 5],
            [0, 60],
          ]),
        ]),
      ),
      ...Object.fromEntries(
        Object.keys(wellFor())
          .filter((series) => /zvirka-worker/.test(series) && !series.startsWith('up'))
          .map((series) => [
            series,
            levels([
              [2, 5],
              [undefined, 60],
            ]),
          ]),
      ),
    },
    fires: { 6: [], 8: ['ZvirkaNoWorker', 'ZvirkaWorkerDown'] },
  },
  {
    name: 'one of two workers ends',
    series: {
      [W1('up')]: levels([
        [1, 60],
        [0, 60],
      ]),
      ...Object.fromEntries(
        [W1, W2].map((of) => [
          of('zvirka_workers', 'version="1"', 'state="alive"'),
          levels([
            [2, 60],
            [1, 60],
          ]),
        ]),
      ),
    },
    fires: { 61: [], 63: ['ZvirkaWorkerDown'], 72: ['ZvirkaWorkerDown', 'ZvirkaWorkerMissing'] },
  },
  {
    name: 'a worker whose target is gone as well stays missing for days',
    step: 300,
    series: {
      [W1('zvirka_workers', 'version="1"', 'state="alive"')]: levels(
        [
          [2, LONG],
          [1, 4 * LONG],
        ],
        300,
      ),
      [W2('zvirka_workers', 'version="1"', 'state="alive"')]: levels(
        [
          [2, LONG],
          [undefined, 4 * LONG],
        ],
        300,
      ),
    },
    fires: { [LONG]: [], [LONG + 30]: ['ZvirkaWorkerMissing'], [4 * LONG]: ['ZvirkaWorkerMissing'] },
  },
  {
    name: 'a third worker was there for an hour, as during an update',
    step: 300,
    series: {
      [W1('zvirka_workers', 'version="1"', 'state="alive"')]: levels(
        [
          [2, 2 * LONG],
          [3, 60],
          [2, 2 * LONG],
        ],
        300,
      ),
    },
    fires: { [2 * LONG + 90]: [], [3 * LONG]: [] },
  },
  {
    name: 'workers of two versions',
    series: { [W1('zvirka_workers', 'version="2"', 'state="alive"')]: levels([[1, 90]]) },
    fires: { 55: [], 62: ['ZvirkaMixedVersions'] },
  },
  {
    name: 'a lease is not renewed, for a moment and then permanently',
    series: {
      [W1('zvirka_lease_age_seconds')]: levels([
        [2, 5],
        [12, 0.25],
        [2, 5],
        [40, 5],
      ]),
    },
    fires: { 6: [], 10: [], 12: ['ZvirkaLeaseOld'] },
  },
  {
    name: 'an event loop is late',
    series: {
      [W1('zvirka_event_loop_delay_seconds', 'quantile="0.99"')]: levels([
        [0.6, 5],
        [0.1, 5],
        [0.6, 20],
      ]),
    },
    fires: { 9: [], 19: [], 22: ['ZvirkaEventLoopLate'] },
  },
  {
    name: 'a duty fails now and then, and then again and again',
    series: {
      [W1('zvirka_duty_failures_total', 'duty="counts"')]: grows([
        [0.2, 30],
        [2, 30],
      ]),
    },
    fires: { 30: [], 45: ['ZvirkaDutyFailing'] },
  },
  {
    name: 'the pruning fails each time, every ten minutes',
    series: {
      [W1('zvirka_duty_failures_total', 'duty="prune"')]: levels([
        [0, 10],
        [1, 10],
        [2, 10],
        [3, 10],
        [4, 30],
      ]),
    },
    fires: { 20: [], 29: [], 45: ['ZvirkaDutyFailing'] },
  },
  {
    name: 'the pruning fails once',
    series: {
      [W1('zvirka_duty_failures_total', 'duty="prune"')]: levels([
        [0, 10],
        [1, 60],
      ]),
    },
    fires: { 20: [], 60: [] },
  },
  {
    name: 'a log cannot be written',
    series: {
      [W1('zvirka_log_failures_total')]: grows([
        [0, 10],
        [4, 20],
      ]),
    },
    fires: { 10: [], 15: ['ZvirkaLogFailing'] },
  },
  {
    name: 'nobody decides on an act of death for a week',
    step: 300,
    series: { [W1('zvirka_death_candidates_age_seconds', 'kind="person"', 'zone="white"')]: '600000+300x200' },
    fires: { 60: [], 160: ['ZvirkaDeathUndecided'] },
  },
  {
    name: 'the register of civil status sends acts with an unknown operation, once',
    step: 300,
    series: { [W1('zvirka_death_acts_total', 'outcome="unknown"')]: '0x11 3x400' },
    fires: { 50: [], 70: ['ZvirkaDeathActsUnknown'], 1300: ['ZvirkaDeathActsUnknown'], 1600: [] },
  },
  {
    name: 'the register of civil status sends acts of all known kinds',
    step: 300,
    series: {
      [W1('zvirka_death_acts_total', 'outcome="live"')]: '0+5x400',
      [W1('zvirka_death_acts_total', 'outcome="annulled"')]: '0+1x400',
    },
    fires: { 70: [], 1300: [] },
  },
  {
    name: 'the guard holds a run',
    step: 60,
    series: {
      [W1('zvirka_run_held_by_guard', ...PERSONS)]: levels(
        [
          [0, 5],
          [1, 800],
        ],
        60,
      ),
      [W1('zvirka_run_state', ...PERSONS, 'state="paused"')]: levels(
        [
          [0, 5],
          [1, 800],
        ],
        60,
      ),
    },
    fires: { 3: [], 10: ['ZvirkaRunHeldByGuard'], 790: ['ZvirkaRunHeldByGuard'] },
  },
  {
    name: 'somebody paused a run',
    step: 60,
    series: {
      [W1('zvirka_run_held_by_guard', ...PERSONS)]: level(0, 800, 60),
      [W1('zvirka_run_state', ...PERSONS, 'state="paused"')]: level(1, 800, 60),
    },
    fires: { 700: [], 730: ['ZvirkaRunPaused'] },
  },
  {
    name: 'a run settles nobody',
    series: {
      ...running,
      ...allowed(1),
      [outcomes('verified')]: grows([
        [10, 10],
        [0, 40],
      ]),
    },
    fires: { 24: [], 31: ['ZvirkaNothingDone'] },
  },
  {
    name: 'a run has results that a person must review',
    series: {
      ...running,
      ...allowed(1),
      [outcomes('verified')]: level(0, 60),
      [outcomes('to_review')]: grows([[1, 60]]),
    },
    fires: { 50: [] },
  },
  {
    name: 'a run waits for the hours of calls',
    series: {
      ...running,
      ...allowed(0),
      [outcomes('verified')]: level(0, 60),
      [W1('zvirka_queue_age_seconds', ...PERSONS, 'line="triggered"')]: level(4000, 60),
    },
    fires: { 50: [] },
  },
  {
    name: 'somebody who was triggered waits',
    series: {
      ...allowed(1),
      [W1('zvirka_queue_age_seconds', ...PERSONS, 'line="triggered"')]: levels([
        [1700, 10],
        [1900, 10],
      ]),
    },
    fires: { 10: [], 16: ['ZvirkaTriggeredQueueOld'] },
  },
  {
    name: 'a claim is old',
    series: {
      [W1('zvirka_claim_age_seconds', ...PERSONS)]: levels([
        [800, 10],
        [1000, 10],
      ]),
    },
    fires: { 10: [], 16: ['ZvirkaClaimOld'] },
  },
  {
    name: 'a tick is recorded in time, the next one is not',
    series: {
      [W1('zvirka_tick_expected_timestamp_seconds', ...PERSONS)]: levels([
        [60, 20],
        [1200, 20],
      ]),
      [W1('zvirka_tick_timestamp_seconds', ...PERSONS)]: levels([[60, 40]]),
    },
    fires: { 19: [], 28: [], 31: ['ZvirkaTickMissed'] },
  },
  {
    name: 'nobody counts',
    series: { [W1('zvirka_subjects_counted_timestamp_seconds', ...PERSONS)]: level(0, 90) },
    fires: { 60: [], 66: ['ZvirkaCountsOld'] },
  },
  {
    name: 'a breaker that each probe closes for 15 seconds',
    series: { [W1('zvirka_breaker_open', 'service="unzr"')]: `${level(0, 5)} ${flapping(10, [1, 4.75], [0, 0.25])}` },
    fires: { 10: [], 20: ['ZvirkaBreakerOpen'], 45: ['ZvirkaBreakerOpen'] },
  },
  {
    name: 'a breaker that is open for four minutes, twice an hour',
    series: { [W1('zvirka_breaker_open', 'service="unzr"')]: flapping(3, [1, 4], [0, 26]) },
    fires: { 16: [], 34: [], 50: [] },
  },
  {
    name: 'questions end in technical errors',
    series: {
      [outcomes('verified')]: grows([[85, 60]]),
      [outcomes('technical_errors')]: grows([
        [5, 30],
        [20, 30],
      ]),
    },
    fires: { 29: [], 59: ['ZvirkaTechnicalErrors'] },
  },
  {
    name: 'a registry is slow',
    series: buckets('zvirka_call_duration_seconds_bucket', ['service="unzr"'], { 10: 10, 20: 20, '+Inf': 20 }, 60),
    fires: { 14: [], 20: ['ZvirkaRegistrySlow'] },
  },
  {
    name: 'a registry is quick',
    series: buckets('zvirka_call_duration_seconds_bucket', ['service="unzr"'], { 1: 20, 10: 20, '+Inf': 20 }, 60),
    fires: { 30: [] },
  },
  {
    name: 'a certificate runs out in three weeks, and in three days',
    series: {
      [W1('zvirka_certificate_expiry_days', 'of="client"')]: levels([
        [22, 60],
        [20, 90],
        [2, 30],
      ]),
    },
    fires: {
      60: [],
      125: ['ZvirkaCertificateExpiring'],
      160: ['ZvirkaCertificateExpiring', 'ZvirkaCertificateNearlyExpired'],
    },
  },
  {
    name: 'statements wait for a connection, now and then and then all the time',
    series: {
      [W1('zvirka_pool_connections', 'pool="worker"', 'state="waiting"')]:
        `${flapping(5, [3, 2], [0, 2])} ${level(3, 20)}`,
    },
    fires: { 20: [], 32: ['ZvirkaPoolExhausted'] },
  },
  {
    name: 'no worker can look at the cluster',
    series: { [W1('zvirka_duty_timestamp_seconds', 'duty="cluster"')]: level(0, 30) },
    fires: { 5: [], 11: ['ZvirkaClusterUnseen'] },
  },
  {
    name: 'the database is away for four minutes: what follows from it is not told when it is back',
    series: {
      ...away([
        [1, 30],
        [0, 4],
        [1, 60],
      ]),
      [W1('zvirka_duty_failures_total', 'duty="schedule"')]: grows([
        [0, 30],
        [60, 4],
        [0, 60],
      ]),
      [requests('/api/events', '2xx')]: grows([
        [60, 30],
        [0, 4],
        [60, 60],
      ]),
      [requests('/api/events', '5xx')]: grows([
        [0, 30],
        [60, 4],
        [0, 60],
      ]),
      [operations('ok')]: grows([
        [60, 30],
        [0, 4],
        [60, 60],
      ]),
      [operations('failed')]: grows([
        [0, 30],
        [60, 4],
        [0, 60],
      ]),
    },
    fires: {
      31: [],
      32: ['ZvirkaDatabaseDown'],
      33: ['ZvirkaDatabaseDown'],
      36: [],
      42: [],
      50: [],
      90: [],
    },
  },
  {
    name: 'a fail-over of half a minute fires nothing, then or later',
    series: {
      ...away([
        [1, 30],
        [0, 0.5],
        [1, 60],
      ]),
      [W1('zvirka_duty_failures_total', 'duty="schedule"')]: grows([
        [0, 30],
        [40, 0.5],
        [0, 60],
      ]),
      [requests('/api/events', '2xx')]: grows([
        [60, 30],
        [0, 0.5],
        [60, 60],
      ]),
      [requests('/api/events', '5xx')]: grows([
        [0, 30],
        [60, 0.5],
        [0, 60],
      ]),
    },
    fires: { 30.5: [], 31: [], 33: [], 36: [], 40: [], 45: [] },
  },
  {
    name: 'a database that goes away for 20 seconds of each minute',
    series: Object.fromEntries(DOWN.map((series) => [series, `${level(1, 10)} ${flapping(40, [0, 0.5], [1, 0.5])}`])),
    fires: { 12: [], 25: ['ZvirkaDatabaseDown'], 45: ['ZvirkaDatabaseDown'] },
  },
  {
    name: 'one process of two that serve cannot reach the database: its errors are told',
    series: {
      [A1('zvirka_database_available')]: levels([
        [1, 10],
        [0, 60],
      ]),
      [requests('/api/events', '2xx')]: grows([
        [60, 10],
        [30, 60],
      ]),
      [requests('/api/events', '5xx')]: grows([
        [0, 10],
        [30, 60],
      ]),
    },
    fires: { 10: [], 20: ['ZvirkaApiErrors'], 40: ['ZvirkaApiErrors'] },
  },
  {
    name: 'the only process of the API is gone',
    series: {
      [A1('up')]: levels([
        [1, 5],
        [0, 30],
      ]),
      [A1('zvirka_database_available')]: levels([
        [1, 5],
        [undefined, 30],
      ]),
    },
    fires: { 6: [], 8: ['ZvirkaApiDown', 'ZvirkaNoApi'] },
  },
  {
    name: 'one of two processes of the API is gone',
    series: {
      [of('api', 'a2')('up')]: levels([
        [1, 5],
        [0, 30],
      ]),
    },
    fires: { 6: [], 8: ['ZvirkaApiDown'] },
  },
  {
    name: 'the very first requests of a route fail',
    series: {
      [requests('/api/events', '2xx')]: level(0, 60),
      [requests('/api/events', '5xx')]: grows([
        [0, 10],
        [2, 30],
      ]),
    },
    fires: { 10: [], 17: ['ZvirkaApiErrors'] },
  },
  {
    name: 'one answer in a hundred is an error of ours',
    series: {
      [requests('/api/events', '2xx')]: grows([[99, 60]]),
      [requests('/api/events', '5xx')]: grows([[1, 60]]),
      [operations('ok')]: grows([[99, 60]]),
      [operations('failed')]: grows([[1, 60]]),
    },
    fires: { 40: [] },
  },
  {
    name: 'operations of GraphQL fail',
    series: {
      [operations('ok')]: grows([[90, 60]]),
      [operations('failed')]: grows([
        [0, 20],
        [10, 30],
      ]),
    },
    fires: { 20: [], 30: ['ZvirkaGraphqlErrors'] },
  },
  {
    name: 'a route is slow; that signing in takes its time is meant so',
    series: {
      ...buckets(
        'zvirka_http_request_duration_seconds_bucket',
        ['route="/oauth/tokens"'],
        { 1: 1, 2.5: 20, '+Inf': 20 },
        60,
      ),
      ...buckets(
        'zvirka_http_request_duration_seconds_bucket',
        ['route="/api/events"'],
        { 1: 20, 2.5: 20, '+Inf': 20 },
        20,
      ),
    },
    fires: { 15: [] },
  },
  {
    name: 'one answer in ten takes more than a second',
    series: buckets(
      'zvirka_http_request_duration_seconds_bucket',
      ['route="/api/events"'],
      { 1: 18, 2.5: 20, '+Inf': 20 },
      60,
    ),
    fires: { 9: [], 15: ['ZvirkaApiSlow'] },
  },
  {
    name: 'sign-ins are refused: few, and then many',
    series: {
      [A1('zvirka_sign_ins_refused_total')]: grows([
        [2, 30],
        [8, 30],
      ]),
      [A1('zvirka_rate_limited_total', 'limit="sign_in"')]: grows([
        [0, 30],
        [5, 30],
      ]),
    },
    fires: { 30: [], 50: ['ZvirkaSignInsRefused'] },
  },
  {
    name: 'bad tokens and too many requests, a few and then two a second',
    series: {
      [A1('zvirka_tokens_refused_total', 'reason="bad"')]: grows([
        [10, 20],
        [120, 40],
      ]),
      [A1('zvirka_rate_limited_total', 'limit="requests"')]: grows([
        [10, 20],
        [120, 40],
      ]),
    },
    fires: { 20: [], 45: ['ZvirkaRateLimited', 'ZvirkaTokensRefused'] },
  },
  {
    name: 'a job waits',
    series: {
      [W1('zvirka_jobs_oldest_waiting_seconds', 'queue="unzr_info"')]: levels([
        [10, 10],
        [200, 20],
      ]),
    },
    fires: { 12: [], 17: ['ZvirkaJobsWaiting'] },
  },
  {
    name: 'attempts of jobs fail: a third, and then two thirds',
    series: {
      [W1('zvirka_job_attempts_total', 'queue="unzr_info"', 'verdict="done"')]: grows([
        [2, 40],
        [1, 60],
      ]),
      [W1('zvirka_job_attempts_total', 'queue="unzr_info"', 'verdict="failed"')]: grows([
        [1, 40],
        [2, 60],
      ]),
    },
    fires: { 40: [], 75: ['ZvirkaJobsFailing'] },
  },
]
