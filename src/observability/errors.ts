/** What may be logged of an error: its kind and code, its place in the database, and its message if it is ours. */
interface LoggedError {
  readonly type: string
  readonly code?: string
  readonly message?: string
  readonly schema?: string
  readonly table?: string
  readonly constraint?: string
  /** Only the code locations; never the first line, which repeats the message. */
  readonly stack?: readonly string[]
  readonly cause?: LoggedError
}

function textOf(error: object, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The code of an error of the system, of PostgreSQL or of a library; undefined if it has none. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error ? textOf(error, 'code') : undefined
}

/**
 * Errors of the database and of parsers quote the value that they reject ("invalid input syntax for type date: …", "Unexpected token …"),
 * which may be a name or a document number.
 */
function mayQuoteData(error: Error): boolean {
  return error instanceof SyntaxError || 'severity' in error
}

/** The message of an error, or its code if the message may quote personal data. */
export function safeMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'a value that is not an error was thrown'
  const code = textOf(error, 'code')
  if (mayQuoteData(error)) return code ? `error ${code} of the database` : `${error.name} while reading data`
  // Node's AggregateError of a refused connection has no message.
  return error.message || code || error.name
}

/** Describes an error for the log without what might be personal data: parameters, rows, quoted input. */
export function describeError(error: unknown, withStack: boolean): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: safeMessage(error) }
  const place = {
    schema: textOf(error, 'schema'),
    table: textOf(error, 'table'),
    constraint: textOf(error, 'constraint'),
  }
  const stack = error.stack?.split('\n').filter((line) => /^\s+at /.test(line))
  return compact({
    type: error.name,
    code: textOf(error, 'code'),
    message: safeMessage(error),
    ...('severity' in error ? place : {}),
    stack: withStack ? stack?.map((line) => line.trim()) : undefined,
    cause: error.cause === undefined ? undefined : describeError(error.cause, withStack),
  })
}

function compact(described: { [Key in keyof LoggedError]: LoggedError[Key] | undefined }): LoggedError {
  return Object.fromEntries(
    Object.entries(described).filter(([, value]) => value !== undefined),
  ) as unknown as LoggedError
}
