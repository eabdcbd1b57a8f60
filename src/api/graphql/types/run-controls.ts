/** Controls of runs (spec 4.3): start, pause, resume, stop, and reverting; each with a reason, in the audit. */
import { audit } from '../../../audit/audit.ts'
import type { Executor } from '../../../database/query.ts'
import { type RecheckScope, recheck } from '../../../synchronization/recheck.ts'
import { type RunReport, runReport } from '../../../synchronization/report.ts'
import { beginRun, pauseRun, type RunControlled, resumeRun, stopRun } from '../../../synchronization/runs.ts'
import { conflict, notFound, unprocessable } from '../../errors.ts'
import type { OperatedProcess } from '../../operations.ts'
import { optionalReason, requiredReason } from '../../reason.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { type addRunTypes, CONTROLS_RUNS } from './run-types.ts'
import { requirePresent } from './send-again.ts'

type RunTypes = ReturnType<typeof addRunTypes>

const LONGEST_RECHECK_MILLISECONDS = 20_000

const REASON = 'Why, in ten visible characters at least; kept with the run and in the audit.'

/** Adds the controls of a run. */
export function addControls(builder: Builder, { run }: RunTypes): void {
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
      description: 'Starts a run now, for everyone who is due; a long-running worker executes it.',
      extensions: guarded(CONTROLS_RUNS, 'nobody'),
      args: { input: t.arg({ type: startInput, required: true }) },
      resolve: (_root, { input }, context) => start(context, input.process, optionalReason(input.reason)),
    }),
  )
  const controls = { pause: pauseRun, resume: resumeRun, stop: stopRun } as const
  for (const [name, act] of Object.entries(controls)) {
    const field = `${name}VerificationRun`
    builder.mutationField(field, (t) =>
      t.field({
        type: payload,
        extensions: guarded(CONTROLS_RUNS, 'nobody'),
        args: { input: t.arg({ type: controlInput, required: true }) },
        resolve: (_root, { input: { id, reason } }, context) => {
          requirePresent({ id })
          return control(context, field, act, idOf('VerificationRun', id), optionalReason(reason))
        },
      }),
    )
  }
}

async function start(context: GraphqlContext, key: string, reason: string | null) {
  const { database, operations, principal, actor } = context
  requirePresent({ process: key })
  const { process, isServed, validationPeriodDays, maxBatches, newGuardShare } = operatedProcess(
    operations.processes,
    key,
  )
  if (!isServed) throw unprocessable('this installation has no access to the registry of this process')
  const id = await database.transaction(async (tx) => {
    const run = await beginRun(tx, {
      ...{ process: process.key, cause: 'api', userId: principal.userId, startedByWorker: null },
      ...{ validationPeriodDays, triggeredSecondsAgo: null, takesWaiting: false, maxSubjects: null, maxBatches },
      ...{ isGuarded: operations.isGuarded, newGuardShare },
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

type Control = (tx: Executor, id: string, by: { userId: string; reason: string | null }) => Promise<RunControlled>

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

/** Adds reverting a run. */
export function addRecheck(builder: Builder): void {
  const payload = builder.objectRef<Rechecked>('RecheckVerificationRunPayload').implement({
    fields: (t) => ({
      count: t.int({
        nullable: false,
        description: 'Persons and parties.',
        resolve: ({ persons, parties }) => persons + parties,
      }),
      persons: t.exposeInt('persons', {
        nullable: false,
        description: 'Reverted; in a dry run: those that would be.',
      }),
      parties: t.exposeInt('parties', { nullable: false }),
      inReview: t.exposeInt('inReview', {
        nullable: false,
        description: 'Being checked now, and skipped: repeat the request when their check has ended.',
      }),
      isComplete: t.exposeBoolean('isComplete', {
        nullable: false,
        description: 'False: the time limit of a request was reached; repeat the request to continue.',
      }),
    }),
  })
  const input = builder.inputType('RecheckVerificationRunInput', {
    fields: (t) => ({
      runId: t.id({ description: 'Revert what this run decided; otherwise use `process` and `since`.' }),
      process: t.string(),
      since: t.field({ type: 'DateTime' }),
      reason: t.string({ required: true, description: REASON }),
      dryRun: t.boolean({ defaultValue: false, description: 'Only counts.' }),
    }),
  })
  builder.mutationField('recheckVerificationRun', (t) =>
    t.field({
      type: payload,
      description: 'Reverts statuses that answers set, if they have not changed since, and queues the subjects again.',
      extensions: guarded(CONTROLS_RUNS, 'nobody'),
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
  const { scope, key, runId } = await scopeOf(database, input)
  const { process } = operatedProcess(operations.processes, key)
  const isDryRun = input.dryRun === true
  // A dry run needs no reason.
  const reason = isDryRun ? null : requiredReason(input.reason)
  if (!isDryRun) await audit(database, actor, write('recheckVerificationRun', runId ?? NO_RUN, reason))
  const signal = AbortSignal.timeout(LONGEST_RECHECK_MILLISECONDS)
  const result = await recheck(database, {
    process,
    scope,
    userId: principal.userId,
    reason,
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
