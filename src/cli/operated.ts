/** The processes with the settings of this installation, for workers and the API. */
import type { OperatedProcess } from '../api/operations.ts'
import type { Settings } from '../config/settings.ts'
import { servingSetting } from '../config/trembita.ts'
import { PROCESSES } from '../synchronization/process.ts'
import { settingsOfProcess } from './process-settings.ts'
import { groupOfStream, isStreamServed } from './served.ts'

/** All processes; `cron` replaces the schedule of each (the demo: every minute). */
export function operatedProcesses(settings: Settings, cron?: string): OperatedProcess[] {
  return [...PROCESSES.values()].map((process) => {
    const { schedule, validationPeriodDays, maxBatchesPerRun, newGuardShare } = settingsOfProcess(settings, process)
    return {
      process,
      schedule: cron ?? schedule,
      validationPeriodDays,
      maxBatches: maxBatchesPerRun,
      newGuardShare,
      isServed: isStreamServed(settings, process.stream),
      servingSetting: servingSetting(groupOfStream(process.stream)),
    }
  })
}
