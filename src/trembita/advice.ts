/**
 * What a failed call means and what to do about it, for people: `zvirka call` and `zvirka doctor` print it, docs/trembita.md has it as a
 * table. Codes are those of `CallResult`; in a pattern `*` stands for anything and `xx` for two digits. The most specific one that fits counts.
 */

import { bodyRows, registryRows } from './advice-answers.ts'
import { faultRows } from './advice-faults.ts'
import type { Advice } from './advice-row.ts'
import { wayRows } from './advice-way.ts'
import type { Whose } from './faults.ts'

/** Every row, in the order in which they are printed. */
export const adviceTable: readonly Advice[] = [...wayRows, ...bodyRows, ...registryRows, ...faultRows]

/** The more of a pattern is said letter by letter, the more specific it is; one without `*` before all others. */
const specificity = ({ pattern }: Advice): number =>
  pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.POSITIVE_INFINITY

const compiled = adviceTable
  .map((advice) => ({
    advice,
    expression: new RegExp(`^${advice.pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replace(/xx$/, '\\d\\d')}$`),
  }))
  .toSorted((a, b) => specificity(b.advice) - specificity(a.advice))

/** What a code of a failed call means and what to do. `whose` tells a registry's `Client.Something` from that of a security server. */
export function adviceFor(code: string, whose?: Whose): Advice {
  const meant = whose === 'subject' && /^(Client|Sender)\./.test(code) ? code.slice(0, code.indexOf('.')) : code
  const found = compiled.find(({ expression }) => expression.test(meant))
  if (found === undefined) throw new Error('the last row fits everything')
  return found.advice
}

/** A code as the label of a metric: one that strangers may spell as they like counts under the pattern that it fits, so that labels are few. */
export function labelOf(code: string): string {
  const { pattern } = adviceFor(code)
  return pattern.includes('*') ? pattern : code
}

const isWay: ReadonlySet<Advice> = new Set(wayRows.filter(({ pattern }) => pattern !== 'queue_full'))

/** Whether a failure is one of the way to the security server, which `zvirka doctor` looks at more closely. */
export function isAboutTheWay(code: string): boolean {
  return isWay.has(adviceFor(code))
}
