/** Replays the history from its beginning: the events must be exactly the changes of the cumulative status. */
import type { Entry, Histories, SubjectState } from '../histories.ts'
import type { Rule } from './index.ts'
import { cumulativeOf, STREAMS_OF } from './words.ts'

/** Entries written together, by one statement about one subject. */
function moments(entries: readonly Entry[]): Entry[][] {
  return [...Map.groupBy(entries, ({ at }) => at)].sort(([left], [right]) => left - right).map(([, each]) => each)
}

/** The values that the cumulative status took after the first one. */
function changesOf({ kind, others }: SubjectState, entries: readonly Entry[]): string[] {
  const statuses = new Map(STREAMS_OF[kind].map((stream) => [stream, 'VERIFICATION_NEEDED']))
  const now = () => cumulativeOf(kind, [...others, ...statuses.values()])
  for (const { step, stream, status } of entries) if (step === 'import') statuses.set(stream, status)
  let current = now()
  const changes: string[] = []
  for (const moment of moments(entries.filter(({ step, stream }) => step !== 'import' && statuses.has(stream)))) {
    for (const { stream, status } of moment.toSorted((a, b) => a.id - b.id)) statuses.set(stream, status)
    if (now() === current) continue
    current = now()
    changes.push(current)
  }
  return changes
}

function eventsOf({ events }: Histories): Map<string, string[]> {
  const inOrder = events.toSorted((left, right) => left.at - right.at)
  return new Map(
    [...Map.groupBy(inOrder, ({ entityId }) => entityId)].map(([id, each]) => [id, each.map(({ value }) => value)]),
  )
}

export const eventsRules: readonly Rule[] = [
  {
    name: 'no two events in a row tell the same of one subject',
    find: (histories) =>
      [...eventsOf(histories)].flatMap(([id, values]) =>
        values.some((value, place) => value === values[place - 1]) ? [`${id}: ${values.join(', ')}`] : [],
      ),
  },
  {
    name: 'the last event is the current status',
    find(histories) {
      const events = eventsOf(histories)
      return histories.subjects.flatMap(({ id, cumulative }) => {
        const last = events.get(id)?.at(-1)
        return last === undefined || last === cumulative ? [] : [`${id} is ${cumulative}, its last event says ${last}`]
      })
    },
  },
  {
    name: 'events are the changes of the cumulative status that the history makes, each once',
    find(histories) {
      const entries = Map.groupBy(histories.entries, ({ subjectId }) => subjectId)
      const events = eventsOf(histories)
      return histories.subjects.flatMap((subject) => {
        const implied = changesOf(subject, entries.get(subject.id) ?? []).join(', ')
        const told = (events.get(subject.id) ?? []).join(', ')
        return implied === told
          ? []
          : [`${subject.kind} ${subject.id}: told ${told || 'none'}, not ${implied || 'none'}`]
      })
    },
  },
]
