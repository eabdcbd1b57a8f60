/**
 * What every stream's rules have in common: the shape of a decision. Decide, then apply: a rule says what is to be written
 * and never writes; `synchronization` applies it with one conditional statement.
 */
import type { IdentityDocument } from './documents.ts'
import type { OwnStream, StreamReason, StreamStatus, SubjectKind } from './status.ts'

/** Steps of spec 2 that write a status; history and `explain` cite them. */
export type Step = '1.1' | '4' | '4.1' | '4.2' | '5'

/** The names and the birth date of a subject. All of it is personal. */
export interface Names {
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string | null
  /** `YYYY-MM-DD` */
  readonly birth_date: string
}

/** Who a subject is, for streams that ask about the person and not about a document alone. All of it is personal. */
export interface Identity extends Names {
  /** Null of a party. */
  readonly unzr: string | null
  readonly tax_id?: string | null
  readonly no_tax_id?: boolean
}

/** A subject as the rules see it when it has been claimed; what a stream does not look at may be left out. */
export interface Subject {
  readonly documents: readonly IdentityDocument[]
  readonly identity?: Identity
}

/** A status of a stream and what goes with it. VERIFICATION_NEEDED: a person must look at what was answered. */
export interface Verdict {
  readonly status: Exclude<StreamStatus, 'IN_REVIEW'>
  readonly reason: StreamReason
}

/**
 * What the pre-check says (spec 2.3): the subject is settled without a call, or a question is to be asked. `clearsUnzr`: the
 * person's UNZR is taken away as well, if it is still this one (spec 2.3.3). `isSynced`: it counts as checked now, so that a stream
 * that asks about such statuses again does so after its period.
 */
export type PreCheck<Question> =
  | { readonly kind: 'settled'; readonly verdict: Verdict; readonly clearsUnzr?: string; readonly isSynced?: true }
  | { readonly kind: 'ask'; readonly question: Question }

/** What is written of a stream because of an answer. */
export interface Result {
  readonly verdict: Verdict
  /** The registry's code: `data_status`. */
  readonly code: number | null
  /** Whether the stream links to the row that is kept in `mimir`. */
  readonly isLinked: boolean
}

/**
 * Others for whom an answer counts (spec 2.5.3): all with this document, or all whose stream links to the kept row and who
 * have these names and this birth date. Personal.
 */
export type Others =
  | { readonly by: 'document'; readonly type: string; readonly number: string }
  | ({ readonly by: 'link' } & Names)

/** What an answer decides. */
export interface Decision<Kept> extends Result {
  readonly kind: 'decided'
  readonly step: '4' | '5'
  /** What is kept in `mimir`; left out: nothing. */
  readonly keeps?: Kept
  /** Whom else it reaches, with the result of each kind; left out: nobody. Only where something is kept. */
  readonly reaches?: { readonly others: Others; readonly as: Readonly<Record<SubjectKind, Result>> }
}

/** An answer that decides nothing: the subject is given back as after any technical error. */
export interface Undecided {
  readonly kind: 'technical_error'
  readonly whose: 'subject' | 'service'
  /** Without personal data, and of few values. */
  readonly code: string
}

/** What of a subject a change is looked at for. Personal. */
export interface ChangedData {
  readonly documents: readonly { readonly type: string }[]
  readonly unzr?: string | null
  readonly tax_id?: string | null
}

/**
 * All that is special about a stream. Adding a stream is adding one value of this type (`streams/streams.ts`). `Terms` are what its rules
 * need to know besides the subject: settings and parameters of the installation.
 */
export interface StreamRules<Question, Answer, Kept, Terms = void> {
  readonly stream: OwnStream
  /** Whether there is something to check: with it, a change of a subject sends it to be checked again; without, nothing is needed (spec 2.8). */
  hasData(data: ChangedData): boolean
  /** Which of a subject's facts the pre-check reads. */
  readonly looksAt: 'documents' | 'identity' | 'both'
  /** In which statuses a subject is asked about when its time comes. Migrations name them in the indexes of its checks. */
  readonly asksIn: readonly Verdict['status'][]
  /** Whether the guard is strict until enough answers are known: what this registry's codes mean is a setting, which may be wrong. */
  readonly isStrictAtFirst: boolean
  /** How a claim is seen: the status is IN_REVIEW meanwhile, or it stays and only the stream's online status tells. */
  readonly claimShows: 'in_review' | 'online_status'
  /** The pre-check (spec 2.3). `today` is the day in Kyiv, `YYYY-MM-DD`. */
  preCheck(subject: Subject, today: string, terms: Terms): PreCheck<Question>
  /** What an answer means (spec 2.5.2, 2.5.4). */
  decide(answer: Answer, question: Question, subject: Subject, terms: Terms): Decision<Kept> | Undecided
}

/** Nothing to check (spec 2.3). */
export const DATA_ABSENT: Verdict = { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' }

/** What there is to check does not match its format (spec 2.3). */
export const INCORRECT_DATA: Verdict = { status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA' }
