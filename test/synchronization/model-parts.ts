/** What the reference model is made of: subjects, runs, claims, and moments of time. */
import type { CumulativeStatus } from '../../src/verification/cumulative.ts'
import type { StreamReason, StreamStatus, SubjectKind } from '../../src/verification/status.ts'
import type { dmsPassport } from '../../src/verification/streams/dms-passport.ts'
import type { TestDocument } from './people.ts'

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE

/** An index into the moments of a `Clock`. */
export type Moment = number

export interface ModelDms {
  status: StreamStatus
  reason: StreamReason
  /** Keys of rows of `mimir`: the link goes to one of them (several, where one flush found several documents of a holder). */
  data: readonly string[] | null
  dataStatus: 0 | 1 | null
  synced: Moment | null
  unverified: Moment | null
  triggered: Moment | null
  failedAt: Moment | null
  failures: number
}

export interface ModelSubject {
  readonly kind: SubjectKind
  readonly id: string
  isActive: boolean
  documents: readonly TestDocument[]
  dms: ModelDms
  readonly others: Map<string, StreamStatus>
  cumulative: CumulativeStatus
  claim: { readonly token: string; readonly status: StreamStatus; readonly reason: StreamReason } | null
}

export interface ModelRun {
  readonly started: Moment
  readonly takesWaiting: boolean
  readonly onlyTriggered: boolean
  readonly counts: Record<
    | 'claimed'
    | 'given_back'
    | 'verified'
    | 'not_verified'
    | 'not_needed'
    | 'incorrect'
    | 'dropped'
    | 'technical_errors'
    | 'propagated',
    number
  >
}

/** A run that nothing came of yet. */
export function newRun(run: Omit<ModelRun, 'counts'>): ModelRun {
  const asked = { verified: 0, not_verified: 0, not_needed: 0, incorrect: 0, dropped: 0, technical_errors: 0 }
  return { ...run, counts: { claimed: 0, given_back: 0, ...asked, propagated: 0 } }
}

/** How a claim that the engine holds ends. */
export type Ending =
  | { readonly kind: 'found' | 'not_found'; readonly messageId: string }
  | { readonly kind: 'subject_error' | 'service_error' | 'unasked' | 'pre_checked' }

/** A claim as the engine holds it: what was looked at then, whatever became of the subject since. */
export interface Held {
  readonly subjectId: string
  readonly token: string
  readonly preCheck: ReturnType<typeof dmsPassport.preCheck>
}

export interface ModelChange {
  readonly id: string
  readonly stream: string
  readonly status: StreamStatus
  readonly reason: StreamReason
  readonly step: string
  /** Messages of which one is named; empty: none. */
  readonly messageIds: readonly string[]
}

/** An answer 1, and the document that it was about. */
export interface Found {
  readonly askedAbout: string
  readonly document: TestDocument
  readonly key: string
  readonly messageId: string
}

/** The key of a registry's row, as one text. */
export function mimirKey(serial: string | null | undefined, number: string): string {
  return `${serial ?? '-'} ${number}`
}

/** How long a subject waits after so many failures. */
export function waitingTime(failures: number): number {
  return Math.min(MINUTE * 2 ** (failures - 1), DAY)
}

/** Moments, one for each step of a test; a moment knows when it was, and `pass` moves them all back. */
export class Clock {
  readonly #moments: { from: number; to: number }[] = []

  /** A moment that begins now and ends with `end`. */
  begin(): Moment {
    return this.#moments.push({ from: Date.now(), to: Number.POSITIVE_INFINITY }) - 1
  }

  /** What was begun is over. */
  end(): void {
    for (const moment of this.#moments) moment.to = Math.min(moment.to, Date.now())
  }

  /** A moment so long ago. */
  ago(milliseconds: number): Moment {
    const at = Date.now() - milliseconds
    return this.#moments.push({ from: at, to: at }) - 1
  }

  /** Everything that has been becomes so much older. */
  pass(milliseconds: number): void {
    for (const moment of this.#moments) {
      moment.from -= milliseconds
      moment.to -= milliseconds
    }
  }

  /** When it was, in milliseconds since 1970; never is before all. */
  at(moment: Moment | null): number {
    return moment === null ? Number.NEGATIVE_INFINITY : (this.#moments[moment]?.from ?? Number.NaN)
  }

  /** Whether a time lies within a moment, as far as two clocks of one machine agree. */
  covers(moment: Moment, time: number): boolean {
    const { from = 0, to = 0 } = this.#moments[moment] ?? {}
    return time >= from - 2 && time <= to + 2
  }
}
