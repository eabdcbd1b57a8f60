import { Command, CommanderError } from 'commander'
import { exitCode } from './exit.ts'
import { generateCommand } from './generate.ts'
import { migrateCommand } from './migrate.ts'
import { reportFailure } from './report.ts'
import { simulatorCommand } from './simulator.ts'
import { version } from './version.ts'

const examples = `
Examples:
  $ zvirka generate --persons 20000 --seed 1 --out data   made-up people and the registries that fit them

Settings are read from the environment, see docs/configuration.md. What a command takes: zvirka <command> --help`

/** Every command there is, in the order of the help. */
function commands(): readonly Command[] {
  return [generateCommand(), migrateCommand(), simulatorCommand()]
}

/** The whole command line, not yet run. */
export function createProgram(): Command {
  const program = new Command('zvirka')
    .description("Verifies persons of Ukraine's eHealth system against state registries over Trembita.")
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', examples)
  for (const command of commands()) program.addCommand(command)
  hint(program, 'zvirka')
  return program
}

/** Makes every wrong use end with a thrown error and a word on where help is, for the command and those below it. */
function hint(command: Command, path: string): void {
  command.exitOverride().showHelpAfterError(`hint: ${path} --help`)
  for (const below of command.commands) {
    below.helpOption('-h, --help', 'print this help')
    hint(below, `${path} ${below.name()}`)
  }
}

/** Runs what was typed and gives the number to end with; whatever goes wrong is told on standard error in a clear line. */
export async function run(typed: readonly string[]): Promise<number> {
  const program = createProgram()
  try {
    if (typed.length === 0) {
      program.outputHelp({ error: true })
      return exitCode.wrongUsage
    }
    process.exitCode = exitCode.done
    await program.parseAsync([...typed], { from: 'user' })
    return Number(process.exitCode)
  } catch (error) {
    // Commander has already written what it has to say; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.wrongUsage
    return reportFailure(error)
  }
}
