/** Requests to the API: the token goes along, what comes back wrong is an `ApiFailure`, and whether the API can be reached is told. */
import { connection } from '../app/connection.ts'
import type { Said } from '../i18n/messages.ts'
import { isUnattended } from '../session/attendance.ts'
import { token, tokenRefused } from '../session/token.ts'

/** Why a request came to nothing. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  /** `NETWORK` where no answer came, else the API's: FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE_ENTITY … */
  readonly code: string
  readonly status: number
  /** By which the answer is found in the log of the API. */
  readonly requestId: string | undefined
  /** Where what was sent breaks a rule, such as `$.password`. */
  readonly entries: readonly string[]
  /** Of REST: `error.type`. */
  readonly type: string | undefined
  /** Of GraphQL: which of several reasons it is. */
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

/** The address of a path of the API, wherever a proxy shows us. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI).href
}

/** Sends a request with the token of the session. Throws an `ApiFailure` of `NETWORK` where nobody answers. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  const given = token()
  if (given !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${given}`)
  // What the page asks by itself is no sign that somebody sits before it, and keeps no session alive.
  if (isUnattended()) headers.set('x-zvirka-automatic', '1')
  let response: Response
  try {
    response = await fetch(addressOf(path), { ...init, headers, cache: 'no-store', redirect: 'error' })
  } catch (error) {
    if (init.signal?.aborted) throw error
    connection.lost()
    throw new ApiFailure('no answer', { code: 'NETWORK', status: 0 })
  }
  // What stands before the API, and says that it does not answer.
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

/** Asks a GraphQL query, given as text. Any error in the answer is thrown: half an answer is none. */
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

/** A REST answer's `data`; throws an `ApiFailure` for any other. */
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
