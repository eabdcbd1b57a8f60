/** Waits for the end of a run that is being stopped. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import { isAnyAlive } from './plans/report.ts'
import { type RunReport, runReport } from './report.ts'
import { SWEEP_MILLISECONDS, sweep } from './sweep.ts'

const LOOK_MILLISECONDS = 200

/** How long to wait. */
interface WaitOptions {
  readonly milliseconds: number
  readonly signal?: AbortSignal
}

/**
 * Waits until a run ends and returns its final state; it may still be active if the time is up or the signal was aborted. Live workers end
 * it. If none is left, this function sweeps, which ends the run once the leases of dead workers have expired (spec 2.7).
 */
export async function waitForEnd(
  database: Database,
  runId: string,
  { milliseconds, signal }: WaitOptions,
): Promise<RunReport | undefined> {
  const deadline = performance.now() + milliseconds
  let sweptAt = Number.NEGATIVE_INFINITY
  for (;;) {
    const report = await runReport(database, runId)
    const isOver = report === undefined || report.endedAt !== null
    if (isOver || performance.now() >= deadline || signal?.aborted === true) return report
    if (performance.now() - sweptAt >= SWEEP_MILLISECONDS) {
      const [cluster] = await database.query<{ alive: boolean }>(isAnyAlive())
      if (cluster?.alive !== true) await sweep(database)
      sweptAt = performance.now()
    }
    await delay(LOOK_MILLISECONDS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  }
}
