/** Converts any error to one that the client may see: client errors, 503 while the database is unavailable, a bare 500 otherwise. */
import { ProviderUnreachableError, UnconfirmedLinkError } from '../access/oidc.ts'
import { ConnectionError } from '../database/connection.ts'
import { OutcomeUnknownError } from '../database/database.ts'
import { isConnectionLost, sqlState } from '../database/sql-state.ts'
import { EncryptionKeyError } from '../encryption/keys-file.ts'
import { contentTypeInvalid } from './content.ts'
import { ApiError, TEXTS } from './errors.ts'

/** Text with U+0000, which the database cannot contain, so nothing can match it. */
export function isNotStorable(error: unknown): boolean {
  return /^(22021|22P05)$/.test(sqlState(error) ?? '')
}

// Unreachable, shutting down or starting, out of connections, a standby, or too slow.
const AWAY = /^(08|53|57P|57014|55P03|25P03|25006)/

function isDatabaseAway(error: unknown): boolean {
  if (error instanceof ConnectionError) return true
  const state = sqlState(error)
  if (state !== undefined) return AWAY.test(state)
  return isConnectionLost(error)
}

/** Whether it is unknown if a write was committed. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof OutcomeUnknownError
}

/** Converts any error to one that the client may see. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (isOutcomeUnknown(error)) return new ApiError('internal_error', TEXTS.outcomeUnknown, { status: 504 })
  if (error instanceof UnconfirmedLinkError) return new ApiError('forbidden', TEXTS.unconfirmedLink)
  // Which key is missing is no secret, and the client must learn that its request is not at fault.
  if (error instanceof EncryptionKeyError) return new ApiError('internal_error', error.message, { status: 503 })
  if (isNotStorable(error)) return new ApiError('request_malformed', TEXTS.malformed)
  if (isDatabaseAway(error) || error instanceof ProviderUnreachableError)
    return new ApiError('internal_error', TEXTS.internal, { status: 503 })
  const status = Number(Reflect.get(Object(error), 'statusCode') ?? 500)
  switch (status) {
    case 413:
      return new ApiError('request_too_large', 'The request is too large')
    case 415:
      return contentTypeInvalid()
    default:
      return status >= 400 && status < 500
        ? new ApiError('request_malformed', TEXTS.malformed)
        : new ApiError('internal_error', TEXTS.internal)
  }
}
