/** What the demo offers to the program (`src/cli/demo.ts` finds it, where it is installed). */

import type { Context } from '../src/cli/context.ts'
import type { Demo, RunningDemo, StartOptions } from '../src/cli/demo.ts'
import type { AcquiredDatabase } from '../src/database/acquire.ts'

export const demo: Demo = {
  generateCommand: async () => (await import('./commands/generate.ts')).generateCommand(),
  simulatorCommand: async () => (await import('./commands/simulator.ts')).simulatorCommand(),
  async begin(context: Context, access: AcquiredDatabase, typed: StartOptions): Promise<RunningDemo> {
    return (await import('./begin.ts')).beginDemo(context, access, typed)
  },
}
