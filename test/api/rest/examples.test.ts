import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENT_TYPES, ROLES } from '../../../src/access/matrix.ts'
import type { RouteExample } from '../../../src/api/rest/route.ts'
import { routes } from '../../../src/api/rest/routes.ts'
import type { TestApi } from '../api.ts'
import { startRest } from './rest.ts'
import { makeWorld } from './world.ts'

let api: TestApi
beforeAll(async () => {
  api = await startRest()
  await makeWorld(api.db.database)
})
afterAll(() => api.close())

const CLIENT_OF: Readonly<Record<string, string>> = { PLATFORM: 'PLATFORM' }

// A role of a client of the NHS, or of the platform, that has the scopes.
function roleFor(scopes: readonly string[]): string {
  const role = ['NHS ADMIN', 'NHS VERIFIER', 'PLATFORM'].find((name) =>
    scopes.every((scope) => [...(ROLES[name] ?? [])].some((each) => each === scope)),
  )
  if (role === undefined) throw new Error(`no role has ${scopes.join(', ')}`)
  return role
}

const examples = routes.flatMap((route) => (route.examples ?? []).map((example) => ({ route, example })))

function pathOf(path: string, { params = {}, query = {} }: RouteExample): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? '')
  const search = new URLSearchParams(query).toString()
  return search === '' ? filled : `${filled}?${search}`
}

describe('the examples of the OpenAPI document', () => {
  test.each(
    examples.map(({ route, example }) => ({
      name: `${route.method} ${route.path}: ${example.summary}`,
      route,
      example,
    })),
  )('$name', async ({ route, example }) => {
    const scopes = route.access === 'public' ? [] : route.access.scopes
    const role = roleFor(scopes)
    const client = await api.client(CLIENT_OF[role] ?? 'NHS')
    const token = await api.token({ role, client })
    const body = example.body === undefined ? {} : { body: example.body }
    const answer = await api.request(route.method, pathOf(route.path, example), { token, ...body })
    expect(answer.status).toBe(example.status)
    if (example.data !== undefined) expect(answer.body.data).toEqual(example.data)
  })

  test('are there for every route but those of tokens', () => {
    expect(Object.keys(CLIENT_TYPES)).toContain('PLATFORM')
    const without = routes.filter(
      ({ examples = [], path }) => examples.length === 0 && !path.startsWith('/oauth/tokens'),
    )
    expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })
})
