/** Why a stream has its status and what comes next, as messages with the specification sections that they follow. */
import type { ExplanationMessage, PlainExplanation } from '../messages/explanations.ts'
import { ANSWER_STEPS, plainMessages, type StreamMessages, type StreamWhy } from '../streams/registration.ts'
import { REGISTRATIONS } from '../streams/registry.ts'
import type { Stream, StreamState, StreamStatus, SubjectKind } from '../verification/status.ts'
import { rulesOf } from '../verification/streams/streams.ts'
import { isOwnStream } from '../verification-store/kinds.ts'
import type { HistoryEntry, StreamFacts } from './explain-facts.ts'

function messagesOf(stream: Stream): StreamMessages | undefined {
  return isOwnStream(stream) ? REGISTRATIONS[stream].messages : undefined
}

/** Why a stream has a state. `entry` is the history entry that wrote it; null if there is none, or it wrote another state. */
export function whyOf(
  { kind, stream, answer }: StreamFacts,
  state: StreamState,
  entry: HistoryEntry | null,
): StreamWhy {
  if (entry === null) return unwritten(state)
  const messages = messagesOf(stream)
  if (entry.step === '1.1') {
    const decided = state.reason === 'AUTO_DATA_ABSENT' ? messages?.absent : messages?.illFormed
    return { why: plainMessages(decided ?? 'pre_checked', 'registry_not_asked'), rule: '2.3' }
  }
  const step = ANSWER_STEPS.find((each) => each === entry.step)
  if (messages !== undefined && step !== undefined) return messages.answered(kind, state, step, answer)
  return written(kind, state, entry)
}

function unwritten({ reason }: StreamState): StreamWhy {
  if (reason === 'INITIAL') return { why: plainMessages('not_checked_yet'), rule: '1.4' }
  return { why: plainMessages('no_history'), rule: null }
}

function written(kind: SubjectKind, { reason }: StreamState, { step, runId }: HistoryEntry): StreamWhy {
  switch (step) {
    case 'import':
      return { why: plainMessages('imported'), rule: '7.3' }
    case 'trigger':
      return {
        why: plainMessages(reason === 'AUTO_DATA_ABSENT' ? 'nothing_to_ask_now' : `${kind}_triggered`),
        rule: '2.8',
      }
    case 'recheck': {
      const reverted: readonly ExplanationMessage[] =
        runId === null ? plainMessages('reverted_unknown_run') : [{ code: 'reverted', params: { run: runId } }]
      return { why: reverted, rule: '2.6.8' }
    }
    case 'erasure':
      return { why: plainMessages('erased'), rule: null }
    case 'manual':
      return { why: plainMessages('confirmed_by_hand'), rule: '4.3' }
    default:
      return { why: [{ code: 'written_by_step', params: { step } }], rule: null }
  }
}

/** What will happen to the stream next, and when. */
export function nextOf(facts: StreamFacts): readonly ExplanationMessage[] {
  const { stream, kind, status, process, isSubjectActive } = facts
  if (process === null) return plainMessages('other_process')
  if (status === 'IN_REVIEW' || facts.heldBy !== null) return nextOfHeld(facts)
  if (process.missingSetting !== undefined) return [{ code: 'not_served', params: { setting: process.missingSetting } }]
  if (!isSubjectActive) return plainMessages(UNCHECKED[kind])
  const messages = messagesOf(stream)
  // The registry has answered, and a person has to say what the answer means (spec 8.11).
  if (messages?.toDecide && (status === 'NOT_VERIFIED' || (status === 'VERIFICATION_NEEDED' && facts.isAnswered)))
    return plainMessages(messages.toDecide)
  const asksIn: readonly StreamStatus[] = isOwnStream(stream) ? rulesOf(stream).asksIn : []
  if (asksIn.includes(status)) return nextInLine(facts)
  return plainMessages(`${kind}_waits_for_change`, messages?.isShared ? 'answers_about_document' : null)
}

// Subjects that no run takes (spec 2.2).
const UNCHECKED: Readonly<Record<SubjectKind, PlainExplanation>> = {
  person: 'person_inactive',
  party: 'party_not_employed',
}

function nextOfHeld({ heldBy, now }: StreamFacts): readonly ExplanationMessage[] {
  if (heldBy === null) return plainMessages('claim_lost')
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
  if (isLastInLine) return [...plainMessages('last_in_queue'), whoTakesIt(facts, false)]
  if (triggeredAt === null) return [...plainMessages('due'), whoTakesIt(facts, false)]
  return [{ code: 'first_in_queue', params: { at: triggeredAt.toISOString() } }, whoTakesIt(facts, true)]
}

function whoTakesIt({ process }: StreamFacts, isTakenByEveryRun: boolean): ExplanationMessage {
  const run = process?.run ?? null
  if (run !== null && (isTakenByEveryRun || !run.isTriggeredOnly)) {
    return { code: 'run_is', params: { run: run.id, state: run.state } }
  }
  return { code: isTakenByEveryRun ? 'next_run' : 'next_full_run', params: {} }
}
