/** How the engine asks a registry: one function, so that it knows neither SOAP nor where the answers come from. */
import type { Span } from '../observability/tracing.ts'

/** What came of a call. Errors are values: nothing personal is in `code`, and there are few different ones. */
export type RegistryAnswer =
  | {
      readonly kind: 'answer'
      readonly value: { readonly status: 0 | 1; readonly description?: string }
      readonly messageId: string
    }
  | { readonly kind: 'technical_error'; readonly whose: 'subject' | 'service'; readonly code: string }
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
export type Ask<Question> = (question: Question, options: AskOptions) => Promise<RegistryAnswer>

/** A registry, as a process asks it; the engine hands on the questions of the process's own rules, and looks into none. */
export interface Asked<Question = unknown> {
  ask(...asked: Parameters<Ask<Question>>): ReturnType<Ask<Question>>
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
