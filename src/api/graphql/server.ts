/** `POST /graphql` (spec 4): authentication before GraphQL, limits on what is asked, errors that tell nothing of our insides. */
import { EnvelopArmor } from '@escape.tech/graphql-armor'
import type { FastifyInstance } from 'fastify'
import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { ReadAudit } from '../../audit/audit.ts'
import type { Database } from '../../database/database.ts'
import type { Log } from '../../observability/log.ts'
import { type Authenticate, authenticate } from '../enforce.ts'
import { ApiError, TEXTS } from '../errors.ts'
import type { JobServices } from '../job-services.ts'
import type { Operations } from '../operations.ts'
import type { GraphqlContext } from './context.ts'

/** What GraphQL is served with. */
export interface GraphqlOptions {
  readonly schema: GraphQLSchema
  readonly database: Database
  readonly jobs: JobServices
  readonly authenticate: Authenticate
  readonly log: Log
  readonly operations: Operations
  /** Introspection and the page to try queries. */
  readonly isOpen: boolean
}

/** The limits of one request (spec 4.3); over one, the answer is HTTP 400. */
export const GRAPHQL_LIMITS = { tokens: 2000, depth: 12, aliases: 30, cost: 100_000, batch: 10 } as const

interface ServerContext {
  readonly graphql: GraphqlContext
}

/** Adds `/graphql` to a server. */
export function addGraphql(app: FastifyInstance, options: GraphqlOptions): void {
  const { schema, database, jobs, operations, log, isOpen } = options
  const armor = new EnvelopArmor({
    blockFieldSuggestion: { enabled: !isOpen },
    maxTokens: { n: GRAPHQL_LIMITS.tokens },
    maxDepth: { n: GRAPHQL_LIMITS.depth },
    maxAliases: { n: GRAPHQL_LIMITS.aliases },
    costLimit: { maxCost: GRAPHQL_LIMITS.cost },
  }).protect()
  const yoga = createYoga<ServerContext, GraphqlContext>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: isOpen,
    cors: false,
    batching: { limit: GRAPHQL_LIMITS.batch },
    logging: false,
    context: ({ graphql }) => graphql,
    maskedErrors: { maskError: (error) => tell(error, log) },
    plugins: [
      ...(armor.plugins as unknown as Plugin[]),
      ...(isOpen ? [] : [closedSchemaPlugin]),
      ...[auditPlugin, statusPlugin, requestIdPlugin],
    ],
  })
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      const isPage = isOpen && request.method === 'GET' && String(request.headers.accept).includes('text/html')
      const principal = isPage ? NOBODY : await authenticate(request.headers.authorization, options.authenticate)
      const { userId, clientId } = principal
      const graphql: GraphqlContext = {
        ...{ principal, database, jobs, operations, requestId: request.id, address: request.ip },
        ...{ actor: { userId, clientId, requestId: request.id }, reads: new ReadAudit() },
      }
      const response = await yoga.handleNodeRequestAndResponse(request, reply, { graphql })
      response.headers.forEach((value, key) => void reply.header(key, value))
      return reply.code(response.status).send(response.body)
    },
  })
}

// Who only opens the page to try queries: what they then ask carries a token.
const NOBODY: GraphqlContext['principal'] = {
  userId: '',
  email: '',
  tokenId: '',
  clientId: '',
  clientType: '',
  scopes: new Set(),
  isMasked: true,
  isLegalEntityActive: false,
}

// What was read is recorded before it is told; where that fails, the answer is an error.
const auditPlugin: Plugin<GraphqlContext> = {
  onExecute: () => ({
    async onExecuteDone({ args: { contextValue } }) {
      const { reads, database, actor }: GraphqlContext = contextValue
      await reads.flush(database, actor)
    },
  }),
}

// Whoever may use the API has its schema as a file; to read it from here only helps who tries what there is.
const closedSchemaPlugin: Plugin<GraphqlContext> = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
}

// What was not executed at all (not GraphQL, not of this schema, beyond a limit) is a bad request, also where only JSON is asked for.
const statusPlugin: Plugin<GraphqlContext> = {
  onResultProcess({ result }) {
    if (Symbol.asyncIterator in result) return
    for (const one of Array.isArray(result) ? result : [result]) {
      if (one.data !== undefined) continue
      for (const error of one.errors ?? []) {
        Object.assign(error.extensions, { http: { status: 400 } })
        error.message = withoutValues(error.message)
      }
    }
  },
}

/** What graphql-js says is wrong with a request, without the values that it quotes: they may be somebody's name or number. */
export function withoutValues(message: string): string {
  return message
    .replace(/got invalid value [\s\S]*?(; |$)/, 'got an invalid value$1')
    .replace(/(cannot represent [^:]*): [\s\S]*$/, '$1')
    .replace(/, found [\s\S]*$/, '.')
    .replace(/^Value "[\s\S]*" does not exist/, 'The value does not exist')
}

const requestIdPlugin: Plugin<GraphqlContext> = {
  onResultProcess({ result, setResult, serverContext }) {
    const { requestId } = (serverContext as unknown as ServerContext).graphql
    const add = (one: object) => ({ ...one, extensions: { ...Reflect.get(one, 'extensions'), requestId } })
    if (Symbol.asyncIterator in result) return
    setResult(Array.isArray(result) ? result.map(add) : add(result))
  },
}

/** An error as the client may see it. */
function tell(error: unknown, log: Log): Error {
  const located = isGraphqlError(error) ? error : undefined
  const original = located?.originalError ?? error
  const place = located === undefined ? {} : { nodes: located.nodes ?? null, path: located.path ?? null }
  if (original instanceof ApiError) {
    const { message, code, violations } = original
    const more = violations.length > 0 ? { violations } : {}
    return new GraphQLError(message, { ...place, extensions: { code, ...more } })
  }
  if (isGraphqlError(original)) {
    const { code = 'BAD_REQUEST' } = original.extensions
    return new GraphQLError(original.message, { ...place, extensions: { ...original.extensions, code } })
  }
  log.error({ error: original }, 'a field failed inside')
  return new GraphQLError(TEXTS.internal, { ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } })
}

// By its name: what loads the package otherwise (a test runner, a bundler) may give two copies of its classes.
function isGraphqlError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError'
}
