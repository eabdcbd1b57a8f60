/**
 * Traces behind one interface of ours. Where nobody configured them (docs/tracing.md) `NO_TRACING` stands here: its spans do nothing, and
 * nothing of OpenTelemetry's SDK is loaded. What a span may carry is a closed list, as for the log: nothing personal has a field to go to.
 */

/** Everything that may be said of a span or an event: ids, counts, codes. */
export interface Facts {
  /** Stream and kind of subject, e.g. `dms_passport/person`. */
  readonly process?: string
  readonly run?: string
  readonly worker?: string
  readonly subjectId?: string
  /** A registry's service, e.g. `CheckPassportDMSStatus`, and the origin of the security server that was asked. */
  readonly service?: string
  readonly server?: string
  /** Our id of a message, and the other side's names for the exchange. */
  readonly messageId?: string
  readonly transactionId?: string
  readonly faultDetail?: string
  readonly attempt?: number
  readonly probe?: boolean
  readonly cause?: string
  readonly state?: string
  readonly outcome?: string
  /** A stable code of few values: of a fault or an error. */
  readonly code?: string
  readonly whose?: 'subject' | 'service'
  /** The HTTP status of an answer. */
  readonly status?: number
  /** Words of our own, never a value that came from outside. */
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
export type SpanName = (typeof spanNames)[number]

/** What events are called. */
export const eventNames = ['breaker opened', 'tried again'] as const
export type EventName = (typeof eventNames)[number]

/** Where a span is: in which trace, and under which id. */
export interface Place {
  readonly traceId: string
  readonly spanId: string
}

/** A span that is to begin. */
export interface NewSpan {
  readonly name: SpanName
  /** Its own place; chance gives it one otherwise. */
  readonly at?: Place
  /** A span of another process, in the same trace, that it lies under. */
  readonly under?: Place
  /** Spans of other traces that it belongs with. */
  readonly linked?: readonly Place[]
  readonly facts?: Facts
  /** Milliseconds since 1970; left out: now. */
  readonly since?: number
  /** The sampler decides whether it is recorded, with all that lies under it. */
  readonly isSampled?: boolean
}

/** A child of a span. */
export type NewChild = Pick<NewSpan, 'name' | 'facts' | 'since' | 'linked'>

/** A piece of work with a beginning and an end. Nothing in it ever throws. */
export interface Span {
  /** False: nothing is kept, and what it takes effort to say need not be said. */
  readonly isRecorded: boolean
  /** Where it is; undefined: nowhere. */
  readonly place: Place | undefined
  add(facts: Facts): void
  /** Something happened at one moment. */
  event(name: EventName, facts?: Facts): void
  begin(child: NewChild): Span
  /** It failed, with one of few codes. */
  fail(code: string): void
  end(at?: number): void
}

/** Begins spans that lie under no other of this process. */
export interface Tracing {
  readonly isOn: boolean
  begin(span: NewSpan): Span
  /** Sends what is left, for so long at most. */
  close(milliseconds: number): Promise<void>
}

/** A span of which nothing is kept. */
export const NO_SPAN: Span = {
  isRecorded: false,
  place: undefined,
  add: () => undefined,
  event: () => undefined,
  begin: () => NO_SPAN,
  fail: () => undefined,
  end: () => undefined,
}

/** Traces that nobody asked for. */
export const NO_TRACING: Tracing = { isOn: false, begin: () => NO_SPAN, close: () => Promise.resolve() }

/** The time of spans: milliseconds since 1970 that never jump. */
export function spanTime(): number {
  return performance.timeOrigin + performance.now()
}
