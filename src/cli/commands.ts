import type { Command } from 'commander'

/**
 * Every command there is, in the order of the help, each in a file that is read only when it is needed: `zvirka generate` does not wait
 * for the parts that `zvirka start` is made of.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  generate: async () => (await import('./generate.ts')).generateCommand(),
  migrate: async () => (await import('./migrate.ts')).migrateCommand(),
  simulator: async () => (await import('./simulator.ts')).simulatorCommand(),
}
