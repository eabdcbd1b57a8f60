/** Exit codes of commands (spec 7.1). */
export const exitCode = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  /** Done, but some subjects had technical errors, or stopped by the breaker or the guard. */
  partly: 3,
  interrupted: 130,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** The command failed; the message is for the user, the hint says what to do. Exits with 1. */
export class CommandFailure extends Error {
  override readonly name: string = 'CommandFailure'
  readonly hint: string | undefined
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, { cause })
    this.hint = hint
  }
}

/** A usage error. Exits with 2. */
export class UsageError extends CommandFailure {
  override readonly name = 'UsageError'
}

/** Wraps an action so that commander returns its exit code. */
export function ending<Arguments extends unknown[]>(
  action: (...given: Arguments) => Promise<ExitCode>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    process.exitCode = await action(...given)
  }
}
