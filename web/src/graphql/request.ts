/** Requests to the API: adds the token, turns errors into `ApiFailure`, and reports whether the API is reachable. */
import { connection } from '../app/connection.ts'
import type { Said } from '../i18n/messages.ts'
import { isUnattended } from '../session/attendance.ts'
import { token, tokenRefused } from '../session/token.ts'

/** Why a request failed. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  /** `NETWORK` if there was no answer, otherwise the API's code: FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE_ENTITY … */
  readonly code: string
  readonly status: number
  /** The id under which the API's log has the request. */
  readonly requestId: string | undefined
  /** Paths of invalid input, such as `$.password`. */
  readonly entries: readonly string[]
  /** REST: `error.type`. */
  readonly type: string | undefined
  /** GraphQL: the specific reason, as a message code. */
  readonly refusal: Said | undefined

  constructor(
    message: string,
    more: {
      code: string
      status: number
      requestId?: string | undefined
      entries?: readonly string[]
      type?: string | undefined
      refusal?: Said | undefined
    },
  ) {
    const { code, status, requestId, entries = [], type, refusal } = more
    super(message)
    this.code = code
    this.status = status
    this.requestId = requestId
    this.entries = entries
    this.type = type
    this.refusal = refusal
  }
}

/** The URL of an API path, also behind a proxy with a path prefix. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI).href
}

/** Sends a request with the session's token. Throws an `ApiFailure` with `NETWORK` if there is no answer. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  const given = token()
  if (given !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${given}`)
  // Automatic requests do not prove that somebody is at the page, so they must not extend the session.
  if (isUnattended()) headers.set('x-zvirka-automatic', '1')
  let response: Response
  try {
    response = await fetch(addressOf(path), { ...init, headers, cache: 'no-store', redirect: 'error' })
  } catch (error) {
    if (init.signal?.aborted) throw error
    connection.lost()
    throw new ApiFailure('no answer', { code: 'NETWORK', status: 0 })
  }
  // A proxy reports that the API does not answer.
  if (response.status === 502 || response.status === 504) connection.lost()
  else connection.found()
  if (response.status === 401 && given !== undefined && headers.get('authorization') === `Bearer ${given}`)
    tokenRefused()
  return response
}

interface GraphqlError {
  readonly message: string
  readonly extensions?: { readonly code?: string; readonly refusal?: Said }
}

interface GraphqlAnswer {
  readonly data?: unknown
  readonly errors?: readonly GraphqlError[]
  readonly extensions?: { readonly requestId?: string }
}

/** Sends a GraphQL query, given as text. Any error in the response is thrown; partial results are not used. */
export async function ask(query: string, variables: unknown, signal?: AbortSignal): Promise<unknown> {
  const response = await send('graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
    ...(signal === undefined ? {} : { signal }),
  })
  const requestId = response.headers.get('x-request-id') ?? undefined
  const answer = (await response.json().catch(() => undefined)) as GraphqlAnswer | undefined
  const [error] = answer?.errors ?? []
  if (answer === undefined || error !== undefined || answer.data == null)
    throw await failureOf(response, error, requestId)
  return answer.data
}

async function failureOf(
  { status }: Response,
  error: GraphqlError | undefined,
  requestId: string | undefined,
): Promise<ApiFailure> {
  const code = error?.extensions?.code ?? CODES[status] ?? 'INTERNAL_SERVER_ERROR'
  return new ApiFailure(error?.message ?? `HTTP ${status}`, {
    code,
    status,
    requestId,
    refusal: error?.extensions?.refusal,
  })
}

const CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'TOO_MANY_REQUESTS',
  502: 'NETWORK',
  503: 'UNAVAILABLE',
  504: 'NETWORK',
}

/** The `data` of a REST response; throws an `ApiFailure` for any other. */
export async function rest(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  bearer?: string,
): Promise<unknown> {
  const response = await send(path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (response.ok) return text === '' ? undefined : (JSON.parse(text) as { data: unknown }).data
  const requestId = response.headers.get('x-request-id') ?? undefined
  const error = parsed(text)
  throw new ApiFailure(error?.message ?? `HTTP ${response.status}`, {
    ...{ code: CODES[response.status] ?? 'INTERNAL_SERVER_ERROR', status: response.status, requestId },
    entries: (error?.invalid ?? []).map(({ entry }) => entry),
    type: error?.type,
  })
}

interface RestError {
  readonly type?: string
  readonly message?: string
  readonly invalid?: readonly { readonly entry: string }[]
}

function parsed(text: string): RestError | undefined {
  try {
    return (JSON.parse(text) as { error?: RestError }).error
  } catch {
    return undefined
  }
}
