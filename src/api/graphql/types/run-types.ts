/** Runs, processes, workers and registries as GraphQL shows them (spec 4.3); what may be asked of them is in `runs.ts`. */
import { readCounts } from '../../../synchronization/counts.ts'
import { RUN_STATES } from '../../../synchronization/plans/runs.ts'
import {
  newestReports,
  type RegistryReport,
  type RunError,
  type RunReport,
  type RunWorker,
  runReport,
  type WorkerReport,
} from '../../../synchronization/report.ts'
import type { OperatedProcess } from '../../operations.ts'
import { type Builder, guarded } from '../builder.ts'
import { addConnection } from './connections.ts'

/** Whoever may see runs. */
export const SEES_RUNS = { scopes: ['verification_run:read'], isForNhs: true } as const
/** Whoever may control them. */
export const CONTROLS_RUNS = { scopes: ['verification_run:write'], isForNhs: true } as const

const COUNTS = [
  ['claimed', 'claimed', 'What the run has taken on, those under way included.'],
  ['verified', 'verified', null],
  ['notVerified', 'not_verified', null],
  ['notNeeded', 'not_needed', 'There was nothing to check.'],
  ['incorrect', 'incorrect', 'The number did not match its format.'],
  ['technicalErrors', 'technical_errors', 'Errors never change a status.'],
  ['dropped', 'dropped', 'Answers that came after the subject was changed or sent again.'],
  ['propagated', 'propagated', 'Others with the same document.'],
] as const

/** The types; each is made once a schema. */
export function addRunTypes(builder: Builder) {
  const state = builder.enumType('VerificationRunState', {
    values: Object.fromEntries(RUN_STATES.map((each) => [each.toUpperCase(), { value: each }])),
  })
  const error = builder.objectRef<RunError>('VerificationRunError').implement({
    description: 'Technical errors of one kind.',
    fields: (t) => ({
      whose: t.exposeString('whose', { description: "`subject`: the subject's own; `service`: the service's." }),
      code: t.exposeString('code'),
      count: t.exposeInt('count'),
    }),
  })
  const part = builder.objectRef<RunWorker>('VerificationRunWorker').implement({
    description: "A worker's part in a run.",
    fields: (t) => ({
      id: t.field({ type: 'UUID', resolve: ({ id }) => id }),
      kind: t.exposeString('kind'),
      host: t.exposeString('host'),
      pid: t.exposeInt('pid'),
      joinedAt: t.field({ type: 'DateTime', resolve: ({ joinedAt }) => joinedAt }),
      isAlive: t.exposeBoolean('isAlive'),
      batches: t.exposeInt('batches'),
      claimed: t.exposeInt('claimed'),
      technicalErrors: t.int({ resolve: ({ technical_errors }) => technical_errors }),
    }),
  })
  const run = builder.objectRef<RunReport>('VerificationRun')
  builder.node(run, {
    description: 'One run of a process: a record that every worker of the cluster takes part in.',
    extensions: guarded(SEES_RUNS),
    id: { resolve: ({ id }) => id },
    loadOne: async (id, { database }) => (await runReport(database, id)) ?? null,
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', resolve: ({ id }) => id }),
      process: t.exposeString('process'),
      state: t.field({ type: state, resolve: (each) => each.state }),
      cause: t.exposeString('cause', { description: 'schedule, trigger, command or api.' }),
      startedBy: t.field({ type: 'UUID', resolve: ({ startedBy }) => startedBy }),
      stateChangedBy: t.field({ type: 'UUID', nullable: true, resolve: ({ stateChangedBy }) => stateChangedBy }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: "Why it is in its state: a person's words, the guard's.",
      }),
      isTriggeredOnly: t.exposeBoolean('isTriggeredOnly'),
      startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
      endedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ endedAt }) => endedAt }),
      seconds: t.exposeFloat('seconds'),
      maxSubjects: t.exposeInt('maxSubjects', { nullable: true }),
      maxBatches: t.exposeInt('maxBatches', { nullable: true }),
      dueAtStart: t.int({ nullable: true, resolve: ({ due_at_start }) => due_at_start }),
      done: t.exposeInt('done'),
      remaining: t.exposeInt('remaining', { nullable: true }),
      rate: t.exposeFloat('rate', { description: 'Subjects a second: lately, or on the whole where it is over.' }),
      ...Object.fromEntries(
        COUNTS.map(([name, key, description]) => [
          name,
          t.int({ ...(description === null ? {} : { description }), resolve: (each) => each[key] }),
        ]),
      ),
      errors: t.field({ type: [error], resolve: ({ errors }) => [...errors] }),
      workers: t.field({ type: [part], resolve: ({ workers }) => [...workers] }),
    }),
  })
  return { state, run, runs: addConnection(builder, 'VerificationRun', run) }
}

/** A process with what is known of it. */
export interface ShownProcess extends OperatedProcess {
  readonly nextTick: Date | null
  readonly lastTick: { readonly time: Date; readonly outcome: string } | null
}

/** A day of the runs' history. */
export interface RunDay {
  readonly process: string
  readonly day: string
  readonly runs: number
  readonly verified: number
  readonly not_verified: number
  readonly not_needed: number
  readonly incorrect: number
  readonly technical_errors: number
}

/** A process, its counts, its schedule and its run. */
export function addProcessType(builder: Builder, run: ReturnType<typeof addRunTypes>['run']) {
  const status = builder.objectRef<{ status: string; count: number }>('StreamStatusCount').implement({
    fields: (t) => ({ status: t.exposeString('status'), count: t.exposeInt('count') }),
  })
  interface Counts {
    readonly due: number
    readonly waiting: number
    readonly byStatus: Readonly<Record<string, number>>
    readonly countedAt: Date
    readonly isFresh: boolean
  }
  const counts = builder.objectRef<Counts>('VerificationProcessCounts').implement({
    description: 'Counts of the subjects, with the time they were taken: in the background where subjects are many.',
    fields: (t) => ({
      due: t.exposeInt('due'),
      waiting: t.exposeInt('waiting', { description: 'Failed, and wait for their next turn.' }),
      byStatus: t.field({
        type: [status],
        resolve: ({ byStatus }) => Object.entries(byStatus).map(([name, count]) => ({ status: name, count })),
      }),
      countedAt: t.field({ type: 'DateTime', resolve: ({ countedAt }) => countedAt }),
      isFresh: t.exposeBoolean('isFresh'),
    }),
  })
  return builder.objectRef<ShownProcess>('VerificationProcess').implement({
    description: 'One of the five synchronization processes.',
    fields: (t) => ({
      key: t.string({ resolve: ({ process }) => process.key }),
      stream: t.string({ resolve: ({ process }) => process.stream }),
      subject: t.string({ resolve: ({ process }) => process.kind }),
      schedule: t.exposeString('schedule', { description: 'Cron, read in `timeZone`.' }),
      timeZone: t.string({ resolve: (_process, _args, { operations }) => operations.timeZone }),
      validationPeriodDays: t.exposeInt('validationPeriodDays'),
      nextTick: t.field({ type: 'DateTime', nullable: true, resolve: ({ nextTick }) => nextTick }),
      lastTick: t.field({ type: 'DateTime', nullable: true, resolve: ({ lastTick }) => lastTick?.time ?? null }),
      lastTickOutcome: t.string({ nullable: true, resolve: ({ lastTick }) => lastTick?.outcome ?? null }),
      counts: t.field({
        type: counts,
        nullable: true,
        description: 'Null where none were taken yet.',
        resolve: async ({ process, validationPeriodDays }, _args, { database }) =>
          (await readCounts(database, process, validationPeriodDays)) ?? null,
      }),
      newestRun: t.field({
        type: run,
        nullable: true,
        resolve: async ({ process }, _args, { database }) => (await newestReports(database, process.key, 1))[0] ?? null,
      }),
    }),
  })
}

/** A worker of the cluster. */
export function addWorkerType(builder: Builder) {
  return builder.objectRef<WorkerReport>('Worker').implement({
    fields: (t) => ({
      id: t.field({ type: 'UUID', resolve: ({ id }) => id }),
      kind: t.exposeString('kind'),
      host: t.exposeString('host'),
      pid: t.exposeInt('pid'),
      version: t.exposeString('version'),
      startedAt: t.field({ type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
      leaseAge: t.exposeFloat('leaseAge', { description: 'Seconds since its lease was renewed.' }),
      isAlive: t.exposeBoolean('isAlive'),
      claims: t.exposeInt('claims', { description: 'How many subjects it holds.' }),
      runs: t.field({ type: ['UUID'], resolve: ({ runs }) => runs.map(({ id }) => id) }),
      openBreakers: t.stringList({ resolve: ({ openBreakers }) => openBreakers.map(({ service }) => service) }),
    }),
  })
}

/** A service of the registries. */
export function addRegistryType(builder: Builder) {
  return builder.objectRef<RegistryReport>('Registry').implement({
    description: 'A service of the registries, as all living workers see it together.',
    fields: (t) => ({
      service: t.exposeString('service'),
      workers: t.exposeInt('workers'),
      openBreakers: t.exposeInt('openBreakers', { description: 'How many workers have its breaker open.' }),
      openSince: t.field({ type: 'DateTime', nullable: true, resolve: ({ openSince }) => openSince }),
      calls: t.exposeInt('calls', { description: 'Of the last minute.' }),
      errors: t.exposeInt('errors'),
      p50: t.exposeFloat('p50', { nullable: true, description: 'Milliseconds; of several workers the slowest.' }),
      p95: t.exposeFloat('p95', { nullable: true }),
    }),
  })
}

/** A day of the runs' history. */
export function addRunDayType(builder: Builder) {
  return builder.objectRef<RunDay>('VerificationRunDay').implement({
    fields: (t) => ({
      process: t.exposeString('process'),
      day: t.field({ type: 'Date', resolve: ({ day }) => day }),
      runs: t.exposeInt('runs'),
      verified: t.exposeInt('verified'),
      notVerified: t.int({ resolve: ({ not_verified }) => not_verified }),
      notNeeded: t.int({ resolve: ({ not_needed }) => not_needed }),
      incorrect: t.exposeInt('incorrect'),
      technicalErrors: t.int({ resolve: ({ technical_errors }) => technical_errors }),
    }),
  })
}
