/** A trace collector: OTLP over HTTP, in JSON. It stores what it receives and answers as a test wants. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'

interface Value {
  readonly stringValue?: string
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly boolValue?: boolean
}

interface Attribute {
  readonly key: string
  readonly value: Value
}

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly Attribute[]
  readonly events?: readonly { readonly name: string }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status: { readonly code?: number }
}

interface Delivery {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

/** A received span, with attributes as an object. */
export interface Received extends Omit<OtlpSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
  readonly milliseconds: number
}

export interface Collector {
  readonly url: string
  readonly spans: readonly Received[]
  /** The raw bodies. */
  readonly bodies: readonly string[]
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[]
  close(): Promise<void>
}

export type Behaviour = 'answer' | 'hang' | number

/** Starts a collector that answers, hangs, or refuses with a status. */
export async function startCollector(behaviour: Behaviour = 'answer'): Promise<Collector> {
  const spans: Received[] = []
  const bodies: string[] = []
  const requests: { path: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer(async (request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers })
    const isZipped = request.headers['content-encoding'] === 'gzip'
    const body = await text(isZipped ? request.pipe(createGunzip()) : request)
    if (behaviour === 'hang') return
    bodies.push(body)
    if (behaviour === 'answer') spans.push(...read(JSON.parse(body) as Delivery))
    response.writeHead(behaviour === 'answer' ? 200 : behaviour, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Starts collectors for the tests of a file, and closes them after each. */
export function prepareCollectors() {
  const open: Collector[] = []
  return {
    async collect(behaviour?: Behaviour): Promise<Collector> {
      const collector = await startCollector(behaviour)
      open.push(collector)
      return collector
    },
    async closeAll() {
      await Promise.all(open.splice(0).map((collector) => collector.close()))
    },
  }
}

/** The environment of a command that sends its traces there. */
export const to = ({ url }: Pick<Collector, 'url'>) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url, LOG_LEVEL: 'warn' })

/** The spans with a name, in order of arrival. */
export const named = ({ spans }: Collector, name: string) => spans.filter((span) => span.name === name)

/** The descendants of a span. */
export function under({ spans }: Collector, parent: Received | undefined): Received[] {
  return spans.filter(({ traceId, parentSpanId }) => traceId === parent?.traceId && parentSpanId === parent.spanId)
}

function read({ resourceSpans }: Delivery): Received[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: asObject(span.attributes ?? []),
        resource: asObject(resource.attributes),
        milliseconds: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
      })),
    ),
  )
}

function asObject(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue) : Number(intValue)),
    ]),
  )
}
