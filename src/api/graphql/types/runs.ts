/** Reading and following processes, runs, workers and registries (spec 4.3); the controls are in `run-controls.ts`. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Executor } from '../../../database/query.ts'
import { CronTicks } from '../../../schedule/cron-ticks.ts'
import { countsByDay, lastTicks } from '../../../synchronization/plans/report.ts'
import {
  countRuns,
  listReports,
  type RunReport,
  registryReports,
  reportsUnderWay,
  runReport,
  workerReports,
} from '../../../synchronization/report.ts'
import { notFound, unprocessable } from '../../errors.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { addOrder, BY_TIME, readPage } from './connections.ts'
import type { MessageRef } from './message.ts'
import { addControls, addRecheck } from './run-controls.ts'
import {
  addProcessType,
  addRegistryType,
  addRunDayType,
  addRunTypes,
  addWorkerType,
  type RunDay,
  SEES_RUNS,
  type ShownProcess,
} from './run-types.ts'

const PROGRESS_MILLISECONDS = 1000

/** Adds all of it. */
export function addRuns(builder: Builder, message: MessageRef): void {
  const types = addRunTypes(builder, message)
  addQueries(builder, types)
  addControls(builder, types)
  addRecheck(builder)
  addProgress(builder, types)
}

type RunTypes = ReturnType<typeof addRunTypes>

function addQueries(builder: Builder, { run, runs, state }: RunTypes): void {
  const process = addProcessType(builder, run)
  const worker = addWorkerType(builder)
  const registry = addRegistryType(builder)
  const day = addRunDayType(builder)
  const filter = builder.inputType('VerificationRunFilter', {
    fields: (t) => ({ process: t.string(), state: t.field({ type: state }) }),
  })
  const orderBy = addOrder(builder, 'VerificationRunOrderBy', 'By the time at which a run began.')
  builder.queryFields((t) => ({
    verificationProcesses: t.field({
      type: [process],
      description: 'The processes, with their counts, schedules and newest runs.',
      extensions: guarded(SEES_RUNS, 'nobody'),
      resolve: (_root, _args, context) => shownProcesses(context),
    }),
    verificationRun: t.field({
      type: run,
      nullable: true,
      extensions: guarded(SEES_RUNS, 'nobody'),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, { database }) => (await runReport(database, idOf('VerificationRun', id))) ?? null,
    }),
    verificationRuns: t.field({
      type: runs,
      extensions: guarded(SEES_RUNS, 'nobody'),
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
      },
      resolve: (_root, { filter: narrowed, orderBy: order, ...args }, { database }) => {
        const terms = { process: narrowed?.process ?? null, state: (narrowed?.state as string | undefined) ?? null }
        return readPage(args, {
          cursors: BY_TIME,
          order,
          read: (slice) => listReports(database, terms, slice),
          placeOf: ({ place, id }) => ({ at: place, id }),
          total: async () => ({ count: await countRuns(database, terms), isExact: true }),
        })
      },
    }),
    verificationRunHistory: t.field({
      type: [day],
      description: 'Results of runs by day (Kyiv time).',
      extensions: guarded(SEES_RUNS, 'nobody'),
      args: { process: t.arg.string(), days: t.arg.int({ defaultValue: 30 }) },
      resolve: (_root, { process: key, days }, { database }) => {
        if (days == null || days < 1 || days > 400) throw unprocessable('days must be from 1 to 400')
        return database.query<RunDay>(countsByDay(key ?? null, days))
      },
    }),
    workers: t.field({
      type: [worker],
      description: 'The workers of the cluster that have not ended.',
      extensions: guarded(SEES_RUNS, 'nobody'),
      resolve: (_root, _args, { database }) => workerReports(database),
    }),
    registries: t.field({
      type: [registry],
      description: 'The state of the services of the registries.',
      extensions: guarded(SEES_RUNS, 'nobody'),
      resolve: (_root, _args, { database }) => registryReports(database),
    }),
  }))
}

async function shownProcesses({ database, operations }: GraphqlContext): Promise<ShownProcess[]> {
  const ticks = await database.query<{ process: string; time: Date; outcome: string }>(lastTicks())
  return operations.processes.map((each) => ({
    ...each,
    nextTick: new CronTicks(each.schedule, operations.timeZone).next(new Date()) ?? null,
    lastTick: ticks.find(({ process }) => process === each.process.key) ?? null,
  }))
}

function addProgress(builder: Builder, { run }: RunTypes): void {
  builder.subscriptionField('verificationRunProgress', (t) =>
    t.field({
      type: run,
      description: 'The run, every second until it ends (server-sent events).',
      extensions: guarded(SEES_RUNS, 'nobody'),
      args: { id: t.arg.id({ required: true }) },
      subscribe: (_root, { id }, { database }) => progress(database, idOf('VerificationRun', id)),
      resolve: (report: RunReport) => report,
    }),
  )
  // One subscription for all of them: a browser opens at most six connections to a server.
  builder.subscriptionField('verificationRunsUnderWay', (t) =>
    t.field({
      type: [run],
      nullable: false,
      description: 'The runs in progress, every second until there are none (server-sent events).',
      extensions: guarded(SEES_RUNS, 'nobody'),
      subscribe: (_root, _args, { database }) => underWay(database),
      resolve: (reports: RunReport[]) => reports,
    }),
  )
}

/** All followers of a run share one read per second. */
const reads = new WeakMap<Executor, Map<string, { readonly until: number; readonly found: Promise<unknown> }>>()

function shared<T>(executor: Executor, what: string, read: () => Promise<T>): Promise<T> {
  const ofThis = reads.get(executor) ?? new Map<string, { readonly until: number; readonly found: Promise<unknown> }>()
  reads.set(executor, ofThis)
  const now = performance.now()
  for (const [key, { until }] of ofThis) if (until <= now) ofThis.delete(key)
  const known = ofThis.get(what)
  if (known !== undefined) return known.found as Promise<T>
  const found = read()
  ofThis.set(what, { until: now + PROGRESS_MILLISECONDS, found })
  return found
}

async function* underWay(executor: Executor): AsyncGenerator<RunReport[]> {
  for (;;) {
    const reports = await shared(executor, 'all', () => reportsUnderWay(executor))
    yield reports
    if (reports.length === 0) return
    await delay(PROGRESS_MILLISECONDS)
  }
}

async function* progress(executor: Executor, id: string): AsyncGenerator<RunReport> {
  for (;;) {
    const report = await shared(executor, id, () => runReport(executor, id))
    if (report === undefined) throw notFound('Verification run not found')
    yield report
    if (report.endedAt !== null) return
    await delay(PROGRESS_MILLISECONDS)
  }
}
