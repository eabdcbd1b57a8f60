/** What the rows must hold at the end. */
import type { Entry, Histories, StreamState, SubjectState } from '../histories.ts'
import type { Rule } from './index.ts'
import { cumulativeOf, entriesByStream, nameOf, verdictOf } from './words.ts'

interface StreamOf {
  readonly name: string
  readonly subject: SubjectState
  readonly state: StreamState
}

function streamsOf({ subjects }: Histories): StreamOf[] {
  return subjects.flatMap((subject) =>
    Object.entries(subject.streams).map(([stream, state]) => ({
      name: nameOf({ kind: subject.kind, subjectId: subject.id, stream }),
      subject,
      state,
    })),
  )
}

/** What the last entry implies for the row: verdict, time of sync, and the registry's answer. */
function impliedBy(entry: Entry | undefined): string {
  if (entry === undefined) return 'VERIFICATION_NEEDED / INITIAL, not synced, data none'
  const isResult = ['4', '4.1', '4.2', '5'].includes(entry.step)
  const data = isResult ? (entry.step === '5' ? 0 : 1) : 'none'
  return `${verdictOf(entry)}, ${isResult ? `synced ${entry.at}` : 'not synced'}, data ${data}`
}

const heldBy = (state: StreamState) =>
  `${verdictOf(state)}, ${state.syncedAt === null ? 'not synced' : `synced ${state.syncedAt}`}, data ${state.dataStatus ?? 'none'}`

export const rowsRules: readonly Rule[] = [
  {
    name: 'nobody who is due is left, but who waits after an error that was counted',
    find(histories) {
      const errors = histories.runs.reduce((sum, run) => sum + run.errors, 0)
      return streamsOf(histories).flatMap(({ name, subject, state }) => {
        if (!subject.isActive || state.status !== 'VERIFICATION_NEEDED') return []
        const waits = state.failures > 0 && state.waitsUntil !== null && errors > 0
        return waits ? [] : [`${name} is ${verdictOf(state)}, failed ${state.failures} times`]
      })
    },
  },
  {
    name: 'nothing is IN_REVIEW, and nothing is claimed',
    find: (histories) => [
      ...streamsOf(histories)
        .filter(({ state }) => state.status === 'IN_REVIEW')
        .map(({ name }) => name),
      ...histories.claims.map(({ subjectId, stream }) => `a claim of ${subjectId} ${stream}`),
    ],
  },
  {
    name: 'a row is what its last entry in the history made of it, so that nothing else changed it',
    find(histories) {
      const entries = entriesByStream(histories)
      return streamsOf(histories).flatMap(({ name, state }) => {
        const implied = impliedBy(entries.get(name)?.at(-1))
        return implied === heldBy(state) ? [] : [`${name} holds ${heldBy(state)}; its history says ${implied}`]
      })
    },
  },
  {
    name: 'a row is linked to what was found, and to nothing else',
    find: (histories) =>
      streamsOf(histories)
        .filter(({ state }) => (state.dataId !== null) !== (state.dataStatus === 1))
        .map(({ name, state }) => `${name} has data_status ${state.dataStatus}, data_id ${state.dataId}`),
  },
  {
    name: 'the cumulative status is what the streams imply',
    find: ({ subjects }) =>
      subjects.flatMap(({ id, kind, cumulative, streams, others }) => {
        const implied = cumulativeOf(kind, [...others, ...Object.values(streams).map(({ status }) => status)])
        return implied === cumulative ? [] : [`${kind} ${id} is ${cumulative}, its streams imply ${implied}`]
      }),
  },
]
