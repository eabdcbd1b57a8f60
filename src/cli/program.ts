import { Command, CommanderError } from 'commander'
import { commands } from './commands.ts'
import { hasDemo } from './demo.ts'
import { exitCode } from './exit.ts'
import { reportFailure } from './report.ts'
import { version } from './version.ts'

const example = `
Examples:
  $ zvirka generate --persons 20000 --seed 1 --out data   made-up people and the registries that fit them
`

const help = `
Settings are read from the environment, see docs/configuration.md. What a command takes: zvirka <command> --help`

// Commander repeats unknown arguments; a misplaced token must not appear in a log or on the screen.
const TOKEN = /zvirka_[\w-]{20,}/g

/** Commands that the help omits if there is no demo. */
const DEMO_COMMANDS = new Set(['generate', 'simulator'])

/** The command line for these arguments, not yet run: with the one command that is meant, or with all if that is unclear. */
export async function createProgram(typed: readonly string[]): Promise<Command> {
  const [first = ''] = typed
  const meant = Object.hasOwn(commands, first) ? commands[first] : undefined
  const loaded = await Promise.all((meant ? [meant] : Object.values(commands)).map((load) => load()))
  const program = new Command('zvirka')
    .description("Verifies persons of Ukraine's eHealth system against state registries over Trembita.")
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', `${hasDemo() ? example : ''}${help}`)
  for (const command of loaded) program.addCommand(command, { hidden: !hasDemo() && DEMO_COMMANDS.has(command.name()) })
  hint(program, 'zvirka')
  return program
}

/** Turns every usage error into an exception with a hint to the help, for the command and its subcommands. */
function hint(command: Command, path: string): void {
  command.exitOverride().showHelpAfterError(`hint: ${path} --help`)
  command.configureOutput({ outputError: (text, write) => write(text.replaceAll(TOKEN, 'zvirka_…')) })
  for (const below of command.commands) {
    below.helpOption('-h, --help', 'print this help')
    hint(below, `${path} ${below.name()}`)
  }
}

/** Runs the command line and returns the exit code; errors are one clear line on standard error. */
export async function run(typed: readonly string[]): Promise<number> {
  const program = await createProgram(typed)
  try {
    if (typed.length === 0) {
      program.outputHelp({ error: true })
      return exitCode.wrongUsage
    }
    process.exitCode = exitCode.done
    await program.parseAsync([...typed], { from: 'user' })
    return Number(process.exitCode)
  } catch (error) {
    // Commander has already printed its message; help and version are not errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.wrongUsage
    return reportFailure(error)
  }
}
