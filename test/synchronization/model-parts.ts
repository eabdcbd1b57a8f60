/** The parts of the reference model: subjects, runs, claims, and moments in time. */
import type { ProcessKey } from '../../src/synchronization/process.ts'
import type { CumulativeStatus } from '../../src/verification/cumulative.ts'
import type { Identity, PreCheck, Verdict } from '../../src/verification/rules.ts'
import type { OwnStream, StreamReason, StreamStatus, SubjectKind } from '../../src/verification/status.ts'
import type { PassportQuestion } from '../../src/verification/streams/passport.ts'
import type { UnzrQuestion } from '../../src/verification/streams/unzr.ts'
import type { TestDocument, TestEmployee } from './people.ts'

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE

/** An index into the moments of a `Clock`. */
export type Moment = number

/** The state of a stream of ours. */
export interface ModelStream {
  status: StreamStatus
  reason: StreamReason
  /** Keys of `mimir` rows: the link goes to one of them (several if one flush found several documents of a holder). */
  data: readonly string[] | null
  dataStatus: 0 | 1 | null
  synced: Moment | null
  unverified: Moment | null
  triggered: Moment | null
  failedAt: Moment | null
  failures: number
}

export interface ModelClaim {
  readonly token: string
  readonly status: StreamStatus
  readonly reason: StreamReason
}

export interface ModelEmployee extends TestEmployee {
  readonly id: string
}

export interface ModelSubject {
  readonly kind: SubjectKind
  readonly id: string
  /** Of a person; a party is active while it has a current employee. */
  isActive: boolean
  employees: readonly ModelEmployee[]
  documents: readonly TestDocument[]
  identity: Identity
  readonly own: Map<OwnStream, ModelStream>
  readonly claims: Map<OwnStream, ModelClaim>
  readonly others: Map<string, StreamStatus>
  cumulative: CumulativeStatus
}

/** Whether a subject is checked at all (spec 2.2). */
export function isChecked({ kind, isActive, employees }: ModelSubject): boolean {
  return kind === 'person' ? isActive : employees.some(({ status, is_active }) => status === 'APPROVED' && is_active)
}

/** One stream of a subject; the kind must have it. */
export function streamOf({ own, id }: ModelSubject, stream: OwnStream): ModelStream {
  const state = own.get(stream)
  if (state === undefined) throw new Error(`${id} has no ${stream}`)
  return state
}

export interface ModelProcess {
  readonly key: ProcessKey
  readonly stream: OwnStream
  readonly kind: SubjectKind
}

/** The stream's status for each answer (spec 1.4), repeated independently. */
export const VERDICTS: Readonly<Record<OwnStream, { readonly found: Verdict; readonly notFound: Verdict }>> = {
  unzr: {
    found: { status: 'VERIFIED', reason: 'AUTO' },
    notFound: { status: 'NOT_VERIFIED', reason: 'AUTO' },
  },
  mvs_passport: {
    found: { status: 'NOT_VERIFIED', reason: 'AUTO_LOST' },
    notFound: { status: 'VERIFIED', reason: 'AUTO_NOT_LOST' },
  },
  dms_passport: {
    found: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
    notFound: { status: 'VERIFIED', reason: 'AUTO_VALID' },
  },
  // Their answers are neither: they have their own models (drfo-model.ts, dracs-death-model.ts).
  drfo: {
    found: { status: 'VERIFIED', reason: 'AUTO' },
    notFound: { status: 'NOT_VERIFIED', reason: 'AUTO' },
  },
  dracs_death: {
    found: { status: 'VERIFICATION_NEEDED', reason: 'AUTO_ONLINE' },
    notFound: { status: 'VERIFIED', reason: 'AUTO_ONLINE' },
  },
}

export interface ModelRun {
  readonly process: ModelProcess
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

/** A run without results yet. */
export function newRun(run: Omit<ModelRun, 'counts'>): ModelRun {
  const asked = { verified: 0, not_verified: 0, not_needed: 0, incorrect: 0, dropped: 0, technical_errors: 0 }
  return { ...run, counts: { claimed: 0, given_back: 0, ...asked, propagated: 0 } }
}

/** How a claim of the engine ends. */
export type Ending =
  | { readonly kind: 'found' | 'not_found'; readonly messageId: string; readonly description: string }
  | { readonly kind: 'subject_error' | 'service_error' | 'unasked' | 'pre_checked' }

/** A claim of the engine: the data read then, whatever happened to the subject since. */
export interface Held {
  readonly subjectId: string
  readonly token: string
  readonly version: number
  readonly preCheck: PreCheck<unknown>
}

export interface ModelChange {
  readonly id: string
  readonly stream: string
  readonly status: StreamStatus
  readonly reason: StreamReason
  readonly step: string
  /** Messages of which one must be named; none if empty. */
  readonly messageIds: readonly string[]
}

/** An answer 1, and its document. */
export interface Found {
  readonly askedAbout: string
  readonly document: TestDocument
  readonly key: string
  readonly messageId: string
}

/** The key of a registry's row, as one text: a passport's serial and number, or the UNZR. */
export function mimirKey(serial: string | null | undefined, number: string): string {
  return `${serial ?? '-'} ${number}`
}

/** The key of the row that an answer to this question creates. */
export function keyOf(stream: OwnStream, question: unknown): string {
  if (stream === 'unzr') return (question as UnzrQuestion).unzr
  const { pasSerial, pasNumber } = question as PassportQuestion
  return mimirKey(pasSerial, pasNumber)
}

/** The other content of the row: none for a passport (spec 1.3). */
export function rowOf(stream: OwnStream, question: unknown, description: string): object {
  if (stream !== 'unzr') return {}
  const { familyName, givenName, patronymicName, dateBirth } = question as UnzrQuestion
  return {
    family_name: familyName,
    given_name: givenName,
    patronymic_name: patronymicName ?? '',
    date_birth: dateBirth,
    description,
  }
}

/** How long a subject waits after so many failures. */
export function waitingTime(failures: number): number {
  return Math.min(MINUTE * 2 ** (failures - 1), DAY)
}

/** Moments, one for each step of a test; each has a time, and `pass` moves all of them back. */
export class Clock {
  readonly #moments: { from: number; to: number }[] = []

  /** A moment from now until `end`. */
  begin(): Moment {
    return this.#moments.push({ from: Date.now(), to: Number.POSITIVE_INFINITY }) - 1
  }

  /** Ends the current moment. */
  end(): void {
    for (const moment of this.#moments) moment.to = Math.min(moment.to, Date.now())
  }

  /** A moment so long ago. */
  ago(milliseconds: number): Moment {
    const at = Date.now() - milliseconds
    return this.#moments.push({ from: at, to: at }) - 1
  }

  /** Everything so far becomes this much older. */
  pass(milliseconds: number): void {
    for (const moment of this.#moments) {
      moment.from -= milliseconds
      moment.to -= milliseconds
    }
  }

  /** Its time in milliseconds since 1970; null (never) comes before all. */
  at(moment: Moment | null): number {
    return moment === null ? Number.NEGATIVE_INFINITY : (this.#moments[moment]?.from ?? Number.NaN)
  }

  /** Whether a time lies within a moment, as far as two clocks of one machine agree. */
  covers(moment: Moment, time: number): boolean {
    const { from = 0, to = 0 } = this.#moments[moment] ?? {}
    return time >= from - 2 && time <= to + 2
  }
}
