/** The settings of a process (spec 2.1). */
import type { Settings } from '../config/settings.ts'
import type { SyncProcess } from '../synchronization/process.ts'
import type { OwnStream, OwnStreamOf, SubjectKind } from '../verification/status.ts'

/** The settings of one process, with `unlimited` as null. */
interface ProcessSettings {
  readonly schedule: string
  /** Null: checked subjects do not become due again. */
  readonly validationPeriodDays: number | null
  readonly batchSize: number
  readonly maxBatchesPerRun: number | null
  /** The guard's tolerance until enough answers are known; undefined: the default. */
  readonly newGuardShare: number | undefined
}

type GivenSettings = Pick<ProcessSettings, 'schedule' | 'batchSize'> & {
  readonly validationPeriodDays?: number
  readonly maxBatchesPerRun: number | 'unlimited'
}
/** Keyed by process, so that missing settings do not compile. */
type SettingsOfAll = {
  readonly [S in OwnStream]: { readonly [K in SubjectKind as S extends OwnStreamOf<K> ? K : never]: GivenSettings }
}

/** Finds them by stream and kind; a kind without the stream is a bug. */
export function settingsOfProcess(
  { processes, worker }: Settings,
  { stream, kind, key, rules }: SyncProcess,
): ProcessSettings {
  const all: SettingsOfAll = processes
  const ofStream: Partial<Record<SubjectKind, GivenSettings>> = all[stream]
  const settings = ofStream[kind]
  if (settings === undefined) throw new Error(`no settings for the process ${key}`)
  const { schedule, batchSize, validationPeriodDays = null, maxBatchesPerRun } = settings
  return {
    ...{ schedule, batchSize, validationPeriodDays },
    maxBatchesPerRun: maxBatchesPerRun === 'unlimited' ? null : maxBatchesPerRun,
    newGuardShare: rules.isStrictAtFirst ? worker.newRunGuardPercent / 100 : undefined,
  }
}
