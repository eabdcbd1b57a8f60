/** The figures of a round under Patroni. */
import type { Outcome } from './round.ts'

/** The measurements of a round, in seconds. */
export interface Figures {
  /** From the fault until the new primary acknowledged its first commit. */
  readonly away: number
  /** From then until every worker had renewed its lease. */
  readonly workers: number
  /** The longest time around the fault without a registry call, and without an acknowledged write. */
  readonly noCalls: number
  readonly noWrites: number
  /** From the database's return until the first acknowledged write. */
  readonly firstWrite: number
  /** The slowest answer of the API. */
  readonly slowest: number
  /** The number of answers by status. */
  readonly statuses: Readonly<Record<number, number>>
}

/** The figures of a round. */
export function figuresOf({ histories, times, answers }: Outcome): Figures {
  const acknowledged = answers.filter(({ method, status }) => method === 'PUT' && status < 300)
  const writes = acknowledged.map(({ at, milliseconds }) => at + milliseconds)
  const returns = histories.journal.returns.map(({ milliseconds }) => milliseconds ?? Number.POSITIVE_INFINITY)
  const statuses = Map.groupBy(answers, ({ status }) => status)
  return {
    away: seconds(times.back - times.began),
    workers: seconds(Math.max(0, ...returns)),
    noCalls: longestGap(
      histories.calls.map(({ time }) => time),
      times.began,
    ),
    noWrites: longestGap(writes, times.began),
    firstWrite: seconds(Math.min(...writes.filter((at) => at >= times.back)) - times.back),
    slowest: seconds(Math.max(0, ...answers.map(({ milliseconds }) => milliseconds))),
    statuses: Object.fromEntries([...statuses].map(([status, all]) => [status, all.length])),
  }
}

/** The longest interval between two consecutive times that ends after the fault began. */
function longestGap(times: readonly number[], began: number): number {
  const inOrder = times.toSorted((left, right) => left - right)
  const gaps = inOrder.slice(1).map((time, place) => (time < began ? 0 : time - (inOrder[place] ?? time)))
  return seconds(Math.max(0, ...gaps))
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10

/** The figures as one line. */
export function wordsOf(figures: Figures): string {
  const { away, workers, noCalls, noWrites, firstWrite, slowest, statuses } = figures
  const answers = Object.entries(statuses).map(([status, count]) => `${status} ${count}`)
  return `  no commits for ${away} s; workers are back ${workers} s later, writes ${firstWrite} s; no calls for ${noCalls} s, no writes for ${noWrites} s; the API answered ${answers.join(', ')}, the slowest in ${slowest} s`
}
