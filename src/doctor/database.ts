/** The doctor's word on a database: facts in, findings out; pure. */
import { WRONG_ENCODING_ADVICE } from '../database/migrate.ts'
import { type Service, servingRoles } from '../database/roles.ts'
import type { RoleFacts, SchemaFacts, ServerFacts, WorkFacts } from './database-facts.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const LEAST_VERSION = 150_000
const CLOCK_WARNING_MS = 2_000
const CLOCK_PROBLEM_MS = 60_000

/** The server itself: version, primary, clock, collation, snapshots that hold up cleaning. */
export function judgeServer(server: ServerFacts): Finding[] {
  return [
    judgeVersion(server),
    judgeEncoding(server),
    judgeClock(server),
    judgeCollation(server),
    judgeSnapshots(server),
  ]
}

/** The word on whether each connection has a session of its own. */
export function judgeSessions(areShared: boolean): Finding {
  if (!areShared) return ok('sessions', 'each connection has one of its own')
  return problem(
    'sessions',
    'connections share sessions: a pooler gives each transaction another one',
    'set pool_mode = session in PgBouncer: roles, prepared statements and advisory locks belong to a session',
  )
}

function judgeEncoding({ encoding }: ServerFacts): Finding {
  if (encoding === 'UTF8') return ok('encoding', 'UTF8')
  return problem('encoding', `the database is in ${encoding}, not UTF8`, WRONG_ENCODING_ADVICE)
}

function judgeVersion({ version, isStandby }: ServerFacts): Finding {
  const words = `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`
  if (version < LEAST_VERSION) return problem('database', `${words} is too old`, 'use PostgreSQL 15 or newer')
  if (isStandby) {
    return problem('database', `${words} is a standby and takes no writes`, 'name the primary in DATABASE_URL as well')
  }
  return ok('database', `${words} answers`)
}

function judgeClock({ clockAheadMs, clockUncertainMs }: ServerFacts): Finding {
  const certainMs = Math.max(0, Math.abs(clockAheadMs) - clockUncertainMs)
  const seconds = (Math.abs(clockAheadMs) / 1000).toFixed(1)
  const words = `the database's clock is ${seconds} s ${clockAheadMs < 0 ? 'behind' : 'ahead of'} this machine's`
  const advice = 'let NTP set the clocks of both machines'
  if (certainMs > CLOCK_PROBLEM_MS) return problem('clock', words, advice)
  if (certainMs > CLOCK_WARNING_MS) return warning('clock', words, advice)
  return ok('clock', certainMs === 0 ? "the database's clock agrees with this machine's" : words)
}

function judgeCollation({ foldsUkrainian, isCollationOfOldVersion }: ServerFacts): Finding {
  if (!foldsUkrainian) {
    return problem(
      'collation',
      'the collation und-x-icu is missing or does not fold Ukrainian letters',
      'use a PostgreSQL that was built with ICU: holders of a document are found by it',
    )
  }
  if (isCollationOfOldVersion) {
    return warning(
      'collation',
      'the ICU library has changed since the collation und-x-icu was made; indexes may be out of order',
      'as the owner: REINDEX the indexes of mpi and prm, then ALTER COLLATION "und-x-icu" REFRESH VERSION',
    )
  }
  return ok('collation', 'und-x-icu folds Ukrainian letters')
}

function judgeSnapshots({ oldSnapshots, oldestSnapshotSeconds, seesAllSessions }: ServerFacts): Finding {
  if (oldSnapshots > 0) {
    const hours = (oldestSnapshotSeconds / 3600).toFixed(1)
    return warning(
      'snapshots',
      `${oldSnapshots} transactions are open for more than an hour, one for ${hours} h; nothing that died since can be cleaned away`,
      'find them in pg_stat_activity and pg_prepared_xacts by xact_start, and end those that nobody needs',
    )
  }
  return ok(
    'snapshots',
    seesAllSessions ? 'none is older than an hour' : 'none of those that this login may see is older than an hour',
  )
}

/** Whether the login of DATABASE_URL has all that the roles need, and no more than it should. */
export function judgeRoles({ absent, withheld, ownerMayCreate, sql }: RoleFacts, isEmbedded: boolean): Finding {
  const advice = `zvirka migrate makes what is missing where the login may; where it may not, let an administrator run:\n${sql.trimEnd()}`
  if (absent.length > 0) return problem('roles', `missing: ${absent.join(', ')}`, advice)
  const maySetOwner = !withheld.includes('zvirka_owner')
  if (maySetOwner && withheld.length === 0) return judgeOwner(ownerMayCreate, isEmbedded, advice)
  const lacking = (service: Service) => servingRoles[service].filter((role) => withheld.includes(role))
  const [serves, works] = [lacking('api').length === 0, lacking('work').length === 0]
  if (maySetOwner || !(serves || works))
    return problem('roles', `the login may not take on: ${withheld.join(', ')}`, advice)
  if (serves && works) {
    return warning(
      'roles',
      'this login may become zvirka_app: whoever has it from the machine of a worker reads hashes of passwords and gives roles',
      `have one for workers that is granted ${servingRoles.work.join(', ')} alone, and one for the API (docs/operations.md)`,
    )
  }
  return serves
    ? ok('roles', 'the login may take on what the API needs, and not become zvirka_owner')
    : ok('roles', 'the login may take on what workers need, and become neither zvirka_owner nor zvirka_app')
}

function judgeOwner(mayCreate: boolean, isEmbedded: boolean, advice: string): Finding {
  if (!mayCreate) return problem('roles', 'zvirka_owner may not create schemas in this database', advice)
  if (isEmbedded) return ok('roles', 'they are there, and the login may take them on')
  return warning(
    'roles',
    'this login may become zvirka_owner: whoever has it can change and delete the audit and the history',
    `give it to zvirka migrate alone, to the API one that is granted ${servingRoles.api.join(', ')}, and to workers one that is granted ${servingRoles.work.join(', ')} (docs/operations.md)`,
  )
}

/** Whether the schema is that of this version. The embedded database is migrated by whichever command comes first. */
export function judgeSchema(schema: SchemaFacts, isEmbedded: boolean): Finding {
  const advice = isEmbedded ? 'the next command brings it up to date by itself' : 'zvirka migrate'
  const level = isEmbedded ? warning : problem
  switch (schema.kind) {
    case 'none':
      return level('schema', 'nothing was migrated here yet', advice)
    case 'pending':
      return level('schema', `${schema.count} migrations are missing`, advice)
    case 'other_version':
      return problem('schema', schema.reason, schema.advice)
    case 'up_to_date':
      return ok('schema', `up to date (${String(schema.version).padStart(4, '0')})`)
  }
}

/** Whether the database is a demo's. That is what the embedded one is for; any other is meant for real people. */
export function judgeDemo(isDemo: boolean, isEmbedded: boolean): Finding {
  if (!isDemo) return ok('demo', 'no demo has filled the database')
  const words = 'a demo has filled the database: with made-up people, and users whose tokens and passwords are known'
  if (isEmbedded) return warning('demo', words, 'real people belong in another: set DATABASE_URL')
  return problem(
    'demo',
    words,
    'api, worker and import refuse it: set DATABASE_URL to a database that no demo has filled',
  )
}

/** Whether anybody works, and whether something waits for a person. */
export function judgeWork({ living, dead, openBreakers, pausedRuns }: WorkFacts): Finding[] {
  const findings = [
    living === 0
      ? warning('workers', 'none is running, so nothing runs by itself', 'zvirka worker; zvirka start runs one as well')
      : ok('workers', `${living} alive`),
  ]
  if (dead > 0 && living === 0) {
    findings.push(
      warning('workers', `${dead} died, and what they held waits for a living one`, 'zvirka worker, or zvirka sync'),
    )
  }
  for (const service of openBreakers) {
    findings.push(
      warning(
        'registries',
        `${service} fails: a worker asks it with single probes only`,
        'see the log of the worker for the codes',
      ),
    )
  }
  for (const { id, process, reason } of pausedRuns) {
    findings.push(
      warning(
        'runs',
        `the run ${id} of ${process} is paused (${reason ?? 'no reason given'})`,
        `zvirka run resume ${id}, or zvirka run stop ${id}`,
      ),
    )
  }
  return findings
}
