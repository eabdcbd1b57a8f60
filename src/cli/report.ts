import { SettingsError } from '../config/settings.ts'
import { NotMigratedError, OtherVersionError } from '../database/migrate.ts'
import { SharedSessionsError } from '../database/sessions.ts'
import { DatabaseUrlError } from '../database/tls-files.ts'
import { EncryptionKeyError } from '../encryption/keys-file.ts'
import { describeError, safeMessage } from '../observability/errors.ts'
import { ListenError } from '../observability/listen-errors.ts'
import { TlsFileError } from '../trembita/tls-files.ts'
import { CommandFailure, type ExitCode, exitCode, UsageError } from './exit.ts'

/**
 * Reports on standard error why a command failed, in one line and a hint, with the stack trace at LOG_LEVEL=debug; returns the exit code.
 */
export function reportFailure(error: unknown): ExitCode {
  const hint = hintFor(error)
  process.stderr.write(`zvirka: ${wordsFor(error)}\n${hint ? `hint: ${hint}\n` : ''}`)
  const { LOG_LEVEL = '' } = process.env
  if (LOG_LEVEL === 'debug' || LOG_LEVEL === 'trace') {
    process.stderr.write(`${JSON.stringify(describeError(error, true), undefined, 2)}\n`)
  }
  return OF_SETTINGS.some((kind) => error instanceof kind) ? exitCode.wrongUsage : exitCode.failed
}

/** Errors that stay until somebody changes a setting or what it refers to: restarting does not help. */
const OF_SETTINGS = [
  UsageError,
  SettingsError,
  TlsFileError,
  DatabaseUrlError,
  ListenError,
  OtherVersionError,
  SharedSessionsError,
]

function wordsFor(error: unknown): string {
  const path = filePath(error)
  if (path === undefined) return safeMessage(error)
  const { code } = Object(error)
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EISDIR: 'it is a folder, not a file',
    ENOTDIR: 'a part of the path is not a folder',
    EEXIST: 'it exists already',
    ENOSPC: 'there is no space left on the disk',
    EROFS: 'the file system is read-only',
  }
  return `${path}: ${known[String(code)] ?? `error ${code}`}`
}

function hintFor(error: unknown): string | undefined {
  if (
    error instanceof CommandFailure ||
    error instanceof TlsFileError ||
    error instanceof EncryptionKeyError ||
    error instanceof OtherVersionError ||
    error instanceof NotMigratedError ||
    error instanceof SharedSessionsError
  )
    return error.hint
  if (error instanceof SettingsError || error instanceof DatabaseUrlError || error instanceof ListenError)
    return 'docs/configuration.md lists every setting'
  return filePath(error) === undefined ? 'LOG_LEVEL=debug also shows where in the program it failed' : undefined
}

/** The file of a file system error. */
function filePath(error: unknown): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'path' in error)) return undefined
  return typeof error.path === 'string' ? error.path : undefined
}
