/**
 * The REST API in tests: the server checks every answer against its route's schema, and the tests check it against the OpenAPI document.
 */
import { expect } from 'vitest'
import { z } from 'zod'
import type { Masking } from '../../../src/api/enforce.ts'
import { type OpenApiDocument, openApiDocument } from '../../../src/api/openapi.ts'
import { routes } from '../../../src/api/rest/routes.ts'
import type { ApiMeter } from '../../../src/observability/api-metrics.ts'
import type { Signatures } from '../../../src/signatures/opened.ts'
import { type Answer, startTestApi, type TestApi } from '../api.ts'

export const document: OpenApiDocument = openApiDocument(routes)

/** Serves the API; its `request` fails if an answer does not match the document. */
export async function startRest(
  options: { readonly masking?: Masking; readonly signatures?: Signatures; readonly meter?: ApiMeter } = {},
): Promise<TestApi> {
  const api = await startTestApi({ checksAnswers: true, ...options })
  const request: TestApi['request'] = async (method, path, options) => {
    const answer = await api.request(method, path, options)
    expectDocumented(method, path, answer)
    return answer
  }
  return { ...api, request }
}

/** Fails unless the document describes this answer. Paths that are not in it are ignored. */
export function expectDocumented(method: string, path: string, { status, body, headers }: Answer): void {
  const operation = operationAt(method, path)
  if (operation === undefined) return
  const response = operation.responses[String(status)]
  expect(response, `${method} ${path} answered ${status}, which is not documented`).toBeDefined()
  expect(headers.get('x-request-id')).toBe(body?.meta.request_id ?? headers.get('x-request-id'))
  const content = response?.['content'] as { 'application/json': { schema: object } } | undefined
  if (content === undefined) expect(body).toBeUndefined()
  else expect(() => schemaOf(content['application/json'].schema).parse(body)).not.toThrow()
}

function operationAt(method: string, path: string) {
  const [bare = ''] = path.split('?')
  const known = Object.keys(document.paths).toSorted((left, right) => left.split('{').length - right.split('{').length)
  const found = known.find((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare))
  return found === undefined ? undefined : document.paths[found]?.[method.toLowerCase()]
}

const schemas = new Map<object, z.ZodType>()

function schemaOf(schema: object): z.ZodType {
  const known = schemas.get(schema) ?? z.fromJSONSchema(resolved(schema) as never)
  schemas.set(schema, known)
  return known
}

/** A part of the document with its references resolved. */
export function resolved(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(resolved)
  if (typeof part !== 'object' || part === null) return part
  const { $ref: reference } = part as { $ref?: string }
  if (reference !== undefined) return resolved(lookUp(reference))
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, resolved(value)]))
}

function lookUp(reference: string): unknown {
  const parts = reference.replace('#/', '').split('/')
  const found = parts.reduce<unknown>((at, name) => Reflect.get(Object(at), name), document)
  if (found === undefined) throw new Error(`the document has no ${reference}`)
  return found
}

/** The `rule` and `description` of each violation, by its entry. */
export function violationsOf({ body }: Answer): Record<string, string> {
  const entries: { entry: string; rules: { rule: string; description: string }[] }[] = body.error.invalid
  return Object.fromEntries(
    entries.map(({ entry, rules }) => [
      entry,
      rules.map(({ rule, description }) => `${rule}: ${description}`).join('; '),
    ]),
  )
}
