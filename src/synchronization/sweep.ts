/** What any live worker does for the whole cluster (spec 2.7): takes over from dead workers, and ends runs that nobody else ends. */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { type BatchesGone, giveBackBatches } from './plans/give-back.ts'
import { endLost, endStopping, type RunRow } from './plans/runs.ts'
import { endWorker, lockDeadWorker } from './plans/workers.ts'

export const SWEEP_MILLISECONDS = 2000

/** The result of a sweep. */
export interface Swept {
  readonly deadWorkers: number
  readonly givenBack: number
}

/** One sweep. Several workers may sweep at once: each skips what another has locked. Reports each run that it ended. */
export async function sweep(database: Database, onEnded?: (run: RunRow) => void): Promise<Swept> {
  let deadWorkers = 0
  let givenBack = 0
  for (;;) {
    const taken = await database.transaction(takeOver)
    if (taken === undefined) break
    if (taken.isFirst) deadWorkers += 1
    givenBack += taken.givenBack
  }
  for (const query of [endStopping(), endLost()]) {
    for (const run of await database.query<RunRow>(query)) onEnded?.(run)
  }
  return { deadWorkers, givenBack }
}

// Releases all claims of one dead worker and ends it; undefined if there is none. A second worker that selected the same one concurrently
// finds nothing left to do.
async function takeOver(tx: Executor): Promise<{ isFirst: boolean; givenBack: number } | undefined> {
  const [dead] = await tx.query<{ id: string }>(lockDeadWorker())
  if (dead === undefined) return undefined
  const [gone] = await tx.query<BatchesGone>(giveBackBatches(dead.id))
  const ended = await tx.query(endWorker(dead.id))
  return { isFirst: ended.length > 0 || (gone?.batches ?? 0) > 0, givenBack: gone?.subjects ?? 0 }
}
