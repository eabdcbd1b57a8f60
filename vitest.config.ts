import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { WaitingAmongOthers } from './test/support/sequencer.ts'

export default defineConfig({
  // The runner would read the package's ES modules where Node, and so every library that uses it, reads its CommonJS ones: two copies of
  // each class, and `instanceof` between them false.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts', 'simulator/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    pool: 'forks',
    // Many files wait for other processes: more workers than cores keep the cores busy.
    maxWorkers: 5,
    // Loading the program anew for each file is a third of the work. What a file changes in its process it must put back.
    isolate: false,
    sequence: { sequencer: WaitingAmongOthers },
    // Longer than anything takes on a busy machine: only a fault waits for so long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
})
