import { sqlState, sqlStates } from './sql-state.ts'

/** Which conflicts a transaction is retried for, and how often. */
interface Conflicts {
  /** Attempts in all. */
  readonly attempts?: number
  /** Errors besides a unique violation that mean that somebody was faster. */
  readonly isConflict?: (error: unknown) => boolean
}

/**
 * Retries a transaction that conflicted with a concurrent insert of the same thing: then it exists and is found. The work must have no
 * effects besides its one transaction.
 */
export async function retryOnConflict<T>(
  transaction: () => Promise<T>,
  { attempts = 5, isConflict = () => false }: Conflicts = {},
): Promise<T> {
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    try {
      return await transaction()
    } catch (error) {
      if (sqlState(error) !== sqlStates.uniqueViolation && !isConflict(error)) throw error
    }
  }
  return transaction()
}
