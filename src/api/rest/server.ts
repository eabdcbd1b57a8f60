/** Serves routes over HTTP: request ids, envelopes, validation, access. The routes contain only their own work. */

import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { LookupLimits } from '../../access/number-lookups.ts'
import { type AccessPolicy, DEFAULT_POLICY } from '../../access/policy.ts'
import type { Principal } from '../../access/principal.ts'
import { ReadAudit } from '../../audit/audit.ts'
import { isOwnMark } from '../../audit/marks.ts'
import type { Database } from '../../database/database.ts'
import type { Encryption } from '../../encryption/encryption.ts'
import type { ApiMeter } from '../../observability/api-metrics.ts'
import { errorCodeOf } from '../../observability/errors.ts'
import type { Log } from '../../observability/log.ts'
import { NO_SIGNATURES, type Signatures } from '../../signatures/opened.ts'
import type { OwnStream } from '../../verification/status.ts'
import { noteAct, notePrincipal } from '../access-acts.ts'
import { asApiError, isOutcomeUnknown } from '../as-api-error.ts'
import { takeNothing } from '../content.ts'
import { deviceHeader, deviceOf, isHttps } from '../cookies.ts'
import { type Authenticate, actorOf, authenticate, authorize } from '../enforce.ts'
import { ApiError, notFound, TEXTS } from '../errors.ts'
import type { JobServices } from '../job-services.ts'
import { meterRefusal } from '../meter.ts'
import { NumberLookups } from '../number-lookups.ts'
import { addOpenApi } from '../openapi-pages.ts'
import { validate } from '../validate.ts'
import { failure, success } from './envelope.ts'
import { type MethodsOf, methodsByPath, type ServedPath } from './paths.ts'
import { toResponse } from './personal.ts'
import type { GuardedRoute, PublicRoute, Route, RouteContext, RouteResult } from './route.ts'
import { sendingOf } from './sent-once.ts'

/** The options of the REST server. */
export interface RestOptions {
  readonly routes: readonly Route[]
  readonly database: Database
  readonly jobs: JobServices
  /** The keys that encrypt secrets; undefined: this installation has none. */
  readonly encryption?: Encryption | undefined
  readonly authenticate: Authenticate
  /** Verifies signed content; without it none is accepted. */
  readonly signatures?: Signatures
  readonly served: ReadonlySet<OwnStream>
  /** Default: those of the settings. */
  readonly policy?: AccessPolicy
  /** ZVIRKA_PUBLIC_URL; undefined: clients use the address on which it listens. */
  readonly publicUrl?: string | undefined
  readonly log: Log
  readonly lookupLimits: LookupLimits
  readonly meter?: ApiMeter
  /** Compares each answer with its route's `data`, and fails if they differ; for tests. */
  readonly checksAnswers?: boolean
}

// Any characters allowed in a header, including those of the platform's `…#123`.
const REQUEST_ID = /^[!-~]{1,200}$/

/** The id of a request: the one that was sent, or a new one (spec 6.1). */
export function requestIdOf(header: string | string[] | undefined): string {
  const isFit = typeof header === 'string' && REQUEST_ID.test(header) && !isOwnMark(header)
  return isFit ? header : randomUUID()
}

/**
 * Adds routes to a server, with their monitoring. Unknown paths are 404, unknown methods of known paths 405, both in the envelope; `others`
 * are the other served paths.
 */
export function addRest(app: FastifyInstance, options: RestOptions, others: readonly ServedPath[] = []): void {
  const methodsOf = methodsByPath([...options.routes, ...others])
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // Before the body is read: for an unknown path it is not needed.
    refuseUnknown(request, methodsOf)
  })
  for (const route of options.routes.filter(readsBody)) addRoute(app, route, options)
  void app.register(async (bodiless) => {
    takeNothing(bodiless)
    for (const route of options.routes.filter((each) => !readsBody(each))) addRoute(bodiless, route, options)
  })
  addOpenApi(app, options.routes)
  app.setErrorHandler((error, request, reply) => {
    // Reads can be repeated, whatever happened to their audit record.
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const known = asApiError(isRead && isOutcomeUnknown(error) ? Reflect.get(Object(error), 'cause') : error)
    if (options.meter !== undefined) meterRefusal(options.meter, request, known)
    if (known.status >= 500) options.log.error({ error, code: request.id }, 'a request failed inside')
    return sendError(request, reply, known)
  })
}

// A route without a body ignores one (spec 5).
function readsBody({ body }: Route): boolean {
  return body !== undefined
}

function refuseUnknown(request: FastifyRequest, methodsOf: MethodsOf): void {
  const methods = methodsOf(pathOf(request))
  if (methods !== undefined && !methods.includes(request.method)) {
    throw new ApiError('method_not_allowed', 'Method not allowed', { headers: { allow: methods.join(', ') } })
  }
  if (request.is404) throw notFound()
}

function addRoute(app: FastifyInstance, route: Route, options: RestOptions): void {
  const { method, path: url } = route
  if (route.access === 'public') {
    app.route({ method, url, handler: (request, reply) => servePublic(route, options, request, reply) })
    return
  }
  const { access, handle } = route
  // Authentication comes before the body is read.
  const principals = new WeakMap<FastifyRequest, Principal>()
  app.route({
    method,
    url,
    async onRequest(request) {
      const principal = await authenticate(request.headers, options.authenticate)
      notePrincipal(request, principal)
      authorize(principal, access)
      principals.set(request, principal)
    },
    async handler(request, reply) {
      const principal = principals.get(request)
      if (principal === undefined) throw new Error('a guarded route has no principal')
      const actor = actorOf(principal, request)
      const reads = new ReadAudit()
      const lookups = new NumberLookups(options.database, actor, options.lookupLimits)
      const sending = sendingIn(route, request, principal)
      const context = { ...contextOf(request, options), principal, actor, lookups, sending }
      const result = toResponse(route, await handle(inputOf(route, request), context), { principal, reads })
      await reads.flush(options.database, actor)
      return sendResult(route, options, request, reply, result)
    },
  })
}

function sendingIn(route: GuardedRoute, { headers, params, body }: FastifyRequest, principal: Principal) {
  if (route.takesKey !== true) return undefined
  return sendingOf(headers['idempotency-key'], principal, [`${route.method} ${route.path}`, params, body])
}

async function servePublic(route: PublicRoute, options: RestOptions, request: FastifyRequest, reply: FastifyReply) {
  const result = await route.handle(inputOf(route, request), contextOf(request, options))
  return sendResult(route, options, request, reply, result)
}

function contextOf(request: FastifyRequest, options: RestOptions): RouteContext {
  const { database, jobs, encryption, policy = DEFAULT_POLICY, signatures = NO_SIGNATURES } = options
  const { served, publicUrl, meter } = options
  const isSecure = isHttps(publicUrl, request.protocol)
  return {
    ...{ database, jobs, encryption, policy, signatures, served, meter, requestId: request.id, address: request.ip },
    device: deviceOf(request.headers.cookie, isSecure),
    note: (act) => noteAct(request, act),
    keepDevice: (device) => ({ 'set-cookie': deviceHeader(device, isSecure) }),
  }
}

function inputOf({ params, query, body }: Route, request: FastifyRequest) {
  return {
    // An invalid id in a path is not found (spec 6.3).
    params: params === undefined ? undefined : (params.safeParse(request.params).data ?? fail(notFound())),
    query: query === undefined ? undefined : validate(query, request.query, 'query_parameter'),
    body: body === undefined ? undefined : validate(body, bodyOf(request), 'json_data_property'),
  }
}

function bodyOf({ body }: FastifyRequest): unknown {
  return body === undefined ? fail(new ApiError('request_malformed', TEXTS.malformed)) : body
}

function fail(error: Error): never {
  throw error
}

function sendResult(
  route: Route,
  { checksAnswers = false }: RestOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  result: RouteResult<unknown>,
): FastifyReply {
  if (checksAnswers) checkAnswer(route, result)
  if (result === undefined) return reply.code(204).send()
  const status = result.status ?? 200
  const meta = { url: urlOf(request), code: status, request_id: request.id }
  return reply
    .code(status)
    .headers({ ...result.headers })
    .send(success(meta, result))
}

function checkAnswer({ data, urgent, method, path }: Route, result: RouteResult<unknown>): void {
  if ((data === undefined) !== (result === undefined))
    throw new Error(`${method} ${path} answered otherwise than it says`)
  if (result !== undefined) data?.parse(result.data)
  if (result?.urgent !== undefined) (urgent ?? z.never()).parse(result.urgent)
}

function pathOf({ url }: FastifyRequest): string {
  const [path = ''] = url.split('?')
  return path
}

function urlOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}${pathOf(request)}`
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: ApiError): FastifyReply {
  return reply
    .code(error.status)
    .headers({ 'x-request-id': request.id, ...error.headers })
    .type('application/json; charset=utf-8')
    .send({ ...failure({ url: urlOf(request), request_id: request.id }, error), ...graphqlErrors(request, error) })
}

/** Answers for fastify if no route matches: a path that cannot be decoded is unknown. */
export function sendFrameworkError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const isBadUrl = errorCodeOf(error) === 'FST_ERR_BAD_URL'
  sendError(request, reply, isBadUrl ? notFound() : asApiError(error))
}

// Errors before GraphQL are also given in GraphQL's format, except a missing or invalid token (spec 4, 4.3).
function graphqlErrors(request: FastifyRequest, { status, message, code }: ApiError): object {
  if (pathOf(request) !== '/graphql' || status === 401) return {}
  return { errors: [{ message, extensions: { code } }], extensions: { requestId: request.id } }
}
