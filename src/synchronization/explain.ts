/**
 * Explains a stream's status: which rule wrote it, when, by which run or user, after which message of the registry; and what comes next
 * (spec 7.1). `explainPerson` and `explainParty` read the facts; `explainStream` is pure. Contains nothing personal: no names, no document
 * numbers.
 */
import type { Executor } from '../database/query.ts'
import type { ExplanationMessage } from '../messages/explanations.ts'
import { plainMessages } from '../streams/registration.ts'
import { type CumulativeStatus, cumulativeStatus } from '../verification/cumulative.ts'
import type { Stream, StreamState, SubjectKind } from '../verification/status.ts'
import type { ExplainedProcess, RunUnderWay, StreamFacts } from './explain-facts.ts'
import { nextOf, whyOf } from './explain-words.ts'
import { type ExplainedSubjectRow, findExplainedSubjects, findStreams, type StreamRow } from './plans/explain.ts'
import { type RunRow, runsUnderWay } from './plans/runs.ts'
import { PROCESSES } from './process.ts'

/** Why a status was written, by whom, and when. Unknown values are null. */
export interface Cause {
  readonly why: readonly ExplanationMessage[]
  /** The specification section with the rule. */
  readonly rule: string | null
  readonly at: Date | null
  readonly runId: string | null
  readonly userId: string | null
  readonly messageId: string | null
}

/** The explanation of one stream. */
export interface Explanation extends StreamState {
  readonly stream: Stream
  readonly cause: Cause
  /** The state before the active check; it counts until the check ends. */
  readonly before: (StreamState & { readonly cause: Cause }) | null
  /** What will happen next, and when. */
  readonly next: readonly ExplanationMessage[]
}

/** The explanation of a subject: its cumulative status, and each of its streams. */
export interface SubjectExplanation {
  readonly kind: SubjectKind
  readonly id: string
  readonly verificationStatus: CumulativeStatus
  readonly why: readonly ExplanationMessage[]
  readonly streams: readonly Explanation[]
}

/** Explains one stream. */
export function explainStream(facts: StreamFacts): Explanation {
  const { stream, status, reason, heldBy } = facts
  if (status !== 'IN_REVIEW' || heldBy === null) {
    return { stream, status, reason, cause: causeOf(facts, facts), before: null, next: nextOf(facts) }
  }
  const cause: Cause = {
    why: plainMessages('being_checked'),
    rule: '2.2',
    at: heldBy.at,
    runId: heldBy.runId,
    userId: null,
    messageId: null,
  }
  const before = { ...heldBy.before, cause: causeOf(facts, heldBy.before) }
  return { stream, status, reason, cause, before, next: nextOf(facts) }
}

// The newest history entry explains a state only if it wrote that state.
function causeOf(facts: StreamFacts, { status, reason }: StreamState): Cause {
  const { entry } = facts
  const isItsWork = entry !== null && entry.status === status && entry.reason === reason
  const { why, rule } = whyOf(facts, { status, reason }, isItsWork ? entry : null)
  if (!isItsWork) return { why, rule, at: null, runId: null, userId: null, messageId: null }
  const { at, runId, messageId, userId, step } = entry
  // The run of a recheck is the reverted one; a person did the revert.
  const isByRun = runId !== null && step !== 'recheck'
  return { why, rule, at, runId: isByRun ? runId : null, userId: isByRun ? null : userId, messageId }
}

/** Explains a subject's cumulative status from its streams (spec 1.5). */
export function explainCumulative(
  kind: SubjectKind,
  status: CumulativeStatus,
  streams: readonly StreamFacts[],
): readonly ExplanationMessage[] {
  const counted = streams.map(({ stream, status, heldBy }) => ({ stream, status, heldBefore: heldBy?.before.status }))
  const computed = cumulativeStatus(kind, counted)
  if (kind === 'person' && status === 'NOT_VERIFIED') return plainMessages('not_verified_by_hand')
  if (status !== computed) return [{ code: 'streams_make_it', params: { status: computed } }]
  const because = (...statuses: string[]) =>
    counted
      .map(({ stream, status, heldBefore }) => ({ stream, status: heldBefore ?? status }))
      .filter((each) => statuses.includes(each.status))
      .map((each) => ({ code: 'because_stream_is', params: each }) as const)
  switch (computed) {
    case 'CHANGES_NEEDED':
    case 'NOT_VERIFIED':
      return because('NOT_VERIFIED')
    case 'VERIFICATION_NEEDED':
      return because('VERIFICATION_NEEDED', 'IN_REVIEW')
    case 'VERIFIED':
      return plainMessages('all_streams_verified')
  }
}

/** Reads and explains a person; undefined if there is none. `processes`: how this installation runs them. */
export function explainPerson(
  executor: Executor,
  id: string,
  processes: readonly ExplainedProcess[],
): Promise<SubjectExplanation | undefined> {
  return explainSubject(executor, 'person', id, processes)
}

/** The same for a party. */
export function explainParty(
  executor: Executor,
  id: string,
  processes: readonly ExplainedProcess[],
): Promise<SubjectExplanation | undefined> {
  return explainSubject(executor, 'party', id, processes)
}

async function explainSubject(
  executor: Executor,
  kind: SubjectKind,
  id: string,
  processes: readonly ExplainedProcess[],
): Promise<SubjectExplanation | undefined> {
  return (await explainSubjects(executor, kind, [id], processes)).get(id)
}

/** Reads and explains several subjects of one kind with as many statements as for one. Missing subjects have no entry. */
export async function explainSubjects(
  executor: Executor,
  kind: SubjectKind,
  ids: readonly string[],
  processes: readonly ExplainedProcess[],
): Promise<ReadonlyMap<string, SubjectExplanation>> {
  const subjects = await executor.query<ExplainedSubjectRow>(findExplainedSubjects(kind, ids))
  if (subjects.length === 0) return new Map()
  const ofKind = processes.filter(({ process }) => process.kind === kind)
  const days = new Map(ofKind.map(({ process, validationPeriodDays }) => [process.stream, validationPeriodDays]))
  const rows = await executor.query<StreamRow>(findStreams(kind, ids, days))
  const runs = await executor.query<RunRow>(runsUnderWay())
  const rowsOf = Map.groupBy(rows, ({ subject_id }) => subject_id)
  return new Map(
    subjects.map((subject) => [subject.id, explainRows(kind, subject, rowsOf.get(subject.id) ?? [], runs, processes)]),
  )
}

function explainRows(
  kind: SubjectKind,
  subject: ExplainedSubjectRow,
  rows: readonly StreamRow[],
  runs: readonly RunRow[],
  processes: readonly ExplainedProcess[],
): SubjectExplanation {
  const { id, verification_status: verificationStatus } = subject
  if (!subject.has_verification) {
    return { kind, id, verificationStatus, why: plainMessages('no_verification'), streams: [] }
  }
  const facts = rows.map((row) => asFacts(kind, subject, row, runs, processes))
  const why = explainCumulative(kind, verificationStatus, facts)
  return { kind, id, verificationStatus, why, streams: facts.map(explainStream) }
}

function asFacts(
  kind: SubjectKind,
  subject: ExplainedSubjectRow,
  row: StreamRow,
  runs: readonly RunRow[],
  processes: readonly ExplainedProcess[],
): StreamFacts {
  const process = [...PROCESSES.values()].find((each) => each.stream === row.stream && each.kind === kind)
  const run = runs.find((each) => each.process === process?.key)
  const unserved = processes.find((each) => each.process.key === process?.key && !each.isServed)
  const { subject_id: _, entry, heldBy, ...stored } = row
  return {
    ...stored,
    kind,
    isSubjectActive: subject.is_active,
    entry: entry && { ...entry, at: new Date(entry.at) },
    heldBy: heldBy && { ...heldBy, at: new Date(heldBy.at) },
    process:
      process === undefined
        ? null
        : { run: run === undefined ? null : asUnderWay(run), missingSetting: unserved?.servingSetting },
  }
}

function asUnderWay({ id, state, triggered_before }: RunRow): RunUnderWay {
  return { id, state, isTriggeredOnly: triggered_before !== null }
}
