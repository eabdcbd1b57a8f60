/**
 * Traces with the OpenTelemetry SDK, exported as OTLP over HTTP in JSON. The only file that imports the SDK, itself imported only if traces
 * are configured. Tracing must not harm the work: the queue is bounded, spans over the limit are dropped and counted, and export failures
 * are reported occasionally.
 */
import { setMaxListeners } from 'node:events'
import type { AgentOptions } from 'node:https'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Attributes,
  type Context,
  type HrTime,
  type Link,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { type NewChild, type NewSpan, NO_SPAN, type Span, type SpanPlace, spanTime, type Tracing } from './tracing.ts'
import { attributesOf } from './tracing-attributes.ts'

/** The tracing settings (docs/tracing.md); the SDK's defaults apply to the rest. The SDK itself reads other OTEL_* variables. */
interface TracingOptions {
  readonly version: string
  /** The share of traced batches. */
  readonly ratio: number
  readonly maxQueueSize?: number | undefined
  readonly maxExportBatchSize?: number | undefined
  readonly scheduledDelayMillis?: number | undefined
  readonly exportTimeoutMillis?: number | undefined
  readonly tls: Pick<AgentOptions, 'ca' | 'cert' | 'key'>
  /**
   * Spans were lost: the number, and the code of the last failure, `queue_full` if the collector is too slow. Called occasionally at most.
   */
  readonly onLost: (lost: number, code: string) => void
}

const QUEUE_SIZE = 2048
const TELL_AGAIN_MILLISECONDS = 300_000

/** Starts the SDK. Throws for settings that it refuses. */
export function openTracing(options: TracingOptions): Tracing {
  const { maxQueueSize = QUEUE_SIZE, ratio, version } = options
  const losses = tellInTime(options.onLost)
  const ended = new AbortController()
  setMaxListeners(0, ended.signal)
  const queue = { waiting: 0, size: maxQueueSize, isFull: () => losses.add(1, 'queue_full') }
  const ids = new ChosenIds()
  const provider = new TracerProvider({
    idGenerator: ids,
    resource: resourceOf(version),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: watched(createExporter(options, ended.signal), queue, losses.add),
        maxQueueSize,
        maxExportBatchSize: Math.min(options.maxExportBatchSize ?? 512, maxQueueSize),
        ...(options.scheduledDelayMillis === undefined ? {} : { scheduledDelayMillis: options.scheduledDelayMillis }),
        ...(options.exportTimeoutMillis === undefined ? {} : { exportTimeoutMillis: options.exportTimeoutMillis }),
      }),
    ],
  })
  const sampler = new TraceIdRatioBasedSampler(ratio)
  const isLeftOut = ({ isSampled, at }: NewSpan) =>
    isSampled === true &&
    at !== undefined &&
    sampler.shouldSample(ROOT_CONTEXT, at.traceId).decision === SamplingDecision.NOT_RECORD
  const kit: Kit = { tracer: provider.getTracer('zvirka', version), ids, queue }
  return {
    isOn: true,
    begin: (span) => (isLeftOut(span) ? NO_SPAN : start(kit, span, contextUnder(span.under))),
    async close(milliseconds) {
      const patience = new AbortController()
      await Promise.race([
        provider.shutdown().catch(() => undefined),
        delay(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined),
      ])
      patience.abort()
      // An unresponsive collector must not delay the process's exit.
      ended.abort()
      losses.tell()
    },
  }
}

interface Queue {
  waiting: number
  readonly size: number
  isFull(): void
}

interface Kit {
  readonly tracer: Tracer
  readonly ids: ChosenIds
  readonly queue: Queue
}

/** Given ids, or random ones. The SDK asks for them synchronously when a span starts, so calls cannot interleave. */
class ChosenIds implements IdGenerator {
  readonly #chance = new RandomIdGenerator()
  next: SpanPlace | undefined
  generateTraceId = () => this.next?.traceId ?? this.#chance.generateTraceId()
  generateSpanId = () => this.next?.spanId ?? this.#chance.generateSpanId()
}

function start(kit: Kit, { name, at, linked = [], facts, since = spanTime() }: NewSpan, context: Context): Span {
  kit.ids.next = at
  const span = kit.tracer.startSpan(
    name,
    {
      kind: name === 'call' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      startTime: hrTime(since),
      links: linked.map(asLink),
      ...(facts === undefined ? {} : { attributes: attributesOf(facts) as Attributes }),
    },
    context,
  )
  kit.ids.next = undefined
  return wrap(kit, span, trace.setSpan(context, span))
}

function wrap(kit: Kit, span: OtelSpan, context: Context): Span {
  let hasEnded = false
  return {
    isRecorded: true,
    place: span.spanContext(),
    add: (facts) => void span.setAttributes(attributesOf(facts)),
    event: (name, facts = {}) => void span.addEvent(name, attributesOf(facts), hrTime(spanTime())),
    begin: (child: NewChild) => start(kit, child, context),
    fail: (code) => void span.setAttributes(attributesOf({ code })).setStatus({ code: SpanStatusCode.ERROR }),
    end(at = spanTime()) {
      if (hasEnded) return
      hasEnded = true
      // Like the SDK's own queue, but counted: the SDK drops spans silently.
      if (kit.queue.waiting >= kit.queue.size) return kit.queue.isFull()
      kit.queue.waiting += 1
      span.end(hrTime(at))
    },
  }
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), Math.round((milliseconds % 1000) * 1e6)]
}

function contextUnder(parent: SpanPlace | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags: TraceFlags.SAMPLED, isRemote: true })
}

function asLink(place: SpanPlace): Link {
  return { context: { ...place, traceFlags: TraceFlags.SAMPLED } }
}

function resourceOf(version: string) {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': 'zvirka',
        'service.version': version,
        'service.instance.id': `${hostname()}-${process.pid}`,
        'host.name': hostname(),
        'process.pid': process.pid,
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }))
}

function createExporter({ tls }: TracingOptions, signal: AbortSignal): SpanExporter {
  return new OTLPTraceExporter({
    async httpAgentOptions(protocol) {
      const { Agent } = protocol === 'http:' ? await import('node:http') : await import('node:https')
      return new Agent({ keepAlive: true, signal, ...tls } as AgentOptions)
    },
  })
}

/** Wraps the exporter and observes exports and failures; it reports failures to the SDK as success, because our code logs them. */
function watched(exporter: SpanExporter, queue: Queue, lost: (count: number, code: string) => void): SpanExporter {
  return {
    export(spans, done) {
      queue.waiting -= spans.length
      exporter.export(spans, ({ error }) => {
        if (error !== undefined) lost(spans.length, codeOf(error))
        done({ code: 0 })
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

function codeOf(error: Error & { readonly code?: unknown }): string {
  if (typeof error.code === 'number') return `http_${error.code}`
  return typeof error.code === 'string' && error.code !== '' ? error.code : 'not_delivered'
}

function tellInTime(onLost: TracingOptions['onLost']) {
  let lost = 0
  let lastCode = ''
  let toldAt = Number.NEGATIVE_INFINITY
  const tell = () => {
    if (lost === 0) return
    onLost(lost, lastCode)
    lost = 0
    toldAt = performance.now()
  }
  return {
    tell,
    add(count: number, code: string) {
      lost += count
      lastCode = code
      if (performance.now() - toldAt >= TELL_AGAIN_MILLISECONDS) tell()
    },
  }
}
