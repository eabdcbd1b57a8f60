/** Why a stream has its status and what comes next, as messages with the sections of the specification that they follow. */
import type { ExplanationMessage, PlainExplanation } from '../messages/explanations.ts'
import type { OwnStream, Stream, StreamState, StreamStatus, SubjectKind } from '../verification/status.ts'
import { rulesOf } from '../verification/streams/streams.ts'
import { isOwnStream } from '../verification-store/kinds.ts'
import type { HistoryEntry, StreamFacts } from './explain-facts.ts'

/** What is said of a stream's pre-check and answers. */
interface StreamMessages {
  readonly found: PlainExplanation
  readonly notFound: PlainExplanation
  readonly absent: PlainExplanation
  readonly illFormed: PlainExplanation
  /** Whether answers about others with the same document reach a subject. */
  readonly isShared: boolean
}

const PASSPORT = { absent: 'document_absent', illFormed: 'document_ill_formed', isShared: true } as const

const STREAMS: Readonly<Record<OwnStream, StreamMessages>> = {
  dms_passport: { ...PASSPORT, found: 'dms_passport_found', notFound: 'dms_passport_not_found' },
  mvs_passport: { ...PASSPORT, found: 'mvs_passport_found', notFound: 'mvs_passport_not_found' },
  unzr: {
    ...{ found: 'unzr_found', notFound: 'unzr_not_found' },
    ...{ absent: 'unzr_absent', illFormed: 'unzr_cleared', isShared: false },
  },
  // Its answers are codes of a dictionary, which the history does not keep.
  drfo: {
    ...{ found: 'drfo_found', notFound: 'drfo_not_found' },
    ...{ absent: 'drfo_absent', illFormed: 'drfo_ill_formed', isShared: false },
  },
  // Nobody is settled by its pre-check.
  dracs_death: {
    ...{ found: 'dracs_death_may_match', notFound: 'dracs_death_no_match' },
    ...{ absent: 'pre_checked', illFormed: 'pre_checked', isShared: false },
  },
}

function messagesOf(stream: Stream): StreamMessages | undefined {
  return isOwnStream(stream) ? STREAMS[stream] : undefined
}

/** Messages without parameters. */
export const plain = (...codes: readonly (PlainExplanation | undefined)[]): ExplanationMessage[] =>
  codes.flatMap((code) => (code === undefined ? [] : [{ code, params: {} }]))

/** Messages and the section of the specification that they follow. */
interface Why {
  readonly why: readonly ExplanationMessage[]
  readonly rule: string | null
}

/** Why a stream has a state; `entry` is the history's word on it, null where that tells of another state or of none. */
export function whyOf({ kind, stream }: StreamFacts, state: StreamState, entry: HistoryEntry | null): Why {
  if (entry === null) return unwritten(state)
  const of = messagesOf(stream)
  const answered = (code: AnsweredCode, answer: number, found: PlainExplanation | undefined, rule: string): Why => ({
    why: [{ code, params: { answer } }, ...plain(found)],
    rule,
  })
  if (stream === 'drfo' && isAnswer(entry.step)) return whyOfDrfo(state, entry.step)
  if (stream === 'dracs_death' && isAnswer(entry.step)) return whyOfDeath(state)
  switch (entry.step) {
    case '1.1': {
      const decided = state.reason === 'AUTO_DATA_ABSENT' ? of?.absent : of?.illFormed
      return { why: plain(decided ?? 'pre_checked', 'registry_not_asked'), rule: '2.3' }
    }
    case '4':
      return answered('registry_answered', 1, of?.found, '2.5.2')
    case '4.1':
      return answered(`answered_about_another_${kind}`, 1, of?.found, '2.5.3')
    case '4.2':
      return answered(kind === 'person' ? 'answered_about_party' : 'answered_about_person', 1, of?.found, '2.5.3')
    case '5':
      return answered('registry_answered', 0, of?.notFound, '2.5.4')
    default:
      return written(kind, state, entry)
  }
}

type AnsweredCode = Extract<ExplanationMessage, { readonly params: { readonly answer: number } }>['code']

const isAnswer = (step: string): boolean => ['4', '4.1', '4.2', '5'].includes(step)

function whyOfDrfo({ status }: StreamState, step: string): Why {
  const found = step === '4' || (step !== '5' && status === 'VERIFIED') ? 'drfo_found' : 'drfo_not_found'
  const isOwn = step === '4' || step === '5'
  return { why: plain(...(isOwn ? [] : (['drfo_about_another'] as const)), found), rule: '8.6' }
}

function whyOfDeath({ status }: StreamState): Why {
  if (status === 'NOT_VERIFIED') return { why: plain('dracs_death_matches'), rule: '8.10' }
  return { why: plain(status === 'VERIFIED' ? 'dracs_death_no_match' : 'dracs_death_may_match'), rule: '8.10' }
}

function unwritten({ reason }: StreamState): Why {
  if (reason === 'INITIAL') return { why: plain('not_checked_yet'), rule: '1.4' }
  return { why: plain('no_history'), rule: null }
}

function written(kind: SubjectKind, { reason }: StreamState, { step, runId }: HistoryEntry): Why {
  switch (step) {
    case 'import':
      return { why: plain('imported'), rule: '7.3' }
    case 'trigger':
      return { why: plain(reason === 'AUTO_DATA_ABSENT' ? 'nothing_to_ask_now' : `${kind}_triggered`), rule: '2.8' }
    case 'recheck': {
      const reverted: readonly ExplanationMessage[] =
        runId === null ? plain('reverted_unknown_run') : [{ code: 'reverted', params: { run: runId } }]
      return { why: reverted, rule: '2.6.8' }
    }
    case 'erasure':
      return { why: plain('erased'), rule: null }
    case 'manual':
      return { why: plain('confirmed_by_hand'), rule: '4.3' }
    default:
      return { why: [{ code: 'written_by_step', params: { step } }], rule: null }
  }
}

/** What will happen to a stream next, and when. */
export function nextOf(facts: StreamFacts): readonly ExplanationMessage[] {
  const { stream, kind, status, process, isSubjectActive } = facts
  if (process === null) return plain('other_process')
  if (status === 'IN_REVIEW' || facts.heldBy !== null) return nextOfHeld(facts)
  if (process.missingSetting !== undefined) return [{ code: 'not_served', params: { setting: process.missingSetting } }]
  if (!isSubjectActive) return plain(UNCHECKED[kind])
  if (waitsForDecision(facts)) return plain('dracs_death_to_decide')
  const asksIn: readonly StreamStatus[] = isOwnStream(stream) ? rulesOf(stream).asksIn : []
  if (asksIn.includes(status)) return nextInLine(facts)
  return plain(`${kind}_waits_for_change`, messagesOf(stream)?.isShared ? 'answers_about_document' : undefined)
}

// The register has answered, and whether the act is the subject's is for a person to say (spec 8.11).
function waitsForDecision({ stream, status, isAnswered }: StreamFacts): boolean {
  if (stream !== 'dracs_death') return false
  return status === 'NOT_VERIFIED' || (status === 'VERIFICATION_NEEDED' && isAnswered)
}

// Whom no run takes (spec 2.2).
const UNCHECKED: Readonly<Record<SubjectKind, PlainExplanation>> = {
  person: 'person_inactive',
  party: 'party_not_employed',
}

function nextOfHeld({ heldBy, now }: StreamFacts): readonly ExplanationMessage[] {
  if (heldBy === null) return plain('claim_lost')
  const worker = { worker: heldBy.workerId, host: heldBy.host ?? '', pid: heldBy.pid ?? 0 }
  if (!heldBy.isWorkerAlive) return [{ code: 'worker_gone', params: worker }]
  const seconds = Math.max(0, Math.round((now.getTime() - heldBy.at.getTime()) / 1000))
  return [{ code: 'claimed', params: { ...worker, seconds } }]
}

function nextInLine(facts: StreamFacts): readonly ExplanationMessage[] {
  const { waitsUntil, failures, now, dueFrom, isLastInLine, triggeredAt } = facts
  if (waitsUntil !== null && waitsUntil > now) {
    return [{ code: 'retry_after', params: { failures, at: waitsUntil.toISOString() } }]
  }
  if (dueFrom !== null && dueFrom > now) return [{ code: 'due_from', params: { at: dueFrom.toISOString() } }]
  if (waitsUntil !== null) return [{ code: 'retry_due', params: { failures } }, whoTakesIt(facts, false)]
  if (isLastInLine) return [...plain('last_in_queue'), whoTakesIt(facts, false)]
  if (triggeredAt === null) return [...plain('due'), whoTakesIt(facts, false)]
  return [{ code: 'first_in_queue', params: { at: triggeredAt.toISOString() } }, whoTakesIt(facts, true)]
}

function whoTakesIt({ process }: StreamFacts, isTakenByEveryRun: boolean): ExplanationMessage {
  const run = process?.run ?? null
  if (run !== null && (isTakenByEveryRun || !run.isTriggeredOnly)) {
    return { code: 'run_is', params: { run: run.id, state: run.state } }
  }
  return { code: isTakenByEveryRun ? 'next_run' : 'next_full_run', params: {} }
}
