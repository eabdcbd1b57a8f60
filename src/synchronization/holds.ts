/**
 * Holding a process: no run of it starts, neither by a tick nor by a trigger, until somebody releases it. A held process has a paused run,
 * and a process has at most one run.
 */
import type { Executor } from '../database/query.ts'
import { type NewRun, type RunRow, runsUnderWay } from './plans/runs.ts'
import { beginRun, pauseRun, type RunControlBy, resumeRun } from './runs.ts'

/** The result: the run that holds the process, or why it cannot be held now. */
export type Held =
  | { readonly kind: 'held' | 'held_before'; readonly run: RunRow }
  | { readonly kind: 'stopping' | 'of_sync'; readonly run: RunRow }

/** Holds a process: pauses its run, or starts `run` as paused. */
export async function holdProcess(tx: Executor, run: NewRun, by: RunControlBy): Promise<Held> {
  const found = (await beginRun(tx, run)) ?? (await underWay(tx, run.process))
  // The run that was in the way has just ended.
  if (found === undefined) return holdProcess(tx, run, by)
  // It ends with the command that started it.
  if (found.started_by_worker !== null) return { kind: 'of_sync', run: found }
  if (found.state === 'paused') return { kind: 'held_before', run: found }
  const paused = await pauseRun(tx, found.id, by)
  return paused.kind === 'done' ? { kind: 'held', run: paused.run } : { kind: 'stopping', run: found }
}

/** Resumes the paused run of a process; undefined if it has none. */
export async function releaseProcess(tx: Executor, process: string, by: RunControlBy): Promise<RunRow | undefined> {
  const run = await underWay(tx, process)
  if (run === undefined) return undefined
  const resumed = await resumeRun(tx, run.id, by)
  return resumed.kind === 'done' ? resumed.run : undefined
}

async function underWay(tx: Executor, process: string): Promise<RunRow | undefined> {
  return (await tx.query<RunRow>(runsUnderWay())).find((run) => run.process === process)
}
