/**
 * Runs the job engine's statements over our own pools and connections, so that a DATABASE_URL with several hosts works for it too (spec
 * 7.2).
 */
import { hash } from 'node:crypto'
import type { Db } from 'pg-boss'
import { OwnSocketClient } from '../database/connection.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { type ListenOptions, startListening } from './listen.ts'

/** After this time without an answer a connection counts as dead; the engine's longest statements take a few seconds. */
const ANSWER_MILLISECONDS = 30_000

/** How the engine listens for notifications of jobs. */
interface EngineListening extends Omit<ListenOptions, 'channel'> {
  /** Receives notifications instead of the engine, with the name of the queue that has a job. */
  onNotice(queue: string): void
}

/** Runs the engine's statements on a pool. With `listening`, notifications of jobs use a separate connection. */
export function onPool(database: Database, listening?: EngineListening): Db {
  const statements: Db = {
    executeSql: (text, values) =>
      database.withClient(async (client) => {
        const silence = setTimeout(() => client instanceof OwnSocketClient && client.breakOff(), ANSWER_MILLISECONDS)
        try {
          // Not the pool's own `query`: the engine sends several statements at once, which return several results.
          const name = nameOf(text, values)
          return await client.query({ text, ...(values && { values }), ...(name && { name }) })
        } finally {
          clearTimeout(silence)
        }
      }),
  }
  if (listening === undefined) return statements
  return {
    ...statements,
    listen: async (channel, _toAll, onReconnect) =>
      startListening({ ...listening, channel }, listening.onNotice, onReconnect),
  }
}

/** Runs the engine's statements in one of our transactions. */
export function inTransaction(tx: Executor): Db {
  return {
    executeSql: async (text, values) => {
      const name = nameOf(text, values)
      return { rows: await tx.query({ text, ...(values && { values }), ...(name && { name }) }) }
    },
  }
}

const NAMES_AT_MOST = 50
const names = new Map<string, string>()

/**
 * The name under which a statement is prepared once per connection: planning the engine's statements takes longer than running them, and
 * there are few. Statements without values may differ each time, and several statements in one text cannot be prepared.
 */
function nameOf(text: string, values: readonly unknown[] | undefined): string | undefined {
  if (values === undefined || text.includes(';')) return undefined
  const known = names.get(text)
  if (known !== undefined || names.size >= NAMES_AT_MOST) return known
  const name = `boss ${hash('sha256', text).slice(0, 24)}`
  names.set(text, name)
  return name
}
