/** Updates while workers of the previous version are running: the database is migrated first, then the workers are replaced one by one. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate, migrationsDirectory, readMigrations } from '../../src/database/migrate.ts'
import { addCrowd, findFaults } from '../processes/crowd.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { until, untilSomebodyWaits } from '../support/until.ts'
import { startRun, untilOver } from '../synchronization/cluster.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'

/** Without mail settings a worker logs a warning, and this test looks for warnings. Nothing is sent. */
const MAIL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'tests@example.org' }
/** Long enough that a busy machine does not lose it; a worker's statements wait half of it for a lock. */
const LEASE = { ...MAIL, ZVIRKA_LEASE_SECONDS: '8' }
const LOCK_TIMEOUT_SECONDS = 4

let ground: Ground
let directory: string
beforeEach(async () => {
  ground = await prepareGround()
  directory = await mkdtemp(join(tmpdir(), 'zvirka-migrations-'))
})
afterEach(async () => {
  await ground.close()
  await rm(directory, { recursive: true })
})

/** The existing migrations and a newer one. */
async function withNewer(sql: string): Promise<string> {
  const known = await readMigrations()
  for (const { version, name, sql: text } of known) {
    await writeFile(join(directory, `${String(version).padStart(4, '0')}_${name}.sql`), text)
  }
  const newest = 'a_version_to_come'
  await writeFile(join(directory, `9000_${newest}.sql`), sql)
  return `9000_${newest}.sql`
}

const change = (text: string, ...values: unknown[]) => ground.db.database.query<{ id: string }>({ text, values })

describe('a worker of the previous version', () => {
  test('continues when the database is migrated, even beside a run of a process that it does not know', async () => {
    const { db, simulator } = ground
    const delayed = { distribution: 'uniform', min_ms: 0, max_ms: 100 } as const
    await simulator.setFaults({ faults: [{ kind: 'latency', delay: delayed }] })
    const crowd = await addCrowd(db, simulator, 500)
    const worker = ground.launch(['worker'], LEASE)
    await worker.untilSays(/the worker is ready/)
    const run = await startRun(db)
    await until('calls', async () => simulator.calls().length > 50)

    const newest = await withNewer(`
      alter table mpi.person_verification_summaries add column drfo_waits_until timestamptz, add column drfo_failures smallint not null default 0;
      alter table zvirka.runs add column priority integer not null default 0;
      create table zvirka.of_a_version_to_come (id bigint generated always as identity primary key);
    `)
    expect(await migrate(db.url, { directory })).toEqual({ applied: [newest] })
    const [unknown] = await change(
      `insert into zvirka.runs (process, state, cause, started_by, due_before) values ('nhs/person', 'running', 'schedule', $1, now()) returning id`,
      randomUUID(),
    )

    expect(await untilOver(db, run.id)).toMatchObject({ state: 'finished' })
    worker.signal('SIGTERM')
    const { code, err } = await worker.ended
    expect(code).toBe(0)
    expect(err).not.toMatch(/"level":"(warn|error)"/)
    const [left] = await change(`select id, state from zvirka.runs where process = 'nhs/person'`)
    expect(left).toEqual({ id: unknown?.id, state: 'running' })
    const faults = await findFaults(db.database, crowd)
    // The open run belongs to the other version.
    expect(faults.filter((fault) => !/^1 times: a run is running with 0 taken/.test(fault))).toEqual([])
  })

  test('waits for an index build on a large table, which blocks writes, keeps its identity, and loses nothing', async () => {
    const { db, simulator } = ground
    const delayed = { distribution: 'uniform', min_ms: 0, max_ms: 100 } as const
    await simulator.setFaults({ faults: [{ kind: 'latency', delay: delayed }] })
    const crowd = await addCrowd(db, simulator, 500)
    const worker = ground.launch(['worker'], LEASE)
    await worker.untilSays(/the worker is ready/)
    const run = await startRun(db)
    await until('calls', async () => simulator.calls().length > 50)
    await withNewer(`
      create index of_a_version_to_come on mpi.person_dms_passport_checks (updated_at);
      select pg_sleep(${LOCK_TIMEOUT_SECONDS + 1});
    `)
    await migrate(db.url, { directory })
    await worker.untilSays(/worker error, retrying/)
    expect(await untilOver(db, run.id)).toMatchObject({ state: 'finished' })
    expect(await findFaults(db.database, crowd)).toEqual([])
    expect(await change('select id from zvirka.workers')).toHaveLength(1)
    expect(simulator.calls()).toHaveLength(crowd.length)
  })

  test('takes over from a dead worker of the newer version, and releases its claims, also of unknown processes', async () => {
    const { db } = ground
    const [id] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const dead = randomUUID()
    await change(
      `insert into zvirka.workers (id, kind, host, pid, version, lease_until) values ($1, 'worker', 'h', 1, '9.0.0', now() - interval '1 minute')`,
      dead,
    )
    const [run] = await change(
      `insert into zvirka.runs (process, state, cause, started_by, due_before) values ('nhs/person', 'running', 'schedule', $1, now()) returning id`,
      dead,
    )
    await change(
      `insert into zvirka.claim_batches (worker_id, run_id, slot, stream, subject_kind, token, subject_ids, versions)
       select $2, $3, slot, stream::zvirka.stream, 'person', gen_random_uuid(), array[$1::uuid], array[1]
         from unnest(array['nhs', 'dms_passport']) with ordinality as s (stream, slot)`,
      ...[id, dead, run?.id],
    )
    const worker = ground.launch(['worker'], MAIL)
    await worker.untilSays(/released the claims of dead workers/)
    expect(await change('select from zvirka.claim_batches where worker_id = $1', dead)).toEqual([])
    // It does not fail on it again and again.
    await delay(3000)
    expect(worker.said.err.split('released the claims of dead').length - 1).toBe(1)
    expect(worker.said.err).not.toMatch(/"level":"(warn|error)"/)
  })

  test('refuses to start on a database that a newer version has migrated, and says so', async () => {
    await withNewer('select 1;')
    await migrate(ground.db.url, { directory })
    const { code, err } = await ground.launch(['worker']).ended
    expect(code).toBe(2)
    expect(err).toContain('it was migrated by a newer one')
  })
})

describe('zvirka migrate during a backup that reads the table for long', () => {
  const sql = 'alter table mpi.person_dms_passport_checks add column of_a_version_to_come integer;'

  test('does not block workers for longer than its lock_timeout, and succeeds after the backup', async () => {
    const { db, simulator } = ground
    const crowd = await addCrowd(db, simulator, 300)
    const worker = ground.launch(['worker'])
    await worker.untilSays(/the worker is ready/)
    const newest = await withNewer(sql)

    let migrating: Promise<{ applied: string[] }> | undefined
    await db.open({ max: 1 }).transaction(async (backup) => {
      await backup.query({ text: 'select count(*) from mpi.person_dms_passport_checks' })
      migrating = migrate(db.url, { directory })
      await untilSomebodyWaits(db.database, 'mpi.person_dms_passport_checks')
      const run = await startRun(db)
      const at = performance.now()
      await untilOver(db, run.id)
      expect(performance.now() - at).toBeLessThan(15_000)
    })
    expect(await migrating).toEqual({ applied: [newest] })
    expect(await findFaults(db.database, crowd)).toEqual([])
  })

  test('gives up at its time limit, changes nothing, and says why', async () => {
    const { db } = ground
    await withNewer(sql)
    await db.open({ max: 1 }).transaction(async (backup) => {
      await backup.query({ text: 'select count(*) from mpi.person_dms_passport_checks' })
      await expect(migrate(db.url, { directory, patienceMs: 0 })).rejects.toThrow(
        /^9000_a_version_to_come\.sql.*: a table that it changes was locked/,
      )
    })
    expect(await migrate(db.url, { directory })).toEqual({ applied: ['9000_a_version_to_come.sql'] })
  })
})

test('the migrations of this version only add: a column or table that the previous version reads is never removed', async () => {
  const taken = /\b(drop\s+(table|column|schema|type|view)|rename|alter\s+column\s+\w+\s+(type|set\s+data))\b/i
  // The body of a function that a migration creates is not a step of the migration.
  const functions = /create\s+(or\s+replace\s+)?function[\s\S]*?\$(\w*)\$[\s\S]*?\$\2\$/gi
  const done = (sql: string) => sql.replace(/--.*$/gm, '').replace(functions, '')
  const wrong = (await readMigrations(migrationsDirectory)).filter(({ sql }) => taken.test(done(sql)))
  expect(wrong.map(({ name }) => name)).toEqual([])
})
