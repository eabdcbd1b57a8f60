import type { Histories } from './histories.ts'

const tally = (values: readonly string[]) =>
  [...Map.groupBy(values, (value) => value)]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([value, all]) => `${value} ${all.length}`)
    .join(', ')

/** The figures of a round, in a few lines. */
export function summaryOf({ calls, entries, events, runs, workers, journal }: Histories): string {
  const returns = journal.returns.map(({ milliseconds }) => milliseconds ?? Number.POSITIVE_INFINITY)
  const lost = workers.filter(({ endedAt, leaseUntil }) => endedAt !== null && endedAt > leaseUntil)
  const late = lost.map(({ endedAt, leaseUntil }) => Math.round((endedAt ?? 0) - leaseUntil))
  const busy = journal.machineBusy.reduce((sum, { from, until }) => sum + until - from, 0)
  return [
    `  ${calls.length} calls: ${tally(calls.map(({ outcome }) => outcome))}`,
    `  ${entries.length} entries by step: ${tally(entries.map(({ step }) => step))}; ${events.length} events`,
    `  ${runs.length} runs: ${tally(runs.map(({ cause, state }) => `${cause} ${state}`))}`,
    `  ${workers.length} identities, ${lost.length} lost their lease, taken over at most ${Math.max(0, ...late)} ms after it was out`,
    `  the machine was too busy for ${Math.round(busy / 1000)} s`,
    `  ${returns.length} returns to the database measured, the longest ${Math.max(0, ...returns)} ms`,
  ].join('\n')
}
