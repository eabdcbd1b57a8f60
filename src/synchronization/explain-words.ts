/** The sentences of `zvirka explain`: why a status was written, and what comes next. */
import type { OwnStream, Stream, StreamState, StreamStatus, SubjectKind } from '../verification/status.ts'
import { rulesOf } from '../verification/streams/streams.ts'
import { isOwnStream } from '../verification-store/kinds.ts'
import type { HistoryEntry, StreamFacts } from './explain-facts.ts'

/** What a stream's registry says, in words. */
interface RegistryWords {
  readonly found: string
  readonly notFound: string
  readonly absent: string
  readonly illFormed: string
  /** Whether answers about others with the same document reach a subject. */
  readonly isShared: boolean
}

const PASSPORT = {
  absent: 'There is no PASSPORT or NATIONAL_ID document to ask about.',
  illFormed: 'The number of the document that is to be checked does not match its format.',
  isShared: true,
}

const REGISTRIES: Readonly<Record<OwnStream, RegistryWords>> = {
  dms_passport: {
    ...PASSPORT,
    found: 'the document is among the invalid ones of the State Migration Service',
    notFound: 'the document is not among the invalid ones of the State Migration Service',
  },
  mvs_passport: {
    ...PASSPORT,
    found: 'the document is among the stolen or lost ones',
    notFound: 'the document is not among the stolen or lost ones',
  },
  unzr: {
    found: 'the UNZR belongs to somebody with this name and date of birth',
    notFound: 'the UNZR belongs to nobody with this name and date of birth',
    absent: 'There is no UNZR to ask about.',
    illFormed: 'The UNZR did not match its format, and was cleared: the person has none now.',
    isShared: false,
  },
}

function registryOf(stream: Stream): RegistryWords | undefined {
  return stream in REGISTRIES ? REGISTRIES[stream as OwnStream] : undefined
}

/** The step of section 2 of the specification. */
export function stepRule(step: string): string {
  return `spec 2 step ${step}`
}

/** What sends a subject to be checked again (spec 2.8). */
const TRIGGERS: Readonly<Record<SubjectKind, { readonly done: string; readonly awaited: string }>> = {
  person: { done: 'The person was created, changed or sent again.', awaited: 'the person is changed or sent again' },
  party: {
    done: 'The party was created or changed, or an employee request of it was approved.',
    awaited: 'the party is changed or an employee request of it is approved',
  },
}

/** A sentence and the rule that it follows. */
interface Why {
  readonly why: string
  readonly rule: string | null
}

/** Why a stream has a state; `entry` is the history's word on it, null where that tells of another state or of none. */
export function whyOf({ kind, stream }: StreamFacts, state: StreamState, entry: HistoryEntry | null): Why {
  if (entry === null) return unwritten(state)
  const words = registryOf(stream)
  const other = kind === 'person' ? 'a party' : 'a person'
  const step = (text: string): Why => ({ why: text, rule: stepRule(entry.step) })
  switch (entry.step) {
    case '1.1': {
      const why = state.reason === 'AUTO_DATA_ABSENT' ? words?.absent : words?.illFormed
      return step(`${why ?? 'The pre-check settled it.'} No call was made.`)
    }
    case '4':
      return step(`The registry answered 1: ${words?.found ?? 'found'}.`)
    case '4.1':
      return step(`The registry answered 1 about another ${kind} with the same document: ${words?.found ?? 'found'}.`)
    case '4.2':
      return step(`The registry answered 1 about ${other} with the same document: ${words?.found ?? 'found'}.`)
    case '5':
      return step(`The registry answered 0: ${words?.notFound ?? 'not found'}.`)
    default:
      return written(kind, state, entry)
  }
}

function unwritten({ reason }: StreamState): Why {
  if (reason === 'INITIAL') return { why: 'It came in unverified, and nothing has settled it yet.', rule: 'spec 1.4' }
  return { why: 'Something wrote it that keeps no history here: another process, or a person by hand.', rule: null }
}

function written(kind: SubjectKind, { reason }: StreamState, { step, runId }: HistoryEntry): Why {
  switch (step) {
    case 'import':
      return { why: `The ${kind} came in with it.`, rule: 'spec 7.3' }
    case 'trigger':
      return reason === 'AUTO_DATA_ABSENT'
        ? { why: `The ${kind} was changed, and there is nothing to ask about.`, rule: 'spec 2.8' }
        : { why: TRIGGERS[kind].done, rule: 'spec 2.8' }
    case 'recheck':
      return { why: `What run ${runId ?? '(unknown)'} settled by an answer was taken back.`, rule: 'spec 2.6' }
    case 'erasure':
      return { why: 'The data of the person were erased, and there is nothing to ask about.', rule: null }
    case 'manual':
      return { why: 'An official confirmed it by hand.', rule: 'spec 4.3' }
    default:
      return { why: `It was written by step ${step}.`, rule: null }
  }
}

/** What will happen to a stream next, and when. */
export function nextOf(facts: StreamFacts): string {
  const { stream, kind, status, process, isSubjectActive } = facts
  if (process === null) return 'Another process of the platform runs this stream; it counts in the cumulative status.'
  if (status === 'IN_REVIEW' || facts.heldBy !== null) return nextOfHeld(facts)
  if (!isSubjectActive) return UNCHECKED[kind]
  const asksIn: readonly StreamStatus[] = isOwnStream(stream) ? rulesOf(stream).asksIn : []
  if (!asksIn.includes(status))
    return `Nothing, until ${TRIGGERS[kind].awaited}${registryOf(stream)?.isShared ? ', or an answer about the same document reaches it' : ''}.`
  return nextInLine(facts)
}

// Whom no run takes (spec 2.2).
const UNCHECKED: Readonly<Record<SubjectKind, string>> = {
  person: 'Nothing: the person is not active. It is checked again once it is.',
  party:
    'Nothing: the party has no employee who is approved and active, and is not checked without one. It is checked again once it has one.',
}

function nextOfHeld({ heldBy, now }: StreamFacts): string {
  if (heldBy === null)
    return 'No check is under way: a living worker will put it back to VERIFICATION_NEEDED / INITIAL.'
  const worker = `worker ${heldBy.workerId}${heldBy.host === null ? '' : ` (${heldBy.host}, process ${heldBy.pid})`}`
  if (!heldBy.isWorkerAlive) return `Its ${worker} is gone: another worker will give it back, and it is checked again.`
  const seconds = Math.max(0, Math.round((now.getTime() - heldBy.at.getTime()) / 1000))
  return `The answer settles it; the ${worker} has held it for ${seconds} s.`
}

function nextInLine(facts: StreamFacts): string {
  const { waitsUntil, failures, now, dueFrom, isLastInLine, triggeredAt } = facts
  const times = failures === 1 ? 'once' : `${failures} times`
  if (waitsUntil !== null && waitsUntil > now) {
    return `Its last check ended in a technical error, ${times} so far: it waits until ${kyivMinute(waitsUntil)}. A zvirka sync takes it before that, after all others.`
  }
  if (dueFrom !== null && dueFrom > now) return `It is due again from ${kyivMinute(dueFrom)}.`
  if (waitsUntil !== null) return `It failed ${times}; its waiting time is over. ${whoTakesIt(facts, false)}`
  if (isLastInLine) return `It stands in the line behind every other trigger. ${whoTakesIt(facts, false)}`
  if (triggeredAt === null) return `It is due. ${whoTakesIt(facts, false)}`
  return `It stands in front, triggered at ${kyivMinute(triggeredAt)}. ${whoTakesIt(facts, true)}`
}

function whoTakesIt({ process }: StreamFacts, isTakenByEveryRun: boolean): string {
  const run = process?.run ?? null
  if (run !== null && (isTakenByEveryRun || !run.isTriggeredOnly)) return `Run ${run.id} is ${run.state}.`
  return isTakenByEveryRun
    ? 'The next run takes it.'
    : 'The next run that is not for triggered subjects alone takes it.'
}

const KYIV = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv', dateStyle: 'short', timeStyle: 'short' })

function kyivMinute(instant: Date): string {
  return `${KYIV.format(instant)} Kyiv`
}
