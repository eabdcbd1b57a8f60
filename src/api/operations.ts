/** What the API knows of the processes besides what the database holds: their settings. */
import type { SyncProcess } from '../synchronization/process.ts'

/** A process as it is run in this installation. */
export interface OperatedProcess {
  readonly process: SyncProcess
  /** Cron, read in the schedule's time zone. */
  readonly schedule: string
  /** Null: who was checked is not checked again by time. */
  readonly validationPeriodDays: number | null
  readonly maxBatches: number | null
  /** What its guard tolerates until enough answers are known; undefined: the usual. */
  readonly newGuardShare?: number | undefined
  /** Whether this installation has access to its services. */
  readonly isServed: boolean
}

/** What is operated. */
export interface Operations {
  readonly processes: readonly OperatedProcess[]
  readonly timeZone: string
  readonly isGuarded: boolean
}
