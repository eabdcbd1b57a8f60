/** The set-up of these tests: a migrated database, a simulator in the test's process, and an environment with both. */
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.ts'
import { demoTrembita } from '../../src/config/trembita.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeKeysFile } from '../support/keys.ts'
import { until } from '../support/until.ts'
import { emptyTables } from '../synchronization/reset.ts'
import { type Command, createLauncher } from './command.ts'

/** The shortest possible lease, so that a dead worker is noticed soon. */
export const LEASE_SECONDS = 3

export interface Ground {
  readonly db: TestDatabase
  readonly simulator: Simulator
  /** The environment of commands that use both. */
  environment(more?: Readonly<Record<string, string>>): Record<string, string>
  /** Starts a command that uses both. */
  launch(args: readonly string[], more?: Readonly<Record<string, string>>): Command
  /** Waits until the simulator was called so many times. */
  untilCalls(count: number): Promise<unknown>
  /** Removes what a test has left: processes, people, runs, calls, faults. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** The environment of a command that uses this database and this simulator. */
export function environmentOf(databaseUrl: string, simulatorUrl: string): Record<string, string> {
  return {
    ...demoTrembita,
    DATABASE_URL: databaseUrl,
    TREMBITA_URLS: simulatorUrl,
    ZVIRKA_LEASE_SECONDS: String(LEASE_SECONDS),
    ZVIRKA_WORKER_PORT: '0',
    LOG_LEVEL: 'info',
  }
}

/** Prepares it; once in a test file. */
export async function prepareGround(options: SimulatorOptions = {}): Promise<Ground> {
  const db = await createTestDatabase('zvirka_worker')
  const simulator = await startSimulator({ callLogSize: 100_000, ...options })
  const { launch, killAll } = createLauncher()
  const keys = { ZVIRKA_ENCRYPTION_KEYS_FILE: makeKeysFile() }
  const environment = (more = {}) => ({ ...environmentOf(db.url, simulator.url), ...keys, ...more })
  return {
    db,
    simulator,
    environment,
    launch: (args, more) => launch(args, environment(more)),
    untilCalls: (count) => until(`${count} calls`, async () => simulator.calls().length >= count),
    async clear() {
      await killAll()
      await simulator.clearFaults()
      simulator.resetCalls()
      await emptyTables(db)
    },
    async close() {
      await killAll()
      await simulator.close()
      await db.drop()
    },
  }
}
