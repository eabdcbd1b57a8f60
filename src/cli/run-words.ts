/** A run in `run` and `status`: as JSON, and as text. */
import { messageJson, say } from '../messages/messages.ts'
import type { RunChange } from '../synchronization/plans/report.ts'
import type { RunReport } from '../synchronization/report.ts'
import { kyivTime } from './instants.ts'
import { table } from './table.ts'
import { duration, number } from './words.ts'

/** The JSON of a run, described for --help. */
export const RUN_JSON_HELP = `{"id", "process", "state", "held_by", "finding", "reason", "cause", "triggered_only", "started_at", "ended_at", "seconds", "due_at_start",
   "max_subjects", "max_batches", "claimed", "done", "remaining", "rate", "verified", "not_verified", "not_needed", "incorrect",
   "to_review", "technical_errors", "given_back", "dropped", "propagated", "errors": [{"whose", "code", "count"}],
   "workers": [{"id", "kind", "host", "pid", "alive", "joined_at", "batches", "claimed", "technical_errors"}],
   "changes": [{"at", "kind", "state", "changed_by", "held_by", "finding", "reason", "taken_back"}]}
   held_by: user, guard or fault, null where it runs or ran to its end; finding: {"code", "params", "text"} or null, see docs/messages.md`

/** The JSON object of a run. */
export function runJson(report: RunReport) {
  const { id, process, state, heldBy, finding, reason, cause, seconds, due_at_start } = report
  const { claimed, done, remaining, rate } = report
  const { verified, not_verified, not_needed, incorrect, to_review, technical_errors, given_back } = report
  const { dropped, propagated } = report
  return {
    ...{ id, process, state, held_by: heldBy, finding: finding && messageJson(finding), reason },
    ...{ cause, triggered_only: report.isTriggeredOnly },
    started_at: report.startedAt.toISOString(),
    ended_at: report.endedAt?.toISOString() ?? null,
    ...{ seconds, due_at_start, max_subjects: report.maxSubjects, max_batches: report.maxBatches },
    ...{ claimed, done, remaining, rate },
    ...{ verified, not_verified, not_needed, incorrect, to_review, technical_errors, given_back },
    ...{ dropped, propagated },
    errors: report.errors.map(({ run_id: _, ...error }) => error),
    workers: report.workers.map(({ run_id: _, joinedAt, isAlive, ...worker }) => ({
      ...worker,
      alive: isAlive,
      joined_at: joinedAt.toISOString(),
    })),
    changes: report.changes.map(({ at, kind, state, changedBy, heldBy, finding, reason, takenBack }) => ({
      ...{ at: at.toISOString(), kind, state, changed_by: changedBy, held_by: heldBy },
      ...{ finding: finding && messageJson(finding), reason, taken_back: takenBack },
    })),
  }
}

/** The progress of a run in one line: `12,000 of 20,000 (60 %), 1,200/s, 7 s left`. */
export function progressWords({ state, done, remaining, rate }: RunReport): string {
  const parts = [number(done)]
  if (remaining !== null && remaining > 0) {
    parts[0] = `${number(done)} of ${number(done + remaining)} (${Math.floor((done / (done + remaining)) * 100)} %)`
  }
  parts.push(`${rate < 10 ? number(rate) : number(Math.round(rate))}/s`)
  if (state === 'running' && remaining !== null && remaining > 0 && rate > 0) {
    parts.push(`${duration(remaining / rate)} left`)
  }
  return parts.join(', ')
}

/** The number of subjects by outcome, without zeros: `verified 11,800, not verified 120`. */
export function outcomeWords(report: RunReport): string {
  const { verified, not_verified, not_needed, incorrect, to_review, technical_errors, dropped } = report
  const counts = { verified, not_verified, not_needed, incorrect, to_review, technical_errors, dropped }
  const parts = Object.entries(counts).flatMap(([name, count]) =>
    count === 0 ? [] : [`${name.replaceAll('_', ' ')} ${number(count)}`],
  )
  return parts.length === 0 ? 'nothing yet' : parts.join(', ')
}

type Held = Pick<RunReport, 'heldBy' | 'finding' | 'reason'>

/** The state, who paused the run and why: `paused (guard: …)`, `paused (user: …)`. */
export function stateWords({ state, ...held }: Held & { readonly state: string }): string {
  const why = [held.heldBy, whyWords(held)].filter((each) => each !== null && each !== '').join(': ')
  return why === '' ? state : `${state} (${why})`
}

function whyWords({ finding, reason }: Pick<Held, 'finding' | 'reason'>): string {
  return [finding && say([finding]), reason].filter((each) => each !== null).join(' ')
}

/** A run with all details. */
export function runText(report: RunReport): string {
  const { id, process, startedAt, endedAt, seconds, due_at_start, propagated, given_back, errors, workers, changes } =
    report
  const which = report.isTriggeredOnly ? ', triggered subjects only' : ''
  const facts: (readonly [string, string | null])[] = [
    ['process', `${process}${which}`],
    ['state', stateWords(report)],
    ['started', `${kyivTime(startedAt)} Kyiv, by ${report.cause}`],
    ['ended', endedAt === null ? null : `${kyivTime(endedAt)} Kyiv`],
    ['took', duration(seconds)],
    ['limit', limitWords(report)],
    ['due at start', due_at_start === null ? 'being counted' : number(due_at_start)],
    ['progress', progressWords(report)],
    ['outcomes', outcomeWords(report)],
    ['others', propagated === 0 ? null : `${number(propagated)} with the same documents`],
    ['released', given_back === 0 ? null : `${number(given_back)} without a call`],
  ]
  const lines = [
    `run ${id}`,
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(13)}${value}`])),
  ]
  const moments = changes.map((each) => [kyivTime(each.at), changeWords(each), whyWords(each)])
  lines.push('', ...table(['WHEN (KYIV)', 'WHAT', 'WHY'], moments))
  if (errors.length > 0) {
    const rows = errors.map(({ whose, code, count }) => [code, whose, count])
    lines.push('', ...table(['TECHNICAL ERROR', 'WHOSE', 'COUNT'], rows))
  }
  if (workers.length > 0) {
    const rows = workers.map((each) => [
      ...[each.kind, each.host, `${each.pid}`, each.isAlive ? 'yes' : 'no'],
      ...[each.batches, each.claimed, each.technical_errors],
    ])
    lines.push('', ...table(['WORKER', 'HOST', 'PID', 'ALIVE', 'BATCHES', 'CLAIMED', 'ERRORS'], rows))
  }
  return `${lines.join('\n')}\n`
}

function changeWords({ kind, state, takenBack }: RunChange): string {
  return kind === 'recheck' ? `${number(takenBack ?? 0)} reverted` : `${state}`
}

function limitWords({ maxSubjects, maxBatches }: RunReport): string | null {
  const limits = [
    maxSubjects === null ? [] : [`${number(maxSubjects)} subjects`],
    maxBatches === null ? [] : [`${number(maxBatches)} batches`],
  ].flat()
  return limits.length === 0 ? null : limits.join(', ')
}

/** The one JSON object of `--json` (spec 7.1). */
export function summaryJson(report: RunReport): Readonly<Record<string, string | number>> {
  const { id, state, claimed, verified, not_verified, not_needed, incorrect, to_review, technical_errors } = report
  const { seconds } = report
  return {
    ...{ run: id, state, claimed, verified, not_verified, not_needed, incorrect, to_review, technical_errors },
    seconds,
  }
}

/** The same as text. */
export function summaryText(report: RunReport): string {
  const lines = [
    `run ${report.id}: ${stateWords(report)}`,
    `${number(report.claimed)} checked in ${duration(report.seconds)}, ${number(Math.round(report.done / Math.max(report.seconds, 0.001)))}/s`,
    `  verified           ${number(report.verified)}`,
    `  not verified       ${number(report.not_verified)}`,
    `  not needed         ${number(report.not_needed)}`,
    `  incorrect data     ${number(report.incorrect)}`,
    ...(report.to_review > 0 ? [`  to review          ${number(report.to_review)}`] : []),
    `  technical errors   ${number(report.technical_errors)}`,
    ...report.errors.map(({ whose, code, count }) => `    ${code} (the ${whose}'s)  ${number(count)}`),
    ...(report.dropped > 0 ? [`  changed meanwhile  ${number(report.dropped)}`] : []),
    ...(report.propagated > 0 ? [`others with the same document: ${number(report.propagated)}`] : []),
  ]
  return `${lines.join('\n')}\n`
}
