/** A log whose warnings name who holds the table that a statement has waited for in vain. */
import { findHolders } from '../database/holders.ts'
import type { Executor } from '../database/query.ts'
import { sqlState, sqlStates } from '../database/sql-state.ts'
import type { Log } from '../observability/log.ts'

/** The same log; a warning of a lock is written once it is known who holds it, or that nobody does any more. */
export function namingHolders(log: Log, executor: Executor): Log {
  return {
    ...log,
    warn(fields, message) {
      if (sqlState(fields.error) !== sqlStates.lockNotAvailable) return log.warn(fields, message)
      void findHolders(executor, 'writing')
        .catch(() => [])
        .then((holders) => log.warn(holders.length === 0 ? fields : { ...fields, holders }, message))
    },
  }
}
