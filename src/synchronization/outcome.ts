/** The outcome of a claimed subject; expected failures are values. */
import type { Decision, Undecided, Verdict } from '../verification/rules.ts'

/** A claimed subject and its claim. */
export interface OfClaim {
  readonly subjectId: string
  readonly token: string
  /** The version of the check when it was claimed. */
  readonly version: number
}

/** The pre-check settled it without a call (spec 2.3). */
export interface PreChecked extends OfClaim {
  readonly kind: 'pre_checked'
  readonly verdict: Verdict
  /** The malformed UNZR to remove (spec 2.3.3). Personal. */
  readonly clearsUnzr?: string
  /** It counts as checked now. */
  readonly isSynced?: true
}

/** The registry answered, with this decision (spec 2.5). */
export interface Answered<Kept = unknown> extends OfClaim {
  readonly kind: 'answered'
  readonly decision: Decision<Kept>
  readonly messageId: string
}

/** The call ended in a technical error (spec 2.6), or its answer decided nothing: the subject waits before the next attempt. */
export interface Failed extends OfClaim, Pick<Undecided, 'whose' | 'code'> {
  readonly kind: 'failed'
}

/** Claimed but not asked about, or the call was cancelled: released without a waiting time. */
export interface Unasked extends OfClaim {
  readonly kind: 'unasked'
}

export type Outcome = PreChecked | Answered | Failed | Unasked
