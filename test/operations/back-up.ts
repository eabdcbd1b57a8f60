/**
 * A backup like pg_dump's: every table in one snapshot, and sequences as they are, while others write; and restoring it into another
 * database.
 */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { connect } from '../../src/database/connection.ts'

export interface BackUp {
  readonly tables: ReadonlyMap<string, Buffer>
  readonly sequences: ReadonlyMap<string, string>
}

const TABLES = `
  select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and n.nspname in ('mpi', 'prm', 'mimir', 'mithril', 'event_manager', 'zvirka') order by 1`

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect({ url, applicationName: 'back-up' })
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Makes a backup of a database in use. */
export function takeBackUp(url: string): Promise<BackUp> {
  return withClient(url, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    const tables = new Map<string, Buffer>()
    const { rows } = await client.query<{ name: string }>(TABLES)
    for (const { name } of rows) tables.set(name, await buffer(client.query(copyTo(`copy ${name} to stdout`))))
    const { rows: sequences } = await client.query<{ name: string; last: string | null }>(
      `select format('%I.%I', schemaname, sequencename) as name, last_value::text as last from pg_sequences`,
    )
    await client.query('commit')
    return { tables, sequences: new Map(sequences.flatMap(({ name, last }) => (last === null ? [] : [[name, last]]))) }
  })
}

/** Restores a backup into a migrated database, replacing everything in it. */
export function restoreBackUp({ tables, sequences }: BackUp, url: string): Promise<void> {
  return withClient(url, async (client) => {
    // As pg_restore does: triggers are off, and foreign keys in any order.
    await client.query(
      `begin; set local session_replication_role = replica; truncate ${[...tables.keys()].join(', ')} cascade`,
    )
    for (const [name, rows] of tables) {
      await pipeline(Readable.from([rows]), client.query(copyFrom(`copy ${name} from stdin`)))
    }
    for (const [name, last] of sequences) await client.query('select setval($1::regclass, $2)', [name, last])
    await client.query('commit; analyze')
  })
}
