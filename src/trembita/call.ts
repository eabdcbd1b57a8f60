/** Types of calls: what a service consists of, options of a call, and how it can end. */
import type { Span } from '../observability/tracing.ts'
import type { Signals } from './abort.ts'
import type { Breaker } from './breaker.ts'
import type { RequestTemplate, ServiceDefinition } from './envelope.ts'
import type { Whose } from './faults.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { XmlElement } from './xml.ts'

/** The content of a registry's answer, or the error. */
export type ReadOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly whose: Whose }

/** Admits attempts, limited by concurrency and rate. */
export interface CallAdmission {
  /** True once the attempt may start; false if a signal was aborted first. A promise only if it has to wait. */
  enter(signals: Signals): boolean | Promise<boolean>
  /** Reports that an admitted attempt has ended. */
  leave(): void
  /** Rejects everyone who waits, as if aborted: the breaker has just opened. */
  turnAway(): void
}

/** One service of a registry, with its state in this process. */
export interface CalledService<T> {
  /** Our name of the service, for logs and metrics. */
  readonly name: string
  readonly definition: ServiceDefinition
  readonly template: RequestTemplate
  read(wrapper: XmlElement): ReadOutcome<T>
  readonly breaker: Breaker
  readonly budget: RetryBudget
  readonly admission: CallAdmission
}

/** How a call ended. `messageId` and `milliseconds` belong to the last attempt. */
export type CallResult<T> =
  | {
      readonly kind: 'answer'
      readonly value: T
      readonly messageId: string
      readonly milliseconds: number
      readonly attempts: number
    }
  | {
      readonly kind: 'technical_error'
      readonly whose: Whose
      /** A stable code with few values: `timeout`, `http_502`, `status_-2`, `Server.ClientProxy.NetworkError` … */
      readonly code: string
      readonly messageId: string | null
      readonly milliseconds: number
      readonly attempts: number
    }
  /** Not sent, cancelled by the caller's signal, or stopped by the breaker before sending. Not an error. */
  | { readonly kind: 'aborted' }

/** One finished attempt, for metrics and for the display of attempts. */
export interface Attempt {
  readonly service: string
  /** The origin (scheme, host, port) of the security server. */
  readonly server: string
  readonly messageId: string
  readonly outcome: 'answer' | 'subject_error' | 'service_error' | 'aborted'
  readonly milliseconds: number
  /** Only for errors. */
  readonly code?: string
}

/** The log record of a failed attempt. Nothing else may be logged. */
export interface FailedAttempt {
  readonly service: string
  readonly server: string
  readonly messageId: string
  readonly code: string
  readonly whose: Whose
  readonly attempts: number
  readonly milliseconds: number
  /** HTTP status, if there was a response. */
  readonly status?: number
  readonly faultDetail?: string
  readonly transactionId?: string
}

/** Options of a single call. */
export interface CallOptions {
  /** Cancels the call at any point. */
  readonly signal?: AbortSignal | undefined
  /** Cancels the call only while no request is in progress: waiting for admission or for a retry. */
  readonly hold?: AbortSignal | undefined
  /** The call probes an open breaker: it is sent once despite it, and its result is reported to it. */
  readonly probe?: boolean | undefined
  /** False: one attempt only, for callers that retry themselves. */
  readonly retry?: boolean | undefined
  /** The parent span of the attempts; without one they are not traced. */
  readonly span?: Span | undefined
}
