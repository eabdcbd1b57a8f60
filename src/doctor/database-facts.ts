/** The facts about a database that the doctor reads. Changes nothing. */
import type pg from 'pg'
import { findAppliedMigrations, OtherVersionError, pendingMigrations, readMigrations } from '../database/migrate.ts'
import { findRights, rolesSql } from '../database/roles.ts'
import { type EngineSchema, onClient, readEngineSchema } from '../jobs/schema.ts'
import type { DoctorFinding } from '../messages/doctor.ts'
import type { DoctorAdvice } from '../messages/doctor-advice.ts'

/** The server and the session, as visible to any login. */
export interface ServerFacts {
  /** In PostgreSQL's format: 150004 is 15.4. */
  readonly version: number
  readonly isStandby: boolean
  /** `UTF8`, or what is wrong. */
  readonly encoding: string
  /** The offset of the database's clock from ours, and its uncertainty. */
  readonly clockAheadMs: number
  readonly clockUncertainMs: number
  /** Whether the collation exists and lower-cases Ukrainian letters, and whether indexes were built with its current version. */
  readonly foldsUkrainian: boolean
  readonly isCollationOfOldVersion: boolean
  /** Sessions and prepared transactions with a snapshot older than an hour, and the oldest one's age. */
  readonly oldSnapshots: number
  readonly oldestSnapshotSeconds: number
  /** Whether the sessions of other logins are visible. */
  readonly seesAllSessions: boolean
}

/** What is missing for our roles. */
export interface RoleFacts {
  readonly absent: readonly string[]
  readonly withheld: readonly string[]
  readonly ownerMayCreate: boolean
  /** What an administrator runs if the login lacks the rights. */
  readonly sql: string
}

/** How the schema matches this version of the program. */
export type SchemaFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'pending'; readonly count: number }
  | { readonly kind: 'other_version'; readonly finding: DoctorFinding; readonly advice: DoctorAdvice }
  | { readonly kind: 'up_to_date'; readonly version: number }

const OLD_SNAPSHOT = `interval '1 hour'`

const SERVER = `
select current_setting('server_version_num')::int as version, pg_is_in_recovery() as "isStandby", current_setting('server_encoding') as encoding,
       clock_timestamp() as now,
       coalesce((select collversion is distinct from pg_collation_actual_version(oid) from pg_collation
                  where collname = 'und-x-icu' limit 1), false) as "isCollationOfOldVersion",
       count(old.age)::int as "oldSnapshots", coalesce(extract(epoch from max(old.age)), 0)::float as "oldestSnapshotSeconds",
       (pg_has_role(session_user, 'pg_read_all_stats', 'USAGE')) as "seesAllSessions"
  from (select clock_timestamp() - xact_start as age from pg_stat_activity
         where backend_type = 'client backend' and (backend_xmin is not null or backend_xid is not null or state like 'idle in transaction%')
           and xact_start < clock_timestamp() - ${OLD_SNAPSHOT}
        union all
        select clock_timestamp() - prepared from pg_prepared_xacts where prepared < clock_timestamp() - ${OLD_SNAPSHOT}) old`

type ServerRow = Omit<ServerFacts, 'clockAheadMs' | 'clockUncertainMs' | 'foldsUkrainian'> & { readonly now: Date }

/** Reads what is visible to any login. */
export async function readServer(client: pg.ClientBase): Promise<ServerFacts> {
  // The first query warms up the connection; the second is quick, for an accurate comparison.
  await client.query('select 1')
  const asked = Date.now()
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now')
  const answered = Date.now()
  const server = (await client.query<ServerRow>(SERVER)).rows[0]
  if (server === undefined) throw new Error('the query of the server returned no row')
  const { now: _, ...facts } = server
  const databaseTime = rows[0]?.now.getTime() ?? answered
  return {
    ...facts,
    clockAheadMs: databaseTime - (asked + answered) / 2,
    clockUncertainMs: (answered - asked) / 2,
    foldsUkrainian: await foldsUkrainian(client),
  }
}

async function foldsUkrainian(client: pg.ClientBase): Promise<boolean> {
  const query = `select lower('АБҐЄЇ' collate "und-x-icu") = 'абґєї' as folds`
  const { rows } = await client.query<{ folds: boolean }>(query).catch(() => ({ rows: [] }))
  return rows[0]?.folds === true
}

/** Reads what is missing for the roles. */
export async function readRoles(client: pg.ClientBase): Promise<RoleFacts> {
  const { absent, withheld, ownerMayCreate, login, database } = await findRights(client)
  return { absent, withheld, ownerMayCreate, sql: rolesSql(login, database) }
}

/** Compares the applied migrations with ours, under the role that may read them. */
export async function readSchema(client: pg.ClientBase): Promise<SchemaFacts> {
  await client.query('set role zvirka_read')
  try {
    const applied = await findAppliedMigrations(client)
    if (applied === undefined) return { kind: 'none' }
    const pending = pendingMigrations(await readMigrations(), applied)
    if (pending.length > 0) return { kind: 'pending', count: pending.length }
    return { kind: 'up_to_date', version: applied.at(-1)?.version ?? 0 }
  } catch (error) {
    if (!(error instanceof OtherVersionError)) throw error
    return { kind: 'other_version', finding: error.finding, advice: error.advice }
  } finally {
    await client.query('reset role')
  }
}

/** Compares the job engine's schema with ours. */
export async function readEngine(client: pg.ClientBase): Promise<EngineSchema> {
  await client.query('set role zvirka_read')
  try {
    return await readEngineSchema(onClient(client))
  } finally {
    await client.query('reset role')
  }
}

/** Workers and runs, if the schema exists. */
export interface WorkFacts {
  readonly living: number
  /** Expired leases that nobody has taken over yet. */
  readonly dead: number
  /** Services whose breaker is open in a live worker. */
  readonly openBreakers: readonly string[]
  readonly pausedRuns: readonly PausedRun[]
}

/** A run that waits for a person. */
export interface PausedRun {
  readonly id: string
  readonly process: string
  readonly heldBy: string | null
  readonly reason: string | null
}

/** Reads the workers, and what waits for a person. */
export async function readWork(client: pg.ClientBase): Promise<WorkFacts> {
  await client.query('set role zvirka_read')
  try {
    const workers = await client.query<{ alive: boolean; open: string[] }>(`
      select lease_until > clock_timestamp() as alive,
             array(select key from jsonb_each(breakers) where value ->> 'open' = 'true' order by key) as open
        from zvirka.workers where ended_at is null`)
    const living = workers.rows.filter(({ alive }) => alive)
    const runs = await client.query<PausedRun>(
      `select id, process, held_by as "heldBy", state_reason as reason from zvirka.runs where state = 'paused' order by started_at`,
    )
    return {
      living: living.length,
      dead: workers.rows.length - living.length,
      openBreakers: [...new Set(living.flatMap(({ open }) => open))].sort(),
      pausedRuns: runs.rows,
    }
  } finally {
    await client.query('reset role')
  }
}

/** Whether a demo has filled the database with fictitious people and users with known tokens. */
export async function readIsDemo(client: pg.ClientBase): Promise<boolean> {
  await client.query('set role zvirka_read')
  try {
    return (await client.query('select from zvirka.demo')).rows.length > 0
  } finally {
    await client.query('reset role')
  }
}
