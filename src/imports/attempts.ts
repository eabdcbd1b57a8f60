/** Retries work that may succeed a second time. The work must have no effects except in its one transaction. */
import { setTimeout as delay } from 'node:timers/promises'
import { ConnectionError } from '../database/connection.ts'
import { OutcomeUnknownError } from '../database/database.ts'
import { isConnectionLost, sqlState, sqlStates } from '../database/sql-state.ts'

/** Two minutes: by then a restarted server or a failover is available. */
const PAUSES_MS: readonly number[] = [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000]

interface Patience {
  readonly pausesMs?: readonly number[]
  readonly signal?: AbortSignal
}

/**
 * Retries work that lost the database. It is unknown whether the lost attempt was committed, so the work must be repeatable: if it was, the
 * next attempt finds it unchanged.
 */
export async function throughLosses<T>(work: () => Promise<T>, { pausesMs = PAUSES_MS, signal }: Patience): Promise<T> {
  for (const pause of pausesMs) {
    try {
      return await work()
    } catch (error) {
      if (signal?.aborted || !isLoss(error)) throw error
      await delay(pause, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
    }
  }
  return work()
}

const LOST: ReadonlySet<string> = new Set([sqlStates.readOnlyTransaction, sqlStates.idleInTransaction])

/**
 * Whether the database was lost: connection exception, operator intervention (shutting down, starting up), a standby instead of the
 * primary, a session closed by the server as idle, or the client's errors for a lost connection.
 */
export function isLoss(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return /^(08|57P0)/.test(state) || LOST.has(state)
  // Wrong passwords and missing databases do not recover.
  if (error instanceof ConnectionError) return !/^(28|3D)/.test(error.code ?? '')
  if (error instanceof OutcomeUnknownError) return true
  return isConnectionLost(error)
}
