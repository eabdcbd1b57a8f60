/** The OpenAPI 3.1 document (spec 6.3), generated from the routes, so that it describes what is served. */
import { z } from 'zod'
import type { Access } from './enforce.ts'
import { components, IDEMPOTENCY_KEY } from './openapi-components.ts'
import type { Paging, Route, RouteExample } from './rest/route.ts'

/** A JSON value of the document. */
export type Json = { readonly [name: string]: unknown }

/** An operation of the document, with the fields that are read here. */
export interface Operation extends Json {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters: readonly Json[]
  readonly responses: Readonly<Record<string, Json>>
}

/** The document. */
export interface OpenApiDocument extends Json {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Json
}

/** Makes the document. */
export function openApiDocument(routes: readonly Route[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'zvirka',
      version: '1',
      summary: 'Verification of persons and parties against state registries',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components,
  }
}

function operationOf(route: Route): Operation {
  const { method, path, summary, tag, access, body } = route
  const scopes = access === 'public' ? undefined : access.scopes
  return {
    operationId: `${method} ${path}`.replaceAll(/\W+/g, '_').toLowerCase(),
    summary,
    ...{ tags: [tag], description: descriptionOf(route, scopes) },
    security: access === 'public' ? [] : securityOf(access),
    parameters: [...parametersOf(route, 'path'), ...parametersOf(route, 'query'), ...keyOf(route)],
    ...(body === undefined ? {} : { requestBody: requestOf(route, body) }),
    responses: { ...successOf(route), ...errorsOf(route) },
  }
}

function securityOf({ scopes, orAnyOf = [] }: Access): Json[] {
  return [scopes, ...orAnyOf.map((scope) => [scope])].map((token) => ({ token }))
}

function descriptionOf({ description }: Route, scopes: readonly string[] | undefined): string {
  const needs = scopes === undefined ? 'Needs no token.' : scopes.length === 0 ? '' : `Scopes: ${scopes.join(', ')}.`
  return [description, needs].filter((text) => text !== undefined && text !== '').join('\n\n')
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: shorten })
  return rest
}

// A format makes its pattern redundant; JavaScript's largest number is not one of our limits.
function shorten({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}

function parametersOf({ params, query, examples = [] }: Route, place: 'path' | 'query'): Json[] {
  const schema = place === 'path' ? params : query
  if (!(schema instanceof z.ZodObject)) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...of }]) => {
    const example = examples.map((each) => (place === 'path' ? each.params : each.query)?.[name]).find((value) => value)
    return {
      ...{ name, in: place, required: place === 'path' || required.includes(name) },
      schema: { ...of, ...defaultOf(schema.shape[name]) },
      ...(description === undefined ? {} : { description }),
      ...(example === undefined ? {} : { example: of['type'] === 'integer' ? Number(example) : example }),
    }
  })
}

function takesKey(route: Route): boolean {
  return route.access !== 'public' && route.takesKey === true
}

function keyOf(route: Route): Json[] {
  return takesKey(route) ? [IDEMPOTENCY_KEY] : []
}

// Zod omits the default of converted values.
function defaultOf(field: unknown): Json {
  const value = field instanceof z.ZodType ? field.safeParse(undefined).data : undefined
  return value === undefined ? {} : { default: value }
}

function requestOf({ examples = [] }: Route, body: z.ZodType): Json {
  return {
    required: true,
    content: { 'application/json': { schema: schemaOf(body, 'input'), ...examplesOf(examples, ({ body }) => body) } },
  }
}

function examplesOf(examples: readonly RouteExample[], told: (example: RouteExample) => unknown): Json {
  const entries = examples.flatMap((example, index) => {
    const value = told(example)
    return value === undefined ? [] : [[`example${index + 1}`, { summary: example.summary, value }] as const]
  })
  return entries.length === 0 ? {} : { examples: Object.fromEntries(entries) }
}

const REQUEST_ID = { 'x-request-id': { $ref: '#/components/headers/RequestId' } } as const

function successOf(route: Route): Record<string, Json> {
  const { data, success = { [data === undefined ? 204 : 200]: 'Done' }, examples = [] } = route
  return Object.fromEntries(
    Object.entries(success).map(([status, description]) => {
      const answered = examples.filter((example) => String(example.status) === status)
      const content = data === undefined ? {} : { content: contentOf(route, data, Number(status), answered) }
      return [status, { description, headers: REQUEST_ID, ...content }]
    }),
  )
}

function contentOf({ urgent }: Route, data: z.ZodType, code: number, examples: readonly RouteExample[]): Json {
  const isList = data instanceof z.ZodArray
  const names = ['meta', 'data', ...(isList ? ['paging'] : [])]
  const schema = {
    type: 'object',
    properties: {
      meta: { $ref: '#/components/schemas/Meta' },
      data: schemaOf(data, 'output'),
      ...(isList ? { paging: { $ref: '#/components/schemas/Paging' } } : {}),
      ...(urgent === undefined ? {} : { urgent: schemaOf(urgent, 'output') }),
    },
    ...{ required: names, additionalProperties: false },
  }
  const meta = { url: 'https://…', type: isList ? 'list' : 'object', code, request_id: '…' }
  const wrapped = (example: RouteExample) =>
    example.data === undefined
      ? undefined
      : { meta, data: example.data, ...(isList ? { paging: pageOf(example) } : {}) }
  return { 'application/json': { schema, ...examplesOf(examples, wrapped) } }
}

function pageOf({ query = {}, data, next }: RouteExample): Paging {
  const total = Array.isArray(data) ? data.length : 0
  return {
    ...{ page_number: 1, page_size: Number(query['page_size'] ?? 50) },
    ...{ total_entries: total, total_pages: Math.min(1, total), total_is_exact: true, next: next ?? null },
  }
}

const TEXTS: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'No valid token',
  403: 'The token has no access',
  404: 'Not found',
  405: 'The path has no such method',
  409: 'Conflict with existing data',
  413: 'The body is too large',
  415: 'The body is not JSON, has a charset other than UTF-8, or is compressed',
  422: 'The body or the query breaks rules; `error.invalid` names them. Or the Idempotency-Key came with something else before',
  429: 'Too many requests: see Retry-After',
  500: 'Our fault',
  503: 'Temporarily unavailable, and nothing was done: see Retry-After',
  504: 'It is unknown whether the change was made: check before you repeat it',
}

/** The error statuses that a route may answer with, depending on its parameters. */
function errorsOf(route: Route): Record<string, Json> {
  const { method, access, params, query, body, errors = {} } = route
  const always = [405, 429, 500, 503]
  const guarded = access === 'public' ? [] : [401, 403]
  const asked = [
    ...(params === undefined ? [] : [404]),
    ...(method === 'GET' ? [] : [413, 415, 504]),
    ...(body === undefined ? [] : [400, 422]),
    ...(query === undefined ? [] : [400, 422]),
    ...(takesKey(route) ? [400, 422] : []),
  ]
  const statuses = new Set([...always, ...guarded, ...asked, ...Object.keys(errors).map(Number)])
  return Object.fromEntries(
    [...statuses].toSorted().map((status) => {
      const description = errors[status] ?? TEXTS[status] ?? 'Refused'
      const schema = { $ref: '#/components/schemas/Failure' }
      return [String(status), { description, headers: REQUEST_ID, content: { 'application/json': { schema } } }]
    }),
  )
}
