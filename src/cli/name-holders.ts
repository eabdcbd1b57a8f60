/** A log whose lock-timeout warnings name who locks the table. */
import { findHolders } from '../database/holders.ts'
import type { Executor } from '../database/query.ts'
import { sqlState, sqlStates } from '../database/sql-state.ts'
import type { Log } from '../observability/log.ts'

/** The same log; a lock warning is written once the holder has been looked up, found or not. */
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
