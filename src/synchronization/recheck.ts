/**
 * Reverts statuses that a registry's wrong answers set (spec 2.6, 7.1): steps 4, 4.1, 4.2 and 5 of a run, or of all runs of a process since
 * an instant; persons and parties. Results of the pre-check (1.1) stay, and so does everything written later. The subjects are due again.
 *
 * It can be interrupted and repeated, because a reverted stream no longer has the answer's state. A run may be active meanwhile; subjects
 * that are being checked are skipped and counted, so that it can be repeated.
 */
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import type { SubjectKind } from '../verification/status.ts'
import { lockVerifications } from '../verification-store/lock.ts'
import { KINDS_IN_LOCK_ORDER } from './plans/give-back.ts'
import {
  beginRecheck,
  countHolding,
  countRecheck,
  type EntryRow,
  endRecheck,
  findConfirmedDead,
  findScope,
  nextEntries,
  type RecheckHeldRow,
  type RecheckScope,
  type ScopeRow,
  type TakenRow,
  takeBack,
} from './plans/recheck.ts'
import { findRun, type RunRow } from './plans/runs.ts'
import type { SyncProcess } from './process.ts'

export type { RecheckScope } from './plans/recheck.ts'

const BATCH_SIZE = 500

/** What to revert, and for whom. */
export interface RecheckRequest {
  readonly process: SyncProcess
  readonly scope: RecheckScope
  readonly userId: string
  readonly reason: string | null
  /** Only counts. */
  readonly isDryRun?: boolean
  /** Called at the start, in the transaction that records it. */
  readonly onBegin?: (tx: Executor) => Promise<void>
  /** Stops it after the current batch. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RecheckProgress) => void
}

/** The progress in history entries. */
interface RecheckProgress {
  readonly done: number
  readonly total: number
  readonly takenBack: number
}

/** The result. In a dry run `persons` and `parties` are those that would be reverted. */
export interface RecheckResult {
  readonly kind: 'done' | 'interrupted'
  readonly persons: number
  readonly parties: number
  /** Being checked and therefore skipped; repeat the recheck afterwards to include them. */
  readonly inReview: number
  /** Persons whose death somebody confirmed after such an answer: they stay confirmed (spec 8.12.3). */
  readonly confirmedDead: readonly string[]
}

/** Why there is nothing to revert. */
export type RecheckRefusal =
  | { readonly kind: 'no_such_run' }
  | { readonly kind: 'other_process'; readonly process: string }

/** Reverts what the request describes. */
export async function recheck(database: Database, request: RecheckRequest): Promise<RecheckResult | RecheckRefusal> {
  const refusal = await findRefusal(database, request)
  if (refusal !== undefined) return refusal
  const { process, scope, userId, reason, isDryRun = false } = request

  const [ends] = await database.query<ScopeRow>(findScope(process, scope))
  const record = isDryRun
    ? undefined
    : await database.transaction(async (tx) => {
        await request.onBegin?.(tx)
        return (await tx.query<{ id: string }>(beginRecheck(process.key, scope, reason, userId)))[0]
      })
  const total = ends?.entries ?? 0
  let after = (ends?.first ?? 1) - 1
  const last = ends?.last ?? 0
  const sum = { done: 0, person: 0, party: 0, inReview: 0, dead: new Set<string>() }
  while (after < last) {
    if (request.signal?.aborted === true) return asResult('interrupted', sum)
    const place = { after, last, count: BATCH_SIZE }
    const entries = await database.query<EntryRow>(nextEntries(process, scope, place))
    after = entries.at(-1)?.id ?? last
    const batch = await takeBackBatch(database, request, entries, record?.id)
    sum.done += entries.length
    sum.person += batch.person
    sum.party += batch.party
    sum.inReview += batch.inReview
    for (const id of batch.dead) sum.dead.add(id)
    request.onProgress?.({ done: sum.done, total, takenBack: sum.person + sum.party })
  }
  if (record !== undefined) await database.query(endRecheck(record.id))
  return asResult('done', sum)
}

async function findRefusal(
  executor: Executor,
  { process, scope }: RecheckRequest,
): Promise<RecheckRefusal | undefined> {
  if (!('runId' in scope)) return undefined
  const [run] = await executor.query<RunRow>(findRun(scope.runId))
  if (run === undefined) return { kind: 'no_such_run' }
  return run.process === process.key ? undefined : { kind: 'other_process', process: run.process }
}

interface Batch extends Record<SubjectKind, number> {
  inReview: number
  readonly dead: Set<string>
}

function takeBackBatch(
  database: Database,
  { process, userId }: RecheckRequest,
  entries: readonly EntryRow[],
  recordId: string | undefined,
): Promise<Batch> {
  const ofKind = (kind: SubjectKind) => entries.filter(({ subject_kind }) => subject_kind === kind)
  return database.transaction(async (tx) => {
    const batch: Batch = { person: 0, party: 0, inReview: 0, dead: new Set() }
    // All rows are locked before any is changed, persons before parties (spec 1.8).
    if (recordId !== undefined) {
      for (const kind of KINDS_IN_LOCK_ORDER) {
        const ids = [...new Set(ofKind(kind).map(({ subject_id }) => subject_id))]
        if (ids.length > 0) await tx.query(lockVerifications(kind, ids))
      }
    }
    for (const kind of KINDS_IN_LOCK_ORDER) {
      const ids = ofKind(kind).map(({ id }) => id)
      if (ids.length === 0) continue
      const [held] = await tx.query<RecheckHeldRow>(countHolding(process, kind, ids))
      batch.inReview += held?.in_review ?? 0
      const [taken] = recordId === undefined ? [held] : await tx.query<TakenRow>(takeBack(process, kind, ids, userId))
      batch[kind] = taken?.holding ?? 0
    }
    if (process.rules.proposesCandidates && process.kind === 'person') {
      const ids = entries.map(({ subject_id }) => subject_id)
      for (const { id } of await tx.query<{ id: string }>(findConfirmedDead(process, ids))) batch.dead.add(id)
    }
    if (recordId !== undefined) await tx.query(countRecheck(recordId, batch.person, batch.party))
    return batch
  })
}

function asResult(kind: RecheckResult['kind'], sum: Batch): RecheckResult {
  return { kind, persons: sum.person, parties: sum.party, inReview: sum.inReview, confirmedDead: [...sum.dead] }
}
