/** Errors of GraphQL as the client may see them (spec 4): a code, words that quote no value, and nothing of our insides. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { GraphQLError } from 'graphql'
import { messageJson } from '../../messages/messages.ts'
import type { Log } from '../../observability/log.ts'
import { asApiError, isNotStorable } from '../as-api-error.ts'
import { ApiError, unprocessable } from '../errors.ts'

/** The code of a server error. */
export const INTERNAL = 'INTERNAL_SERVER_ERROR'

/** The id of the current request, for the log, because the error masker does not get the request. */
export const requestIds = new AsyncLocalStorage<string>()

/** Whether an error is a server error rather than a client error. */
export function isOurFault(error: unknown): boolean {
  const original = originalOf(error)
  return !isGraphqlError(original) && asApiError(original).kind === 'internal_error'
}

/** An error as the client may see it; a server error is logged. */
export function tell(error: unknown, log: Log): GraphQLError {
  const original = originalOf(error)
  const place = isGraphqlError(error) ? { nodes: error.nodes ?? null, path: error.path ?? null } : {}
  if (isGraphqlError(original)) {
    const { code = 'BAD_REQUEST' } = original.extensions
    return new GraphQLError(original.message, { ...place, extensions: { ...original.extensions, code } })
  }
  if (isOurFault(original)) {
    const requestId = requestIds.getStore()
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

// A database that is away is told by the status of the whole answer, as in REST; `statusPlugin` sees to answers that hold something.
function httpOf({ status, headers }: ApiError): object {
  return status === 503 || status === 504 ? { http: { status, headers } } : {}
}

/** What the platform's panels read beside the code: the scopes that are missing, or the fields of an input that are wrong. */
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

// `$.parameters.[0].value` as a form finds it.
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

// By its name: what loads the package otherwise (a test runner, a bundler) may give two copies of its classes.
function isGraphqlError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError'
}

/** What graphql-js says is wrong with a request, without the values that it quotes: they may be somebody's name or number. */
export function withoutValues(message: string): string {
  return message
    .replace(/got invalid value [\s\S]*?(; |$)/, 'got an invalid value$1')
    .replace(/(cannot represent [^:]*): [\s\S]*$/, '$1')
    .replace(/, found [\s\S]*$/, '.')
    .replace(/^Value "[\s\S]*" does not exist/, 'The value does not exist')
}
