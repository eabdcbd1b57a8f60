/**
 * The schema of the job engine. pg-boss creates and upgrades it through its own interface when the database is migrated, as the owner; then
 * the queues are created, and our roles get the rights that the engine needs.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { type Db, getMigrationPlans, getRollbackPlans, PgBoss, type Queue as QueueOptions } from 'pg-boss'
import { type MigrateOptions, migrate, NotMigratedError, OtherVersionError } from '../database/migrate.ts'
import type { DoctorFinding } from '../messages/doctor.ts'
import { bare } from '../messages/message.ts'

/** The schema of the engine. */
export const SCHEMA = 'pgboss'

const MONTH_SECONDS = 30 * 24 * 3600

/**
 * Each key has at most one waiting or running job. A worker without a sign of life for 10 s is dead, and another takes its job. Attempts
 * and pauses are set with each job.
 */
const EXCLUSIVE = {
  ...{ policy: 'exclusive', notify: true, heartbeatSeconds: 10, expireInSeconds: 7200 },
  ...{ retentionSeconds: MONTH_SECONDS, deleteAfterSeconds: MONTH_SECONDS },
} as const

/** The options of each queue; a dead letter queue comes before its source. */
const QUEUES = {
  unzr_info_failed: { retryLimit: 1_000_000, retryDelay: 5, heartbeatSeconds: 10, deleteAfterSeconds: 24 * 3600 },
  unzr_info: { ...EXCLUSIVE, deadLetter: 'unzr_info_failed' },
  invitation_mail: EXCLUSIVE,
  registration_mail: EXCLUSIVE,
  known_party_mail: EXCLUSIVE,
} as const satisfies Readonly<Record<string, Omit<QueueOptions, 'name'>>>

/** The name of an existing queue. */
export type QueueName = keyof typeof QUEUES

/** The rights that the engine needs at run time: on jobs, and on counts and times in the rows of queues and version. */
const RIGHTS = `
grant usage on schema ${SCHEMA} to zvirka_app, zvirka_worker, zvirka_read;
grant select, insert, update, delete on ${SCHEMA}.job, ${SCHEMA}.job_common to zvirka_app, zvirka_worker;
grant select, update on ${SCHEMA}.queue, ${SCHEMA}.version to zvirka_app, zvirka_worker;
grant select, delete on ${SCHEMA}.job_dependency to zvirka_app, zvirka_worker;
grant select, update, delete on ${SCHEMA}.instance to zvirka_worker;
grant select on ${SCHEMA}.job, ${SCHEMA}.job_common, ${SCHEMA}.queue, ${SCHEMA}.version to zvirka_read`

const UNDER_WAY: ReadonlySet<string> = new Set(['pending', 'in_progress'])
const PAUSE_MILLISECONDS = 200

/** Migrates the database including the engine's schema; otherwise like `migrate` of the database. */
export function migrateWithJobs(url: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  return migrate(url, { ...options, finish: prepareEngine })
}

async function prepareEngine(client: ClientBase): Promise<void> {
  const db = onClient(client)
  const { kind, finding } = await readEngineSchema(db)
  if (kind === 'later') throw new OtherVersionError(finding, bare('run_newer_version'))
  const boss = new PgBoss({ db, schema: SCHEMA, supervise: false, schedule: false })
  const failures: unknown[] = []
  boss.on('error', (error) => failures.push(error))
  await boss.start()
  try {
    for (const [name, options] of Object.entries(QUEUES)) await boss.createQueue(name, options)
    // A newer version's indexes are built in the background: here, because workers may not.
    while (failures.length === 0 && (await boss.getBamStatus()).some(({ status }) => UNDER_WAY.has(status))) {
      await delay(PAUSE_MILLISECONDS)
    }
  } finally {
    await boss.stop({ graceful: false, close: false })
  }
  if (failures.length > 0) throw new Error('the job engine could not create its schema', { cause: failures[0] })
  await client.query(RIGHTS)
}

/** Runs the engine's statements on a connection. */
export function onClient(client: ClientBase): Db {
  return { executeSql: (text, values) => client.query(text, values) }
}

/** How the engine's schema and queues match this version of the program. */
export interface EngineSchema {
  /** `behind`: `zvirka migrate` is needed. `later`: a newer version of the program has migrated it. */
  readonly kind: 'up_to_date' | 'behind' | 'later'
  readonly finding: DoctorFinding
}

/** Reads it, with any role that may read the schema; changes nothing. */
export async function readEngineSchema(db: Db): Promise<EngineSchema> {
  const boss = new PgBoss({ db, schema: SCHEMA, migrate: false, createSchema: false })
  if (!(await boss.isInstalled())) return { kind: 'behind', finding: bare('engine_schema_none') }
  const version = (await boss.schemaVersion()) ?? 0
  const params = { version }
  if (hasPlan(getMigrationPlans, version)) return { kind: 'behind', finding: { code: 'engine_schema_earlier', params } }
  // The engine can undo the versions that it knows.
  if (!hasPlan(getRollbackPlans, version)) return { kind: 'later', finding: { code: 'engine_schema_later', params } }
  const there = new Set((await boss.getQueues()).map(({ name }) => name))
  const missing = Object.keys(QUEUES).filter((name) => !there.has(name))
  if (missing.length === 0) return { kind: 'up_to_date', finding: { code: 'engine_schema_ok', params } }
  return { kind: 'behind', finding: { code: 'engine_queues_missing', params: { queues: missing.join(', ') } } }
}

function hasPlan(plan: (schema: string, version: number) => string, version: number): boolean {
  try {
    return plan(SCHEMA, version) !== ''
  } catch {
    return false
  }
}

/**
 * @throws NotMigratedError if `zvirka migrate` is needed
 * @throws OtherVersionError if a newer version of the program is needed
 */
export async function expectEngineSchema(db: Db): Promise<void> {
  const { kind, finding } = await readEngineSchema(db)
  if (kind === 'behind') throw new NotMigratedError(finding, bare('migrate'))
  if (kind === 'later') throw new OtherVersionError(finding, bare('run_newer_version'))
}
