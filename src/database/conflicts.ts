import { sqlState, sqlStates } from './sql-state.ts'

/** What a transaction is done again for, and how often. */
export interface Conflicts {
  /** Attempts in all. */
  readonly attempts?: number
  /** What else than a unique violation says that somebody was quicker. */
  readonly isConflict?: (error: unknown) => boolean
}

/**
 * Does a transaction again that met somebody who puts in the same thing at the same moment: then it is there, and is found. Whatever is
 * done here must have no effects besides its one transaction.
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
