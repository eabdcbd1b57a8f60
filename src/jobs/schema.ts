/**
 * The schema of the job engine. pg-boss creates and upgrades it through its own interface when the database is migrated, as the owner; then
 * the queues are created, and our roles get the rights that the engine needs.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { ClientBase } from 'pg'
import { PgBoss, type Queue as QueueOptions } from 'pg-boss'
import { type MigrateOptions, migrate } from '../database/migrate.ts'

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
  const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) }
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
