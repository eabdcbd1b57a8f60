/**
 * What the rules of all streams have in common. Rules decide what to write but never write; `synchronization` applies the decision with one
 * conditional statement.
 */
import type { IdentityDocument } from './documents.ts'
import type { OwnStream, StreamReason, StreamStatus, SubjectKind } from './status.ts'

/** Steps of spec 2 that write a status; the history and `explain` show them. */
export type Step = '1.1' | '4' | '4.1' | '4.2' | '5'

/** A subject's names and birth date. Personal. */
export interface Names {
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string | null
  /** `YYYY-MM-DD` */
  readonly birth_date: string
}

/** Who a subject is, for streams that ask about the person instead of a document. Personal. */
export interface Identity extends Names {
  /** Null for a party. */
  readonly unzr: string | null
  readonly tax_id?: string | null
  readonly no_tax_id?: boolean
}

/** A claimed subject as the rules see it. Fields that a stream does not use may be missing. */
export interface Subject {
  readonly documents: readonly IdentityDocument[]
  readonly identity?: Identity
}

/** A stream's status and reason. VERIFICATION_NEEDED: a person must review the answer. */
export interface Verdict {
  readonly status: Exclude<StreamStatus, 'IN_REVIEW'>
  readonly reason: StreamReason
}

/**
 * The result of the pre-check (spec 2.3): settled without a call, or a question to ask. `clearsUnzr`: also removes the person's UNZR, if it
 * has not changed (spec 2.3.3). `isSynced`: counts as checked now, so that a stream that rechecks this status does so after its period.
 */
export type PreCheck<Question> =
  | { readonly kind: 'settled'; readonly verdict: Verdict; readonly clearsUnzr?: string; readonly isSynced?: true }
  | { readonly kind: 'ask'; readonly question: Question }

/** What an answer changes in a stream. */
export interface Result {
  readonly verdict: Verdict
  /** The registry's code, stored as `data_status`. */
  readonly code: number | null
  /** Whether the stream links to the stored row in `mimir`. */
  readonly isLinked: boolean
}

/**
 * Other subjects to which the answer applies (spec 2.5.3): all with this document, or all whose stream links to the stored row and who have
 * these names and this birth date. Personal.
 */
export type Others =
  | { readonly by: 'document'; readonly type: string; readonly number: string }
  | ({ readonly by: 'link' } & Names)

/** What an answer decides. */
export interface Decision<Kept> extends Result {
  readonly kind: 'decided'
  readonly step: '4' | '5'
  /** The row to store in `mimir`, if any. */
  readonly keeps?: Kept
  /** Other subjects that get a result too, with the result for each kind. Only if a row is stored. */
  readonly reaches?: { readonly others: Others; readonly as: Readonly<Record<SubjectKind, Result>> }
}

/** An answer without a decision: the subject is released as after any technical error. */
export interface Undecided {
  readonly kind: 'technical_error'
  readonly whose: 'subject' | 'service'
  /** Without personal data, and with few values. */
  readonly code: string
}

/** The fields of a subject that are compared to detect changes. Personal. */
export interface ChangedData {
  readonly documents: readonly { readonly type: string }[]
  readonly unzr?: string | null
  readonly tax_id?: string | null
}

/**
 * What the API shows of a stream besides its status, reason and `unverified_at` (spec 1.3, 8.3.4), by the platform's names. `status` and
 * `result` are the registry's code; `act_id` is shown for persons.
 */
export type ShownData = 'status' | 'result' | 'verification_comment' | 'synced_at' | 'online_status' | 'act_id'

/**
 * Everything that is specific to a stream's rules (`streams/streams.ts`). `Terms` are settings and parameters of the installation that its
 * rules need.
 */
export interface StreamRules<Question, Answer, Kept, Terms = void> {
  readonly stream: OwnStream
  /** Whether there is anything to check. If so, a change of the subject queues it again; if not, no check is needed (spec 2.8). */
  hasData(data: ChangedData): boolean
  /** Which facts of a subject the pre-check reads. */
  readonly looksAt: 'documents' | 'identity' | 'both'
  /** The statuses in which a subject becomes due. Migrations repeat them in partial indexes. */
  readonly asksIn: readonly Verdict['status'][]
  /** Whether the guard is strict until enough answers are known: the meaning of this registry's codes is a setting and may be wrong. */
  readonly isStrictAtFirst: boolean
  /** How a claim is visible: the status becomes IN_REVIEW, or the status stays and only the online status changes. */
  readonly claimShows: 'in_review' | 'online_status'
  /** Which further data the API shows. */
  readonly shows: readonly ShownData[]
  /** Whether answers propose candidates, on which a person decides; a trigger ends candidates without a decision. */
  readonly proposesCandidates: boolean
  /** The pre-check (spec 2.3). `today` is the date in Kyiv, `YYYY-MM-DD`. */
  preCheck(subject: Subject, today: string, terms: Terms): PreCheck<Question>
  /** What an answer means (spec 2.5.2, 2.5.4). */
  decide(answer: Answer, question: Question, subject: Subject, terms: Terms): Decision<Kept> | Undecided
}

/** Nothing to check (spec 2.3). */
export const DATA_ABSENT: Verdict = { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' }

/** The value to check does not match its format (spec 2.3). */
export const INCORRECT_DATA: Verdict = { status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA' }
