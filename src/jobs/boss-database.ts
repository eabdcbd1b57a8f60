/** The job engine's statements over our own pools and connections, so that a DATABASE_URL of several hosts serves it too (spec 7.2). */
import type { Db } from 'pg-boss'
import { OwnSocketClient } from '../database/connection.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { type ListenOptions, startListening } from './listen.ts'

/** After how long without an answer a connection is taken for dead; the engine's longest statements take a few seconds. */
const ANSWER_MILLISECONDS = 30_000

/** The engine's statements on a pool. With `listening` it can be woken by notifications, over a connection of its own. */
export function onPool(database: Database, listening?: Omit<ListenOptions, 'channel'>): Db {
  const statements: Db = {
    executeSql: (text, values) =>
      database.withClient(async (client) => {
        const silence = setTimeout(() => client instanceof OwnSocketClient && client.breakOff(), ANSWER_MILLISECONDS)
        try {
          // Not through the pool's own `query`: the engine sends several statements at once, which answer with several results.
          return await (values === undefined ? client.query(text) : client.query(text, values))
        } finally {
          clearTimeout(silence)
        }
      }),
  }
  if (listening === undefined) return statements
  return {
    ...statements,
    listen: async (channel, onNotification, onReconnect) =>
      startListening({ ...listening, channel }, onNotification, onReconnect),
  }
}

/** The engine's statements as part of a transaction of ours. */
export function inTransaction(tx: Executor): Db {
  return {
    executeSql: async (text, values) => ({
      rows: await tx.query({ text, ...(values === undefined ? {} : { values }) }),
    }),
  }
}
