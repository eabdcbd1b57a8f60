/** Wrong secrets delay later attempts like wrong passwords (spec 6.4): by request, and by address. */
import { addFailure, countersOf, delayAfterFailures } from '../access/failures.ts'
import type { Executor } from '../database/query.ts'

/** People open an old link repeatedly. */
const FREE_FROM_ONE_PLACE = 10

/** The request and the address of an attempt. */
export interface SecretAttempt {
  readonly id: string
  readonly address: string
}

// The address counter is shared with sign-in: failures of both count.
function countersOfAttempt({ id, address }: SecretAttempt) {
  return countersOf('invitation', id, address, FREE_FROM_ONE_PLACE)
}

/** Seconds until the next secret can be tried; undefined: now. */
export function invitationDelayOf(executor: Executor, attempt: SecretAttempt): Promise<number | undefined> {
  return delayAfterFailures(executor, countersOfAttempt(attempt))
}

/** Counts a wrong secret. */
export function countWrongSecret(executor: Executor, attempt: SecretAttempt): Promise<void> {
  return addFailure(executor, countersOfAttempt(attempt))
}
