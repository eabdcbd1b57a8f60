/** The API in tests: the real server on a real database, with a user for each role. */

import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { CLIENT_TYPES } from '../../src/access/matrix.ts'
import { DEFAULT_POLICY } from '../../src/access/policy.ts'
import { SCOPES } from '../../src/access/scopes.ts'
import { issueToken } from '../../src/access/tokens.ts'
import { type Masking, tokenAuthentication } from '../../src/api/enforce.ts'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { addGraphql, type GraphqlOptions } from '../../src/api/graphql/server.ts'
import type { JobServices } from '../../src/api/job-services.ts'
import type { Operations } from '../../src/api/operations.ts'
import { addInvitationPages } from '../../src/api/pages/invitation/pages.ts'
import { routes } from '../../src/api/rest/routes.ts'
import { type ApiOptions, createApi } from '../../src/api/server.ts'

import { addPage, type PageOptions } from '../../src/api/web/page.ts'

import type { DatabaseOptions } from '../../src/database/database.ts'
import { mailHooks } from '../../src/employee-requests/mails-work.ts'
import { DEFAULT_REQUEST_POLICY, type RequestPolicy } from '../../src/employee-requests/policy.ts'

import type { Encryption } from '../../src/encryption/encryption.ts'
import { Jobs } from '../../src/jobs/jobs.ts'
import type { Log, LogFields } from '../../src/observability/log.ts'
import { PROCESSES } from '../../src/synchronization/process.ts'
import { unzrInfoQueue } from '../../src/unzr-info/queue.ts'
import { unzrInfoHooks } from '../../src/unzr-info/unzr-info.ts'
import { OWN_STREAMS, type OwnStream } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { openTestKeys } from '../support/keys.ts'

/** A client with an active legal entity. */
export interface TestClient {
  readonly id: string
  readonly type: string
}

/** A token with everything its role and client allow, unless a scope is given. */
export interface TokenOptions {
  readonly role?: string
  readonly client?: TestClient
  readonly scope?: string
  readonly isMasked?: boolean
  readonly email?: string
  readonly seconds?: number
}

/** An answer with its parsed JSON. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  readonly body: any
}

/** A running API. */
export interface TestApi {
  readonly db: TestDatabase
  readonly url: string
  /** The number of connections to the server. */
  connections(): Promise<number>
  /** The API's job queue; no worker runs unless a test starts one. */
  readonly jobs: JobServices
  /** The keys it encrypts with; undefined if the test asks for none. */
  readonly encryption: Encryption | undefined
  /** The streams whose registry is disabled; empty until a test adds one. */
  readonly unserved: Set<OwnStream>
  readonly logged: readonly { readonly fields: LogFields; readonly message: string }[]
  client(type?: string): Promise<TestClient>
  user(options?: { email?: string; role?: string; client?: TestClient }): Promise<{ id: string; email: string }>
  token(options?: TokenOptions): Promise<string>
  request(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>
  graphql(token: string, query: string, variables?: Record<string, unknown>): Promise<Answer>
  close(): Promise<void>
}

function operationsWithout(unserved: ReadonlySet<OwnStream>): Operations {
  return {
    processes: [...PROCESSES.values()].map((process) => ({
      ...{ process, schedule: '0 1 * * *', validationPeriodDays: 270, maxBatches: null },
      servingSetting: `TREMBITA_${process.stream.toUpperCase()}`,
      get isServed() {
        return !unserved.has(process.stream)
      },
    })),
    timeZone: 'Europe/Kyiv',
    isGuarded: true,
  }
}

/** The defaults of the settings. */
export const LOOKUP_LIMITS = { missesPerHour: 20, perHour: 120, alike: 5 } as const

const WORK_LIMITS = { token: 100_000, process: 300_000, streams: { token: 8, process: 200 } } as const

const ALL_SCOPES = Object.keys(SCOPES).join(' ')

// A test asks for many employees within seconds.
const UNBOUNDED_REQUESTS: RequestPolicy = {
  ...DEFAULT_REQUEST_POLICY,
  mails: { perRecipient: 10_000, perLegalEntity: 10_000 },
}

/** Serves the API on its own database, with a page if one is given. */
export async function startTestApi(
  {
    page,
    requests = UNBOUNDED_REQUESTS,
    masking = 'scope',
    ...options
  }: Partial<ApiOptions & Pick<GraphqlOptions, 'workLimits' | 'maxAnswerBytes'>> & {
    readonly isOpen?: boolean
    readonly publicUrl?: string
    readonly page?: PageOptions
    readonly requests?: RequestPolicy
    readonly masking?: Masking
  } = {},
  pool: Partial<DatabaseOptions> = {},
): Promise<TestApi> {
  const db = await createTestDatabase()
  const database = Object.keys(pool).length === 0 ? db.database : db.open(pool)
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  const logged: { fields: LogFields; message: string }[] = []
  const unserved = new Set<OwnStream>()
  const log = recordingLog(logged)
  const authenticate = tokenAuthentication(database, undefined, masking)
  const jobs = await openJobs(db, requests)
  const {
    encryption = 'encryption' in options
      ? undefined
      : (options.policy?.secondFactor.encryption ?? (await openTestKeys(db))),
  } = options
  const lookupLimits = options.lookupLimits ?? LOOKUP_LIMITS
  const app = await createApi({
    ...{ routes, database, jobs, encryption, authenticate, log, lookupLimits },
    maxBodyBytes: 1_048_576,
    served: new Set(OWN_STREAMS),
    rateLimits: { token: undefined, address: undefined },
    plug: async (server) => {
      await addInvitationPages(server, {
        database,
        jobs,
        log,
        ...{ publicUrl: options.publicUrl, policy: options.policy ?? DEFAULT_POLICY },
      })
      addGraphql(server, {
        operations: operationsWithout(unserved),
        schema: createSchema(),
        ...{ database, jobs, encryption, authenticate, log, lookupLimits, isOpen: options.isOpen ?? false },
        ...{ workLimits: options.workLimits ?? WORK_LIMITS, maxAnswerBytes: options.maxAnswerBytes ?? 16_777_216 },
        ...(options.meter === undefined ? {} : { meter: options.meter }),
      })
      if (page !== undefined) addPage(server, page)
    },
    ...options,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const clients = new Map<string, TestClient>()

  const client = async (type = 'NHS'): Promise<TestClient> => {
    const id = randomUUID()
    await owner.query({
      text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, 'Test', '42032422', $2, 'ACTIVE')`,
      values: [id, type],
    })
    await owner.query({
      text: `insert into mithril.clients (id, name, client_type_id) select $1, 'Test', id from mithril.client_types where name = $2`,
      values: [id, type],
    })
    return { id, type }
  }
  const standing = async (type: string): Promise<TestClient> => {
    const known = clients.get(type) ?? (await client(type))
    clients.set(type, known)
    return known
  }
  const user: TestApi['user'] = async ({ email = `${randomUUID()}@example.org`, role, client: of } = {}) => {
    const id = randomUUID()
    await owner.query({ text: 'insert into mithril.users (id, email) values ($1, $2)', values: [id, email] })
    if (role !== undefined) {
      const { id: clientId } = of ?? (await standing('NHS'))
      await owner.query({
        text: 'insert into mithril.user_roles (user_id, role_id, client_id) select $1, id, $3 from mithril.roles where name = $2',
        values: [id, role, clientId],
      })
    }
    return { id, email }
  }
  const request: TestApi['request'] = async (method, path, { token, body, headers = {} } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    // Of an event stream, the first event.
    const json = response.headers.get('content-type')?.startsWith('text/event-stream')
      ? (/^data: (\{.*\})$/m.exec(text)?.[1] ?? '')
      : text
    return { status: response.status, headers: response.headers, body: json === '' ? undefined : JSON.parse(json) }
  }
  return {
    ...{ db, url, jobs, encryption, unserved, logged, client, user, request },
    connections: () => promisify(app.server.getConnections).call(app.server),
    async token({ role = 'NHS ADMIN', client: of, scope = ALL_SCOPES, isMasked = false, email, seconds = 3600 } = {}) {
      const ofClient = of ?? (await standing(role in CLIENT_TYPES ? role : 'NHS'))
      const { id } = await user({ ...(email === undefined ? {} : { email }), role, client: ofClient })
      return (await issueToken(owner, { name: 'test', userId: id, clientId: ofClient.id, scope, seconds, isMasked }))
        .value
    },
    graphql: (token, query, variables = {}) => request('POST', '/graphql', { token, body: { query, variables } }),
    async close() {
      await app.close()
      await jobs.jobs.close()
      await db.drop()
    },
  }
}

async function openJobs(db: TestDatabase, requests: RequestPolicy): Promise<JobServices> {
  const jobs = await Jobs.open(db.database, () => undefined)
  const unzrInfo = unzrInfoQueue(3)
  return { jobs, unzrInfo, requests, hooks: [unzrInfoHooks(unzrInfo), ...mailHooks()] }
}

function recordingLog(logged: { fields: LogFields; message: string }[]): Log {
  const write = (fields: LogFields, message: string) => void logged.push({ fields, message })
  const log: Log = { level: 'debug', debug: write, info: write, warn: write, error: write, with: () => log }
  return log
}
