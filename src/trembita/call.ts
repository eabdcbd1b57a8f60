/** The words of calls: what a service is made of, how a call may be made and how it can end. */
import type { Span } from '../observability/tracing.ts'
import type { Signals } from './abort.ts'
import type { Breaker } from './breaker.ts'
import type { RequestTemplate, ServiceDefinition } from './envelope.ts'
import type { Whose } from './faults.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { XmlElement } from './xml.ts'

/** What a registry's answer says, or why it says nothing. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly whose: Whose }

/** Lets attempts in, so many at once and so many a second. */
export interface Admission {
  /** True once the attempt may be made; false if a signal was aborted first. A promise only where there is something to wait for. */
  enter(signals: Signals): boolean | Promise<boolean>
  /** An attempt that was let in has ended. */
  leave(): void
  /** Sends away all who wait, as if their signals had been aborted: the breaker has just opened. */
  turnAway(): void
}

/** One service of a registry, with all that is kept for it in this process. */
export interface Service<T> {
  /** Our name for it, for logs and metrics. */
  readonly name: string
  readonly definition: ServiceDefinition
  readonly template: RequestTemplate
  read(wrapper: XmlElement): Outcome<T>
  readonly breaker: Breaker
  readonly budget: RetryBudget
  readonly admission: Admission
}

/** How a call ended. `messageId` and `milliseconds` are those of the last attempt. */
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
      /** Stable and of few values: `timeout`, `http_502`, `status_-2`, `Server.ClientProxy.NetworkError` … */
      readonly code: string
      readonly messageId: string | null
      readonly milliseconds: number
      readonly attempts: number
    }
  /** Not asked, or given up on the caller's signal, or because the breaker opened before it was sent. No error. */
  | { readonly kind: 'aborted' }

/** One attempt that ended, for metrics and for whoever shows attempts. */
export interface Attempt {
  readonly service: string
  /** The origin of the security server that was asked. */
  readonly server: string
  readonly messageId: string
  readonly outcome: 'answer' | 'subject_error' | 'service_error' | 'aborted'
  readonly milliseconds: number
  /** Of an error. */
  readonly code?: string
}

/** The log line of an attempt that failed: all that it may say. */
export interface FailedAttempt {
  readonly service: string
  readonly server: string
  readonly messageId: string
  readonly code: string
  readonly whose: Whose
  readonly attempts: number
  readonly milliseconds: number
  /** HTTP status, where there was one. */
  readonly status?: number
  readonly faultDetail?: string
  readonly transactionId?: string
}

/** How a single call is to be made. */
export interface CallOptions {
  /** Gives the call up wherever it is. */
  readonly signal?: AbortSignal | undefined
  /** Gives the call up only where it is not under way: waiting for its turn, or to be repeated. */
  readonly hold?: AbortSignal | undefined
  /** The call is a probe of an open breaker: it is sent all the same, once, and tells the breaker how it ended. */
  readonly probe?: boolean | undefined
  /** False: one attempt, for callers that repeat by themselves. */
  readonly retry?: boolean | undefined
  /** The span that attempts lie under; left out: they are not traced. */
  readonly span?: Span | undefined
}
