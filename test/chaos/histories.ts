/**
 * What a round leaves behind, as plain data: what the registry saw, what the database holds, and what the round itself did. The checker
 * reads nothing else. Times are milliseconds since 1970 with fractions; database, simulator and round share one machine's clock.
 */

export type Kind = 'person' | 'party'
export type Stream = 'unzr' | 'mvs_passport' | 'dms_passport'

/** A request as the simulator saw it. */
export interface RegistryCall {
  readonly time: number
  readonly service: string | undefined
  readonly messageId: string | undefined
  /** The sender: each process of a round has its own userId. */
  readonly userId: string | undefined
  /** Serial and number, or the UNZR. Personal data, if these people were real. */
  readonly question: string | undefined
  /** `status_1`, `status_0`, or the error in place of an answer. */
  readonly outcome: string
}

/** One stream of a subject, from its row. */
export interface StreamState {
  readonly status: string
  readonly reason: string
  readonly dataId: string | null
  readonly dataStatus: number | null
  readonly syncedAt: number | null
  readonly waitsUntil: number | null
  readonly failures: number
}

export interface SubjectState {
  readonly id: string
  readonly kind: Kind
  readonly isActive: boolean
  readonly insertedAt: number
  readonly cumulative: string
  /** The streams that Zvirka checks. */
  readonly streams: Readonly<Record<string, StreamState>>
  /** Statuses of the streams that other processes write; a round does not change them. */
  readonly others: readonly string[]
  readonly documents: readonly { readonly type: string; readonly number: string }[]
}

/** A row of zvirka.verification_history. */
export interface Entry {
  readonly id: number
  readonly at: number
  readonly subjectId: string
  readonly kind: Kind
  readonly stream: string
  readonly status: string
  readonly reason: string
  readonly step: string
  readonly runId: string | null
  readonly messageId: string | null
}

export interface StatusEvent {
  readonly entityId: string
  readonly at: number
  readonly value: string
}

export interface RunHistory {
  readonly id: string
  readonly process: string
  readonly state: string
  readonly cause: string
  readonly startedAt: number
  readonly endedAt: number | null
  /** Technical errors by kind, summed. */
  readonly errors: number
  readonly parts: readonly RunPart[]
}

/** The counts of one worker for a run. */
export interface RunPart {
  readonly workerId: string
  readonly claimed: number
  readonly givenBack: number
  readonly verified: number
  readonly notVerified: number
  readonly notNeeded: number
  readonly incorrect: number
  readonly dropped: number
  readonly technicalErrors: number
  readonly propagated: number
}

export interface Tick {
  readonly process: string
  readonly time: number
  readonly outcome: string
  readonly runId: string | null
}

/** A worker's identity: each start has a new one. */
export interface WorkerHistory {
  readonly id: string
  readonly pid: number
  readonly startedAt: number
  readonly leaseUntil: number
  readonly endedAt: number | null
}

/** A time span. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** After the database is back: how long until a worker renewed its lease; undefined if it was not seen. */
export interface Return {
  readonly at: number
  readonly pid: number
  readonly milliseconds: number | undefined
}

/** What the round did, as far as the checker needs it. */
export interface Journal {
  readonly leaseSeconds: number
  /** When no connection to a primary was possible. */
  readonly databaseAway: readonly Span[]
  /** When the machine was so busy that a statement on a new connection, normally some milliseconds, took half a second or more. */
  readonly machineBusy: readonly Span[]
  /** When no worker could sweep: all were killed, paused, cut off or starting. */
  readonly nobodyWell: readonly Span[]
  readonly returns: readonly Return[]
  /** The process behind each userId. */
  readonly pidOf: ReadonlyMap<string, number>
  /** Every number and UNZR that a subject ever had, folded. */
  readonly everHeld: ReadonlyMap<string, ReadonlySet<string>>
  /** Subjects activated or deactivated during the round. */
  readonly switched: ReadonlySet<string>
}

export interface Histories {
  readonly calls: readonly RegistryCall[]
  readonly subjects: readonly SubjectState[]
  readonly claims: readonly { readonly subjectId: string; readonly stream: string }[]
  readonly entries: readonly Entry[]
  readonly events: readonly StatusEvent[]
  readonly runs: readonly RunHistory[]
  readonly ticks: readonly Tick[]
  readonly workers: readonly WorkerHistory[]
  readonly journal: Journal
}
