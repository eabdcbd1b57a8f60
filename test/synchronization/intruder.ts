/** Another transaction between two statements of the engine. */
import type { Database } from '../../src/database/database.ts'
import type { Executor } from '../../src/database/query.ts'
import { sqlState } from '../../src/database/sql-state.ts'
import type { SubjectKind } from '../../src/verification/status.ts'
import type { TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { waitingSessions } from './administrator.ts'
import { TABLES } from './table-names.ts'

/** The application name of its sessions. */
export const INTRUDER_NAME = 'intruder'

const pools = new WeakMap<TestDatabase, Database>()

function poolOf(test: TestDatabase): Database {
  const known = pools.get(test)
  if (known !== undefined) return known
  const opened = test.open({ max: 4, applicationName: INTRUDER_NAME })
  pools.set(test, opened)
  return opened
}

/** A transaction that has begun; it may be waiting for the engine's locks. */
export interface Intrusion {
  /** Rejects if the transaction failed. */
  readonly ended: Promise<void>
}

/** Starts a transaction. Resolves when it is committed, or when it waits for a lock of the engine: then the engine must continue first. */
export async function intrude(test: TestDatabase, work: (tx: Executor) => Promise<void>): Promise<Intrusion> {
  let isOver = false
  const ended = poolOf(test)
    .transaction(work)
    .finally(() => {
      isOver = true
    })
  await until(
    'the end of an intrusion, or its wait',
    async () => isOver || (await waitingSessions(test, INTRUDER_NAME)) > 0,
    10,
  )
  return { ended }
}

/** A transaction that has done its work and holds its locks until released. */
export interface OpenIntrusion extends Intrusion {
  commit(): Promise<void>
}

/** Runs a transaction up to its commit. */
export async function intrudeAndHold(
  test: TestDatabase,
  work: (tx: Executor) => Promise<void>,
): Promise<OpenIntrusion> {
  const { promise: mayCommit, resolve } = Promise.withResolvers<void>()
  const { promise: isDone, resolve: done, reject } = Promise.withResolvers<void>()
  const ended = poolOf(test).transaction(async (tx) => {
    await work(tx)
    done()
    await mayCommit
  })
  ended.catch(reject)
  await isDone
  return {
    ended,
    commit: () => {
      resolve()
      return ended
    },
  }
}

const LOCK_NOT_AVAILABLE = '55P03'

/** Whether anybody has locked the verification row of a subject. */
export async function isLocked(test: TestDatabase, kind: SubjectKind, id: string | undefined): Promise<boolean> {
  const { summaries, key } = TABLES[kind]
  try {
    await test.database.query({
      text: `select from ${summaries} where ${key} = $1 for update nowait`,
      values: [id],
    })
    return false
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) return true
    throw error
  }
}
