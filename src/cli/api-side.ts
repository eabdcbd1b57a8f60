/** Assembles the API from the settings: pool, access, REST, GraphQL, health and metrics. */
import { Oidc } from '../access/oidc.ts'
import type { AccessPolicy } from '../access/policy.ts'
import { tokenAuthentication } from '../api/enforce.ts'
import { createSchema } from '../api/graphql/schema.ts'
import { addGraphql } from '../api/graphql/server.ts'
import { addInvitationPages } from '../api/pages/invitation/pages.ts'
import { routes } from '../api/rest/routes.ts'
import { createApi } from '../api/server.ts'
import { addPage } from '../api/web/page.ts'
import { SEAL_MILLISECONDS, sealAudit } from '../audit/seals.ts'
import type { Settings } from '../config/settings.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { Encryption } from '../encryption/encryption.ts'
import { FOLLOW_MILLISECONDS, followKeys } from '../encryption/known-keys.ts'
import { sayCommand } from '../messages/command-messages.ts'
import { bare } from '../messages/message.ts'
import { addMonitoringRoutes, type Check, listenOn, type Monitoring } from '../observability/http.ts'
import { PortTakenError } from '../observability/listen-errors.ts'
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { keepWatch, openDatabaseWatch } from './database-watch.ts'
import type { RunningDemo } from './demo.ts'
import { CommandFailure } from './exit.ts'
import { openJobServices } from './jobs-side.ts'

import { operatedProcesses } from './operated.ts'
import { openPage } from './page-side.ts'
import { repeat } from './repeat.ts'
import { servedStreams } from './served.ts'
import { openSignatures } from './signatures-side.ts'

/** The running API. */
interface ServedApi extends Monitoring {
  /** The readiness checks. */
  readonly checks: Readonly<Record<string, Check>>
}

/** The options in addition to the settings. */
interface ApiSideOptions {
  readonly settings: Settings
  readonly url: string
  readonly log: Log
  readonly metrics: Metrics
  readonly encryption: Encryption | undefined
  /** Readiness checks in addition to the API's database. */
  readonly checks?: Readonly<Record<string, Check>>
  /** The process of the demo: it accepts demo users, allows introspection, and has its own pages. */
  readonly demo?: RunningDemo | undefined
  /** Health and metrics are on a separate port, served by the caller, and not on PORT. */
  readonly isMonitoredApart?: boolean
  /** Replaces each process's own schedule, like the worker of this process. */
  readonly cron?: string
}

const STATEMENT_MILLISECONDS = 15_000
/** Longer than the longest statement: a database without an answer by then is down. */
const ANSWER_MILLISECONDS = 20_000
const GRACE_MILLISECONDS = 2000

/** Serves the API on PORT; throws with a hint if the port is in use. */
export async function serveApi(options: ApiSideOptions): Promise<ServedApi> {
  const { settings, url, log, metrics, encryption, checks = {}, demo, cron, isMonitoredApart = false } = options
  const isDemo = demo !== undefined
  const { api, http } = settings
  const policy = policyOf(settings, encryption)
  const signatures = openSignatures(settings, isDemo)
  const meter = metrics.api()
  const database = openDatabase({
    ...{ url, role: 'zvirka_app', applicationName: 'zvirka api', max: 10 },
    ...{ statementTimeoutMs: STATEMENT_MILLISECONDS, lockTimeoutMs: STATEMENT_MILLISECONDS },
    idleInTransactionMs: STATEMENT_MILLISECONDS,
    answerMs: ANSWER_MILLISECONDS,
    tcpUserTimeoutMs: ANSWER_MILLISECONDS,
    // Only so the database admits users of a demo (migration 0011).
    ...(isDemo ? { session: { 'zvirka.demo': 'on' } } : {}),
  })
  metrics.watchPool('api', () => database.use())
  const jobs = await openJobServices(database, settings, log)
  const authenticate = tokenAuthentication(database, openOidc(database, settings), api.masking)
  const watch = openDatabaseWatch(database, log)
  const allChecks = { 'api database': () => watch.look(), ...checks }
  const page = openPage(settings, log, isDemo)
  const lookupLimits = {
    missesPerHour: limitOf(api.lookups.missesPerHour),
    perHour: limitOf(api.lookups.perHour),
    alike: limitOf(api.lookups.alike),
  }
  const app = await createApi({
    routes,
    database,
    jobs,
    encryption,
    authenticate,
    signatures,
    served: servedStreams(settings),
    policy,
    log,
    meter,
    lookupLimits,
    maxBodyBytes: api.maxBodyBytes,
    rateLimits: { token: limitOf(api.rateLimitToken), address: limitOf(api.rateLimitAddress) },
    trustedProxies: api.trustedProxies ?? [],
    publicUrl: settings.http.publicUrl,
    plug: async (server) => {
      await addInvitationPages(server, { database, jobs, log, policy, publicUrl: settings.http.publicUrl })
      if (!isMonitoredApart) addMonitoringRoutes(server, { checks: allChecks, metrics })
      addGraphql(server, {
        operations: {
          ...{ processes: operatedProcesses(settings, cron), timeZone: settings.timeZone },
          isGuarded: settings.worker.runGuard,
        },
        ...{ database, jobs, encryption, authenticate, log, meter, lookupLimits },
        ...{ workLimits: { ...api.work, streams: api.streams }, maxAnswerBytes: api.maxAnswerBytes },
        schema: createSchema(),
        isOpen: isDemo || api.introspection,
      })
      addPage(server, page)
      demo?.addPages(server)
    },
  })
  // The API also seals the audit, for installations without a worker.
  const ending = new AbortController()
  const duty = { signal: ending.signal, log, metrics }
  const duties = [
    repeat(duty, 'seal', SEAL_MILLISECONDS, () => sealAudit(database)),
    keepWatch(watch, metrics, ending.signal),
  ]
  if (encryption !== undefined)
    duties.push(repeat(duty, 'keys', FOLLOW_MILLISECONDS, () => followKeys(database, encryption)))
  app.addHook('onClose', async () => {
    ending.abort()
    await Promise.all(duties)
    page.close()
    await jobs.close()
    await database.close(GRACE_MILLISECONDS)
  })
  app.addHook('preClose', async () => {
    // Requests in progress may finish, but a client that reads an endless answer must not block the shutdown.
    const patience = setTimeout(() => app.server.closeAllConnections(), settings.worker.stopSeconds * 1000)
    app.server.once('close', () => clearTimeout(patience))
  })
  try {
    return { ...(await listenOn(app, http.host, http.port)), checks: allChecks }
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error
    throw new CommandFailure(error.message, 'stop that process, or set PORT to another port (0: any free port)', error)
  }
}

function policyOf({ api }: Settings, encryption: Encryption | undefined): AccessPolicy {
  const { sessionHours, sessionIdleMinutes, passwordSignIn, secondFactor: requiredOf } = api
  if (requiredOf !== 'off' && encryption === undefined) {
    throw new CommandFailure(
      'ZVIRKA_SECOND_FACTOR requires second factors, and there is no key to encrypt them with',
      sayCommand(bare('set_keys_file')),
    )
  }
  return {
    sessionSeconds: sessionHours * 3600,
    idleSeconds: sessionIdleMinutes === 'off' ? undefined : sessionIdleMinutes * 60,
    isPasswordSignInOn: passwordSignIn,
    secondFactor: { requiredOf, encryption, now: () => new Date() },
  }
}

function openOidc(database: Database, { oidc }: Settings): Oidc | undefined {
  const { issuer, audience, jwksUrl, clientId, authorizedParties = [], accessTokenClaim, linking } = oidc
  if (issuer === undefined || audience === undefined) return undefined
  return new Oidc(database, {
    ...{ issuer, audience, jwksUrl, accessTokenClaim, linksByEmail: linking === 'automatic' },
    authorizedParties: clientId === undefined ? authorizedParties : [...authorizedParties, clientId],
  })
}

function limitOf(setting: number | 'off'): number | undefined {
  return setting === 'off' ? undefined : setting
}
