/** Starts runs and changes their state, from any process of the cluster (spec 2.1). */
import type { Executor } from '../database/query.ts'
import type { RunFinding } from '../messages/run-findings.ts'
import type { RunHolder } from './held-by.ts'
import { changeState, findRun, findRunBefore, type NewRun, type RunRow, type RunState, startRun } from './plans/runs.ts'
import { startGuardWindow } from './plans/tally.ts'

/** Starts a run; undefined if the process already has an active one. If the guard ended the previous run, its window restarts. */
export async function beginRun(tx: Executor, run: NewRun): Promise<RunRow | undefined> {
  const [started] = await tx.query<RunRow>(startRun(run))
  if (started === undefined) return undefined
  const [before] = await tx.query<{ held_by: RunHolder | null }>(findRunBefore(started))
  if (before?.held_by === 'guard') await tx.query(startGuardWindow(run.process))
  return started
}

/** The result of a control: the run in its new state, or why it was not possible. */
export type RunControlled =
  | { readonly kind: 'done'; readonly run: RunRow }
  | { readonly kind: 'no_such_run' }
  | { readonly kind: 'wrong_state'; readonly state: RunState }

/** Who requested it and why; or the program's finding, if the program did. */
export interface RunControlBy {
  readonly userId: string
  readonly reason: string | null
  readonly finding?: RunFinding
  /** Default: a user. */
  readonly holder?: RunHolder
}

/** Pauses an active run: within 2 s nothing new is claimed or asked (spec 2.1). */
export function pauseRun(tx: Executor, runId: string, by: RunControlBy): Promise<RunControlled> {
  return control(tx, runId, ['running'], 'paused', by)
}

/** Resumes a paused run; the guard's window restarts (spec 2.6). */
export async function resumeRun(tx: Executor, runId: string, by: RunControlBy): Promise<RunControlled> {
  const result = await control(tx, runId, ['paused'], 'running', by)
  if (result.kind === 'done') await tx.query(startGuardWindow(result.run.process))
  return result
}

/** Stops a run: it ends when none of its subjects is claimed any more. */
export function stopRun(tx: Executor, runId: string, by: RunControlBy): Promise<RunControlled> {
  return control(tx, runId, ['running', 'paused'], 'stopping', by)
}

async function control(
  tx: Executor,
  runId: string,
  from: RunState[],
  to: RunState,
  by: RunControlBy,
): Promise<RunControlled> {
  const { userId, reason, finding = null, holder = 'user' } = by
  const heldBy = to === 'running' ? null : holder
  const [run] = await tx.query<RunRow>(changeState({ runId, from, to, userId, reason, heldBy, finding }))
  if (run !== undefined) return { kind: 'done', run }
  const [present] = await tx.query<RunRow>(findRun(runId))
  return present === undefined ? { kind: 'no_such_run' } : { kind: 'wrong_state', state: present.state }
}
