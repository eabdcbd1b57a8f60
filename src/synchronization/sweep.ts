/** What any living worker does for the cluster, of whatever process (spec 2.7): takes over from dead workers, and ends runs that nobody ends. */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { type BatchesGone, giveBackBatches } from './plans/give-back.ts'
import { endLost, endStopping, type RunRow } from './plans/runs.ts'
import { endWorker, lockDeadWorker } from './plans/workers.ts'

export const SWEEP_MILLISECONDS = 2000

/** What a sweep found. */
export interface Swept {
  readonly deadWorkers: number
  readonly givenBack: number
}

/** One sweep. Several may sweep at once: what one has locked the others leave alone. Tells of each run that it ended. */
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

// Gives back all that one dead worker held and ends it; undefined: there is none. Who looked while another took the same worker
// over finds it, but nothing of it is left.
async function takeOver(tx: Executor): Promise<{ isFirst: boolean; givenBack: number } | undefined> {
  const [dead] = await tx.query<{ id: string }>(lockDeadWorker())
  if (dead === undefined) return undefined
  const [gone] = await tx.query<BatchesGone>(giveBackBatches(dead.id))
  const ended = await tx.query(endWorker(dead.id))
  return { isFirst: ended.length > 0 || (gone?.batches ?? 0) > 0, givenBack: gone?.subjects ?? 0 }
}
