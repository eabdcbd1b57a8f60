/** Recorded runs and schedule ticks. */
import type { Entry, RunHistory, RunPart } from '../histories.ts'
import type { Rule } from './index.ts'

type Count = Exclude<keyof RunPart, 'workerId'>

const sum = ({ parts }: RunHistory, count: Count) => parts.reduce((all, part) => all + part[count], 0)

/** How each count of a run is derived from the history. */
const IN_HISTORY: Readonly<Partial<Record<Count, (entry: Entry) => boolean>>> = {
  verified: ({ step, status }) => (step === '4' || step === '5') && status === 'VERIFIED',
  notVerified: ({ step, status }) => (step === '4' || step === '5') && status === 'NOT_VERIFIED',
  notNeeded: ({ step, status }) => step === '1.1' && status === 'VERIFICATION_NOT_NEEDED',
  incorrect: ({ step, reason }) => step === '1.1' && reason === 'AUTO_INCORRECT_DATA',
  propagated: ({ step }) => step === '4.1' || step === '4.2',
}

/** Everything a worker claimed, by outcome, as it counted. */
const accounted = (part: RunPart) =>
  part.givenBack +
  part.verified +
  part.notVerified +
  part.notNeeded +
  part.incorrect +
  part.dropped +
  part.technicalErrors

export const runsRules: readonly Rule[] = [
  {
    name: 'every run is over',
    find: ({ runs }) =>
      runs.filter(({ endedAt }) => endedAt === null).map(({ id, process, state }) => `${process} ${id} is ${state}`),
  },
  {
    name: 'no two runs of a process overlap',
    find: ({ runs }) =>
      [...Map.groupBy(runs, ({ process }) => process)].flatMap(([process, all]) => {
        const inOrder = all.toSorted((left, right) => left.startedAt - right.startedAt)
        return inOrder.flatMap(({ id, startedAt }, place) => {
          const before = inOrder[place - 1]
          const isOverlap = before !== undefined && (before.endedAt === null || before.endedAt > startedAt)
          return isOverlap ? [`${process}: ${before.id} and ${id}`] : []
        })
      }),
  },
  {
    name: 'a tick started one run at most, and every run of the schedule has its tick',
    find({ runs, ticks }) {
      const times = Map.groupBy(ticks, ({ process, time }) => `${process} ${time}`)
      const started = Map.groupBy(
        ticks.filter(({ runId }) => runId !== null),
        ({ runId }) => runId,
      )
      return [
        ...[...times].filter(([, all]) => all.length > 1).map(([tick]) => `the tick ${tick} is there twice`),
        ...[...started].filter(([, all]) => all.length > 1).map(([run]) => `run ${run} has several ticks`),
        ...ticks
          .filter(({ outcome, runId }) => (outcome === 'started') !== (runId !== null))
          .map(({ process, time }) => `the tick ${process} ${time} does not say which run it started`),
        ...runs
          .filter(({ id, cause }) => (cause === 'schedule') !== started.has(id))
          .map(({ id, cause }) => `run ${id}, started by ${cause}, has ${started.has(id) ? 'a' : 'no'} tick`),
      ]
    },
  },
  {
    name: "a run's counts are what the history holds of it",
    find({ runs, entries }) {
      const byRun = Map.groupBy(entries, ({ runId }) => runId)
      return runs.flatMap((run) => {
        const own = byRun.get(run.id) ?? []
        return (Object.keys(IN_HISTORY) as Count[]).flatMap((count) => {
          const written = own.filter((entry) => IN_HISTORY[count]?.(entry)).length
          const counted = sum(run, count)
          return counted === written ? [] : [`${run.process} ${run.id} counted ${counted} ${count}, wrote ${written}`]
        })
      })
    },
  },
  {
    name: 'technical errors are counted by kind as well',
    find: ({ runs }) =>
      runs
        .filter((run) => sum(run, 'technicalErrors') !== run.errors)
        .map((run) => `${run.process} ${run.id}: ${sum(run, 'technicalErrors')}, by kind ${run.errors}`),
  },
  {
    name: 'all that a worker claimed is accounted for; of one that died, what was edited meanwhile may be missing',
    find({ runs, workers }) {
      const lost = new Set(
        workers.filter(({ endedAt, leaseUntil }) => endedAt !== null && endedAt > leaseUntil).map(({ id }) => id),
      )
      return runs.flatMap(({ process, parts }) =>
        parts.flatMap((part) => {
          const missing = part.claimed - accounted(part)
          const isRight = missing === 0 || (missing > 0 && lost.has(part.workerId))
          if (isRight) return []
          const { workerId, claimed, ...counts } = part
          return [`${process}: of ${claimed} claimed by ${workerId} ${missing} are missing: ${JSON.stringify(counts)}`]
        }),
      )
    },
  },
]
