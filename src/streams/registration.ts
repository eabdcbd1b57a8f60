/**
 * Registrations: everything the program knows about a stream besides its pure rules (`verification/streams`). The engine, the commands,
 * erasure and the explanations use them, and never name a stream.
 */
import type { Executor, Query } from '../database/query.ts'
import type { ExplanationMessage, PlainExplanation } from '../messages/explanations.ts'
import type { Registries } from '../registries/registries.ts'
import type { ServiceName } from '../registries/services.ts'
import type { CallOptions, CallResult } from '../trembita/call.ts'
import type { Decision, StreamRules, Verdict } from '../verification/rules.ts'
import type { StreamState, SubjectKind } from '../verification/status.ts'

/** Everything about one stream, for each kind of subject that has it. */
export interface Registration<Question = unknown, Answer = unknown, Kept = unknown, Terms = unknown> {
  rules(kind: SubjectKind): StreamRules<Question, Answer, Kept, Terms>
  /** The service of the registry; its group has the settings of the connection, the rate and the hours. */
  readonly service: ServiceName
  ask(registries: Registries, question: Question, options: CallOptions): Promise<CallResult<Answer>>
  /** Reads what the rules need besides the subject, in the transaction of each claim. */
  terms(settings: RulesSettings, kind: SubjectKind): (tx: Executor) => Promise<Terms>
  /**
   * Stores what decisions want to keep in `mimir` (spec 2.5.1), in key order. Returns the `id` of a row for each, in the order of the
   * input; null if there is no single row to link to.
   */
  keep(tx: Executor, kept: readonly Kept[], userId: string): Promise<readonly KeptRow[]>
  /**
   * For decisions that need the database: concludes these answers, in order. Their claims still hold and the summaries are locked; it
   * writes in the same transaction.
   */
  conclude?(tx: Executor, answered: readonly ToConclude<Kept>[], by: ConcludedBy): Promise<readonly Conclusion[]>
  readonly messages: StreamMessages
  /** The answers about a person that an erasure finds and deletes. */
  readonly traces: StreamTraces
}

/** The settings that rules read. */
interface RulesSettings {
  readonly drfo: { readonly notVerifiedResults: ReadonlySet<number>; readonly closedResults: ReadonlySet<number> }
  readonly dracsDeath: Readonly<Record<SubjectKind, { readonly full: number; readonly partial: number }>>
}

/** What was stored of an answer: the `mimir` row to link to, if any, and its other rows. */
export interface KeptRow {
  readonly id: string | null
  readonly others?: readonly string[]
}

/** An answer and what the rules decided. */
interface ToConclude<Kept> {
  readonly subjectId: string
  readonly decision: Decision<Kept>
}

/** The kind of subject, and the user in whose name a conclusion is written. */
interface ConcludedBy {
  readonly kind: SubjectKind
  readonly runId: string
  readonly userId: string
}

/** A decision in which the database took part. */
export interface Conclusion {
  readonly verdict: Verdict
  readonly step: '4' | '5'
  /** The row that the stream links to, null for none; omitted: the stored row, if the decision links to it. */
  readonly dataId?: string | null
}

/** Messages and the specification section that they follow. */
export interface StreamWhy {
  readonly why: readonly ExplanationMessage[]
  readonly rule: string | null
}

/** The steps that an answer writes. */
export const ANSWER_STEPS = ['4', '4.1', '4.2', '5'] as const
type AnswerStep = (typeof ANSWER_STEPS)[number]

/** The messages about a stream's pre-check and answers. */
export interface StreamMessages {
  /** There was nothing to check. */
  readonly absent: PlainExplanation
  /** The document or number had a wrong format. */
  readonly illFormed: PlainExplanation
  /** Whether answers about other subjects with the same document apply to this one. */
  readonly isShared: boolean
  /** A person must decide about the answer; null: never in this stream. */
  readonly toDecide: PlainExplanation | null
  /** An answer wrote the state; `answer` is its code, if the stream stores one. */
  answered(kind: SubjectKind, state: StreamState, step: AnswerStep, answer: number | null): StreamWhy
}

/** How to find the answers `a` about a person, and how an erasure describes them. */
export interface StreamTraces {
  /** The table of the answers. */
  readonly table: string
  /** The columns in whose order workers lock them. */
  readonly key: string
  /** Selects the ids of answers about the person's ($1) present data. */
  readonly had: string
  /** Whether somebody else has the same data: then the answer stays (like zvirka.forget_answers, migration 0019). */
  readonly isHeld: string
  /** Describes the deleted answers. */
  readonly gone: string
  /** Describes the answers that stay, and why. */
  readonly kept: readonly [what: string, why: string]
}

/** Keeping by one statement. */
export function keptBy<Kept>(
  statement: (kept: readonly Kept[], userId: string) => Query,
): Registration<unknown, unknown, Kept>['keep'] {
  return (tx, kept, userId) => tx.query<KeptRow>(statement(kept, userId))
}

/** For rules that need nothing besides the subject. */
export const NO_TERMS = () => async (): Promise<void> => undefined

/** Messages without parameters. */
export const plainMessages = (...codes: readonly (PlainExplanation | null)[]): ExplanationMessage[] =>
  codes.flatMap((code) => (code === null ? [] : [{ code, params: {} }]))

/** The messages for a registry that answers 1 if it has a record, and 0 if not (spec 2.5). */
export function yesOrNoMessages(found: PlainExplanation, notFound: PlainExplanation): StreamMessages['answered'] {
  return (kind, _state, step) => {
    if (step === '5')
      return { why: [{ code: 'registry_answered', params: { answer: 0 } }, ...plainMessages(notFound)], rule: '2.5.4' }
    const ofStep = {
      4: 'registry_answered',
      4.1: `answered_about_another_${kind}`,
      4.2: kind === 'person' ? 'answered_about_party' : 'answered_about_person',
    } as const
    return {
      why: [{ code: ofStep[step], params: { answer: 1 } }, ...plainMessages(found)],
      rule: step === '4' ? '2.5.2' : '2.5.3',
    }
  }
}
