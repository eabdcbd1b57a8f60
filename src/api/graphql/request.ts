/** Checks a request before GraphQL does (GraphQL over HTTP), because the library's messages are about its parser. */
import { ApiError } from '../errors.ts'

const ANSWERED = ['application/graphql-response+json', 'application/json', 'text/event-stream', 'multipart/mixed']

/** Throws 400 unless the body is an object with a query, or a list of them. */
export function expectQuery(body: unknown): void {
  const wrong = Array.isArray(body) ? wrongInBatch(body) : wrongIn(body)
  if (wrong !== undefined) throw new ApiError('request_malformed', `Malformed request: ${wrong}`)
}

/** Throws 406, before anything is changed, unless the Accept header allows one of our response types. */
export function expectAcceptable(accept: string | undefined): void {
  const ranges = (accept || '*/*')
    .toLowerCase()
    .split(',')
    .filter((range) => !/;\s*q=0(\.0*)?\s*(;|$)/.test(range))
    .map((range) => range.replace(/;.*/s, '').trim())
  if (!ranges.some((range) => ANSWERED.some((type) => matches(range, type)))) throw notAcceptable()
}

/** A 406; a subscription requires a client that accepts a stream. */
export function notAcceptable(): ApiError {
  return new ApiError('not_acceptable', `Not acceptable: answers are ${ANSWERED.join(', ')}`)
}

function wrongInBatch(batch: readonly unknown[]): string | undefined {
  if (batch.length === 0) return 'the list of requests is empty'
  const all = batch.map((each, index) => [wrongIn(each), index] as const)
  const found = all.find(([wrong]) => wrong !== undefined)
  return found === undefined ? undefined : `${found[0]} in [${found[1]}]`
}

function wrongIn(request: unknown): string | undefined {
  if (request === undefined || request === null) return 'query is missing'
  if (typeof request !== 'object' || Array.isArray(request)) return 'no JSON object with a query'
  const { query, operationName }: { query?: unknown; operationName?: unknown } = request
  if (query === undefined || query === null || query === '') return 'query is missing'
  if (typeof query !== 'string') return 'query is no string'
  if (query.trim() === '') return 'query is missing'
  const isNamed = operationName !== undefined && operationName !== null
  return isNamed && typeof operationName !== 'string' ? 'operationName is no string' : undefined
}

function matches(range: string, type: string): boolean {
  return range === '*/*' || range === type || range === type.replace(/\/.*/, '/*')
}
