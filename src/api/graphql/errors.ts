/** GraphQL errors as the client may see them (spec 4): a code, and a message without values or internals. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { GraphQLError } from 'graphql'
import { messageJson } from '../../messages/messages.ts'
import type { Log } from '../../observability/log.ts'
import { asApiError, isNotStorable } from '../as-api-error.ts'
import { ApiError, unprocessable } from '../errors.ts'

/** The code of a server error. */
export const INTERNAL = 'INTERNAL_SERVER_ERROR'

/** The id of the current request, for the log, because the error masker does not get the request. */
export const currentRequestId = new AsyncLocalStorage<string>()

/** Whether an error is a server error rather than a client error. */
export function isOurFault(error: unknown): boolean {
  const original = originalOf(error)
  return !isGraphqlError(original) && asApiError(original).kind === 'internal_error'
}

/** An error as the client may see it; a server error is logged. */
export function clientError(error: unknown, log: Log): GraphQLError {
  const original = originalOf(error)
  const place = isGraphqlError(error) ? { nodes: error.nodes ?? null, path: error.path ?? null } : {}
  if (isGraphqlError(original)) {
    const { code = 'BAD_REQUEST' } = original.extensions
    return new GraphQLError(original.message, { ...place, extensions: { ...original.extensions, code } })
  }
  if (isOurFault(original)) {
    const requestId = currentRequestId.getStore()
    log.error({ error: original, ...(requestId === undefined ? {} : { code: requestId }) }, 'a field failed inside')
  }
  const known = apiErrorOf(original)
  const { message, code, violations } = known
  const exception = exceptionOf(known)
  const more = {
    ...(violations.length > 0 ? { violations } : {}),
    ...(exception === undefined ? {} : { exception }),
    ...(known.refusal === undefined ? {} : { refusal: messageJson(known.refusal) }),
    ...httpOf(known),
  }
  return new GraphQLError(message, { ...place, extensions: { code, ...more } })
}

// An unavailable database sets the status of the whole answer, as in REST; `statusPlugin` handles answers with partial data.
function httpOf({ status, headers }: ApiError): object {
  return status === 503 || status === 504 ? { http: { status, headers } } : {}
}

/** What the platform's panels read beside the code: the missing scopes, or the invalid input fields. */
function exceptionOf({ missingScopes, violations }: ApiError): object | undefined {
  if (missingScopes.length > 0) return { missingAllowances: missingScopes }
  if (violations.length === 0) return undefined
  return {
    inputErrors: violations.map(({ entry, rule, description, params = {} }) => ({
      message: description,
      options: { rule, ...params },
      path: stepsOf(entry),
    })),
  }
}

// `$.parameters.[0].value` as a path that a form can find.
function stepsOf(entry: string): (string | number)[] {
  const steps = entry.split('.').slice(1)
  return steps.map((step) => (/^\[\d+\]$/.test(step) ? Number(step.slice(1, -1)) : step))
}

function apiErrorOf(original: unknown): ApiError {
  if (isNotStorable(original)) return unprocessable('a value holds a character that no text may hold')
  return original instanceof ApiError ? original : asApiError(original)
}

function originalOf(error: unknown): unknown {
  return isGraphqlError(error) ? (error.originalError ?? error) : error
}

// By name, because test runners and bundlers may load the package twice, with different classes.
function isGraphqlError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError'
}

/** A message of graphql-js without the values that it quotes, which may be personal. */
export function withoutValues(message: string): string {
  return message
    .replace(/got invalid value [\s\S]*?(; |$)/, 'got an invalid value$1')
    .replace(/(cannot represent [^:]*): [\s\S]*$/, '$1')
    .replace(/, found [\s\S]*$/, '.')
    .replace(/^Value "[\s\S]*" does not exist/, 'The value does not exist')
}
