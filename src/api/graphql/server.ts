/** `POST /graphql` (spec 4): authentication before GraphQL, limits, and errors without internals. */
import { EnvelopArmor } from '@escape.tech/graphql-armor'
import type { FastifyInstance } from 'fastify'
import { type ExecutionResult, type GraphQLSchema, NoSchemaIntrospectionCustomRule } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { LookupLimits } from '../../access/number-lookups.ts'
import { ReadAudit } from '../../audit/audit.ts'
import type { Database } from '../../database/database.ts'
import type { Encryption } from '../../encryption/encryption.ts'
import type { ApiMeter } from '../../observability/api-metrics.ts'
import type { Log } from '../../observability/log.ts'
import { notePrincipal } from '../access-acts.ts'
import { type Authenticate, actorOf, authenticate, bearerToken, tokenDigest } from '../enforce.ts'
import { ApiError } from '../errors.ts'
import type { JobServices } from '../job-services.ts'
import { NumberLookups } from '../number-lookups.ts'
import type { Operations } from '../operations.ts'
import type { GraphqlContext } from './context.ts'
import { costOf } from './cost.ts'
import { clientError, currentRequestId, INTERNAL, withoutValues } from './errors.ts'
import { Followers } from './followers.ts'
import { meterPlugin } from './meter.ts'
import { PAGE, PAGE_POLICY } from './page.ts'
import { expectAcceptable, expectQuery, notAcceptable } from './request.ts'
import { Streams } from './streams.ts'
import { isRefusedForNow, Work, type WorkLimits } from './work.ts'

/** The options of the GraphQL server. */
export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  readonly database: Database
  readonly jobs: JobServices
  readonly encryption?: Encryption | undefined
  readonly authenticate: Authenticate
  readonly log: Log
  readonly operations: Operations
  readonly lookupLimits: LookupLimits
  readonly workLimits: Omit<WorkLimits, 'request'>
  readonly maxAnswerBytes: number
  /** Introspection and the query page. */
  readonly isOpen: boolean
  readonly meter?: ApiMeter
}

/** The limits of one request (spec 4.3); over one, the answer is HTTP 400. */
const GRAPHQL_LIMITS = { tokens: 2000, depth: 12, aliases: 30, cost: 50_000, batch: 10 } as const

interface ServerContext {
  readonly graphql: GraphqlContext
}

/** Adds `/graphql` to a server. */
export function addGraphql(app: FastifyInstance, options: GraphqlOptions): void {
  const { schema, database, jobs, encryption, operations, log, isOpen, meter } = options
  const streams = new Streams()
  const followers = new Followers(options.authenticate)
  const work = new Work({ request: GRAPHQL_LIMITS.cost, ...options.workLimits })
  meter?.watchStreams(() => streams.open)
  // Before the server waits for open requests: streams would block it for as long as runs take.
  app.addHook('preClose', async () => streams.end())
  const armor = new EnvelopArmor({
    blockFieldSuggestion: { enabled: !isOpen },
    maxTokens: { n: GRAPHQL_LIMITS.tokens },
    maxDepth: { n: GRAPHQL_LIMITS.depth },
    maxAliases: { n: GRAPHQL_LIMITS.aliases },
    // Our own cost computation knows the length of lists: see cost.ts.
    costLimit: { enabled: false },
  }).protect()
  const yoga = createYoga<ServerContext, GraphqlContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    cors: false,
    batching: { limit: GRAPHQL_LIMITS.batch },
    logging: false,
    // Each operation of a batch has its own: its reads are recorded before its own answer, and not with another's.
    context: ({ graphql }) => ({ ...graphql, reads: new ReadAudit() }),
    maskedErrors: { maskError: (error) => clientError(error, log) },
    plugins: [
      ...(armor.plugins as unknown as Plugin[]),
      ...(isOpen ? [] : [closedSchemaPlugin, hintsPlugin]),
      ...[workPlugin, auditPlugin, statusPlugin, requestIdPlugin, streamPlugin(streams, log)],
      ...(meter === undefined ? [] : [meterPlugin(meter, schema)]),
    ],
  })
  // The query page needs no token, but its queries do. Queries in a URL are refused, because logs keep URLs.
  if (isOpen) {
    app.get('/graphql', (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY).send(PAGE),
    )
  }
  app.route({
    method: 'POST',
    url: '/graphql',
    handler: async (request, reply) => {
      const { headers } = request
      const ofRequest = work.request(tokenDigest(headers) ?? '')
      // A slow reader keeps the answer in memory until it is read. Checked before the first await, because the client may leave during
      // authentication.
      if (reply.raw.closed) ofRequest.end()
      else reply.raw.once('close', () => ofRequest.end())
      const principal = await authenticate(headers, options.authenticate)
      notePrincipal(request, principal)
      const follow = () => followers.follow(bearerToken(headers.authorization), principal)
      expectQuery(request.body)
      expectAcceptable(headers.accept)
      const actor = actorOf(principal, request)
      const graphql: GraphqlContext = {
        ...{ principal, follow, database, jobs, encryption, operations, meter },
        ...{ requestId: request.id, address: request.ip },
        ...{ actor, reads: new ReadAudit(), lookups: new NumberLookups(database, actor, options.lookupLimits) },
        work: ofRequest,
      }
      const response = await currentRequestId.run(request.id, () =>
        yoga.handleNodeRequestAndResponse(request, reply, { graphql }),
      )
      if (response.status === 406) throw notAcceptable()
      if (Number(response.headers.get('content-length')) > options.maxAnswerBytes)
        throw tooLarge(options.maxAnswerBytes)
      response.headers.forEach((value, key) => void reply.header(key, value))
      return reply.code(response.status).send(response.body)
    },
  })
}

// Errors about mistyped fields, inputs or enum values suggest similar names, in documents and variables alike.
const hintsPlugin: Plugin<GraphqlContext> = {
  onResultProcess({ result }) {
    if (Symbol.asyncIterator in result) return
    for (const { errors = [] } of [result].flat()) {
      for (const error of errors) error.message = error.message.replace(/ ?Did you mean .*\?$/s, '')
    }
  },
}

function tooLarge(most: number): ApiError {
  return new ApiError('request_malformed', `The answer is larger than ${most} bytes: request fewer at once`, {
    status: 422,
  })
}

// Before execution, from the request alone.
const workPlugin: Plugin<GraphqlContext> = {
  onExecute({ args, setResultAndStopExecution }) {
    const { work }: GraphqlContext = args.contextValue
    const refusal = work.begin(costOf(args))
    if (refusal !== undefined) setResultAndStopExecution({ errors: [refusal] })
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const { work }: GraphqlContext = args.contextValue
    const refusal = work.beginStream(costOf(args))
    if (refusal !== undefined) setResultAndStopExecution({ errors: [refusal] })
  },
}

// The read is audited before the answer is sent; if that fails, the answer is an error.
const auditPlugin: Plugin<GraphqlContext> = {
  onExecute: () => ({
    async onExecuteDone({ args: { contextValue } }) {
      const { reads, database, actor }: GraphqlContext = contextValue
      await reads.flush(database, actor)
    },
  }),
}

// Clients have the schema as a file; introspection would mainly help attackers.
const closedSchemaPlugin: Plugin<GraphqlContext> = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
}

// What was not executed (not GraphQL, not in the schema, over a limit) is a bad request, even if the client accepts only JSON.
const statusPlugin: Plugin<GraphqlContext> = {
  onResultProcess({ result }) {
    if (Symbol.asyncIterator in result) return
    for (const one of Array.isArray(result) ? result : [result]) {
      // A partial answer is an answer.
      if (holdsSomething(one.data)) for (const { extensions } of one.errors ?? []) delete extensions['http']
      if (one.data !== undefined) continue
      for (const error of one.errors ?? []) {
        // The request was valid; there was too much load.
        if (isRefusedForNow(error)) continue
        if (error.extensions['code'] === INTERNAL) {
          Object.assign(error.extensions, { http: { status: 500 } })
          continue
        }
        Object.assign(error.extensions, { http: { status: 400 } })
        error.message = withoutValues(error.message)
      }
    }
  },
}

function holdsSomething(data: unknown): boolean {
  return Object.values(Object(data)).some((value) => value !== null)
}

const requestIdPlugin: Plugin<GraphqlContext> = {
  onResultProcess({ result, setResult, serverContext }) {
    const { requestId } = (serverContext as unknown as ServerContext).graphql
    const add = (one: object) => ({ ...one, extensions: { ...Reflect.get(one, 'extensions'), requestId } })
    if (Symbol.asyncIterator in result) return
    setResult(Array.isArray(result) ? result.map(add) : add(result))
  },
}

// Each result of a stream carries the request's id, and the last one may be an error.
function streamPlugin(streams: Streams, log: Log): Plugin<GraphqlContext> {
  return {
    onSubscribe: ({ args: { contextValue } }) => ({
      onSubscribeResult({ result, setResult }) {
        if (!(Symbol.asyncIterator in result)) return
        const { requestId }: GraphqlContext = contextValue
        const withId = (one: ExecutionResult) => ({ ...one, extensions: { ...one.extensions, requestId } })
        setResult(
          streams.follow<ExecutionResult>(result, withId, (error) =>
            withId({ errors: [currentRequestId.run(requestId, () => clientError(error, log))] }),
          ),
        )
      },
    }),
  }
}
