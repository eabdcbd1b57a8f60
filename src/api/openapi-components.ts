/** The components of the OpenAPI document: the envelope's parts (spec 6.1, 6.2), and the token. */
const text = { type: 'string' } as const
const number = { type: 'integer', minimum: 0 } as const

function object(properties: object, required: readonly string[] = Object.keys(properties)) {
  return { type: 'object', properties, required, additionalProperties: false } as const
}

const Meta = object({
  url: text,
  type: { enum: ['object', 'list'] },
  code: number,
  request_id: text,
})

const Paging = object({
  page_number: number,
  page_size: number,
  total_entries: number,
  total_pages: number,
  total_is_exact: { type: 'boolean', description: 'False where total_entries is an estimate, above 10,000.' },
  next: { type: ['string', 'null'], description: 'The cursor to go on `after`.' },
})

const rule = object(
  {
    rule: { enum: ['required', 'cast', 'inclusion', 'format', 'length', 'number', 'date', 'schema', 'invalid'] },
    description: text,
    params: {
      type: 'object',
      description:
        'By the rule: `values` (inclusion), `property` (required), `pattern` (format), `min` or `max` with `actual` (length), `expected` with `actual` (cast), `greater_than_or_equal_to` or `less_than_or_equal_to` (number), `actual` (date).',
    },
    nearest: { type: 'string', description: 'Of a value that is not allowed: the one that was probably meant.' },
  },
  ['rule', 'description', 'params'],
)

const invalid = object({
  entry_type: { enum: ['json_data_property', 'query_parameter'] },
  entry: { type: 'string', description: 'A path such as `$.documents.[0].number`.' },
  rules: { type: 'array', items: rule },
})

const Failure = object({
  meta: { $ref: '#/components/schemas/Meta' },
  error: object({ type: text, message: text, invalid: { type: 'array', items: invalid } }, ['type', 'message']),
})

/** The parameter of operations that are executed once per key (spec 6.3.8). */
export const IDEMPOTENCY_KEY = {
  ...{ name: 'Idempotency-Key', in: 'header', required: false },
  description:
    'Chosen by the sender, such as a UUID. Within 24 hours a repeated request with the same key is done once and gets the same answer.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
} as const

/** `components` of the document. */
export const components = {
  schemas: { Meta, Paging, Failure },
  headers: { RequestId: { description: 'The request’s own id, or the one that it was given.', schema: text } },
  securitySchemes: {
    token: {
      type: 'http',
      scheme: 'bearer',
      description:
        'A token of `POST /oauth/tokens` or `zvirka token create`, or a JWT if an OpenID provider is configured.',
    },
  },
} as const
