/**
 * Traces behind our own interface. If they are not configured (docs/tracing.md), `NO_TRACING` is used: its spans do nothing, and the
 * OpenTelemetry SDK is not loaded. The attributes of a span are a closed list, as for the log: personal data has no field.
 */

/** The possible attributes of a span or an event: ids, counts, codes. */
export interface Facts {
  /** Stream and kind of subject, e.g. `dms_passport/person`. */
  readonly process?: string
  readonly run?: string
  readonly worker?: string
  readonly subjectId?: string
  /** A registry's service, e.g. `CheckPassportDMSStatus`, and the origin of the security server. */
  readonly service?: string
  readonly server?: string
  /** Our id of a message, and the other side's ids of the exchange. */
  readonly messageId?: string
  readonly transactionId?: string
  readonly faultDetail?: string
  readonly attempt?: number
  readonly probe?: boolean
  readonly cause?: string
  readonly state?: string
  readonly outcome?: string
  /** A stable code with few values: of a fault or an error. */
  readonly code?: string
  readonly whose?: 'subject' | 'service'
  /** The HTTP status of an answer. */
  readonly status?: number
  /** Our own text, never an external value. */
  readonly reason?: string
  readonly queueMilliseconds?: number
  readonly turnMilliseconds?: number
  readonly retries?: number
  readonly counts?: Readonly<Record<string, number>>
}

/** All span names. */
export const spanNames = [
  ...(['tick', 'run', 'work', 'breaker open', 'guard'] as const),
  ...(['batch', 'claim', 'pre-check', 'ask', 'call', 'flush'] as const),
  ...(['take-over', 'lease lost'] as const),
] as const
type SpanName = (typeof spanNames)[number]

/** The names of events. */
export const eventNames = ['breaker opened', 'tried again'] as const
type EventName = (typeof eventNames)[number]

/** The ids of a span: its trace and its own. */
export interface SpanPlace {
  readonly traceId: string
  readonly spanId: string
}

/** A span to start. */
export interface NewSpan {
  readonly name: SpanName
  /** Its own ids; random by default. */
  readonly at?: SpanPlace
  /** The parent span, from another process in the same trace. */
  readonly under?: SpanPlace
  /** Related spans of other traces. */
  readonly linked?: readonly SpanPlace[]
  readonly facts?: Facts
  /** Epoch milliseconds; default: now. */
  readonly since?: number
  /** The sampler decides whether it is recorded, with all its children. */
  readonly isSampled?: boolean
}

/** A child of a span. */
export type NewChild = Pick<NewSpan, 'name' | 'facts' | 'since' | 'linked'>

/** A piece of work with a start and an end. Nothing in it ever throws. */
export interface Span {
  /** False: nothing is recorded, so expensive attributes need not be computed. */
  readonly isRecorded: boolean
  /** Its ids; undefined if it is not recorded. */
  readonly place: SpanPlace | undefined
  add(facts: Facts): void
  /** An event at one moment. */
  event(name: EventName, facts?: Facts): void
  begin(child: NewChild): Span
  /** The work failed, with one of few codes. */
  fail(code: string): void
  end(at?: number): void
}

/** Starts spans without a parent in this process. */
export interface Tracing {
  readonly isOn: boolean
  begin(span: NewSpan): Span
  /** Exports the remaining spans, within a time limit. */
  close(milliseconds: number): Promise<void>
}

/** A span that records nothing. */
export const NO_SPAN: Span = {
  isRecorded: false,
  place: undefined,
  add: () => undefined,
  event: () => undefined,
  begin: () => NO_SPAN,
  fail: () => undefined,
  end: () => undefined,
}

/** Tracing that is disabled. */
export const NO_TRACING: Tracing = { isOn: false, begin: () => NO_SPAN, close: () => Promise.resolve() }

/** The clock of spans: epoch milliseconds that never jump. */
export function spanTime(): number {
  return performance.timeOrigin + performance.now()
}
