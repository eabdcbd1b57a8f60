/** Continuously checks that the database accepts writes, for the log, the metrics and readiness. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import { DatabaseWatch } from '../database/watch.ts'
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'

const LOOK_MILLISECONDS = 5000
const AWAY_MILLISECONDS = 1000

/** A watch that logs when the database becomes unavailable and when it is back. */
export function openDatabaseWatch(database: Database, log: Log): DatabaseWatch {
  return new DatabaseWatch(database, {
    away: (code) => log.warn({ code }, 'the database does not accept writes'),
    back: (milliseconds) => log.warn({ milliseconds: Math.round(milliseconds) }, 'the database accepts writes again'),
  })
}

/** Updates the metrics from the watch until the signal is aborted. */
export async function keepWatch(watch: DatabaseWatch, metrics: Metrics, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isAvailable = (await watch.look()) === undefined
    metrics.databaseAvailable(isAvailable)
    await delay(isAvailable ? LOOK_MILLISECONDS : AWAY_MILLISECONDS, undefined, { signal }).catch(() => undefined)
  }
}
