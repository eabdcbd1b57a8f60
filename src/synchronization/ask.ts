/** How the engine asks a registry: one function, so that the engine is independent of SOAP and of the source of answers. */
import type { Span } from '../observability/tracing.ts'
import type { Undecided } from '../verification/rules.ts'

/** The result of a call. Errors are values; `code` has few different values and contains nothing personal. */
export type RegistryAnswer<Answer = unknown> =
  | { readonly kind: 'answer'; readonly value: Answer; readonly messageId: string }
  | Undecided
  | { readonly kind: 'aborted' }

export interface AskOptions {
  /** Cancels the call at any point. */
  readonly signal: AbortSignal
  /** Cancels a call that has not been sent yet; a call in progress continues. */
  readonly hold: AbortSignal
  /** The call probes an open breaker: it is sent once despite it. */
  readonly probe: boolean
  /** The parent span of the call's attempts. */
  readonly span?: Span
}

/** Asks the registry one question. Never throws because of a registry or the network. */
export type Ask<Question, Answer = unknown> = (
  question: Question,
  options: AskOptions,
) => Promise<RegistryAnswer<Answer>>

/**
 * A registry as one process asks it. The engine passes the questions of the process's rules through without looking at them. That both
 * belong to the same stream is checked in its registration (`streams/`).
 */
export interface AskingRegistry<Question = unknown, Answer = unknown> {
  ask(question: Question, options: AskOptions): Promise<RegistryAnswer<Answer>>
}

/** The circuit breaker of a service in this worker, as the engine sees it (spec 2.6). The client reports the results of calls to it. */
export interface ServiceBreaker {
  readonly isOpen: boolean
  /** Milliseconds until a probe may be sent; 0: now; Infinity while one is in progress. */
  msUntilProbe(): number
  /** Reserves the next probe, so that no other run of this worker sends one meanwhile. */
  reserveProbe(): void
  /** Releases the reservation. */
  releaseProbe(): void
}
