import { Command } from 'commander'
import { acquireDatabase } from '../database/acquire.ts'
import { migrateWithJobs } from '../jobs/schema.ts'
import { withContext } from './context.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { recordCommand } from './recorded.ts'

function runMigrate(): Promise<ExitCode> {
  return withContext({ isConversation: true }, async ({ settings, defer }) => {
    const access = await acquireDatabase(settings.database)
    defer(access.release)
    const { applied } = await migrateWithJobs(access.url)
    if (applied.length > 0) {
      const entry = { action: 'write', operation: 'migrate', subjectKind: 'schema', subjectIds: [] } as const
      await recordCommand(access.url, settings, { ...entry, fields: applied })
    }
    for (const file of applied) process.stdout.write(`applied ${file}\n`)
    process.stdout.write(applied.length === 0 ? 'the database is up to date already\n' : 'the database is up to date\n')
    return exitCode.done
  })
}

/** `zvirka migrate` (spec 7.1): migrates the database; safe to run from several places at once. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('migrate the database; safe to run from several places at once')
    .action(ending(runMigrate))
}
