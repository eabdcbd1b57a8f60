/** The API as one HTTP server: headers, limits, REST, and plugged-in parts. All its dependencies are passed in. */
import { maxHeaderSize } from 'node:http'
import type { Socket } from 'node:net'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import { type FastifyInstance, fastify } from 'fastify'
import { addAccessAudit } from './access-acts.ts'
import { takeJson } from './content.ts'
import { ApiError } from './errors.ts'
import { addMeter } from './meter.ts'
import { addRateLimits, type RateLimits } from './rate-limits.ts'
import type { ServedPath } from './rest/paths.ts'
import { addRest, type RestOptions, requestIdOf, sendFrameworkError } from './rest/server.ts'

/** The parts of the server. */
export interface ApiOptions extends RestOptions {
  readonly maxBodyBytes: number
  readonly rateLimits: RateLimits
  /** Proxies whose forwarding headers are trusted: addresses, or networks such as `10.0.0.0/8`. */
  readonly trustedProxies?: readonly string[]
  /** Adds everything that is not a REST route (monitoring, GraphQL, pages). */
  readonly plug?: (app: FastifyInstance) => void | Promise<void>
}

const REQUEST_MILLISECONDS = 60_000
const IDLE_MILLISECONDS = 50

const HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
  },
  referrerPolicy: { policy: 'no-referrer' },
}

/** The same for answers that are sent before any plugin runs. */
const BARE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
} as const

/** Creates the server; it does not listen yet. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: REQUEST_MILLISECONDS,
    forceCloseConnections: 'idle',
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    frameworkErrors: (error, request, reply) => {
      // No hook runs for an invalid HTTP request.
      void reply.headers(BARE_HEADERS)
      sendFrameworkError(error, request, reply)
    },
    trustProxy: (options.trustedProxies ?? []).length > 0 ? [...(options.trustedProxies ?? [])] : false,
    // As long as a request head may be, so that a long unknown id is also 404.
    routerOptions: { maxParamLength: maxHeaderSize, ignoreTrailingSlash: true },
  })
  const served: ServedPath[] = []
  app.addHook('onRoute', ({ method, path }) => {
    for (const each of [method].flat()) served.push({ method: each, path })
  })
  if (options.meter !== undefined) addMeter(app, options.meter)
  await app.register(helmet, HEADERS)
  app.addHook('onRequest', async ({ raw }) => {
    // Node takes the first; a proxy before us may have used the last.
    if (countHeaders(raw.rawHeaders, 'host') > 1) throw new ApiError('request_malformed', 'more than one Host header')
  })
  app.addHook('onSend', async (_request, reply) => {
    // Answers contain personal data, which no cache may store.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  const connections = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  app.addHook('preClose', async () => {
    // A connection becomes idle only after its answer, and would be kept for another request. A connection that has sent nothing yet, as
    // clients open them in advance, is not idle for Node, and would block the shutdown until the client leaves.
    const sweep = setInterval(() => {
      app.server.closeIdleConnections()
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
    }, IDLE_MILLISECONDS)
    app.server.once('close', () => clearInterval(sweep))
  })
  addAccessAudit(app, options)
  await addRateLimits(app, options.rateLimits)
  takeJson(app)
  await options.plug?.(app)
  addRest(app, options, served)
  return app
}

function countHeaders(rawHeaders: readonly string[], wanted: string): number {
  return rawHeaders.filter((name, place) => place % 2 === 0 && name.toLowerCase() === wanted).length
}
