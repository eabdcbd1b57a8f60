/** Metrics of the API. Labels are route patterns and schema names, never client input. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** An answered request. */
interface ServedRequest {
  /** The route's pattern, such as `/api/persons/:id`; `none` if no route matches. */
  readonly route: string
  readonly method: string
  readonly status: number
  readonly milliseconds: number
  /** A stream: its duration depends on the client and means nothing. */
  readonly isStream: boolean
}

/** An executed GraphQL operation. */
interface ServedOperation {
  /** `query`, `mutation` or `subscription`. */
  readonly kind: string
  /** The first requested root field, by its name in the schema. */
  readonly field: string
  /** `failed`: a server error; `refused`: a client error. */
  readonly outcome: 'ok' | 'refused' | 'failed'
  readonly milliseconds: number
}

/** The API's measurements; each function is cheap, and none takes personal data. */
export interface ApiMeter {
  /** Initialises a route with 0, so that the first request is an increase. */
  expectRequests(route: string, method: string): void
  /** The same for operations on a root field. */
  expectOperations(kind: string, field: string): void
  request(request: ServedRequest): void
  operation(operation: ServedOperation): void
  /** A request was over a limit: that of tokens and addresses, or that of failed sign-ins. */
  tooMany(limit: 'requests' | 'sign_in'): void
  /** A sign-in failed: wrong e-mail, password or client. */
  signInRefused(): void
  /** A request had no token, or an invalid one. */
  tokenRefused(reason: 'missing' | 'bad'): void
  /** Initialises the causes of deactivation with 0. */
  expectDeactivations(causes: readonly string[]): void
  /** A person was confirmed dead and deactivated; `cause` is the reason of the decision. */
  personDeactivated(cause: string): void
  /** Publishes the number of open event streams from now on. */
  watchStreams(open: () => number): void
}

// Reads take milliseconds; a statement may take 15 s.
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30]
const STATUSES = ['2xx', '4xx', '5xx']
const OUTCOMES: readonly ServedOperation['outcome'][] = ['ok', 'refused', 'failed']
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Declares the metrics of the API. */
export function apiMetrics(registry: Registry): ApiMeter {
  return { ...requests(registry), ...operations(registry), ...refusals(registry), ...decisions(registry) }
}

function requests(registry: Registry): Pick<ApiMeter, 'request' | 'expectRequests' | 'watchStreams'> {
  const registers = [registry]
  const total = new Counter({
    name: 'zvirka_http_requests_total',
    help: 'Answered requests, by route pattern, method and status class',
    labelNames: ['route', 'method', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'zvirka_http_request_duration_seconds',
    help: 'Duration of requests, without event streams',
    labelNames: ['route', 'method'],
    buckets: BUCKETS,
    registers,
  })
  let open: (() => number) | undefined
  new Gauge({
    name: 'zvirka_http_streams',
    help: 'Open event streams',
    registers,
    collect() {
      if (open !== undefined) this.set(open())
    },
  })
  return {
    expectRequests(route, method) {
      for (const status of STATUSES) total.inc({ route, method, status }, 0)
    },
    request({ route, method: given, status, milliseconds, isStream }) {
      // Clients may invent methods.
      const method = METHODS.has(given) ? given : 'other'
      total.inc({ route, method, status: `${Math.floor(status / 100)}xx` })
      if (!isStream) seconds.observe({ route, method }, milliseconds / 1000)
    },
    watchStreams(next) {
      open = next
    },
  }
}

function operations(registry: Registry): Pick<ApiMeter, 'operation' | 'expectOperations'> {
  const registers = [registry]
  const total = new Counter({
    name: 'zvirka_graphql_operations_total',
    help: 'Executed GraphQL operations, by kind, first root field and outcome',
    labelNames: ['kind', 'field', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'zvirka_graphql_operation_duration_seconds',
    help: 'Duration of GraphQL operations; of a subscription, until it started',
    labelNames: ['kind', 'field'],
    buckets: BUCKETS,
    registers,
  })
  return {
    expectOperations(kind, field) {
      for (const outcome of OUTCOMES) total.inc({ kind, field, outcome }, 0)
    },
    operation({ kind, field, outcome, milliseconds }) {
      total.inc({ kind, field, outcome })
      seconds.observe({ kind, field }, milliseconds / 1000)
    },
  }
}

function decisions(registry: Registry): Pick<ApiMeter, 'personDeactivated' | 'expectDeactivations'> {
  const total = new Counter({
    name: 'zvirka_deactivated_persons_total',
    help: 'Persons who were confirmed dead and became inactive, by the reason of the decision',
    labelNames: ['cause'],
    registers: [registry],
  })
  return {
    personDeactivated: (cause) => total.inc({ cause }),
    expectDeactivations(causes) {
      for (const cause of causes) total.inc({ cause }, 0)
    },
  }
}

function refusals(registry: Registry): Pick<ApiMeter, 'tooMany' | 'signInRefused' | 'tokenRefused'> {
  const registers = [registry]
  const limits = new Counter({
    name: 'zvirka_rate_limited_total',
    help: 'Requests refused by a rate limit (429)',
    labelNames: ['limit'],
    registers,
  })
  const signIns = new Counter({
    name: 'zvirka_sign_ins_refused_total',
    help: 'Sign-ins with a wrong e-mail, password or client',
    registers,
  })
  const tokens = new Counter({
    name: 'zvirka_tokens_refused_total',
    help: 'Requests without a valid token (401)',
    labelNames: ['reason'],
    registers,
  })
  // From 0, so that the first one is an increase.
  for (const limit of ['requests', 'sign_in']) limits.inc({ limit }, 0)
  for (const reason of ['missing', 'bad']) tokens.inc({ reason }, 0)
  return {
    tooMany: (limit) => limits.inc({ limit }),
    signInRefused: () => signIns.inc(),
    tokenRefused: (reason) => tokens.inc({ reason }),
  }
}
