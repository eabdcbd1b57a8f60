import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENT_TYPES, ROLES } from '../../../src/access/matrix.ts'
import { ROLELESS_SCOPES } from '../../../src/access/scopes.ts'
import type { RouteExample } from '../../../src/api/rest/route.ts'
import { routes } from '../../../src/api/rest/routes.ts'
import { structureOnly } from '../../../src/signatures/cms.ts'
import type { TestApi } from '../api.ts'
import { makeDecisionWorld } from './decision-world.ts'
import { makeInvitationWorld } from './invitation-world.ts'
import { makeRequestWorld } from './request-world.ts'
import { startRest } from './rest.ts'
import { makeWorld } from './world.ts'

let api: TestApi
beforeAll(async () => {
  // With numbers masked, as clients other than the NHS see them.
  api = await startRest({ masking: 'token', signatures: structureOnly })
  await makeWorld(api.db.open({ role: 'zvirka_owner', max: 2 }))
  await makeDecisionWorld(api.db.database)
  await makeRequestWorld(api.db.database)
  await makeInvitationWorld(api.db.database)
})
afterAll(() => api.close())

const CLIENT_OF: Readonly<Record<string, string>> = { PLATFORM: 'PLATFORM' }

// A role of an NHS or platform client that has the scopes.
function roleFor(scopes: readonly string[]): string {
  const role = ['NHS ADMIN', 'NHS VERIFIER', 'PLATFORM'].find((name) =>
    scopes.filter(needsRole).every((scope) => [...(ROLES[name] ?? [])].some((each) => each === scope)),
  )
  if (role === undefined) throw new Error(`no role has ${scopes.join(', ')}`)
  return role
}

function needsRole(scope: string): boolean {
  return !(ROLELESS_SCOPES as readonly string[]).includes(scope)
}

// Replaces values that differ each time with those of the example.
function withVarying(answered: Readonly<Record<string, unknown>>, { data, varying = [] }: RouteExample): object {
  const given = Object.entries(Object(data)).filter(([name]) => varying.includes(name) && answered[name] !== undefined)
  return varying.length === 0 ? answered : { ...answered, ...Object.fromEntries(given) }
}

const examples = routes.flatMap((route) => (route.examples ?? []).map((example) => ({ route, example })))

function pathOf(path: string, { params = {}, query = {} }: RouteExample): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? '')
  const search = new URLSearchParams(query).toString()
  return search === '' ? filled : `${filled}?${search}`
}

/** Routes that show nothing about anybody. Every other one must be audited, new ones included. */
const UNRECORDED = new Set([
  'GET /api/events',
  'GET /api/events/:id',
  'GET /api/global_parameters',
  'GET /oauth/second_factor',
])

/** The audit records of a request, by action: one statement records all its reads, another all its writes. */
function recordOf(requestId: string | null): Promise<unknown[]> {
  return api.db.database.query({
    text: `select action, bool_and(cardinality(subject_ids) > 0) as has_subjects, count(distinct xmin::text)::int as statements
             from zvirka.audit where request_id = $1 group by action order by action`,
    values: [requestId],
  })
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
    const token = await api.token({ role, client, ...(example.email === undefined ? {} : { email: example.email }) })
    const body = example.body === undefined ? {} : { body: example.body }
    const answer = await api.request(route.method, pathOf(route.path, example), { token, ...body })
    expect(answer.status).toBe(example.status)
    if (example.data !== undefined) expect(withVarying(answer.body.data, example)).toEqual(example.data)
    const isRecorded = example.status < 300 && !UNRECORDED.has(`${route.method} ${route.path}`)
    const record = await recordOf(answer.headers.get('x-request-id'))
    const refusal = {
      action: route.path.startsWith('/oauth/') ? 'sign_in' : 'refusal',
      has_subjects: false,
      statements: 1,
    }
    const isRefused = example.status === 401 || example.status === 403
    expect(record).toEqual(
      isRecorded
        ? [{ action: route.method === 'GET' ? 'read' : 'write', has_subjects: true, statements: 1 }]
        : isRefused
          ? [refusal]
          : [],
    )
  })

  test('exist for every route except those of tokens', () => {
    expect(Object.keys(CLIENT_TYPES)).toContain('PLATFORM')
    const without = routes.filter(
      ({ examples = [], path }) => examples.length === 0 && !path.startsWith('/oauth/tokens'),
    )
    expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })
})
