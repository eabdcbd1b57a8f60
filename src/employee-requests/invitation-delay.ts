/** Wrong secrets slow down those that follow, as wrong passwords do (spec 6.4): by request, and by the address that they come from. */
import { addFailure, countersOf, delayOf } from '../access/failures.ts'
import type { Executor } from '../database/query.ts'

/** People follow an old link again and again. */
const FREE_FROM_ONE_PLACE = 10

/** Whose attempt it is. */
export interface Attempt {
  readonly id: string
  readonly address: string
}

// The address is that of signing in: failures of both count.
function countersOfAttempt({ id, address }: Attempt) {
  return countersOf('invitation', id, address, FREE_FROM_ONE_PLACE)
}

/** Seconds until the next secret may be tried; undefined: now. */
export function invitationDelayOf(executor: Executor, attempt: Attempt): Promise<number | undefined> {
  return delayOf(executor, countersOfAttempt(attempt))
}

/** Counts a wrong secret. */
export function countWrongSecret(executor: Executor, attempt: Attempt): Promise<void> {
  return addFailure(executor, countersOfAttempt(attempt))
}
