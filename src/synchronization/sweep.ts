/**
 * What any living worker does for the cluster, of whatever process (spec 2.7): takes over from dead workers, ends runs that
 * nobody ends, and frees rows that are IN_REVIEW without a claim.
 */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import type { OwnStream, SubjectKind } from '../verification/status.ts'
import { lockVerifications } from '../verification-store/lock.ts'
import { claimsOf, endUnclaimed, giveBack, KINDS_IN_LOCK_ORDER, lockUnclaimed } from './plans/give-back.ts'
import { endLost, endStopping, type RunRow } from './plans/runs.ts'
import { countGivenBack } from './plans/tally.ts'
import { endWorker, lockDeadWorker } from './plans/workers.ts'
import { PROCESSES, type SyncProcess } from './process.ts'

export const SWEEP_MILLISECONDS = 2000
const UNCLAIMED_COUNT = 1000

/** What a sweep found. */
export interface Swept {
  readonly deadWorkers: number
  readonly givenBack: number
  readonly unclaimed: number
}

/** One sweep. Several may sweep at once: what one has locked the others leave alone. Tells of each run that it ended. */
export async function sweep(database: Database, userId: string, onEnded?: (run: RunRow) => void): Promise<Swept> {
  let deadWorkers = 0
  let givenBack = 0
  for (;;) {
    const taken = await database.transaction((tx) => takeOver(tx, userId))
    if (taken === undefined) break
    if (taken.isFirst) deadWorkers += 1
    givenBack += taken.givenBack
  }
  const unclaimed = await freeUnclaimed(database, userId)
  for (const query of [endStopping(), endLost()]) {
    for (const run of await database.query<RunRow>(query)) onEnded?.(run)
  }
  return { deadWorkers, givenBack, unclaimed }
}

interface Claim {
  readonly subjectId: string
  readonly kind: SubjectKind
  readonly stream: OwnStream
  readonly token: string
  readonly runId: string
}

// Gives back all that one dead worker held and ends it; undefined: there is none. Who looked while another took the same worker
// over finds it, but nothing of it is left.
async function takeOver(tx: Executor, userId: string): Promise<{ isFirst: boolean; givenBack: number } | undefined> {
  const [dead] = await tx.query<{ id: string }>(lockDeadWorker([...PROCESSES.keys()]))
  if (dead === undefined) return undefined
  const claims = await tx.query<Claim>(claimsOf(dead.id))
  let count = 0
  for (const kind of KINDS_IN_LOCK_ORDER) {
    const ofKind = claims.filter((claim) => claim.kind === kind)
    if (ofKind.length === 0) continue
    await tx.query(
      lockVerifications(
        kind,
        ofKind.map(({ subjectId }) => subjectId),
      ),
    )
    for (const process of processesOf(kind)) {
      const held = ofKind.filter(({ stream }) => stream === process.stream)
      if (held.length > 0) count += await giveBackHeld(tx, process, dead.id, held, userId)
    }
  }
  const ended = await tx.query(endWorker(dead.id))
  return { isFirst: ended.length > 0 || claims.length > 0, givenBack: count }
}

async function giveBackHeld(
  tx: Executor,
  process: SyncProcess,
  workerId: string,
  held: readonly Claim[],
  userId: string,
): Promise<number> {
  const claims = held.map(({ subjectId, token }) => ({ subjectId, token, failed: false }))
  const back = new Set(
    (await tx.query<{ subject_id: string }>(giveBack(process, claims, userId))).map((row) => row.subject_id),
  )
  for (const [runId, ofRun] of Map.groupBy(held, (claim) => claim.runId)) {
    const count = ofRun.filter(({ subjectId }) => back.has(subjectId)).length
    await tx.query(countGivenBack(runId, workerId, count))
  }
  return back.size
}

async function freeUnclaimed(database: Database, userId: string): Promise<number> {
  let count = 0
  for (const process of PROCESSES.values()) {
    count += await database.transaction(async (tx) => {
      const rows = await tx.query<{ subject_id: string }>(lockUnclaimed(process, UNCLAIMED_COUNT))
      if (rows.length === 0) return 0
      return (
        await tx.query(
          endUnclaimed(
            process,
            rows.map((row) => row.subject_id),
            userId,
          ),
        )
      ).length
    })
  }
  return count
}

function processesOf(kind: SubjectKind): SyncProcess[] {
  return [...PROCESSES.values()].filter((process) => process.kind === kind)
}
