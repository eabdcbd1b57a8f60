/** The facts from which an explanation of a stream is made: statuses, times and ids, nothing personal. */
import type { Stream, StreamState, SubjectKind } from '../verification/status.ts'
import type { RunState } from './plans/runs.ts'
import type { SyncProcess } from './process.ts'

/** The last change of a status. */
export interface HistoryEntry extends StreamState {
  readonly at: Date
  /** A step of spec 2 (1.1, 4, 4.1, 4.2, 5), or import, trigger, recheck. */
  readonly step: string
  readonly runId: string | null
  readonly messageId: string | null
  readonly userId: string
}

/** The check that currently holds a stream IN_REVIEW. */
export interface HeldBy {
  readonly at: Date
  readonly workerId: string
  readonly host: string | null
  readonly pid: number | null
  readonly isWorkerAlive: boolean
  readonly runId: string
  /** The state that step 6 would restore. */
  readonly before: StreamState
}

/** The active run of a process. */
export interface RunUnderWay {
  readonly id: string
  readonly state: RunState
  /** Whether the run takes only triggered subjects (spec 2.8); those queued by a recheck are excluded. */
  readonly isTriggeredOnly: boolean
}

/** How this installation runs a process; the database does not know this. */
export interface ExplainedProcess {
  readonly process: SyncProcess
  /** Null: checked subjects do not become due again. */
  readonly validationPeriodDays: number | null
  /** Whether this installation has access to the process's services. */
  readonly isServed: boolean
  /** The setting that enables it. */
  readonly servingSetting: string
}

/** What is stored about one stream. */
export interface StoredFacts extends StreamState {
  readonly stream: Stream
  readonly now: Date
  readonly triggeredAt: Date | null
  /** Reverted by a recheck, and therefore behind all other triggered subjects. */
  readonly isLastInLine: boolean
  readonly waitsUntil: Date | null
  readonly failures: number
  /** Whether the registry has answered since the last trigger. */
  readonly isAnswered: boolean
  /** The code of the last answer, if the stream stores one. */
  readonly answer: number | null
  /** When the age of the last answer makes it due again; null if there is no answer or no process. */
  readonly dueFrom: Date | null
  readonly entry: HistoryEntry | null
  readonly heldBy: HeldBy | null
}

/** All facts from which the explanation of one stream is made. */
export interface StreamFacts extends StoredFacts {
  readonly kind: SubjectKind
  readonly isSubjectActive: boolean
  /** The process that checks the stream (null if none of ours does), its active run, and the setting that is missing to enable it. */
  readonly process: { readonly run: RunUnderWay | null; readonly missingSetting?: string | undefined } | null
}
