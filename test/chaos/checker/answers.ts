/** Compares the answers in the history with those the registry gave. */
import type { Entry, Histories, RegistryCall, SubjectState, WorkerHistory } from '../histories.ts'
import type { Rule } from './index.ts'
import { callsById, entriesByStream, fold, nameOf, STREAMS, verdictOf } from './words.ts'

const OWN = ['4', '5']
const OTHERS = ['4.1', '4.2']

const withSteps = ({ entries }: Histories, steps: readonly string[]) =>
  entries.filter(({ step }) => steps.includes(step))

/** What is wrong with an entry, compared with the call that it names. */
function faultOf(entry: Entry, call: RegistryCall, histories: Histories): string | undefined {
  const words = STREAMS[entry.stream]
  const outcome = entry.step === '5' ? 'status_0' : 'status_1'
  if (call.outcome !== outcome) return `the registry's answer was ${call.outcome}`
  if (words === undefined || call.service !== words.service) return `${call.service} was called`
  if (verdictOf(entry) !== (entry.step === '5' ? words.notFound : words.found)) return `it made ${verdictOf(entry)}`
  if (call.time > entry.at + 1) return 'the call was later'
  const held = histories.journal.everHeld.get(entry.subjectId)
  return held?.has(fold(call.question ?? '')) ? undefined : 'it was about a document of somebody else'
}

/** The identity with which a process called at a time. */
function identityAt(workers: readonly WorkerHistory[], time: number): WorkerHistory | undefined {
  return workers.filter(({ startedAt }) => startedAt <= time).toSorted((a, b) => b.startedAt - a.startedAt)[0]
}

function holders(histories: Histories): Map<string, SubjectState[]> {
  const all = histories.subjects.flatMap((subject) =>
    subject.documents.map(({ type, number }) => ({ key: `${type} ${fold(number)}`, subject })),
  )
  return new Map([...Map.groupBy(all, ({ key }) => key)].map(([key, each]) => [key, each.map((one) => one.subject)]))
}

/** A card's number has nine digits; a booklet's begins with letters. */
const documentKey = (question: string) => `${/^[0-9]/.test(question) ? 'NATIONAL_ID' : 'PASSPORT'} ${fold(question)}`

// Whether somebody was written by what was found at that time, or may be left out: because they were IN_REVIEW (visible in what settled
// them later), were changed since (the document may have come with that change), or were activated, deactivated or inserted at about that
// time.
function wasReached(subject: SubjectState, found: Entry, own: readonly Entry[], histories: Histories): boolean {
  if (histories.journal.switched.has(subject.id) || subject.insertedAt > found.at - 1000) return true
  if (subject.kind === 'person' && !subject.isActive) return true
  if (own.some(({ at, status }) => at === found.at && status === found.status)) return true
  return own.some(({ at }) => at > found.at)
}

export const answersRules: readonly Rule[] = [
  {
    name: 'no two messages have one id',
    find: (histories) =>
      [...callsById(histories)].filter(([, calls]) => calls.length > 1).map(([id]) => `message ${id}`),
  },
  {
    name: 'an answer was written once at most',
    find: (histories) =>
      [...Map.groupBy(withSteps(histories, OWN), ({ messageId }) => messageId)]
        .filter(([, entries]) => entries.length > 1)
        .map(([id, entries]) => `message ${id} settled ${entries.map(nameOf).join(', ')}`),
  },
  {
    name: 'each result is what the registry answered, about a document of the subject',
    find(histories) {
      const calls = callsById(histories)
      return withSteps(histories, [...OWN, ...OTHERS]).flatMap((entry) => {
        const call = calls.get(entry.messageId ?? '')?.[0]
        const fault = call === undefined ? 'the registry knows nothing of it' : faultOf(entry, call, histories)
        return fault === undefined ? [] : [`${nameOf(entry)}, step ${entry.step}, message ${entry.messageId}: ${fault}`]
      })
    },
  },
  {
    name: 'a result that came after its worker had lost its lease was refused',
    find(histories) {
      const calls = callsById(histories)
      const workers = Map.groupBy(histories.workers, ({ pid }) => pid)
      return withSteps(histories, [...OWN, ...OTHERS]).flatMap((entry) => {
        const call = calls.get(entry.messageId ?? '')?.[0]
        const pid = histories.journal.pidOf.get(call?.userId ?? '')
        if (call === undefined || pid === undefined) return []
        const identity = identityAt(workers.get(pid) ?? [], call.time)
        if (identity === undefined) return [`${nameOf(entry)}: process ${pid} was no worker when it asked`]
        const isLate = identity.endedAt !== null && entry.at > identity.endedAt
        return isLate ? [`${nameOf(entry)}: written ${Math.round(entry.at - (identity.endedAt ?? 0))} ms late`] : []
      })
    },
  },
  {
    name: 'a document that was found reached everybody who held it (4.1, 4.2)',
    find(histories) {
      const calls = callsById(histories)
      const byStream = entriesByStream(histories)
      const byDocument = holders(histories)
      const found = withSteps(histories, ['4']).filter(({ stream }) => stream !== 'unzr')
      return found.flatMap((entry) => {
        const question = calls.get(entry.messageId ?? '')?.[0]?.question
        const involved = question === undefined ? [] : (byDocument.get(documentKey(question)) ?? [])
        return involved
          .filter(({ id, kind }) => id !== entry.subjectId || kind !== entry.kind)
          .filter((subject) => {
            const name = nameOf({ kind: subject.kind, subjectId: subject.id, stream: entry.stream })
            return !wasReached(subject, entry, byStream.get(name) ?? [], histories)
          })
          .map(({ id, kind }) => `message ${entry.messageId} found a document that ${kind} ${id} holds too`)
      })
    },
  },
]
