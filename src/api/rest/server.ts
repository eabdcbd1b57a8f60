/** Serves routes over HTTP: request ids, envelopes, validation, access. What a route does is its own; everything around it is here. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ReadAudit } from '../../audit/audit.ts'
import type { Database } from '../../database/database.ts'
import type { Log } from '../../observability/log.ts'
import { type Authenticate, authenticate, authorize } from '../enforce.ts'
import { ApiError, notFound, TEXTS } from '../errors.ts'
import { validate } from '../validate.ts'
import { failure, success } from './envelope.ts'
import type { Route, RouteContext, RouteResult } from './route.ts'

/** What routes are served with. */
export interface RestOptions {
  readonly routes: readonly Route[]
  readonly database: Database
  readonly authenticate: Authenticate
  readonly log: Log
}

const REQUEST_ID = /^[\w.-]{1,128}$/

/** The id of a request: the one that it came with, or a new one (spec 6.1). */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID()
}

/** Adds routes to a server. Unknown paths are 404, unknown methods of known paths 405, both in the envelope. */
export function addRest(app: FastifyInstance, options: RestOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => serve(route, options, request, reply),
    })
  }
  for (const [path, methods] of methodsByPath(options.routes)) {
    const others = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => !methods.has(method))
    app.route({
      method: others,
      url: path,
      handler: (_request, reply) => {
        reply.header('allow', [...methods].join(', '))
        throw new ApiError('method_not_allowed', 'Method not allowed')
      },
    })
  }
  app.setNotFoundHandler((request, reply) => sendError(request, reply, notFound()))
  app.setErrorHandler((error, request, reply) => {
    const known = asApiError(error)
    if (known.status >= 500) options.log.error({ error, code: request.id }, 'a request failed inside')
    return sendError(request, reply, known)
  })
}

function methodsByPath(routes: readonly Route[]): Map<string, Set<string>> {
  const byPath = new Map<string, Set<string>>()
  for (const { path, method } of routes) byPath.set(path, (byPath.get(path) ?? new Set()).add(method))
  return byPath
}

async function serve(
  route: Route,
  { database, authenticate: find }: RestOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context: RouteContext = { database, requestId: request.id, address: request.ip }
  let result: RouteResult<unknown>
  if (route.access === 'public') result = await route.handle(inputOf(route, request), context)
  else {
    const principal = await authenticate(request.headers.authorization, find)
    authorize(principal, route.access)
    const { userId, clientId } = principal
    const actor = { userId, clientId, requestId: request.id }
    const reads = new ReadAudit()
    result = await route.handle(inputOf(route, request), { ...context, principal, actor, reads })
    await reads.flush(database, actor)
  }
  if (result === undefined) return reply.code(204).send()
  const status = result.status ?? 200
  const meta = { url: urlOf(request), code: status, request_id: request.id }
  return reply.code(status).send(success(meta, result.data, result.paging))
}

function inputOf({ params, query, body }: Route, request: FastifyRequest) {
  return {
    // An id in a path that is none is not found (spec 6.3).
    params: params === undefined ? undefined : (params.safeParse(request.params).data ?? fail(notFound())),
    query: query === undefined ? undefined : validate(query, request.query, 'query_parameter'),
    body: body === undefined ? undefined : validate(body, request.body, 'json_data_property'),
  }
}

function fail(error: Error): never {
  throw error
}

function urlOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?')
  return `${request.protocol}://${request.host}${path}`
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: ApiError): FastifyReply {
  return reply
    .code(error.status)
    .headers(error.headers)
    .type('application/json; charset=utf-8')
    .send(failure({ url: urlOf(request), request_id: request.id }, error))
}

/** Any error as one that may be told: what fastify finds wrong with a request, and a bare 500 for all else. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const status = Number(Reflect.get(Object(error), 'statusCode') ?? 500)
  switch (status) {
    case 413:
      return new ApiError('request_too_large', 'The request is too large')
    case 415:
      return new ApiError('content_type_invalid', 'Content type is not supported: send application/json')
    default:
      return status >= 400 && status < 500
        ? new ApiError('request_malformed', TEXTS.malformed)
        : new ApiError('internal_error', TEXTS.internal)
  }
}
