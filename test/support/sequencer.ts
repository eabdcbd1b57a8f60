import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files wait more than they compute: for leases, breakers and schedules of real processes. */
const WAITING = /\/test\/(processes|unzr-info|operations|observability|chaos|registries|database)\//
/** How many other files start between two that wait. */
const BETWEEN = 2

/** Spreads the files that wait over the first part of a run, so that the CPU is busy meanwhile and none of them is left for the end. */
export class WaitingAmongOthers extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { waiting = [], others = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      WAITING.test(moduleId) ? 'waiting' : 'others',
    )
    const mixed = waiting.flatMap((file, place) => [file, ...others.slice(place * BETWEEN, (place + 1) * BETWEEN)])
    return [...mixed, ...others.slice(waiting.length * BETWEEN)]
  }
}
