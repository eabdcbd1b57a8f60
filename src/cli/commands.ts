import type { Command } from 'commander'
import { demoCommand } from './demo.ts'

/**
 * Every command in the order of the help. Each is in a file that is loaded only when needed, so `zvirka generate` does not load the parts
 * of `zvirka start`.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand(),
  sync: async () => (await import('./sync.ts')).syncCommand(),
  api: async () => (await import('./api.ts')).apiCommand(),
  worker: async () => (await import('./worker.ts')).workerCommand(),
  status: async () => (await import('./status.ts')).statusCommand(),
  run: async () => (await import('./run.ts')).runCommand(),
  hold: async () => (await import('./hold.ts')).holdCommand(),
  release: async () => (await import('./hold.ts')).releaseCommand(),
  recheck: async () => (await import('./recheck.ts')).recheckCommand(),
  erase: async () => (await import('./erase.ts')).eraseCommand(),
  expire: async () => (await import('./expire.ts')).expireCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  restored: async () => (await import('./restored.ts')).restoredCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  generate: () => demoCommand('generate'),
  import: async () => (await import('./import.ts')).importCommand(),
  migrate: async () => (await import('./migrate.ts')).migrateCommand(),
  call: async () => (await import('./call.ts')).callCommand(),
  user: async () => (await import('./user.ts')).userCommand(),
  client: async () => (await import('./client.ts')).clientCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
  keys: async () => (await import('./keys.ts')).keysCommand(),
  token: async () => (await import('./token.ts')).tokenCommand(),
  simulator: () => demoCommand('simulator'),
}
