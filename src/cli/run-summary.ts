/** The output of `zvirka sync` when its run ends. */
import type { RunReport } from '../synchronization/report.ts'
import { stateWords } from './run-words.ts'
import { duration, number } from './words.ts'

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
