/** How a command ends, by the number that the shell sees (spec 7.1). */
export const exitCode = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  /** Done, but some subjects had technical errors, or stopped by the breaker or the guard. */
  partly: 3,
  interrupted: 130,
} as const

/** One of the numbers a command may end with. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** The command could not do its work; the message is for the person at the terminal, the hint says what to do. Ends with 1. */
export class CommandFailure extends Error {
  override readonly name: string = 'CommandFailure'
  readonly hint: string | undefined
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, { cause })
    this.hint = hint
  }
}

/** What was typed makes no sense. Ends with 2. */
export class UsageError extends CommandFailure {
  override readonly name = 'UsageError'
}

/** Makes an action for commander of one that tells how it ended. */
export function ending<Arguments extends unknown[]>(
  action: (...given: Arguments) => Promise<ExitCode>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    process.exitCode = await action(...given)
  }
}
