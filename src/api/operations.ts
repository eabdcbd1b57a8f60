/** The settings of the processes, which the API needs in addition to the database. */
import type { ExplainedProcess } from '../synchronization/explain-facts.ts'
import type { SubjectKind } from '../verification/status.ts'

/** A process with the settings of this installation. */
export interface OperatedProcess extends ExplainedProcess {
  /** The cron expression, in the schedule's time zone. */
  readonly schedule: string
  readonly maxBatches: number | null
  /** The guard's tolerance until enough answers are known; undefined: the default. */
  readonly newGuardShare?: number | undefined
}

/** The processes and their settings. */
export interface Operations {
  readonly processes: readonly OperatedProcess[]
  readonly timeZone: string
  readonly isGuarded: boolean
}

/** Whether this installation asks a stream's registry about subjects of a kind. */
export function isProcessServed({ processes }: Operations, stream: string, kind: SubjectKind): boolean {
  return processes.some((each) => each.process.stream === stream && each.process.kind === kind && each.isServed)
}
