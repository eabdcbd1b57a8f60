/** Puts the API together from the settings: its pool, who may use it, REST, GraphQL, health and metrics. */
import { Oidc } from '../access/oidc.ts'
import { tokenAuthentication } from '../api/enforce.ts'
import { createSchema } from '../api/graphql/schema.ts'
import { addGraphql } from '../api/graphql/server.ts'
import type { Operations } from '../api/operations.ts'
import { routes } from '../api/rest/routes.ts'
import { createApi } from '../api/server.ts'
import type { Settings } from '../config/settings.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { addMonitoringRoutes, type Check, listenOn, type Monitoring, PortTakenError } from '../observability/http.ts'
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { PROCESSES } from '../synchronization/process.ts'
import { CommandFailure } from './exit.ts'
import { openJobServices } from './jobs-side.ts'
import { settingsOfProcess } from './process-settings.ts'

/** What the API needs besides the settings. */
export interface ApiSideOptions {
  readonly settings: Settings
  readonly url: string
  readonly log: Log
  readonly metrics: Metrics
  /** What must work besides the API's own database for this process to be ready. */
  readonly checks?: Readonly<Record<string, Check>>
  /** The demo shows its schema. */
  readonly isDemo?: boolean
}

const STATEMENT_MILLISECONDS = 15_000

/** Serves the API on PORT; throws with a hint where the port is taken. */
export async function serveApi(options: ApiSideOptions): Promise<Monitoring> {
  const { settings, url, log, metrics, checks = {}, isDemo = false } = options
  const { api, http } = settings
  const database = openDatabase({
    ...{ url, role: 'zvirka_app', applicationName: 'zvirka api', max: 10 },
    ...{ statementTimeoutMs: STATEMENT_MILLISECONDS, lockTimeoutMs: STATEMENT_MILLISECONDS },
    idleInTransactionMs: STATEMENT_MILLISECONDS,
  })
  metrics.watchPool('api', () => database.use())
  const jobs = await openJobServices(database, settings, log)
  const authenticate = tokenAuthentication(database, openOidc(database, settings))
  const app = await createApi({
    ...{ routes, database, jobs, authenticate, log, maxBodyBytes: api.maxBodyBytes },
    rateLimits: { token: limitOf(api.rateLimitToken), address: limitOf(api.rateLimitAddress) },
    plug: (server) => {
      addMonitoringRoutes(server, { checks: { 'api database': databaseCheck(database), ...checks }, metrics })
      addGraphql(server, {
        operations: operationsOf(settings),
        ...{ database, jobs, authenticate, log },
        schema: createSchema(),
        isOpen: isDemo || api.introspection,
      })
    },
  })
  app.addHook('onClose', async () => {
    await jobs.close()
    await database.close()
  })
  try {
    return await listenOn(app, http.host, http.port)
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error
    throw new CommandFailure(error.message, 'end that one, or set PORT to another port (0: any free one)', error)
  }
}

function openOidc(database: Database, { oidc: { issuer, audience, jwksUrl } }: Settings): Oidc | undefined {
  if (issuer === undefined) return undefined
  if (audience === undefined) {
    throw new CommandFailure(
      'OIDC_ISSUER is set and OIDC_AUDIENCE is not',
      'a token made for others must not open ours: set it',
    )
  }
  return new Oidc(database, { issuer, audience, jwksUrl })
}

function operationsOf(settings: Settings): Operations {
  const processes = [...PROCESSES.values()].map((process) => {
    const { schedule, validationPeriodDays, maxBatchesPerRun } = settingsOfProcess(settings, process)
    return { process, schedule, validationPeriodDays, maxBatches: maxBatchesPerRun }
  })
  return { processes, timeZone: settings.timeZone, isGuarded: settings.worker.runGuard }
}

function limitOf(setting: number | 'off'): number | undefined {
  return setting === 'off' ? undefined : setting
}

function databaseCheck(database: ReturnType<typeof openDatabase>): Check {
  return async () => {
    await database.query({ text: 'select 1' })
    return undefined
  }
}
