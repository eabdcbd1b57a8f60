import { type Environment, readSettings, type Settings } from '../config/settings.ts'
import { createLog, type Log } from '../observability/log.ts'
import type { ExitCode } from './exit.ts'
import { type Interrupt, watchInterrupts } from './interrupt.ts'

/** What a command can use. */
export interface Context {
  readonly settings: Settings
  readonly log: Log
  readonly interrupt: Interrupt
  /** Adds something to close when the command ends; the last added is closed first. */
  defer(close: () => unknown): void
}

/** Options of a command. */
interface ContextOptions {
  /** Settings of the command that rank below the environment. */
  readonly below?: Environment
  /** True for commands that talk to a person: only warnings and worse are logged unless LOG_LEVEL is set. */
  readonly isConversation?: boolean
}

/** Reads the settings, opens the log, handles Ctrl-C, runs the work, and closes everything that it opened, also on failure. */
export async function withContext(
  { below = {}, isConversation = false }: ContextOptions,
  work: (context: Context) => Promise<ExitCode>,
): Promise<ExitCode> {
  const settings = readSettings(process.env, isConversation ? { LOG_LEVEL: 'warn', ...below } : below)
  const log = createLog(settings.log.level)
  await using stack = new AsyncDisposableStack()
  const interrupt = watchInterrupts({ onFirst: (by) => announceStop(by, log) })
  stack.defer(() => interrupt.close())
  return await work({ settings, log, interrupt, defer: (close) => stack.defer(async () => void (await close())) })
}

function announceStop(by: NodeJS.Signals, log: Log): void {
  log.info({ signal: by }, 'asked to stop')
  if (by === 'SIGINT' && process.stderr.isTTY) process.stderr.write('\nstopping; press Ctrl-C again to end at once\n')
}
