/**
 * What every stream's rules have in common: the shape of a decision. Decide, then apply: a rule says what is to be written
 * and never writes; `synchronization` applies it with one conditional statement.
 */
import type { IdentityDocument } from './documents.ts'
import type { OwnStream, StreamReason, StreamStatus } from './status.ts'

/** Steps of the seeds that write a status; history and `explain` cite them. */
export type Step = '1.1' | '4' | '4.1' | '4.2' | '5'

/** Who a subject is, for streams that ask about the person and not about a document. All of it is personal. */
export interface Identity {
  readonly unzr: string | null
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string | null
  /** `YYYY-MM-DD` */
  readonly birth_date: string
}

/** A subject as the rules see it when it has been claimed; what a stream does not look at may be left out. */
export interface Subject {
  readonly documents: readonly IdentityDocument[]
  readonly identity?: Identity
}

/** What an answer is about, where it counts for others as well: everybody with this document (seed 001 steps 4.1, 4.2). Personal. */
export interface AskedDocument {
  readonly type: string
  readonly number: string
}

/** A final status of the stream and what goes with it. */
export interface Verdict {
  readonly status: Extract<StreamStatus, 'VERIFIED' | 'NOT_VERIFIED' | 'VERIFICATION_NOT_NEEDED'>
  readonly reason: StreamReason
}

/**
 * What the pre-check says (seed 001 step 1.1): the subject is settled without a call, or a question is to be asked. `clearsUnzr`: the
 * person's UNZR is taken away as well, if it is still this one (seed 002 step 1.1).
 */
export type PreCheck<Question> =
  | { readonly kind: 'settled'; readonly verdict: Verdict; readonly clearsUnzr?: string }
  | { readonly kind: 'ask'; readonly question: Question }

/** What there may be of a subject to check: a PASSPORT or NATIONAL_ID document, well-formed or not; a UNZR that is not empty. */
export type CheckedData = 'passport' | 'unzr'

/** All that is special about a stream. Adding a stream is adding one value of this type (`streams/streams.ts`). */
export interface StreamRules<Question> {
  readonly stream: OwnStream
  /** Which data it checks: without them there is nothing to check, and a change of a subject triggers it where they are there (spec 2.8). */
  readonly checks: CheckedData
  /** Which of a subject's facts the pre-check reads. */
  readonly looksAt: 'documents' | 'identity'
  /** Seed 001 step 1.1. `today` is the day in Kyiv, `YYYY-MM-DD`. */
  preCheck(subject: Subject, today: string): PreCheck<Question>
  /** The verdict of an answer (seed 001 steps 4 and 5): `found` is answer 1, `notFound` answer 0. */
  readonly found: Verdict
  readonly notFound: Verdict
  /** Whom else an answer 1 reaches: all with this document. Undefined: nobody but who was asked about (UNZR). */
  documentOf(question: Question): AskedDocument | undefined
}

/** Nothing to check (spec 2.3). */
export const DATA_ABSENT: Verdict = { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' }

/** What there is to check does not match its format (spec 2.3). */
export const INCORRECT_DATA: Verdict = { status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA' }
