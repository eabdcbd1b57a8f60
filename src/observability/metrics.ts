import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type ApiMeter, apiMetrics } from './api-metrics.ts'
import { type ClusterUse, clusterMetrics, type ProcessLabels } from './cluster-metrics.ts'
import { type JobMeter, jobMetrics } from './job-metrics.ts'
import { runtimeMetrics } from './runtime-metrics.ts'

/** How a call ended, as a label. */
type CallOutcome = 'answer' | 'subject_error' | 'service_error' | 'aborted'

/** Counts of one process's subjects, taken in the background and published with their time (spec 2.9). */
interface SubjectCounts extends ProcessLabels {
  readonly due: number
  readonly waiting: number
  readonly byStatus: Readonly<Record<string, number>>
  readonly takenAt: Date
}

/** The connections of a pool. */
interface PoolUse {
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

/** All measurements of this process; each function is cheap and none takes personal data. */
export interface Metrics {
  /** For processes that serve the API; declared on first use. */
  api(): ApiMeter
  /** The same for those that process jobs. */
  jobs(): JobMeter
  /** A call attempt ended. */
  call(service: string, outcome: CallOutcome, milliseconds: number): void
  /** A call ended in a fault or error; `code` has few values. */
  fault(service: string, code: string): void
  breaker(service: string, isOpen: boolean): void
  subjects(counts: SubjectCounts): void
  /** A snapshot of the whole cluster. */
  cluster(use: ClusterUse): void
  /** Initialises the failures of a duty with 0. */
  expectDuty(name: string): void
  /** A duty of the worker succeeded or failed; from then on the time of its last success is published. */
  duty(name: string, isDone: boolean): void
  /** Publishes the version. */
  build(version: string): void
  /** Whether the database accepts writes, as this process last saw it. */
  databaseAvailable(isAvailable: boolean): void
  /** Publishes for each stream whether calls are allowed at this hour (spec 3.3). */
  watchCallHours(mayCall: () => ReadonlyMap<string, boolean>): void
  /** Initialises calls with 0, so that the first one is an increase. */
  expectCalls(services: readonly string[]): void
  /** The same for outcomes. */
  expectOutcomes(processes: readonly ProcessLabels[], outcomes: readonly string[]): void
  /** Counts subjects of a process by outcome: `verified`, `not_verified`, `technical_error` … */
  outcome(process: ProcessLabels, outcome: string, count: number): void
  /** An answer contained an act of death: compared with people, or why not. */
  deathAct(outcome: string): void
  /** Sets the outcomes of acts to 0 at the start. */
  expectDeathActs(outcomes: readonly string[]): void
  /** Publishes the age of this worker's lease from now on; undefined if it has none. */
  watchLease(renewedAt: () => Date | undefined): void
  watchPool(name: string, use: () => PoolUse): void
  /** Publishes the remaining days of each side's certificate for the security servers from now on, of several the fewest. */
  watchCertificates(list: () => readonly { readonly of: string; readonly days: number }[]): void
  /** The text of /metrics. */
  text(): Promise<string>
  readonly contentType: string
  close(): void
}

// A registry answers in hundreds of milliseconds; the deadline is 30 s by default.
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10, 20, 30]
const maxCodes = 100

/** Creates the metrics of one process in its own registry. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const { build, close } = runtimeMetrics(registry)
  let api: ApiMeter | undefined
  let jobs: JobMeter | undefined
  return {
    api: () => {
      api ??= apiMetrics(registry)
      return api
    },
    jobs: () => {
      jobs ??= jobMetrics(registry)
      return jobs
    },
    ...calls(registry),
    ...work(registry),
    ...deathActs(registry),
    ...clusterMetrics(registry),
    ...duties(registry),
    ...resources(registry),
    build,
    close,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

const callOutcomes: readonly CallOutcome[] = ['answer', 'subject_error', 'service_error', 'aborted']

function calls(registry: Registry): Pick<Metrics, 'call' | 'fault' | 'breaker' | 'expectCalls'> {
  const registers = [registry]
  const total = new Counter({
    name: 'zvirka_calls_total',
    help: 'Attempts of calls to a registry that ended, by outcome',
    labelNames: ['service', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'zvirka_call_duration_seconds',
    help: 'Duration of call attempts, without abandoned ones',
    labelNames: ['service'],
    buckets: latencyBuckets,
    registers,
  })
  const faults = new Counter({
    name: 'zvirka_faults_total',
    help: 'Faults and errors of calls, by code',
    labelNames: ['service', 'code'],
    registers,
  })
  const breaker = new Gauge({
    name: 'zvirka_breaker_open',
    help: "Whether this worker's circuit breaker is open (1) or closed (0)",
    labelNames: ['service'],
    registers,
  })
  const codes = new Set<string>()
  return {
    call(service, outcome, milliseconds) {
      total.inc({ service, outcome })
      if (outcome !== 'aborted') seconds.observe({ service }, milliseconds / 1000)
    },
    fault(service, code) {
      // Codes come from others: a server that invents one per message must not fill our memory.
      if (codes.size < maxCodes) codes.add(code)
      faults.inc({ service, code: codes.has(code) ? code : 'other' })
    },
    breaker: (service, isOpen) => breaker.set({ service }, isOpen ? 1 : 0),
    expectCalls(services) {
      for (const service of services) {
        for (const outcome of callOutcomes) total.inc({ service, outcome }, 0)
        seconds.zero({ service })
        faults.inc({ service, code: 'other' }, 0)
        breaker.set({ service }, 0)
      }
    },
  }
}

function deathActs(registry: Registry): Pick<Metrics, 'deathAct' | 'expectDeathActs'> {
  const total = new Counter({
    name: 'zvirka_death_acts_total',
    help: 'Acts of death in the answers of the register, by what they count for',
    labelNames: ['outcome'],
    registers: [registry],
  })
  return {
    deathAct: (outcome) => total.inc({ outcome }),
    expectDeathActs(outcomes) {
      for (const outcome of outcomes) total.inc({ outcome }, 0)
    },
  }
}

function work(registry: Registry): Pick<Metrics, 'subjects' | 'outcome' | 'expectOutcomes'> {
  const registers = [registry]
  const labelNames = ['stream', 'subject']
  const byStatus = new Gauge({
    name: 'zvirka_subjects',
    help: 'Subjects by the status of a stream, as last counted',
    labelNames: [...labelNames, 'status'],
    registers,
  })
  const due = new Gauge({
    name: 'zvirka_subjects_due',
    help: 'Subjects that are due, as last counted',
    labelNames,
    registers,
  })
  const waits = new Gauge({
    name: 'zvirka_subjects_waiting',
    help: 'Subjects that failed and wait for a retry, as last counted',
    labelNames,
    registers,
  })
  const time = new Gauge({
    name: 'zvirka_subjects_counted_timestamp_seconds',
    help: 'Time of the last count of subjects',
    labelNames,
    registers,
  })
  const outcomes = new Counter({
    name: 'zvirka_outcomes_total',
    help: 'Subjects that this process completed or released, by outcome',
    labelNames: [...labelNames, 'outcome'],
    registers,
  })
  const seen = new Map<string, Set<string>>()
  return {
    subjects({ stream, subject, byStatus: counts, due: isDue, waiting, takenAt }) {
      const statuses = seen.get(`${stream}/${subject}`) ?? new Set()
      seen.set(`${stream}/${subject}`, statuses)
      for (const status of Object.keys(counts)) statuses.add(status)
      // A status without subjects must become 0, not keep its last count.
      for (const status of statuses) byStatus.set({ stream, subject, status }, counts[status] ?? 0)
      due.set({ stream, subject }, isDue)
      waits.set({ stream, subject }, waiting)
      time.set({ stream, subject }, takenAt.getTime() / 1000)
    },
    outcome: ({ stream, subject }, outcome, count) => outcomes.inc({ stream, subject, outcome }, count),
    expectOutcomes(processes, names) {
      for (const labels of processes) for (const outcome of names) outcomes.inc({ ...labels, outcome }, 0)
    },
  }
}

function duties(registry: Registry): Pick<Metrics, 'duty' | 'expectDuty' | 'watchCallHours'> {
  const registers = [registry]
  const failures = new Counter({
    name: 'zvirka_duty_failures_total',
    help: 'Failures of the periodic tasks of a worker; each is retried',
    labelNames: ['duty'],
    registers,
  })
  const time = new Gauge({
    name: 'zvirka_duty_timestamp_seconds',
    help: 'Last success of a periodic task',
    labelNames: ['duty'],
    registers,
  })
  let mayCall: () => ReadonlyMap<string, boolean> = () => new Map()
  new Gauge({
    name: 'zvirka_calls_allowed',
    help: 'Whether runs of the stream may call now (1) or wait for call hours (0)',
    labelNames: ['stream'],
    registers,
    collect() {
      for (const [stream, isAllowed] of mayCall()) this.set({ stream }, isAllowed ? 1 : 0)
    },
  })
  return {
    expectDuty: (duty) => failures.inc({ duty }, 0),
    duty(duty, isDone) {
      if (!isDone) failures.inc({ duty })
      if (isDone) time.set({ duty }, Date.now() / 1000)
    },
    watchCallHours(next) {
      mayCall = next
    },
  }
}

function resources(
  registry: Registry,
): Pick<Metrics, 'watchLease' | 'watchPool' | 'watchCertificates' | 'databaseAvailable'> {
  const pools = new Map<string, () => PoolUse>()
  let renewedAt: () => Date | undefined = () => undefined
  let certificates: Parameters<Metrics['watchCertificates']>[0] = () => []
  new Gauge({
    name: 'zvirka_pool_connections',
    help: 'Connections to the database, and queries waiting for one',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, use] of pools) {
        for (const [state, count] of Object.entries(use())) this.set({ pool, state }, count)
      }
    },
  })
  const available = new Gauge({
    name: 'zvirka_database_available',
    help: 'Whether the database accepts writes (1), or is unreachable, read-only or blocks commits (0)',
    registers: [registry],
  })
  // Before the first check, nothing is published.
  available.remove()
  new Gauge({
    name: 'zvirka_lease_age_seconds',
    help: "Time since this worker's lease was renewed",
    registers: [registry],
    collect() {
      const at = renewedAt()
      if (at === undefined) this.remove()
      else this.set((Date.now() - at.getTime()) / 1000)
    },
  })
  new Gauge({
    name: 'zvirka_certificate_expiry_days',
    help: "Days until our certificate (client) or the security servers' (server) expires; negative: it has expired",
    labelNames: ['of'],
    registers: [registry],
    collect() {
      this.reset()
      // The soonest is set last, so it wins.
      for (const { of, days } of certificates().toSorted((left, right) => right.days - left.days))
        this.set({ of }, days)
    },
  })
  return {
    databaseAvailable: (isAvailable) => available.set(isAvailable ? 1 : 0),
    watchCertificates: (next) => {
      certificates = next
    },
    watchLease: (next) => {
      renewedAt = next
    },
    watchPool: (name, use) => {
      pools.set(name, use)
    },
  }
}
