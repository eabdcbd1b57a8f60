// Rules: spec 6.3.7
import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { routes } from '../../../src/api/rest/routes.ts'
import { startTestApi, type TestApi } from '../api.ts'
import { document, resolved } from './rest.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

describe('/openapi.json', () => {
  test('is public, and describes the routes that are served', async () => {
    const { status, headers, body } = await api.request('GET', '/openapi.json')
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(body).toEqual(JSON.parse(JSON.stringify(document)))
    expect(body.openapi).toBe('3.1.0')
  })

  test('has each route with its scopes, and no other', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security }]) => [`${method.toUpperCase()} ${path}`, security]),
    )
    const served = routes.map(({ method, path, access }) => [
      `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      access === 'public'
        ? []
        : [access.scopes, ...(access.orAnyOf ?? []).map((scope) => [scope])].map((token) => ({ token })),
    ])
    expect(new Map(documented as [string, unknown][])).toEqual(new Map(served as [string, unknown][]))
  })

  test('names each operation once, and has no dangling references', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((each) => each.operationId))
    expect(new Set(ids).size).toBe(ids.length)
    expect(() => resolved(document)).not.toThrow()
  })

  test('has no example that violates its own schema', () => {
    interface Content {
      readonly schema: object
      readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
    }
    const contents = Object.values(document.paths).flatMap((path) =>
      Object.values(path).flatMap(({ requestBody, responses }) =>
        [requestBody, ...Object.values(responses)].flatMap((each) => {
          const content: Content | undefined = Reflect.get(Object(each), 'content')?.['application/json']
          return content === undefined ? [] : [content]
        }),
      ),
    )
    const examples = contents.flatMap(({ schema, examples = {} }) =>
      Object.values(examples).map(({ value }) => ({ schema: z.fromJSONSchema(resolved(schema) as never), value })),
    )
    expect(examples.length).toBeGreaterThan(10)
    for (const { schema, value } of examples) expect(() => schema.parse(value)).not.toThrow()
  })

  test('describes the parameters with their bounds, and the answer with its envelope', () => {
    const operation = document.paths['/api/persons/verifications']?.['get']
    const size = operation?.parameters.find(({ name }) => name === 'page_size')
    expect(size).toMatchObject({
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 300, default: 50 },
    })
    const schema = Reflect.get(Object(operation?.responses['200']), 'content')['application/json'].schema
    expect(schema.required).toEqual(['meta', 'data', 'paging'])
    expect(schema.properties.data.type).toBe('array')
    expect(Object.keys(document.paths['/api/persons/{id}']?.['put']?.responses ?? {})).toEqual([
      '200',
      '201',
      '400',
      '401',
      '403',
      '404',
      '405',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
      '504',
    ])
  })
})

describe('/openapi', () => {
  test('is a page with every operation, without scripts or external resources', async () => {
    const response = await fetch(`${api.url}/openapi`)
    const page = await response.text()
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    for (const { method, path } of routes) {
      expect(page).toContain(`<h3><code>${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}</code></h3>`)
    }
    expect(page).not.toMatch(/<script|<link|<img|\son\w+=|src=|style="/i)
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? ''
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`style-src 'sha256-${hash('sha256', style, 'base64')}'`)
    expect(policy).not.toContain('unsafe')
  })

  test('has no broken links', async () => {
    const page = await (await fetch(`${api.url}/openapi`)).text()
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `#${id}`))
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => link)
    expect(links.length).toBeGreaterThan(routes.length)
    expect(links.filter((link = '') => !ids.has(link) && link !== '/openapi.json')).toEqual([])
  })
})
