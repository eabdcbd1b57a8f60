/** The processes as this installation runs them: the one place where settings become schedules, for workers and for what the API tells of them. */
import type { OperatedProcess } from '../api/operations.ts'
import type { Settings } from '../config/settings.ts'
import { servingSetting } from '../config/trembita.ts'
import { PROCESSES } from '../synchronization/process.ts'
import { settingsOfProcess } from './process-settings.ts'
import { groupOfStream, isStreamServed } from './served.ts'

/** All of them; `cron` stands in place of each process's own schedule (the demo: every minute). */
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
