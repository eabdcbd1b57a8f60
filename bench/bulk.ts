/** Loads millions of rows: indexes are created afterwards, and rows are not checked one by one. */
import { connect } from '../src/database/connection.ts'

/** Runs a statement of the load. */
export type Run = (text: string, values?: unknown[]) => Promise<unknown>

/** Drops all indexes except those of constraints, fills the tables, recreates the indexes and vacuums. Autovacuum stays off. */
export async function loadInto(
  url: string,
  tables: readonly string[],
  fill: (run: Run) => Promise<void>,
): Promise<void> {
  const client = await connect({ url, applicationName: 'bench load' })
  const run = (text: string, values: unknown[] = []) => client.query(text, values)
  try {
    // The data satisfies foreign keys and triggers by construction.
    await run(`set session_replication_role = replica`)
    await run('set synchronous_commit = off')
    // With the default of 1 GB a checkpoint comes every few seconds, and whole pages are logged after each.
    await run(`alter system set max_wal_size = '16GB'`)
    await run('select pg_reload_conf()')
    await run(`set maintenance_work_mem = '1GB'`)
    const { rows: indexes } = await run(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
        where i.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
      [tables],
    )
    // An autovacuum during the benchmark would be measured with it.
    for (const table of tables) await run(`alter table ${table} set (autovacuum_enabled = false)`)
    for (const { name } of indexes) await run(`drop index ${name}`)
    await fill(run)
    for (const { definition } of indexes) await run(definition)
    for (const table of tables) await run(`vacuum (analyze, freeze) ${table}`)
    await run('checkpoint')
  } finally {
    await client.end()
  }
}
