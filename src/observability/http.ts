import { type FastifyInstance, fastify } from 'fastify'
import { errorCodeOf } from './errors.ts'
import { ListenError, PortTakenError } from './listen-errors.ts'

/** Checks one component: returns nothing if it works, otherwise the code of the problem. An exception counts as not working. */
export type Check = () => Promise<string | undefined>

/** What the monitoring routes show. */
interface Monitored {
  /** The parts that must work for this process to be ready, by name. */
  readonly checks: Readonly<Record<string, Check>>
  readonly metrics: { readonly contentType: string; text(): Promise<string> }
}

/** Where to listen; `anyIfTaken` lets another free port be chosen if the given one is taken. */
interface MonitoringOptions extends Monitored {
  readonly host: string
  /** The setting that names the host, for the error about an unusable one; default: HOST. */
  readonly hostSetting?: string
  readonly port: number
  readonly anyIfTaken?: boolean
}

/** A running server of health and metrics. */
export interface Monitoring {
  readonly port: number
  readonly url: string
  close(): Promise<void>
}

const checkMilliseconds = 3000

/**
 * Starts the server of /health/live, /health/ready and /metrics; throws a `PortTakenError` if the port is in use and no other is allowed.
 */
export async function startMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  const app = fastify({ logger: false, forceCloseConnections: true, requestTimeout: 10_000, bodyLimit: 1024 })
  addMonitoring(app, options)
  const { host, port, hostSetting, anyIfTaken = false } = options
  try {
    return await listenOn(app, host, port, hostSetting)
  } catch (error) {
    if (!(error instanceof PortTakenError && anyIfTaken && port !== 0)) throw error
    return startMonitoring({ ...options, port: 0 })
  }
}

/** Lets a server listen; throws a `PortTakenError` if the port is in use, and closes the server on failure. */
export async function listenOn(
  app: FastifyInstance,
  host: string,
  port: number,
  hostSetting = 'HOST',
): Promise<Monitoring> {
  try {
    await listen(app, host, port, hostSetting)
  } catch (error) {
    await app.close()
    throw error
  }
  const bound = portOf(app)
  return { port: bound, url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, close: () => app.close() }
}

/** Adds the monitoring routes to a server that has no others, and answers everything else with a bare 404. */
function addMonitoring(app: FastifyInstance, monitored: Monitored): void {
  addMonitoringRoutes(app, monitored)
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }))
  app.setErrorHandler((error, _request, reply) => {
    const status = Number(Reflect.get(Object(error), 'statusCode') ?? 500)
    // Errors of the client's request are returned; internal errors go only to the log.
    return reply.code(status).send({ error: status < 500 ? 'bad request' : 'internal error' })
  })
}

/** Adds the monitoring routes to a server that may have others. */
export function addMonitoringRoutes(app: FastifyInstance, { checks, metrics }: Monitored): void {
  app.get('/health/live', async () => ({ status: 'alive' }))
  app.get('/health/ready', async (_request, reply) => {
    const failing = await failures(checks)
    if (failing.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'not ready', failing })
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}

async function failures(checks: Monitored['checks']): Promise<{ part: string; code: string }[]> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([part, check]) => ({ part, code: await outcomeOf(check) })),
  )
  return results.flatMap(({ part, code }) => (code === undefined ? [] : [{ part, code }]))
}

async function outcomeOf(check: Check): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve('no_answer'), checkMilliseconds)
  try {
    return await Promise.race([check(), late])
  } catch {
    return 'failed'
  } finally {
    clearTimeout(timer)
  }
}

const NO_ADDRESS_OF_OURS: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'])

async function listen(app: FastifyInstance, host: string, port: number, hostSetting: string): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const code = errorCodeOf(error)
    if (code === 'EADDRINUSE') throw new PortTakenError(host, port)
    if (code === 'EACCES') throw new ListenError(`this user may not open port ${port} of ${host}`, { cause: error })
    if (NO_ADDRESS_OF_OURS.has(code))
      throw new ListenError(`${hostSetting} must be an address of this machine, not ${host}: ${code}`, { cause: error })
    throw error
  }
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return address.port
}
