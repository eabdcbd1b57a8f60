/** Metrics of one-off jobs: this process's work, and the queues of the whole cluster (of the latter take `max`, not `sum`). */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** How a job's attempt ended, as a label; `lost`: it belonged to another worker by then. */
type CountedVerdict = 'done' | 'failed' | 'given_back' | 'lost'

/** One queue across the cluster. */
export interface QueueUse {
  readonly queue: string
  readonly waiting: number
  readonly running: number
  /** Failed jobs that are still stored. */
  readonly failed: number
  /** How long the oldest waiting job has been ready; 0 if none waits. */
  readonly oldestWaitingSeconds: number
}

/** The measurements of jobs. */
export interface JobMeter {
  /** An attempt ended. */
  jobAttempt(queue: string, verdict: CountedVerdict): void
  /** The duration of an attempt. */
  jobTook(queue: string, milliseconds: number): void
  /** Initialises counters with 0, so that the first event is an increase. */
  expectJobs(queues: readonly string[]): void
  /** A snapshot of the queues. */
  queues(use: readonly QueueUse[]): void
}

const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const VERDICTS: readonly CountedVerdict[] = ['done', 'failed', 'given_back', 'lost']

/** Declares the metrics of jobs. */
export function jobMetrics(registry: Registry): JobMeter {
  const registers = [registry]
  const attempts = new Counter({
    name: 'zvirka_job_attempts_total',
    help: 'Attempts of one-off jobs that this process ended, by outcome',
    labelNames: ['queue', 'verdict'],
    registers,
  })
  const seconds = new Histogram({
    name: 'zvirka_job_attempt_duration_seconds',
    help: 'How long attempts of one-off jobs took',
    labelNames: ['queue'],
    buckets: BUCKETS,
    registers,
  })
  const jobs = new Gauge({
    name: 'zvirka_jobs',
    help: 'One-off jobs of the cluster: waiting, running, or failed and still kept',
    labelNames: ['queue', 'state'],
    registers,
  })
  const age = new Gauge({
    name: 'zvirka_jobs_oldest_waiting_seconds',
    help: 'How long the oldest waiting job has been ready to start; 0: none waits',
    labelNames: ['queue'],
    registers,
  })
  return {
    jobAttempt: (queue, verdict) => attempts.inc({ queue, verdict }),
    jobTook: (queue, milliseconds) => seconds.observe({ queue }, milliseconds / 1000),
    expectJobs(queues) {
      for (const queue of queues) {
        for (const verdict of VERDICTS) attempts.inc({ queue, verdict }, 0)
        seconds.zero({ queue })
      }
    },
    queues(use) {
      for (const { queue, waiting, running, failed, oldestWaitingSeconds } of use) {
        for (const [state, count] of Object.entries({ waiting, running, failed })) jobs.set({ queue, state }, count)
        age.set({ queue }, oldestWaitingSeconds)
      }
    },
  }
}
