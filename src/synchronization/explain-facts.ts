/** What an explanation of a stream is made from. Statuses, times and ids alone: nothing personal. */
import type { Stream, StreamState, SubjectKind } from '../verification/status.ts'
import type { RunState } from './plans/runs.ts'
import type { SyncProcess } from './process.ts'

/** What wrote a status last. */
export interface HistoryEntry extends StreamState {
  readonly at: Date
  /** A step of spec 2 (1.1, 4, 4.1, 4.2, 5), or import, trigger, recheck. */
  readonly step: string
  readonly runId: string | null
  readonly messageId: string | null
  readonly userId: string
}

/** The check that holds a stream IN_REVIEW. */
export interface HeldBy {
  readonly at: Date
  readonly workerId: string
  readonly host: string | null
  readonly pid: number | null
  readonly isWorkerAlive: boolean
  readonly runId: string
  /** What step 6 would restore. */
  readonly before: StreamState
}

/** The run of a process that is under way. */
export interface RunUnderWay {
  readonly id: string
  readonly state: RunState
  /** Whether it takes triggered subjects alone (spec 2.8), and of those none that a recheck has put behind all others. */
  readonly isTriggeredOnly: boolean
}

/** What the database does not know of a process: how this installation runs it. */
export interface ExplainedProcess {
  readonly process: SyncProcess
  /** Null: checked subjects do not become due again. */
  readonly validationPeriodDays: number | null
  /** Whether this installation has access to its services. */
  readonly isServed: boolean
  /** The setting by which it is served. */
  readonly servingSetting: string
}

/** All that an explanation of one stream is made from. */
export interface StreamFacts extends StreamState {
  readonly kind: SubjectKind
  readonly stream: Stream
  readonly now: Date
  readonly isSubjectActive: boolean
  readonly triggeredAt: Date | null
  /** Taken back by a recheck: behind every other trigger. */
  readonly isLastInLine: boolean
  readonly waitsUntil: Date | null
  readonly failures: number
  /** Whether it was answered since the last trigger. */
  readonly isAnswered: boolean
  /** When it is due again by the age of its last answer; null: it has none, or nobody checks it. */
  readonly dueFrom: Date | null
  readonly entry: HistoryEntry | null
  readonly heldBy: HeldBy | null
  /** Whether a process of this service checks the stream, its run under way, and the setting without which it is not served. */
  readonly process: { readonly run: RunUnderWay | null; readonly missingSetting?: string | undefined } | null
}
