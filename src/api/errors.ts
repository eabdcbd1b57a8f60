/** Every error that the API answers with, declared once (spec 6.2). Transports turn them into envelopes and GraphQL errors. */
import type { Message } from '../messages/messages.ts'

/** A violated rule, at a path such as `$.documents.[0].number`. */
export interface Violation {
  readonly entryType: 'json_data_property' | 'query_parameter'
  readonly entry: string
  readonly rule: 'required' | 'cast' | 'inclusion' | 'format' | 'length' | 'number' | 'date' | 'schema' | 'invalid'
  readonly description: string
  /** The parameters of the rule, under the platform's names: `{ min: 1, actual: 0 }`. */
  readonly params?: Readonly<Record<string, unknown>>
  /** For a value that is not allowed: the nearest allowed one. */
  readonly nearest?: string
}

const KINDS = {
  request_malformed: { status: 400, code: 'BAD_REQUEST' },
  access_denied: { status: 401, code: 'UNAUTHENTICATED' },
  second_factor_required: { status: 401, code: 'UNAUTHENTICATED' },
  second_factor_wrong: { status: 401, code: 'UNAUTHENTICATED' },
  second_factor_setup_required: { status: 403, code: 'FORBIDDEN' },
  forbidden: { status: 403, code: 'FORBIDDEN' },
  not_found: { status: 404, code: 'NOT_FOUND' },
  method_not_allowed: { status: 405, code: 'BAD_REQUEST' },
  not_acceptable: { status: 406, code: 'BAD_REQUEST' },
  request_conflict: { status: 409, code: 'CONFLICT' },
  request_too_large: { status: 413, code: 'BAD_REQUEST' },
  content_type_invalid: { status: 415, code: 'BAD_REQUEST' },
  validation_failed: { status: 422, code: 'UNPROCESSABLE_ENTITY' },
  too_many_requests: { status: 429, code: 'BAD_REQUEST' },
  internal_error: { status: 500, code: 'INTERNAL_SERVER_ERROR' },
  not_implemented: { status: 501, code: 'BAD_REQUEST' },
} as const

/** Seconds after which a client may retry after a 503. */
const RETRY_SECONDS = 5

/** The kinds of errors, by `error.type` of REST. */
type ErrorKind = keyof typeof KINDS

/** Messages that are used in several places. */
export const TEXTS = {
  malformed: 'Malformed request. Probably, you have sent corrupted JSON.',
  badToken: 'Invalid access token',
  noToken: "Authorization header is not set or doesn't contain Bearer token",
  missingScopes: (scopes: readonly string[]) =>
    `Your scope does not allow to access this resource. Missing allowances: ${scopes.join(', ')}`,
  wrongClient: "You don't have permission to access this resource",
  inactiveClient: 'client_id refers to legal entity that is not active',
  noPasswords: 'Signing in with a password is switched off: sign in at the OpenID provider',
  codeNeeded: 'The password is right: a code of the second factor is needed',
  codeWrong: 'The code of the second factor is wrong, or was used before',
  setupRequired: 'The password is right, but a second factor must be set up first: POST /oauth/second_factor/setup',
  unconfirmedLink:
    'There is a user with this e-mail: an administrator must link this account of the OpenID provider to them (zvirka user link)',
  notFound: 'Not found',
  invalid:
    'Validation failed. You can find validators description at our API Manifest: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors.',
  tooMany: 'API rate limit exceeded',
  internal: 'Internal server error',
  outcomeUnknown: 'It is unknown whether the change was made: check before you repeat it',
  noSignedContent: 'signed content is not accepted here',
  noSignatureService: 'the signature service cannot be reached: try again later',
} as const

/** An error answer. Its message is for the client and contains nothing personal or internal. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly kind: ErrorKind
  readonly status: number
  readonly violations: readonly Violation[]
  /** For a 403: the missing scopes. */
  readonly missingScopes: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** The reason as data, if programs need to distinguish several. */
  readonly refusal: Message | undefined

  constructor(
    kind: ErrorKind,
    message: string,
    more: {
      readonly status?: number
      readonly violations?: readonly Violation[]
      readonly missingScopes?: readonly string[]
      readonly headers?: Readonly<Record<string, string>>
      readonly refusal?: Message
    } = {},
  ) {
    super(message)
    this.kind = kind
    this.status = more.status ?? KINDS[kind].status
    this.violations = more.violations ?? []
    this.missingScopes = more.missingScopes ?? []
    this.refusal = more.refusal
    this.headers = { ...(this.status === 503 ? { 'retry-after': String(RETRY_SECONDS) } : {}), ...more.headers }
  }

  /** `extensions.code` of GraphQL (spec 4). */
  get code(): string {
    return this.status === 422 ? 'UNPROCESSABLE_ENTITY' : KINDS[this.kind].code
  }
}

/** A body or a query that breaks rules: 422 with all of them. */
export function invalid(violations: readonly Violation[]): ApiError {
  return new ApiError('validation_failed', TEXTS.invalid, { violations })
}

/** A 422 with its own message and no path: its type is request_malformed (spec 6.2). */
export function unprocessable(message: string): ApiError {
  return new ApiError('request_malformed', message, { status: 422 })
}

/** A 422 about one input field with one violated rule, whose description is the message. */
export function invalidField(name: string, { description, ...rule }: Omit<Violation, 'entryType' | 'entry'>): ApiError {
  const violation = { entryType: 'json_data_property', entry: `$.${name}`, description, ...rule } as const
  return new ApiError('request_malformed', description, { status: 422, violations: [violation] })
}

/** A 422 for a required field that is missing or blank. */
export function missingField(name: string): ApiError {
  return invalidField(name, requiredRule(name))
}

/** The rule for a required property. */
export function requiredRule(property: string) {
  const description = `required property ${property} was not present`
  return { rule: 'required', description, params: { property } } as const
}

/** 404. */
export function notFound(message: string = TEXTS.notFound): ApiError {
  return new ApiError('not_found', message)
}

/** 403. */
export function forbidden(message: string): ApiError {
  return new ApiError('forbidden', message)
}

/** 409. */
export function conflict(message: string): ApiError {
  return new ApiError('request_conflict', message)
}
