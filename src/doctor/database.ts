/** The doctor's judgement of a database: facts in, findings out; pure. */
import { type DatabaseUse, servingRoles } from '../database/roles.ts'
import type { EngineSchema } from '../jobs/schema.ts'
import type { DoctorAdvice } from '../messages/doctor-advice.ts'
import { bare } from '../messages/message.ts'
import type { PausedRun, RoleFacts, SchemaFacts, ServerFacts, WorkFacts } from './database-facts.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const LEAST_VERSION = 150_000
const CLOCK_WARNING_MS = 2_000
const CLOCK_PROBLEM_MS = 60_000

/** Judges the server: version, primary, clock, collation, snapshots that block vacuum. */
export function judgeServer(server: ServerFacts): Finding[] {
  return [
    judgeVersion(server),
    judgeEncoding(server),
    judgeClock(server),
    judgeCollation(server),
    judgeSnapshots(server),
  ]
}

/** Judges whether each connection has its own session. */
export function judgeSessions(areShared: boolean): Finding {
  if (!areShared) return ok('sessions', bare('sessions_own'))
  return problem('sessions', bare('sessions_shared'), bare('use_session_pooling'))
}

function judgeEncoding({ encoding }: ServerFacts): Finding {
  if (encoding === 'UTF8') return ok('encoding', bare('encoding_ok'))
  return problem('encoding', { code: 'encoding_wrong', params: { encoding } }, bare('make_a_database_in_utf8'))
}

function judgeVersion({ version: number, isStandby }: ServerFacts): Finding {
  const params = { version: `${Math.floor(number / 10_000)}.${number % 10_000}` }
  if (number < LEAST_VERSION)
    return problem('database', { code: 'postgresql_too_old', params }, bare('use_newer_postgresql'))
  if (isStandby) return problem('database', { code: 'database_is_standby', params }, bare('name_the_primary'))
  return ok('database', { code: 'database_answers', params })
}

function judgeClock({ clockAheadMs, clockUncertainMs }: ServerFacts): Finding {
  const certainMs = Math.max(0, Math.abs(clockAheadMs) - clockUncertainMs)
  if (certainMs === 0) return ok('clock', bare('clock_agrees'))
  const params = { seconds: (Math.abs(clockAheadMs) / 1000).toFixed(1) }
  const finding = { code: clockAheadMs < 0 ? 'clock_behind' : 'clock_ahead', params } as const
  if (certainMs <= CLOCK_WARNING_MS) return ok('clock', finding)
  return (certainMs > CLOCK_PROBLEM_MS ? problem : warning)('clock', finding, bare('set_clocks'))
}

function judgeCollation({ foldsUkrainian, isCollationOfOldVersion }: ServerFacts): Finding {
  if (!foldsUkrainian) return problem('collation', bare('collation_missing'), bare('use_icu'))
  if (isCollationOfOldVersion) return warning('collation', bare('collation_changed'), bare('rebuild_indexes'))
  return ok('collation', bare('collation_ok'))
}

function judgeSnapshots({ oldSnapshots, oldestSnapshotSeconds, seesAllSessions }: ServerFacts): Finding {
  if (oldSnapshots > 0) {
    const params = { count: oldSnapshots, hours: (oldestSnapshotSeconds / 3600).toFixed(1) }
    return warning('snapshots', { code: 'snapshots_old', params }, bare('end_old_transactions'))
  }
  return ok('snapshots', bare(seesAllSessions ? 'snapshots_ok' : 'snapshots_ok_as_far_as_seen'))
}

/** Judges whether the login of DATABASE_URL has the needed rights, and no more. */
export function judgeRoles({ absent, withheld, ownerMayCreate, sql }: RoleFacts, isEmbedded: boolean): Finding {
  const advice = { code: 'make_roles', params: { sql: sql.trimEnd() } } as const
  if (absent.length > 0)
    return problem('roles', { code: 'roles_missing', params: { roles: absent.join(', ') } }, advice)
  const maySetOwner = !withheld.includes('zvirka_owner')
  if (maySetOwner && withheld.length === 0) return judgeOwner(ownerMayCreate, isEmbedded, advice)
  const lacking = (service: DatabaseUse) => servingRoles[service].filter((role) => withheld.includes(role))
  const [serves, works] = [lacking('api').length === 0, lacking('work').length === 0]
  if (maySetOwner || !(serves || works))
    return problem('roles', { code: 'roles_withheld', params: { roles: withheld.join(', ') } }, advice)
  if (serves && works)
    return warning('roles', bare('login_is_app'), { code: 'divide_logins', params: { work: rolesOf('work') } })
  return ok('roles', bare(serves ? 'login_of_api' : 'login_of_worker'))
}

function rolesOf(service: DatabaseUse): string {
  return servingRoles[service].join(', ')
}

function judgeOwner(mayCreate: boolean, isEmbedded: boolean, advice: DoctorAdvice): Finding {
  if (!mayCreate) return problem('roles', bare('owner_may_not_create'), advice)
  if (isEmbedded) return ok('roles', bare('roles_ok'))
  const params = { api: rolesOf('api'), work: rolesOf('work') }
  return warning('roles', bare('login_is_owner'), { code: 'divide_owner', params })
}

/** Judges whether the schema is this version's. The next command migrates the embedded database. */
export function judgeSchema(schema: SchemaFacts, isEmbedded: boolean): Finding {
  const advice = bare(isEmbedded ? 'migrates_itself' : 'migrate')
  const level = isEmbedded ? warning : problem
  switch (schema.kind) {
    case 'none':
      return level('schema', bare('schema_none'), advice)
    case 'pending':
      return level('schema', { code: 'schema_pending', params: { count: schema.count } }, advice)
    case 'other_version':
      return problem('schema', schema.finding, schema.advice)
    case 'up_to_date':
      return ok('schema', { code: 'schema_ok', params: { version: String(schema.version).padStart(4, '0') } })
  }
}

/** Judges whether the job engine's schema is this version's. The next command migrates the embedded database. */
export function judgeEngine({ kind, finding }: EngineSchema, isEmbedded: boolean): Finding {
  if (kind === 'up_to_date') return ok('job engine', finding)
  if (kind === 'later') return problem('job engine', finding, bare('run_newer_version'))
  return (isEmbedded ? warning : problem)('job engine', finding, bare(isEmbedded ? 'migrates_itself' : 'migrate'))
}

/** Judges whether the database is a demo's. The embedded one is for that; any other is for real people. */
export function judgeDemo(isDemo: boolean, isEmbedded: boolean): Finding {
  if (!isDemo) return ok('demo', bare('demo_absent'))
  if (isEmbedded) return warning('demo', bare('demo_present'), bare('use_another_database'))
  return problem('demo', bare('demo_present'), bare('use_a_database_without_demo'))
}

/** Judges whether there are workers, and whether something waits for a person. */
export function judgeWork({ living, dead, openBreakers, pausedRuns }: WorkFacts): Finding[] {
  const findings = [
    living === 0
      ? warning('workers', bare('workers_none'), bare('start_a_worker'))
      : ok('workers', { code: 'workers_alive', params: { count: living } }),
  ]
  if (dead > 0 && living === 0) {
    const died = { code: 'workers_died', params: { count: dead } } as const
    findings.push(warning('workers', died, bare('start_a_worker_or_sync')))
  }
  for (const service of openBreakers)
    findings.push(warning('registries', { code: 'breaker_is_open', params: { service } }, bare('see_worker_log')))
  return [...findings, ...pausedRuns.map(judgePaused)]
}

function judgePaused({ id: run, process, heldBy, reason }: PausedRun): Finding {
  const advice = { code: 'resume_or_stop', params: { run } } as const
  if (heldBy === 'guard') return warning('runs', { code: 'run_is_held_by_guard', params: { run, process } }, advice)
  if (reason === null) return warning('runs', { code: 'run_is_paused', params: { run, process } }, advice)
  return warning('runs', { code: 'run_is_paused_because', params: { run, process, reason } }, advice)
}
