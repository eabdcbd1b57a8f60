import { type DestinationStream, destination, type Logger, pino } from 'pino'
import { describeError } from './errors.ts'

/** The lowest level that is written. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/**
 * Everything that a line may contain. The list is closed on purpose: names, tax ids, UNZR and document numbers have no field, so nothing
 * has to be redacted afterwards.
 */
export interface LogFields {
  /** A registry's service, e.g. `CheckPassportDMSStatus`. */
  readonly service?: string
  /** The origin of a security server. */
  readonly server?: string
  /** Our id of a message; `transactionId` and `faultDetail` are the other side's ids (spec 3.2). */
  readonly messageId?: string
  readonly transactionId?: string
  readonly faultDetail?: string
  /** A stable code with few values: of a fault, an error, an outcome. */
  readonly code?: string
  readonly whose?: 'subject' | 'service'
  /** The HTTP status of an answer. */
  readonly status?: number
  readonly attempts?: number
  /** Which certificate for the security servers, and its remaining days. */
  readonly certificate?: 'client' | 'server'
  readonly days?: number
  readonly milliseconds?: number
  readonly stream?: string
  readonly subject?: string
  readonly subjectId?: string
  readonly run?: string | number
  readonly worker?: string
  readonly state?: string
  /** Our own text, never an external value. */
  readonly reason?: string
  readonly address?: string
  readonly signal?: string
  readonly counts?: Readonly<Record<string, number>>
  /** Database sessions that lock tables. */
  readonly holders?: readonly Readonly<Record<'table' | 'login' | 'application', string> & { pid: number }>[]
  readonly error?: unknown
}

type Write = (fields: LogFields, message: string) => void

/** A log of JSON lines; `with` returns one that adds fields to every line. */
export interface Log {
  readonly level: LogLevel
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  with(fields: LogFields): Log
}

/** How much is buffered if lines cannot be written, e.g. to a full disk; more is lost. */
const LONGEST_BYTES = 1_048_576
let failures = 0

/** The number of failed writes; unwritten lines are retried with the next one. */
export function logFailures(): number {
  return failures
}

// A log that cannot be written must not end the process.
function standardError(): DestinationStream {
  const stream = destination({ fd: 2, sync: true, maxLength: LONGEST_BYTES })
  let last: unknown
  stream.on('error', (error: unknown) => {
    // pino emits the first error twice.
    if (error !== last) failures += 1
    last = error
  })
  return stream
}

/** Opens the log: one JSON object per line on standard error, written synchronously, so that the last line before an exit is not lost. */
export function createLog(level: LogLevel, to: DestinationStream = standardError()): Log {
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => describeError(error, level === 'debug' || level === 'trace') },
    },
    to,
  )
  return wrap(logger, level)
}

function wrap(logger: Logger, level: LogLevel): Log {
  return {
    level,
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    with: (fields) => wrap(logger.child(fields), level),
  }
}
