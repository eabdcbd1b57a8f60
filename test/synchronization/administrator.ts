/** What only the server's superuser may see and do. */
import type pg from 'pg'
import { connect } from '../../src/database/connection.ts'
import type { TestDatabase } from '../support/database.ts'

const connections = new WeakMap<TestDatabase, Promise<pg.Client>>()

function connectionOf(test: TestDatabase): Promise<pg.Client> {
  const known = connections.get(test)
  if (known !== undefined) return known
  // Ended by the server when the database is dropped.
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

/** How many sessions of this name wait for a lock. */
export async function waitingSessions(test: TestDatabase, applicationName: string): Promise<number> {
  const rows = await administer(
    test,
    `select from pg_stat_activity
      where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
    [applicationName],
  )
  return rows.length
}

/** How many deadlocks the server has seen in this database. */
export async function deadlocks(test: TestDatabase): Promise<number> {
  await administer(test, 'select pg_stat_force_next_flush()')
  const [row] = await administer<{ deadlocks: number }>(
    test,
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  return row?.deadlocks ?? 0
}
