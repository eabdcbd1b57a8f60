/** The API as one HTTP server: headers, limits, REST, and whatever else is plugged in. It wires nothing: all it needs is given. */
import helmet from '@fastify/helmet'
import { type FastifyInstance, fastify } from 'fastify'
import { addRateLimits, type RateLimits } from './rate-limits.ts'
import { addRest, type RestOptions, requestIdOf, sendFrameworkError } from './rest/server.ts'

/** What the server is made of. */
export interface ApiOptions extends RestOptions {
  readonly maxBodyBytes: number
  readonly rateLimits: RateLimits
  /** Adds what is no REST route (monitoring, GraphQL, pages). */
  readonly plug?: (app: FastifyInstance) => void | Promise<void>
}

const REQUEST_MILLISECONDS = 60_000

/** Makes the server; it does not listen yet. */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: REQUEST_MILLISECONDS,
    forceCloseConnections: 'idle',
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    frameworkErrors: sendFrameworkError,
    // Not the whole request is read into memory where its path is longer than any of ours.
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
  })
  app.addHook('onSend', async (_request, reply) => {
    // Answers hold people's data: no cache on the way may keep them.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  await addRateLimits(app, options.rateLimits)
  await options.plug?.(app)
  addRest(app, options)
  return app
}
