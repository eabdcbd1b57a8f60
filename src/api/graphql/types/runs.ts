/** Processes, runs with their controls, workers and registries (spec 4.3). */
import { setTimeout as delay } from 'node:timers/promises'
import { Cron } from 'croner'
import { audit } from '../../../audit/audit.ts'
import type { Executor } from '../../../database/query.ts'
import { countsByDay, lastTicks } from '../../../synchronization/plans/report.ts'
import { type RecheckScope, recheck } from '../../../synchronization/recheck.ts'
import {
  type RunReport,
  registryReports,
  reportsOfPage,
  reportsUnderWay,
  runReport,
  workerReports,
} from '../../../synchronization/report.ts'
import { beginRun, type Controlled, pauseRun, resumeRun, stopRun } from '../../../synchronization/runs.ts'
import { conflict, notFound, unprocessable } from '../../errors.ts'
import type { OperatedProcess } from '../../operations.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { type ConnectionArguments, connectionOf, type Place, pageOf, rangeOf, TIME_AND_ID } from './connections.ts'
import {
  addProcessType,
  addRegistryType,
  addRunDayType,
  addRunTypes,
  addWorkerType,
  CONTROLS_RUNS,
  type RunDay,
  SEES_RUNS,
  type ShownProcess,
} from './run-types.ts'
import { requirePresent } from './send-again.ts'

const PLACE = [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/, TIME_AND_ID[1]] as const
const PROGRESS_MILLISECONDS = 1000
const LONGEST_RECHECK_MILLISECONDS = 20_000

/** Adds all of it. */
export function addRuns(builder: Builder): void {
  const types = addRunTypes(builder)
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
  const orderBy = builder.enumType('VerificationRunOrderBy', {
    description: 'By the time at which a run began.',
    values: ['INSERTED_AT_ASC', 'INSERTED_AT_DESC'] as const,
  })
  builder.queryFields((t) => ({
    verificationProcesses: t.field({
      type: [process],
      description: 'The processes, with their counts, schedules and newest runs.',
      extensions: guarded(SEES_RUNS),
      resolve: (_root, _args, context) => shownProcesses(context),
    }),
    verificationRun: t.field({
      type: run,
      nullable: true,
      extensions: guarded(SEES_RUNS),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, { database }) => (await runReport(database, idOf('VerificationRun', id))) ?? null,
    }),
    verificationRuns: t.field({
      type: runs,
      extensions: guarded(SEES_RUNS),
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'INSERTED_AT_DESC' }),
      },
      resolve: (_root, { filter: narrowed, orderBy: order, ...args }, { database }) => {
        const terms = { process: narrowed?.process ?? null, state: (narrowed?.state as string | undefined) ?? null }
        return listRuns(database, terms, order !== 'INSERTED_AT_ASC', args)
      },
    }),
    verificationRunHistory: t.field({
      type: [day],
      description: 'What runs came to, day by day in Kyiv.',
      extensions: guarded(SEES_RUNS),
      args: { process: t.arg.string(), days: t.arg.int({ defaultValue: 30 }) },
      resolve: (_root, { process: key, days }, { database }) => {
        if (days == null || days < 1 || days > 400) throw unprocessable('days must be from 1 to 400')
        return database.query<RunDay>(countsByDay(key ?? null, days))
      },
    }),
    workers: t.field({
      type: [worker],
      description: 'The workers of the cluster that have not ended.',
      extensions: guarded(SEES_RUNS),
      resolve: (_root, _args, { database }) => workerReports(database),
    }),
    registries: t.field({
      type: [registry],
      description: 'How the services of the registries do.',
      extensions: guarded(SEES_RUNS),
      resolve: (_root, _args, { database }) => registryReports(database),
    }),
  }))
}

interface RunTerms {
  readonly process: string | null
  readonly state: string | null
}

async function listRuns(executor: Executor, terms: RunTerms, isNewestFirst: boolean, args: ConnectionArguments) {
  const page = pageOf(args, PLACE)
  const { above, below, isAscending } = rangeOf(page, isNewestFirst)
  const placeOf = (place: Place | undefined) =>
    place === undefined ? null : { startedAt: place[0] ?? '', id: place[1] ?? '' }
  const read = await reportsOfPage(executor, {
    ...{ ...terms, after: placeOf(below), before: placeOf(above) },
    ...{ isAscending, count: page.size + 1 },
  })
  return connectionOf(
    page,
    page.isFromEnd ? read.toReversed() : read,
    ({ place }) => [place.startedAt, place.id],
    () => countRuns(executor, terms),
  )
}

async function countRuns(executor: Executor, { process, state }: RunTerms) {
  const [row] = await executor.query<{ count: number }>({
    text: `select count(*)::int as count from zvirka.runs
            where ($1::text is null or process = $1) and ($2::text is null or state = $2)`,
    values: [process, state],
  })
  return { count: row?.count ?? 0, isExact: true }
}

async function shownProcesses({ database, operations }: GraphqlContext): Promise<ShownProcess[]> {
  const ticks = await database.query<{ process: string; time: Date; outcome: string }>(lastTicks())
  return operations.processes.map((each) => ({
    ...each,
    nextTick: new Cron(each.schedule, { timezone: operations.timeZone, paused: true }).nextRun() ?? null,
    lastTick: ticks.find(({ process }) => process === each.process.key) ?? null,
  }))
}

const REASON = 'Why; kept with the run and in the audit.'

function addControls(builder: Builder, { run }: RunTypes): void {
  const payload = builder.objectRef<{ verificationRun: RunReport }>('VerificationRunPayload').implement({
    fields: (t) => ({
      verificationRun: t.field({ type: run, nullable: false, resolve: ({ verificationRun }) => verificationRun }),
    }),
  })
  const startInput = builder.inputType('StartVerificationRunInput', {
    fields: (t) => ({
      process: t.string({ required: true, description: 'Such as `dms_passport/person`.' }),
      reason: t.string({ description: REASON }),
    }),
  })
  const controlInput = builder.inputType('ControlVerificationRunInput', {
    fields: (t) => ({ id: t.id({ required: true }), reason: t.string({ description: REASON }) }),
  })
  builder.mutationField('startVerificationRun', (t) =>
    t.field({
      type: payload,
      description: 'Starts a run now, of all who are due; a standing worker takes it up.',
      extensions: guarded(CONTROLS_RUNS),
      args: { input: t.arg({ type: startInput, required: true }) },
      resolve: (_root, { input }, context) => start(context, input.process, input.reason ?? null),
    }),
  )
  const controls = { pause: pauseRun, resume: resumeRun, stop: stopRun } as const
  for (const [name, act] of Object.entries(controls)) {
    const field = `${name}VerificationRun`
    builder.mutationField(field, (t) =>
      t.field({
        type: payload,
        extensions: guarded(CONTROLS_RUNS),
        args: { input: t.arg({ type: controlInput, required: true }) },
        resolve: (_root, { input: { id, reason } }, context) => {
          requirePresent({ id })
          return control(context, field, act, idOf('VerificationRun', id), reason ?? null)
        },
      }),
    )
  }
}

async function start(context: GraphqlContext, key: string, reason: string | null) {
  const { database, operations, principal, actor } = context
  requirePresent({ process: key })
  const { process, validationPeriodDays, maxBatches } = operatedProcess(operations.processes, key)
  const id = await database.transaction(async (tx) => {
    const run = await beginRun(tx, {
      ...{ process: process.key, cause: 'api', userId: principal.userId, startedByWorker: null },
      ...{ validationPeriodDays, triggeredSecondsAgo: null, takesWaiting: false, maxSubjects: null, maxBatches },
      isGuarded: operations.isGuarded,
    })
    if (run === undefined) throw conflict('a run of this process is under way')
    await audit(tx, actor, write('startVerificationRun', run.id, reason))
    return run.id
  })
  return reported(database, id)
}

function operatedProcess(processes: readonly OperatedProcess[], key: string): OperatedProcess {
  const found = processes.find(({ process }) => process.key === key)
  if (found !== undefined) return found
  throw unprocessable(`there is no such process; there are: ${processes.map(({ process }) => process.key).join(', ')}`)
}

type Control = (tx: Executor, id: string, by: { userId: string; reason: string | null }) => Promise<Controlled>

async function control(context: GraphqlContext, field: string, act: Control, id: string, reason: string | null) {
  const { database, principal, actor } = context
  await database.transaction(async (tx) => {
    const result = await act(tx, id, { userId: principal.userId, reason })
    if (result.kind === 'no_such_run') throw notFound('Verification run not found')
    if (result.kind === 'wrong_state') throw conflict(`Verification run is ${result.state}`)
    await audit(tx, actor, write(field, id, reason))
  })
  return reported(database, id)
}

function write(field: string, id: string, reason: string | null) {
  return { action: 'write', operation: `Mutation.${field}`, subjectKind: 'run', subjectIds: [id], reason } as const
}

async function reported(executor: Executor, id: string): Promise<{ verificationRun: RunReport }> {
  const verificationRun = await runReport(executor, id)
  if (verificationRun === undefined) throw notFound('Verification run not found')
  return { verificationRun }
}

interface Rechecked {
  readonly isComplete: boolean
  readonly persons: number
  readonly parties: number
  readonly inReview: number
}

function addRecheck(builder: Builder): void {
  const payload = builder.objectRef<Rechecked>('RecheckVerificationRunPayload').implement({
    fields: (t) => ({
      count: t.int({
        nullable: false,
        description: 'Persons and parties.',
        resolve: ({ persons, parties }) => persons + parties,
      }),
      persons: t.exposeInt('persons', {
        nullable: false,
        description: 'Taken back; in a dry run: those who would be.',
      }),
      parties: t.exposeInt('parties', { nullable: false }),
      inReview: t.exposeInt('inReview', {
        nullable: false,
        description: 'Being checked right now, and left: repeat it when that is over.',
      }),
      isComplete: t.exposeBoolean('isComplete', {
        nullable: false,
        description: 'False: the time of one request was over; the same request goes on where this one stopped.',
      }),
    }),
  })
  const input = builder.inputType('RecheckVerificationRunInput', {
    fields: (t) => ({
      runId: t.id({ description: 'What this run settled; else `process` and `since`.' }),
      process: t.string(),
      since: t.field({ type: 'DateTime' }),
      reason: t.string({ required: true, description: REASON }),
      dryRun: t.boolean({ defaultValue: false, description: 'Only counts.' }),
    }),
  })
  builder.mutationField('recheckVerificationRun', (t) =>
    t.field({
      type: payload,
      description: 'Takes back what answers wrote, where it still stands exactly so: its subjects are due again.',
      extensions: guarded(CONTROLS_RUNS),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_root, { input: given }, context) => takeBack(context, given),
    }),
  )
}

interface RecheckInput {
  readonly runId?: string | null | undefined
  readonly process?: string | null | undefined
  readonly since?: Date | string | null | undefined
  readonly reason: string
  readonly dryRun?: boolean | null | undefined
}

async function takeBack(context: GraphqlContext, input: RecheckInput): Promise<Rechecked> {
  const { database, operations, principal, actor } = context
  requirePresent({ reason: input.reason })
  const { scope, key, runId } = await scopeOf(database, input)
  const { process } = operatedProcess(operations.processes, key)
  const isDryRun = input.dryRun === true
  if (!isDryRun) await audit(database, actor, write('recheckVerificationRun', runId ?? NO_RUN, input.reason))
  const signal = AbortSignal.timeout(LONGEST_RECHECK_MILLISECONDS)
  const result = await recheck(database, {
    process,
    scope,
    userId: principal.userId,
    reason: input.reason,
    isDryRun,
    signal,
  })
  switch (result.kind) {
    case 'no_such_run':
    case 'other_process':
      throw notFound('Verification run not found')
    default: {
      const { kind, persons, parties, inReview } = result
      return { isComplete: kind === 'done', persons, parties, inReview }
    }
  }
}

const NO_RUN = '00000000-0000-0000-0000-000000000000'

async function scopeOf(
  executor: Executor,
  { runId, process, since }: RecheckInput,
): Promise<{ scope: RecheckScope; key: string; runId?: string }> {
  if (runId != null && process == null && since == null) {
    const id = idOf('VerificationRun', runId)
    const run = await runReport(executor, id)
    if (run === undefined) throw notFound('Verification run not found')
    return { scope: { runId: id }, key: run.process, runId: id }
  }
  if (runId == null && process != null && since != null) return { scope: { since: new Date(since) }, key: process }
  throw unprocessable('either runId, or process and since are needed')
}

function addProgress(builder: Builder, { run }: RunTypes): void {
  builder.subscriptionField('verificationRunProgress', (t) =>
    t.field({
      type: run,
      description: 'The run, every second until it is over (server-sent events).',
      extensions: guarded(SEES_RUNS),
      args: { id: t.arg.id({ required: true }) },
      subscribe: (_root, { id }, { database }) => progress(database, idOf('VerificationRun', id)),
      resolve: (report: RunReport) => report,
    }),
  )
  // One stream for all of them: a browser has six connections to a server at most.
  builder.subscriptionField('verificationRunsUnderWay', (t) =>
    t.field({
      type: [run],
      nullable: false,
      description: 'The runs that are not over, every second until there are none (server-sent events).',
      extensions: guarded(SEES_RUNS),
      subscribe: (_root, _args, { database }) => underWay(database),
      resolve: (reports: RunReport[]) => reports,
    }),
  )
}

async function* underWay(executor: Executor): AsyncGenerator<RunReport[]> {
  for (;;) {
    const reports = await reportsUnderWay(executor)
    yield reports
    if (reports.length === 0) return
    await delay(PROGRESS_MILLISECONDS)
  }
}

async function* progress(executor: Executor, id: string): AsyncGenerator<RunReport> {
  for (;;) {
    const report = await runReport(executor, id)
    if (report === undefined) throw notFound('Verification run not found')
    yield report
    if (report.endedAt !== null) return
    await delay(PROGRESS_MILLISECONDS)
  }
}
