/** Rate limits per minute, for each token and each address (spec 7.2), with their headers (spec 6.2). */
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { countedAddress } from '../access/address.ts'
import { tokenDigest } from './enforce.ts'
import { ApiError, TEXTS } from './errors.ts'

/** Requests a minute; undefined: no limit. */
export interface RateLimits {
  readonly token: number | undefined
  readonly address: number | undefined
}

interface RateState {
  readonly max: number
  readonly remaining: number
  readonly seconds: number
  readonly isExceeded: boolean
}

type Limiter = (request: FastifyRequest) => Promise<RateState | undefined>

/** Adds the limits to a server. They are counted in this process; the monitoring routes are not counted. */
export async function addRateLimits(app: FastifyInstance, limits: RateLimits): Promise<void> {
  if (limits.token === undefined && limits.address === undefined) return
  await app.register(rateLimit, { global: false })
  const limiters = [
    limiter(app, limits.address, (request) => `address ${countedAddress(request.ip)}`),
    limiter(app, limits.token, tokenKey),
  ]
  app.addHook('onRequest', async (request, reply) => {
    if (isMonitoring(request.url)) return
    for (const look of limiters) tell(reply, await look(request))
  })
}

function limiter(
  app: FastifyInstance,
  max: number | undefined,
  keyOf: (request: FastifyRequest) => string | undefined,
): Limiter {
  if (max === undefined) return async () => undefined
  const check = app.createRateLimit({ max, timeWindow: 60_000, keyGenerator: (request) => keyOf(request) ?? '' })
  return async (request) => {
    if (keyOf(request) === undefined) return undefined
    const result = await check(request)
    if (result.isAllowed) return undefined
    const { remaining, ttlInSeconds: seconds, isExceeded } = result
    return { max, remaining, seconds, isExceeded }
  }
}

function tokenKey({ headers }: FastifyRequest): string | undefined {
  const digest = tokenDigest(headers)
  return digest === undefined ? undefined : `token ${digest}`
}

function isMonitoring(url: string): boolean {
  return url.startsWith('/health/') || url === '/metrics'
}

// The nearest limit is reported: that of the token if both apply.
function tell(reply: FastifyReply, state: RateState | undefined): void {
  if (state === undefined) return
  const { max, remaining, seconds, isExceeded } = state
  const headers = {
    'ratelimit-limit': String(max),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(seconds),
  }
  reply.headers(headers)
  if (!isExceeded) return
  throw new ApiError('too_many_requests', TEXTS.tooMany, { headers: { ...headers, 'retry-after': String(seconds) } })
}
