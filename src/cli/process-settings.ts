/** The settings of a process (spec 2.1). */
import type { Settings } from '../config/settings.ts'
import type { SyncProcess } from '../synchronization/process.ts'

/** What the environment says about one process, with `unlimited` as null. */
export interface ProcessSettings {
  readonly schedule: string
  /** Null: who was checked is not checked again by time. */
  readonly validationPeriodDays: number | null
  readonly batchSize: number
  readonly maxBatchesPerRun: number | null
}

/** Finds them by stream and kind; a process without settings is a fault of the program. */
export function settingsOfProcess({ processes }: Settings, { stream, kind, key }: SyncProcess): ProcessSettings {
  const found = Object.entries(processes).find(([name]) => name === stream)?.[1]
  const settings = Object.entries(found ?? {}).find(([name]) => name === kind)?.[1]
  if (settings === undefined) throw new Error(`no settings for the process ${key}`)
  const { maxBatchesPerRun } = settings
  return { ...settings, maxBatchesPerRun: maxBatchesPerRun === 'unlimited' ? null : maxBatchesPerRun }
}
