/** Measures the server's answers. Routes are labelled by pattern, never by path or query. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiMeter } from '../observability/api-metrics.ts'
import { DEAD_REASONS } from '../verification/status.ts'
import { type ApiError, TEXTS } from './errors.ts'

/** Measures every answer of a server. Must be added before its routes. */
export function addMeter(app: FastifyInstance, meter: ApiMeter): void {
  meter.expectDeactivations(DEAD_REASONS)
  app.addHook('onRoute', ({ url, method }) => {
    // fastify adds HEAD to each GET; nobody uses it.
    for (const each of [method].flat()) if (each !== 'HEAD') meter.expectRequests(url, each)
  })
  app.addHook('onResponse', async (request, reply) => {
    meter.request({
      ...{ route: routeOf(request), method: request.method, status: reply.statusCode },
      milliseconds: reply.elapsedTime,
      isStream: String(reply.getHeader('content-type')).startsWith('text/event-stream'),
    })
  })
}

/** Counts refusals that operators want to see. */
export function meterRefusal(meter: ApiMeter, request: FastifyRequest, error: ApiError): void {
  const isSignIn = request.method === 'POST' && routeOf(request) === '/oauth/tokens'
  if (error.kind === 'too_many_requests') {
    // A sign-in that is too early has its own delay and does not count as a rate limit of requests.
    meter.tooMany('ratelimit-limit' in error.headers ? 'requests' : 'sign_in')
  } else if (error.kind !== 'access_denied') return
  else if (isSignIn) meter.signInRefused()
  else if (error.message === TEXTS.noToken) meter.tokenRefused('missing')
  else if (error.message === TEXTS.badToken) meter.tokenRefused('bad')
}

function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
}
