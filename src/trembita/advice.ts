/**
 * What a failed call means and what to do. `zvirka call` and `zvirka doctor` print it, and docs/trembita.md contains it as a table. Codes
 * are those of `CallResult`; in a pattern `*` matches anything and `xx` two digits. The most specific match wins.
 */

import type { CallFailure } from '../messages/call-failure.ts'
import { CALL_FAILURES } from '../messages/call-failures.ts'
import { wayFailures } from '../messages/call-failures-way.ts'
import type { Whose } from './faults.ts'

/** Patterns with more literal characters are more specific; those without `*` come first. */
const specificity = ({ pattern }: CallFailure): number =>
  pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.POSITIVE_INFINITY

const compiled = CALL_FAILURES.map((failure) => ({
  failure,
  expression: new RegExp(`^${failure.pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replace(/xx$/, '\\d\\d')}$`),
})).toSorted((a, b) => specificity(b.failure) - specificity(a.failure))

/** The advice for a code. `whose` distinguishes a registry's `Client.Something` from a security server's. */
export function adviceFor(code: string, whose?: Whose): CallFailure {
  const meant = whose === 'subject' && /^(Client|Sender)\./.test(code) ? code.slice(0, code.indexOf('.')) : code
  const found = compiled.find(({ expression }) => expression.test(meant))
  if (found === undefined) throw new Error('the last row fits everything')
  return found.failure
}

/** A code as a metric label. Codes that others can choose freely become the pattern that they match, to bound the number of labels. */
export function labelOf(code: string): string {
  const { pattern } = adviceFor(code)
  return pattern.includes('*') ? pattern : code
}

const isWay: ReadonlySet<CallFailure> = new Set(wayFailures.filter(({ pattern }) => pattern !== 'queue_full'))

/** Whether the failure is on the way to the security server, which `zvirka doctor` tests in detail. */
export function isAboutTheWay(code: string): boolean {
  return isWay.has(adviceFor(code))
}
