/** What only the server's superuser may see and do. */
import type pg from 'pg'
import { connect } from '../../src/database/connection.ts'
import type { TestDatabase } from '../support/database.ts'

const connections = new WeakMap<TestDatabase, Promise<pg.Client>>()

function connectionOf(test: TestDatabase): Promise<pg.Client> {
  const known = connections.get(test)
  if (known !== undefined) return known
  // The server ends it when the database is dropped.
  const opened = connect({ url: test.url, applicationName: 'administrator' })
  connections.set(test, opened)
  return opened
}

/** Runs a statement as superuser. */
export async function administer<Row extends pg.QueryResultRow>(
  test: TestDatabase,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const connection = await connectionOf(test)
  return (await connection.query<Row>(text, values)).rows
}

const LEFT = /(\d+) (?:dead row versions cannot be removed yet|are dead but not yet removable)/

/**
 * Vacuums and analyzes a table until no dead rows are left. One vacuum is not always enough: while any session of this database holds a
 * snapshot, even autovacuum analyzing another table, dead rows stay and every index scan visits them.
 */
export async function vacuumWholly(test: TestDatabase, table: string, options = 'analyze'): Promise<void> {
  const connection = await connectionOf(test)
  let left: number | undefined
  const read = ({ message = '', detail = '' }: { message?: string | undefined; detail?: string | undefined }) => {
    // A table is reported before its TOAST table, whose dead rows no index scan visits.
    const found = LEFT.exec(`${message} ${detail}`)?.[1]
    if (found !== undefined) left ??= Number(found)
  }
  const deadline = Date.now() + 30_000
  do {
    left = undefined
    connection.on('notice', read)
    await connection.query(`vacuum (verbose, ${options}) ${table}`)
    connection.off('notice', read)
    if (Date.now() > deadline) throw new Error(`${left ?? 'unknown'} dead rows stay in ${table}`)
  } while (left !== 0)
}

/** The number of sessions with this name that wait for a lock. */
export async function waitingSessions(test: TestDatabase, applicationName: string): Promise<number> {
  const rows = await administer(
    test,
    `select from pg_stat_activity
      where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
    [applicationName],
  )
  return rows.length
}

/** The number of deadlocks in this database so far. */
export async function deadlocks(test: TestDatabase): Promise<number> {
  await administer(test, 'select pg_stat_force_next_flush()')
  const [row] = await administer<{ deadlocks: number }>(
    test,
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  return row?.deadlocks ?? 0
}
