/** Types of runs, processes, workers and registries (spec 4.3); their queries are in `runs.ts`. */
import { readCounts } from '../../../synchronization/counts.ts'
import { HOLDERS } from '../../../synchronization/held-by.ts'
import type { RunChange, RunError, RunWorker } from '../../../synchronization/plans/report.ts'
import { RUN_STATES } from '../../../synchronization/plans/runs.ts'
import type { RunCounts } from '../../../synchronization/plans/tally.ts'
import {
  newestReports,
  type RegistryReport,
  type RunReport,
  runReport,
  type WorkerReport,
} from '../../../synchronization/report.ts'
import type { OperatedProcess } from '../../operations.ts'
import { type Builder, guarded } from '../builder.ts'
import { addConnection } from './connections.ts'
import type { MessageRef } from './message.ts'

/** Access rule for reading runs. */
export const SEES_RUNS = { scopes: ['verification_run:read'], isForNhs: true } as const
/** Access rule for controlling runs. */
export const CONTROLS_RUNS = { scopes: ['verification_run:write'], isForNhs: true } as const

const COUNTS = [
  ['claimed', 'claimed', 'What the run has taken on, those under way included.'],
  ['verified', 'verified', null],
  ['notVerified', 'not_verified', null],
  ['notNeeded', 'not_needed', 'There was nothing to check.'],
  ['incorrect', 'incorrect', 'The number did not match its format.'],
  ['toReview', 'to_review', 'Answers that a person must look at.'],
  ['technicalErrors', 'technical_errors', 'Errors never change a status.'],
  ['dropped', 'dropped', 'Answers that came after the subject was changed or sent again.'],
  ['propagated', 'propagated', 'Others with the same document.'],
] as const

/** Adds the types, once per schema. */
export function addRunTypes(builder: Builder, message: MessageRef) {
  const enums = addEnums(builder)
  const { state, holder } = enums
  const [error, part, change] = [addRunError(builder), addRunWorker(builder), addRunChange(builder, message, enums)]
  const run = builder.objectRef<RunReport>('VerificationRun')
  builder.node(run, {
    description: 'One run of a process, shared by all workers of the cluster.',
    extensions: guarded(SEES_RUNS, 'nobody'),
    id: { resolve: ({ id }) => id },
    loadOne: async (id, { database }) => (await runReport(database, id)) ?? null,
    fields: (t) => ({
      databaseId: t.field({ nullable: false, type: 'UUID', resolve: ({ id }) => id }),
      process: t.exposeString('process', { nullable: false }),
      state: t.field({ nullable: false, type: state, resolve: (each) => each.state }),
      cause: t.exposeString('cause', { nullable: false, description: 'schedule, trigger, command or api.' }),
      startedBy: t.field({ nullable: false, type: 'UUID', resolve: ({ startedBy }) => startedBy }),
      stateChangedBy: t.field({ type: 'UUID', nullable: true, resolve: ({ stateChangedBy }) => stateChangedBy }),
      heldBy: t.field({
        type: holder,
        nullable: true,
        description: 'Null: it runs, or ran to its end.',
        resolve: ({ heldBy }) => heldBy,
      }),
      finding: t.field({
        type: message,
        nullable: true,
        description: 'Why it is paused or was ended, if the program found the cause.',
        resolve: ({ finding }) => finding,
      }),
      reason: t.exposeString('reason', {
        nullable: true,
        description: 'The reason given by the user who last changed the state.',
      }),
      isTriggeredOnly: t.exposeBoolean('isTriggeredOnly', { nullable: false }),
      startedAt: t.field({ nullable: false, type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
      endedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ endedAt }) => endedAt }),
      seconds: t.exposeFloat('seconds', { nullable: false }),
      maxSubjects: t.exposeInt('maxSubjects', { nullable: true }),
      maxBatches: t.exposeInt('maxBatches', { nullable: true }),
      dueAtStart: t.int({ nullable: true, resolve: ({ due_at_start }) => due_at_start }),
      done: t.exposeInt('done', { nullable: false }),
      remaining: t.exposeInt('remaining', { nullable: true }),
      rate: t.exposeFloat('rate', {
        nullable: false,
        description: 'Subjects per second: recently, or on average if the run has ended.',
      }),
      ...Object.fromEntries(
        COUNTS.map(([name, key, description]) => [
          name,
          t.int({ nullable: false, ...(description === null ? {} : { description }), resolve: (each) => each[key] }),
        ]),
      ),
      errors: t.field({ nullable: false, type: [error], resolve: ({ errors }) => [...errors] }),
      workers: t.field({ nullable: false, type: [part], resolve: ({ workers }) => [...workers] }),
      changes: t.field({
        nullable: false,
        type: [change],
        description: 'Its start, changes of state, end and rechecks, in order.',
        resolve: ({ changes }) => [...changes],
      }),
    }),
  })
  return { state, run, runs: addConnection(builder, 'VerificationRun', run) }
}

function addEnums(builder: Builder) {
  return {
    state: builder.enumType('VerificationRunState', {
      values: Object.fromEntries(RUN_STATES.map((each) => [each.toUpperCase(), { value: each }])),
    }),
    holder: builder.enumType('VerificationRunHolder', {
      description: 'Who paused or ended a run: a user, the guard, or a fault.',
      values: Object.fromEntries(HOLDERS.map((each) => [each.toUpperCase(), { value: each }])),
    }),
  }
}

type Enums = ReturnType<typeof addEnums>

function addRunError(builder: Builder) {
  return builder.objectRef<RunError>('VerificationRunError').implement({
    description: 'Technical errors of one kind.',
    fields: (t) => ({
      whose: t.exposeString('whose', {
        nullable: false,
        description: "`subject`: the subject's own; `service`: the service's.",
      }),
      code: t.exposeString('code', { nullable: false }),
      count: t.exposeInt('count', { nullable: false }),
    }),
  })
}

function addRunWorker(builder: Builder) {
  return builder.objectRef<RunWorker>('VerificationRunWorker').implement({
    description: "A worker's part in a run.",
    fields: (t) => ({
      id: t.field({ nullable: false, type: 'UUID', resolve: ({ id }) => id }),
      kind: t.exposeString('kind', { nullable: false }),
      host: t.exposeString('host', { nullable: false }),
      pid: t.exposeInt('pid', { nullable: false }),
      joinedAt: t.field({ nullable: false, type: 'DateTime', resolve: ({ joinedAt }) => joinedAt }),
      isAlive: t.exposeBoolean('isAlive', { nullable: false }),
      batches: t.exposeInt('batches', { nullable: false }),
      claimed: t.exposeInt('claimed', { nullable: false }),
      technicalErrors: t.int({ nullable: false, resolve: ({ technical_errors }) => technical_errors }),
    }),
  })
}

function addRunChange(builder: Builder, message: MessageRef, { state, holder }: Enums) {
  return builder.objectRef<RunChange>('VerificationRunChange').implement({
    description: 'A change of a run: a new state, or a recheck that reverted results.',
    fields: (t) => ({
      at: t.field({ nullable: false, type: 'DateTime', resolve: ({ at }) => at }),
      state: t.field({
        type: state,
        nullable: true,
        description: 'Null for a recheck, which does not change the state.',
        resolve: (each) => each.state,
      }),
      changedBy: t.field({
        type: 'UUID',
        nullable: true,
        description: 'The user who requested it; null: automatic.',
        resolve: ({ changedBy }) => changedBy,
      }),
      heldBy: t.field({ type: holder, nullable: true, resolve: ({ heldBy }) => heldBy }),
      finding: t.field({ type: message, nullable: true, resolve: ({ finding }) => finding }),
      reason: t.exposeString('reason', { nullable: true, description: 'What the user wrote.' }),
      takenBack: t.exposeInt('takenBack', {
        nullable: true,
        description: 'The number of subjects that a recheck reverted; null for a state.',
      }),
    }),
  })
}

/** A process with its settings and state. */
export interface ShownProcess extends OperatedProcess {
  readonly nextTick: Date | null
  readonly lastTick: { readonly time: Date; readonly outcome: string } | null
}

/** A day of the runs' history. */
export interface RunDay extends Omit<RunCounts, 'given_back'> {
  readonly process: string
  readonly day: string
  readonly runs: number
}

/** A process with its counts, schedule and run. */
export function addProcessType(builder: Builder, run: ReturnType<typeof addRunTypes>['run']) {
  const status = builder.objectRef<{ status: string; count: number }>('StreamStatusCount').implement({
    fields: (t) => ({
      status: t.exposeString('status', { nullable: false }),
      count: t.exposeInt('count', { nullable: false }),
    }),
  })
  interface Counts {
    readonly due: number
    readonly waiting: number
    readonly byStatus: Readonly<Record<string, number>>
    readonly countedAt: Date
    readonly isFresh: boolean
  }
  const counts = builder.objectRef<Counts>('VerificationProcessCounts').implement({
    description: 'Counts of the subjects, with the time of the count; large numbers are counted in the background.',
    fields: (t) => ({
      due: t.exposeInt('due', { nullable: false }),
      waiting: t.exposeInt('waiting', { nullable: false, description: 'Failed, and waiting for a retry.' }),
      byStatus: t.field({
        nullable: false,
        type: [status],
        resolve: ({ byStatus }) => Object.entries(byStatus).map(([name, count]) => ({ status: name, count })),
      }),
      countedAt: t.field({ nullable: false, type: 'DateTime', resolve: ({ countedAt }) => countedAt }),
      isFresh: t.exposeBoolean('isFresh', { nullable: false }),
    }),
  })
  return builder.objectRef<ShownProcess>('VerificationProcess').implement({
    description: 'One of the synchronization processes.',
    fields: (t) => ({
      key: t.string({ nullable: false, resolve: ({ process }) => process.key }),
      stream: t.string({ nullable: false, resolve: ({ process }) => process.stream }),
      subject: t.string({ nullable: false, resolve: ({ process }) => process.kind }),
      schedule: t.exposeString('schedule', { nullable: false, description: 'Cron, read in `timeZone`.' }),
      timeZone: t.string({ nullable: false, resolve: (_process, _args, { operations }) => operations.timeZone }),
      validationPeriodDays: t.exposeInt('validationPeriodDays', {
        nullable: true,
        description: 'Null: checked subjects do not become due again.',
      }),
      isServed: t.exposeBoolean('isServed', {
        nullable: false,
        description: 'Whether this installation has access to the registry; if not, the process has no runs.',
      }),
      nextTick: t.field({ type: 'DateTime', nullable: true, resolve: ({ nextTick }) => nextTick }),
      lastTick: t.field({ type: 'DateTime', nullable: true, resolve: ({ lastTick }) => lastTick?.time ?? null }),
      lastTickOutcome: t.string({ nullable: true, resolve: ({ lastTick }) => lastTick?.outcome ?? null }),
      counts: t.field({
        type: counts,
        nullable: true,
        description: 'Null if not counted yet.',
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
      id: t.field({ nullable: false, type: 'UUID', resolve: ({ id }) => id }),
      kind: t.exposeString('kind', { nullable: false }),
      host: t.exposeString('host', { nullable: false }),
      pid: t.exposeInt('pid', { nullable: false }),
      version: t.exposeString('version', { nullable: false }),
      startedAt: t.field({ nullable: false, type: 'DateTime', resolve: ({ startedAt }) => startedAt }),
      leaseAge: t.exposeFloat('leaseAge', {
        nullable: false,
        description: 'Seconds since the last renewal of its lease.',
      }),
      isAlive: t.exposeBoolean('isAlive', { nullable: false }),
      claims: t.exposeInt('claims', { nullable: false, description: 'The number of its claims.' }),
      runs: t.field({ nullable: false, type: ['UUID'], resolve: ({ runs }) => runs.map(({ id }) => id) }),
      openBreakers: t.stringList({
        nullable: false,
        resolve: ({ openBreakers }) => openBreakers.map(({ service }) => service),
      }),
    }),
  })
}

/** A service of the registries. */
export function addRegistryType(builder: Builder) {
  return builder.objectRef<RegistryReport>('Registry').implement({
    description: 'A service of the registries, as seen by all live workers.',
    fields: (t) => ({
      service: t.exposeString('service', { nullable: false }),
      workers: t.exposeInt('workers', { nullable: false }),
      openBreakers: t.exposeInt('openBreakers', {
        nullable: false,
        description: 'The number of workers whose circuit breaker is open.',
      }),
      openSince: t.field({ type: 'DateTime', nullable: true, resolve: ({ openSince }) => openSince }),
      calls: t.exposeInt('calls', { nullable: false, description: 'Of the last minute.' }),
      errors: t.exposeInt('errors', { nullable: false }),
      p50: t.exposeFloat('p50', { nullable: true, description: 'Milliseconds; the maximum over the workers.' }),
      p95: t.exposeFloat('p95', { nullable: true }),
    }),
  })
}

/** A day of the runs' history. */
export function addRunDayType(builder: Builder) {
  return builder.objectRef<RunDay>('VerificationRunDay').implement({
    fields: (t) => ({
      process: t.exposeString('process', { nullable: false }),
      day: t.field({ nullable: false, type: 'Date', resolve: ({ day }) => day }),
      runs: t.exposeInt('runs', { nullable: false }),
      verified: t.exposeInt('verified', { nullable: false }),
      notVerified: t.int({ nullable: false, resolve: ({ not_verified }) => not_verified }),
      notNeeded: t.int({ nullable: false, resolve: ({ not_needed }) => not_needed }),
      incorrect: t.exposeInt('incorrect', { nullable: false }),
      toReview: t.int({ nullable: false, resolve: ({ to_review }) => to_review }),
      technicalErrors: t.int({ nullable: false, resolve: ({ technical_errors }) => technical_errors }),
    }),
  })
}
