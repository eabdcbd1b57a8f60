import type pg from 'pg'
import { sqlState, sqlStates } from './sql-state.ts'

/** The roles without login that sessions set. */
export const roles = [
  'zvirka_owner',
  'zvirka_app',
  'zvirka_worker',
  'zvirka_read',
  'zvirka_prune',
  'zvirka_events',
] as const

/** The owner; the API; workers; read-only access; pruning of old data; readers of events. */
export type Role = (typeof roles)[number]

/** The roles that a login needs, by use: the API and commands about users; workers and operating commands; reading. */
export const servingRoles = {
  api: ['zvirka_app', 'zvirka_read'],
  work: ['zvirka_worker', 'zvirka_read', 'zvirka_prune'],
  look: ['zvirka_read'],
} as const satisfies Record<string, readonly Role[]>

/** The use of a login that does not migrate. */
export type DatabaseUse = keyof typeof servingRoles

/** The login lacks rights; `sql` is what an administrator must run once instead. */
export class MissingRightsError extends Error {
  readonly sql: string

  constructor(missing: string, sql: string) {
    super(`${missing}\nAn administrator of the database must run this once:\n\n${sql}`)
    this.name = 'MissingRightsError'
    this.sql = sql
  }
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

function createIfAbsent(role: Role): string {
  return `do $$ begin create role ${role} nologin; exception when duplicate_object then null; end $$;`
}

/** The SQL that lets a login set existing roles. */
export function grantSql(login: string, granted: readonly Role[]): string {
  return `grant ${granted.join(', ')} to ${quoted(login)};`
}

/** The SQL that an administrator runs if the login of DATABASE_URL may not create roles; can be run repeatedly. */
export function rolesSql(login: string, database: string): string {
  const lines = [
    ...roles.map(createIfAbsent),
    grantSql(login, roles),
    `grant create on database ${quoted(database)} to zvirka_owner;`,
  ]
  return `${lines.join('\n')}\n`
}

interface Rights {
  readonly serverVersion: number
  readonly login: string
  readonly database: string
  /** Roles that do not exist yet. */
  readonly absent: Role[]
  /** Existing roles that the session may not set. */
  readonly withheld: Role[]
  readonly ownerMayCreate: boolean
}

/** Since this version, membership has separate options for SET ROLE and INHERIT. */
const MEMBERSHIP_OPTIONS = 160_000

const readRights = `
  select
    current_setting('server_version_num')::int as "serverVersion",
    session_user::text as login,
    current_database()::text as database,
    array(select wanted from unnest($1::text[]) with ordinality given (wanted, place)
      where not exists (select from pg_roles where rolname = wanted) order by place) as absent,
    array(select rolname::text from pg_roles where rolname = any ($1) and not pg_has_role(session_user, oid, $2)
      order by array_position($1::text[], rolname::text)) as withheld,
    coalesce((select has_database_privilege(oid, current_database(), 'CREATE') from pg_roles where rolname = 'zvirka_owner'), false)
      as "ownerMayCreate"`

/** Reads the existing roles and the session's rights. */
export async function findRights(client: pg.ClientBase): Promise<Rights> {
  const version = await client.query<{ number: number }>(`select current_setting('server_version_num')::int as number`)
  const privilege = (version.rows[0]?.number ?? 0) >= MEMBERSHIP_OPTIONS ? 'SET' : 'MEMBER'
  const { rows } = await client.query<Rights>(readRights, [roles, privilege])
  const [rights] = rows
  if (rights === undefined) throw new Error('the query of rights returned no row')
  return rights
}

const SAME_THING_DONE_ELSEWHERE: ReadonlySet<string | undefined> = new Set([
  sqlStates.duplicateObject,
  sqlStates.uniqueViolation,
  // "tuple concurrently updated": two sessions grant concurrently.
  sqlStates.internalError,
])
const MAX_ATTEMPTS = 20

/**
 * Does what is missing, one statement at a time. Roles belong to the whole cluster but advisory locks to one database, so concurrent
 * migrations of two databases conflict here: the second one finds the work done and checks again.
 */
async function supply(client: pg.ClientBase, rights: Rights): Promise<void> {
  const { serverVersion, login, database, absent, withheld, ownerMayCreate } = rights
  // The login itself gets no rights: only a session that sets the role has them.
  const options = serverVersion >= MEMBERSHIP_OPTIONS ? ' with inherit false, set true' : ''
  const statements = [
    ...absent.map((role) => `create role ${role} nologin`),
    ...withheld.map((role) => `grant ${role} to ${quoted(login)}${options}`),
    ...(ownerMayCreate || absent.includes('zvirka_owner')
      ? []
      : [`grant create on database ${quoted(database)} to zvirka_owner`]),
  ]
  for (const statement of statements) {
    await client.query(statement).catch((error: unknown) => {
      if (!SAME_THING_DONE_ELSEWHERE.has(sqlState(error))) throw error
    })
  }
}

function isSufficient(rights: Rights): boolean {
  return rights.absent.length === 0 && rights.withheld.length === 0 && rights.ownerMayCreate
}

/**
 * Ensures that the roles exist, that this login is a member of them, and that the owner may create schemas. Works as a superuser and as a
 * login with CREATEROLE that owns the database, from PostgreSQL 15 on; can be repeated and run concurrently. If nothing needs to be
 * created, as in a restored database, the owner does not need these rights.
 *
 * @throws MissingRightsError if the login lacks rights, with the SQL for an administrator
 */
export async function ensureRoles(
  client: pg.ClientBase,
  isComplete: () => Promise<boolean> = async () => false,
): Promise<void> {
  let rights = await findRights(client)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && !isSufficient(rights); attempt += 1) {
    try {
      await supply(client, rights)
    } catch (error) {
      if (sqlState(error) !== sqlStates.insufficientPrivilege) throw error
      break
    }
    rights = await findRights(client)
  }
  if (isSufficient(rights)) return
  if (isSufficient({ ...rights, ownerMayCreate: true }) && (await isComplete())) return
  const sql = rolesSql(rights.login, rights.database)
  throw new MissingRightsError(`The login "${rights.login}" lacks rights in the database "${rights.database}".`, sql)
}
