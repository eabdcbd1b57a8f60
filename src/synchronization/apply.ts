/**
 * Writes the outcomes of a batch in one transaction (spec 2.5): registry rows, current subjects, other subjects with the same document,
 * cumulative statuses, events, history, releases and counts.
 *
 * If a subject was erased meanwhile, the registry's data about them is deleted in the same transaction, because it may name them.
 *
 * Lock order (spec 1.8): the worker's lease, `mimir` by key, summaries of persons by id, summaries of parties by id.
 */
import type { Executor } from '../database/query.ts'
import type { Conclusion, KeptRow } from '../streams/registration.ts'
import type { SubjectKind } from '../verification/status.ts'
import { forgetAnswers } from '../verification-store/forget.ts'
import type { LockedRow } from '../verification-store/lock.ts'
import type { Answered, Failed, Outcome, PreChecked, Unasked } from './outcome.ts'
import { clearUnzr } from './plans/clear-unzr.ts'
import { type GivenBack, giveBack, KINDS_IN_LOCK_ORDER } from './plans/give-back.ts'
import { heldAmong } from './plans/held.ts'
import { linkedByOthers, lockInvolved, type Reached, type SettledSubject, settle } from './plans/settle.ts'
import { addTally, type ErrorCount, findFlush, type RunCounts, type SettledCounts } from './plans/tally.ts'
import { holdLease } from './plans/workers.ts'
import type { SyncProcess } from './process.ts'

/** The worker, run and process for which outcomes are written. */
export interface OutcomeWriting {
  readonly process: SyncProcess
  readonly runId: string
  readonly workerId: string
  readonly userId: string
}

/** A set of outcomes that is written once, even if the write is retried. `isRepeated`: a previous attempt ended without a known result. */
export interface Flush {
  readonly id: string
  readonly outcomes: readonly Outcome[]
  readonly isRepeated: boolean
}

/**
 * The result of a flush. `lease_lost`: nothing was written, and the worker must continue under a new identity (spec 2.7). `counts`: what
 * was counted for the run; undefined if an earlier attempt had already written everything.
 */
export type Applied =
  | { readonly kind: 'written'; readonly counts: RunCounts | undefined }
  | { readonly kind: 'lease_lost' }

const NOTHING: SettledCounts = {
  verified: 0,
  not_verified: 0,
  not_needed: 0,
  incorrect: 0,
  to_review: 0,
  propagated: 0,
}

/** Writes a flush in the transaction `tx`. */
export async function applyOutcomes(tx: Executor, writing: OutcomeWriting, flush: Flush): Promise<Applied> {
  const { process, runId, workerId } = writing
  const held = await tx.query(holdLease(workerId))
  if (held.length === 0) return { kind: 'lease_lost' }

  const settled = flush.outcomes.filter((outcome) => outcome.kind === 'answered' || outcome.kind === 'pre_checked')
  const returned = flush.outcomes.filter((outcome) => outcome.kind === 'failed' || outcome.kind === 'unasked')
  const kept = await keepAnswered(tx, writing, settled)
  const dataIds: DataIds = new Map([...kept].flatMap(([answer, { id }]) => (id === null ? [] : [[answer, id]])))
  const reached = await findReached(tx, process, dataIds)
  const { locked, erased } = await lockAll(tx, process, flush.outcomes, reached)
  if (flush.isRepeated && (await tx.query(findFlush(process.key, flush.id))).length > 0)
    return { kind: 'written', counts: undefined }

  await clearIllFormed(tx, writing, settled)
  const conclusions = await concludeAll(tx, writing, settled, dataIds)
  const counts = await settleAll(tx, writing, settled, { conclusions, reached, locked })
  await forgetErased(tx, process, kept, erased)
  if (returned.length > 0) await tx.query(giveBack(process, returned.map(asGivenBack), writing))

  const { propagated: _, ...own } = counts
  const settledCount = Object.values(own).reduce((sum, count) => sum + count, 0)
  const failed = returned.filter((outcome) => outcome.kind === 'failed')
  const runCounts: RunCounts = {
    ...counts,
    dropped: settled.length - settledCount,
    technical_errors: failed.length,
    given_back: returned.length - failed.length,
  }
  await tx.query(
    addTally({
      process: process.key,
      runId,
      workerId,
      flushId: flush.id,
      counts: runCounts,
      errors: countErrors(failed),
      outcomes: flush.outcomes.map((outcome) => tallyLetter(outcome, conclusions)).join(''),
    }),
  )
  return { kind: 'written', counts: runCounts }
}

type Settled = Answered | PreChecked

/** The `mimir` row of each stored answer. Keyed by answer, because a subject that changed and was claimed again can occur twice. */
type DataIds = ReadonlyMap<Answered, string>

/** What was stored for each answer that stores something. */
type Kept = ReadonlyMap<Answered, KeptRow>

async function keepAnswered(
  tx: Executor,
  { process, userId }: OutcomeWriting,
  settled: readonly Settled[],
): Promise<Kept> {
  const keeping = settled.flatMap((outcome) =>
    outcome.kind === 'answered' && outcome.decision.keeps !== undefined ? [outcome] : [],
  )
  if (keeping.length === 0) return new Map()
  const rows = await process.keep(
    tx,
    keeping.map(({ decision }) => decision.keeps),
    userId,
  )
  if (rows.length !== keeping.length)
    throw new Error(`of ${keeping.length} answers of ${process.key} only ${rows.length} were kept`)
  return new Map(keeping.map((answer, index) => [answer, rows[index] ?? { id: null }]))
}

// Usually no other subject links to the row. The writer of the row holds its lock, so nobody can link to it before this transaction ends.
async function findReached(tx: Executor, process: SyncProcess, dataIds: DataIds): Promise<Reached[]> {
  const reached = [...dataIds].flatMap(([answer, rowId]) => reachedBy(answer, rowId))
  const byLink = reached.filter(({ others }) => others.by === 'link')
  if (byLink.length === 0) return reached
  const linked = new Set((await tx.query<{ row_id: string }>(linkedByOthers(process, byLink))).map((row) => row.row_id))
  return reached.filter(({ others, rowId }) => others.by !== 'link' || linked.has(rowId))
}

function reachedBy({ subjectId, decision, messageId }: Answered, rowId: string): Reached[] {
  return decision.reaches === undefined ? [] : [{ askedAbout: subjectId, rowId, messageId, ...decision.reaches }]
}

/** The decision about the subject of each answer. */
type Conclusions = ReadonlyMap<Settled, Required<Conclusion>>

// If the database takes part in the decision: only for claims that still hold. Other claims keep the rule's decision, which is not written.
async function concludeAll(
  tx: Executor,
  { process, workerId, runId, userId }: OutcomeWriting,
  settled: readonly Settled[],
  dataIds: DataIds,
): Promise<Conclusions> {
  const answered = settled.filter((outcome) => outcome.kind === 'answered')
  const conclusions = new Map<Settled, Required<Conclusion>>(
    answered.map((answer) => {
      const { verdict, step, isLinked } = answer.decision
      return [answer, { verdict, step, dataId: isLinked ? (dataIds.get(answer) ?? null) : null }]
    }),
  )
  if (process.conclude === undefined || answered.length === 0) return conclusions
  const held = await tx.query<{ place: number }>(heldAmong(process, answered, workerId))
  const holding = held.flatMap(({ place }) => answered[place - 1] ?? [])
  const concluded = await process.conclude(tx, holding, { kind: process.kind, runId, userId })
  for (const [index, answer] of holding.entries()) {
    const conclusion = concluded[index]
    const decided = conclusions.get(answer)
    if (decided !== undefined) conclusions.set(answer, { ...decided, ...conclusion })
  }
  return conclusions
}

// A separate statement: settling may also write the person's row, and one statement can write a row only once.
async function clearIllFormed(tx: Executor, writing: OutcomeWriting, settled: readonly Settled[]): Promise<void> {
  const illFormed = settled.flatMap((outcome) => {
    if (outcome.kind !== 'pre_checked' || outcome.clearsUnzr === undefined) return []
    const { subjectId, token, version, clearsUnzr } = outcome
    return [{ subjectId, token, version, unzr: clearsUnzr }]
  })
  if (illFormed.length > 0) await tx.query(clearUnzr(writing.process, illFormed, writing))
}

async function lockAll(
  tx: Executor,
  process: SyncProcess,
  outcomes: readonly Outcome[],
  reached: readonly Reached[],
): Promise<Locked> {
  const locked: Record<SubjectKind, string[]> = { person: [], party: [] }
  const erased = new Set<string>()
  for (const kind of KINDS_IN_LOCK_ORDER) {
    const own = kind === process.kind ? outcomes.map(({ subjectId }) => subjectId) : []
    if (own.length === 0 && reached.length === 0) continue
    const rows = await tx.query<LockedRow>(lockInvolved(process, kind, own, reached))
    locked[kind] = rows.map((row) => row.subject_id)
    if (kind === process.kind) for (const row of rows) if (row.is_erased) erased.add(row.subject_id)
  }
  return { locked, erased }
}

/** The subjects whose summaries are locked, and which of the asked ones were erased. */
interface Locked {
  readonly locked: Record<SubjectKind, string[]>
  readonly erased: ReadonlySet<string>
}

// After the others are settled, so that what they link to now is kept.
async function forgetErased(
  tx: Executor,
  { stream }: SyncProcess,
  kept: Kept,
  erased: ReadonlySet<string>,
): Promise<void> {
  const ids = [...kept]
    .filter(([{ subjectId }]) => erased.has(subjectId))
    .flatMap(([, { id, others = [] }]) => (id === null ? others : [id, ...others]))
  if (ids.length > 0) await tx.query(forgetAnswers(stream, ids))
}

interface Known {
  readonly conclusions: Conclusions
  readonly reached: readonly Reached[]
  readonly locked: Record<SubjectKind, string[]>
}

async function settleAll(
  tx: Executor,
  { process, workerId, runId, userId }: OutcomeWriting,
  settled: readonly Settled[],
  { conclusions, ...known }: Known,
): Promise<SettledCounts> {
  if (settled.length === 0) return NOTHING
  const subjects = settled.map((outcome) => asSettled(outcome, conclusions.get(outcome)))
  const [counts] = await tx.query<SettledCounts>(settle(process, { subjects, ...known, workerId, runId, userId }))
  return counts ?? NOTHING
}

function asSettled(outcome: Settled, conclusion: Required<Conclusion> | undefined): SettledSubject {
  const { subjectId, token, version } = outcome
  const claim = { subjectId, token, version }
  if (outcome.kind === 'pre_checked') {
    const { verdict, isSynced = false } = outcome
    return { ...claim, ...verdict, dataId: null, dataStatus: null, isSynced, step: '1.1', messageId: null }
  }
  const { decision, messageId } = outcome
  const { verdict, step, dataId } = conclusion ?? { ...decision, dataId: null }
  return { ...claim, ...verdict, dataId, dataStatus: decision.code, isSynced: true, step, messageId }
}

function asGivenBack({ subjectId, token, version, kind }: Failed | Unasked): GivenBack {
  return { subjectId, token, version, failed: kind === 'failed' }
}

function countErrors(failed: readonly Failed[]): ErrorCount[] {
  const counts = new Map<string, ErrorCount>()
  for (const { whose, code } of failed) {
    const key = `${whose} ${code}`
    counts.set(key, { whose, code, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}

/** f favourable, u unfavourable, e subject error, s service error; empty if nobody was asked (spec 2.6). */
function tallyLetter(outcome: Outcome, conclusions: Conclusions): string {
  switch (outcome.kind) {
    case 'answered': {
      const { status } = (conclusions.get(outcome) ?? outcome.decision).verdict
      return status === 'NOT_VERIFIED' || status === 'VERIFICATION_NEEDED' ? 'u' : 'f'
    }
    case 'failed':
      return outcome.whose === 'subject' ? 'e' : 's'
    case 'pre_checked':
    case 'unasked':
      return ''
  }
}
