/** A database for commands whose user waits for the answer: they do not wait for ever for a locked table, and name who locks it. */
import { type Database, type DatabaseOptions, openDatabase } from '../database/database.ts'
import { findHolders } from '../database/holders.ts'
import { sqlState, sqlStates } from '../database/sql-state.ts'
import { CommandFailure } from './exit.ts'

/** How long such a command waits for a lock. */
export const LOCK_SECONDS = 5

/** Opens a pool whose statements fail after `LOCK_SECONDS` of waiting for a lock. */
export function openImpatient(options: Omit<DatabaseOptions, 'lockTimeoutMs'>): Database {
  const database = openDatabase({ ...options, lockTimeoutMs: LOCK_SECONDS * 1000 })
  const keptFrom = options.role === 'zvirka_read' ? 'reading' : 'writing'
  const naming = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => nameHolders(database, keptFrom, error))
  return {
    query: (query) => naming(database.query(query)),
    transaction: (work) => naming(database.transaction(work)),
    pinned: (work) => naming(database.pinned(work)),
    withClient: (work) => naming(database.withClient(work)),
    use: () => database.use(),
    close: (graceMs) => database.close(graceMs),
  }
}

// An on-call engineer needs the table and who locks it.
async function nameHolders(database: Database, keptFrom: 'reading' | 'writing', error: unknown): Promise<never> {
  if (sqlState(error) !== sqlStates.lockNotAvailable) throw error
  const holders = await findHolders(database, keptFrom)
  if (holders.length === 0)
    throw new CommandFailure(`a table was locked for ${LOCK_SECONDS} s, and is free again`, 'try again')
  const told = holders.map(
    ({ table, pid, login, application }) => `${table} by process ${pid} (${login}, ${application})`,
  )
  throw new CommandFailure(
    `locked for more than ${LOCK_SECONDS} s: ${told.join('; ')}`,
    `wait for it, or end it as an administrator: select pg_terminate_backend(${holders[0]?.pid})`,
  )
}
