/** Metrics of the whole cluster, as one of its processes last read them; each process shows the same, so take `max`, not `sum`. */
import { Gauge, type Registry } from 'prom-client'

/** A process, as labels: `dms_passport`, `person`. */
export interface ProcessLabels {
  readonly stream: string
  readonly subject: string
}

/** A run in progress, for the metrics. */
export interface RunUse {
  readonly state: string
  /** Whether the guard paused it (spec 2.6). */
  readonly isHeldByGuard: boolean
  readonly startedAt: Date
  /** Null while it is being counted. */
  readonly dueAtStart: number | null
  readonly done: number
  readonly technicalErrors: number
}

/** One process across the cluster, for the metrics. */
export interface ProcessUse extends ProcessLabels {
  /** The number of claimed subjects (IN_REVIEW), and the age of the oldest claim in seconds. */
  readonly held: number
  readonly oldestClaimSeconds: number
  /** How many seconds the head of each queue has waited; 0 if it is empty. */
  readonly queueAgeSeconds: { readonly triggered: number; readonly due: number }
  readonly run: RunUse | undefined
  /** The last recorded tick, and whether a run was in progress then. */
  readonly lastTick: { readonly time: Date; readonly isSkipped: boolean } | undefined
  /** The last tick of the schedule since it was first seen. */
  readonly expectedTick: Date | undefined
}

/** Acts of death of one kind of subject and zone that need a decision. */
interface DeathsUse {
  readonly kind: string
  readonly zone: string
  readonly count: number
  readonly oldest: Date
}

/** A snapshot of the cluster. */
export interface ClusterUse {
  readonly deaths: readonly DeathsUse[]
  readonly workers: readonly { readonly version: string; readonly alive: number; readonly lost: number }[]
  readonly processes: readonly ProcessUse[]
}

/** States of an active run. */
const STATES = ['running', 'paused', 'stopping'] as const

/** Declares the cluster's metrics and returns their setter. */
export function clusterMetrics(registry: Registry): { cluster(use: ClusterUse): void } {
  const gauge = (name: string, help: string, ...labels: string[]) =>
    new Gauge({ name, help, labelNames: labels, registers: [registry] })
  const ofProcess = (name: string, help: string, ...more: string[]) => gauge(name, help, 'stream', 'subject', ...more)

  const workers = gauge(
    'zvirka_workers',
    'Long-running workers of the cluster that have not ended, by version; lost: the lease has expired',
    ...['version', 'state'],
  )
  const held = ofProcess('zvirka_subjects_held', 'Subjects that are claimed (IN_REVIEW) by workers of the cluster')
  const claimAge = ofProcess('zvirka_claim_age_seconds', 'Age of the oldest claim; 0: none')
  const queueAge = ofProcess(
    'zvirka_queue_age_seconds',
    'How long the first subject of the queue has waited; 0: the queue is empty',
    'line',
  )
  const state = ofProcess('zvirka_run_state', '1 for the state of the run in progress', 'state')
  const guard = ofProcess('zvirka_run_held_by_guard', 'Whether the guard paused the run (1) until a person decides')
  const start = ofProcess('zvirka_run_start_timestamp_seconds', 'Start time of the run in progress')
  const subjects = ofProcess('zvirka_run_subjects', 'Subjects of the run in progress, in the whole cluster', 'part')
  const tick = ofProcess('zvirka_tick_timestamp_seconds', 'The last tick of the schedule that was recorded; 0: none')
  const expected = ofProcess(
    'zvirka_tick_expected_timestamp_seconds',
    'The last tick of the schedule since it was first seen',
  )
  const deaths = gauge('zvirka_death_candidates', "Acts of death that wait for a person's decision", 'kind', 'zone')
  const deathsAge = gauge(
    'zvirka_death_candidates_age_seconds',
    'How long the oldest of them has waited; 0 if none waits',
    ...['kind', 'zone'],
  )
  const skipped = ofProcess(
    'zvirka_tick_skipped',
    'Whether the last tick was skipped (1) because a run was in progress, or nobody was due',
  )

  const showRun = (labels: ProcessLabels, run: RunUse | undefined) => {
    for (const each of STATES) state.set({ ...labels, state: each }, run?.state === each ? 1 : 0)
    guard.set({ ...labels }, run?.isHeldByGuard === true ? 1 : 0)
    if (run === undefined) return
    start.set({ ...labels }, seconds(run.startedAt))
    if (run.dueAtStart !== null) subjects.set({ ...labels, part: 'due_at_start' }, run.dueAtStart)
    subjects.set({ ...labels, part: 'done' }, run.done)
    subjects.set({ ...labels, part: 'technical_errors' }, run.technicalErrors)
  }

  return {
    cluster(use) {
      // What is gone (a version, a run) must not keep its last value.
      for (const each of [workers, start, subjects, tick, expected, skipped]) each.reset()
      for (const kind of ['person', 'party']) {
        for (const zone of ['white', 'grey']) {
          const found = use.deaths.find((each) => each.kind === kind && each.zone === zone)
          deaths.set({ kind, zone }, found?.count ?? 0)
          deathsAge.set(
            { kind, zone },
            found === undefined ? 0 : Math.max(0, Date.now() - found.oldest.getTime()) / 1000,
          )
        }
      }
      for (const { version, alive, lost } of use.workers) {
        workers.set({ version, state: 'alive' }, alive)
        workers.set({ version, state: 'lost' }, lost)
      }
      for (const process of use.processes) {
        const labels = { stream: process.stream, subject: process.subject }
        held.set(labels, process.held)
        claimAge.set(labels, process.oldestClaimSeconds)
        for (const [line, age] of Object.entries(process.queueAgeSeconds)) queueAge.set({ ...labels, line }, age)
        showRun(labels, process.run)
        if (process.expectedTick !== undefined) expected.set(labels, seconds(process.expectedTick))
        // A missing first tick must be visible.
        if (process.lastTick === undefined && process.expectedTick !== undefined) tick.set(labels, 0)
        if (process.lastTick === undefined) continue
        tick.set(labels, seconds(process.lastTick.time))
        skipped.set(labels, process.lastTick.isSkipped ? 1 : 0)
      }
    },
  }
}

function seconds(at: Date): number {
  return at.getTime() / 1000
}
