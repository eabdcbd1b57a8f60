/**
 * What a failed registry call means and what to do: shown by `zvirka call` and `zvirka doctor`, and as a table in docs/trembita.md and its
 * Ukrainian version.
 */
import type { CallFailure, Phrase } from './call-failure.ts'
import { bodyFailures, registryFailures } from './call-failures-answers.ts'
import { faultFailures } from './call-failures-faults.ts'
import { wayFailures } from './call-failures-way.ts'
import { type MessageOf, text } from './message.ts'

/** Every kind of failure, in the order of the documents. */
export const CALL_FAILURES: readonly CallFailure[] = [
  ...wayFailures,
  ...bodyFailures,
  ...registryFailures,
  ...faultFailures,
]

const byPattern = new Map(CALL_FAILURES.map((failure) => [failure.pattern, failure]))
const FAILURE = { failure: 'connection_refused' }

/** The meaning of a kind of failure as a phrase; the code itself if this version does not know it. */
export function meaningOf(failure: string): Phrase {
  return byPattern.get(failure)?.means ?? [failure, failure]
}

/** The texts by their codes; `failure` is the first column of the table in docs/trembita.md. */
export const CALL_MESSAGES = {
  call_failed: text(
    FAILURE,
    ({ failure }) => sentence(meaningOf(failure)[0]),
    ({ failure }) => sentence(meaningOf(failure)[1]),
  ),
  call_failure_advice: text(
    FAILURE,
    ({ failure }) => sentence(byPattern.get(failure)?.todo[0] ?? failure),
    ({ failure }) => sentence(byPattern.get(failure)?.todo[1] ?? failure),
  ),
}

/** What a failed call means, or what to do about it. */
export type CallMessage = MessageOf<typeof CALL_MESSAGES>

function sentence(phrase: string): string {
  return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`
}
