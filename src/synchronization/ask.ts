/** How the engine asks a registry: one function, so that it knows neither SOAP nor where the answers come from. */
import type { Span } from '../observability/tracing.ts'
import type { Undecided } from '../verification/rules.ts'

/** What came of a call. Errors are values: nothing personal is in `code`, and there are few different ones. */
export type RegistryAnswer<Answer = unknown> =
  | { readonly kind: 'answer'; readonly value: Answer; readonly messageId: string }
  | Undecided
  | { readonly kind: 'aborted' }

export interface AskOptions {
  /** Abandons the call wherever it is. */
  readonly signal: AbortSignal
  /** Gives up a call that has not been sent yet; one that is under way goes on. */
  readonly hold: AbortSignal
  /** The call is a probe of an open breaker: it is sent all the same, once. */
  readonly probe: boolean
  /** The span that the call's attempts lie under. */
  readonly span?: Span
}

/** Asks the registry one question. Never throws for what a registry or a network may do. */
export type Ask<Question, Answer = unknown> = (
  question: Question,
  options: AskOptions,
) => Promise<RegistryAnswer<Answer>>

/**
 * A registry, as a process asks it; the engine hands on the questions of the process's own rules, and looks into none. That the two are of
 * one stream is checked where they are put together (`cli/worker-side.ts`).
 */
export interface Asked<Question = unknown, Answer = unknown> {
  ask(question: Question, options: AskOptions): Promise<RegistryAnswer<Answer>>
}

/** The circuit breaker of a service in this worker, as the engine sees it (spec 2.6); the client tells it how calls end. */
export interface ServiceBreaker {
  readonly isOpen: boolean
  /** Milliseconds until a probe may be sent; 0: now; Infinity while one is under way. */
  msUntilProbe(): number
  /** Takes the turn of the next probe, so that no other run of this worker sends one meanwhile. */
  reserveProbe(): void
  /** Gives the turn back. */
  releaseProbe(): void
}
