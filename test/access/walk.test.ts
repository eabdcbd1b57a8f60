// Rules: spec 6.4.2
/**
 * Every route, field and mutation, with every role in every client type and without a token: nothing can be reached without the right
 * scope. What a route needs is read from its declaration, who has it from the matrix.
 */
import { randomUUID } from 'node:crypto'
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENT_TYPES, ROLES } from '../../src/access/matrix.ts'
import { effectiveScopes } from '../../src/access/principal.ts'
import { SCOPES, type Scope } from '../../src/access/scopes.ts'
import type { Access } from '../../src/api/enforce.ts'
import { accessOf } from '../../src/api/graphql/access.ts'
import { createSchema } from '../../src/api/graphql/schema.ts'
import type { Route } from '../../src/api/rest/route.ts'
import { routes } from '../../src/api/rest/routes.ts'
import { startTestApi, type TestApi } from '../api/api.ts'

const ALL = Object.keys(SCOPES) as Scope[]
const schema = createSchema()

interface Asker {
  readonly words: string
  readonly role: string
  readonly clientType: string
  readonly scopes: ReadonlySet<string>
}

/** One caller for each distinct set of effective scopes in each client type. */
const askers: Asker[] = [
  ...new Map(
    Object.entries(ROLES).flatMap(([role, roles]) =>
      Object.entries(CLIENT_TYPES).map(([clientType, ofType]) => {
        const scopes = effectiveScopes({ token: ALL, roles, clientType: ofType })
        const key = `${clientType === 'NHS'} ${[...scopes].sort().join(' ')}`
        return [key, { words: `${role} in ${clientType}`, role, clientType, scopes }] as const
      }),
    ),
  ).values(),
]

interface Field {
  readonly name: string
  readonly operation: 'query' | 'mutation' | 'subscription'
  readonly field: GraphQLField<unknown, unknown>
  readonly access: Access | undefined
}

const fields: Field[] = (
  [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
).flatMap(([operation, type]) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({
    ...{ name: field.name, operation, field },
    access: accessOf(field.extensions),
  })),
)

let api: TestApi
const tokens = new Map<Asker, string>()
beforeAll(async () => {
  api = await startTestApi()
  for (const asker of askers) {
    const client = await api.client(asker.clientType)
    tokens.set(asker, await api.token({ role: asker.role, client }))
  }
})
afterAll(() => api.close())

function mayUse({ scopes, clientType }: Asker, access: Access): boolean {
  const isEnough =
    access.scopes.every((scope) => scopes.has(scope)) || access.orAnyOf?.some((scope) => scopes.has(scope))
  return isEnough === true && (access.isForNhs !== true || clientType === 'NHS')
}

const pathOf = (route: Route) => route.path.replaceAll(/:\w+/g, () => randomUUID())
const bodyOf = ({ method }: Route) => (method === 'GET' || method === 'DELETE' ? {} : { body: {} })
const told = ({ method, path }: Route) => `${method} ${path}`

describe.each(routes.map((route) => ({ name: told(route), route })))('$name', ({ route }) => {
  test('is open to exactly those who may use it', async () => {
    const wrong: string[] = []
    for (const asker of askers) {
      // Signing out would end the token that later tests use.
      if (route.path === '/oauth/tokens') continue
      const token = tokens.get(asker) ?? ''
      const { status, body } = await api.request(route.method, pathOf(route), { token, ...bodyOf(route) })
      const isRefused = status === 401 || /^(Your scope|You don't)/.test(body?.error?.message ?? '')
      if (isRefused === (route.access === 'public' || mayUse(asker, route.access)))
        wrong.push(`${asker.words}: ${status}`)
    }
    expect(wrong).toEqual([])
  })

  test('without a token answers 401, unless it is public', async () => {
    const { status } = await api.request(route.method, pathOf(route), bodyOf(route))
    if (route.access === 'public') expect(status).not.toBe(401)
    else expect(status).toBe(401)
  })
})

describe.each(fields.filter(({ access }) => access !== undefined))(
  '$operation $name',
  ({ operation, field, access }) => {
    test('is open to exactly those who may use it', async () => {
      const wrong: string[] = []
      for (const asker of askers) {
        const { body } = await api.graphql(tokens.get(asker) ?? '', textOf(operation, field))
        const isRefused = (body.errors ?? []).some(
          ({ extensions, message }: { extensions: { code: string }; message: string }) =>
            extensions.code === 'FORBIDDEN' && /^(Your scope|You don't)/.test(message),
        )
        const isInvalid = JSON.stringify(body.errors ?? []).includes('GRAPHQL_VALIDATION_FAILED')
        if (isInvalid) wrong.push(`the test asks wrongly: ${JSON.stringify(body.errors)}`)
        if (isRefused === (access === undefined || mayUse(asker, access))) wrong.push(asker.words)
      }
      expect(wrong).toEqual([])
    })
  },
)

describe('the schema', () => {
  test('has no root field without a scope, except those for every signed-in user', () => {
    const open = fields.filter(({ access }) => access === undefined || access.scopes.length === 0)
    expect(open.map(({ name }) => name).toSorted()).toEqual(['node', 'nodes', 'viewer'])
  })

  test('has no type that node(id) returns to everybody', () => {
    const node = schema.getType('Node')
    const open = schema
      .getPossibleTypes(node as never)
      .filter(({ extensions }) => (accessOf(extensions)?.scopes ?? []).length === 0)
    expect(open.map(({ name }) => name)).toEqual([])
  })

  test('answers node(id) of each type to exactly those who may read the type', async () => {
    const wrong: string[] = []
    for (const { name, extensions } of schema.getPossibleTypes(schema.getType('Node') as never)) {
      const id = Buffer.from(`${name}:${randomUUID()}`).toString('base64')
      for (const asker of askers) {
        const { body } = await api.graphql(tokens.get(asker) ?? '', `{ node(id: "${id}") { __typename } }`)
        const isRefused = (body.errors ?? []).some(
          ({ extensions: { code } }: { extensions: { code: string } }) => code === 'FORBIDDEN',
        )
        const access = accessOf(extensions)
        if (isRefused === (access === undefined || mayUse(asker, access))) wrong.push(`${name}: ${asker.words}`)
      }
    }
    expect(wrong).toEqual([])
  })

  test('is closed without a token', async () => {
    expect((await api.request('POST', '/graphql', { body: { query: '{ viewer { userId } }' } })).status).toBe(401)
    // GET is refused as well: addresses end up in logs.
    expect((await api.request('GET', '/graphql?query={viewer{userId}}')).status).toBe(405)
  })
})

/** A query for one field, with a value of the right type for each required argument. */
function textOf(operation: string, field: GraphQLField<unknown, unknown>): string {
  const needed = field.args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
  const args = needed.map((each: GraphQLArgument) => `${each.name}: ${exampleOf(each.type)}`).join(', ')
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'
  return `${operation} { ${field.name}${args === '' ? '' : `(${args})`}${selection} }`
}

function exampleOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return exampleOf(type.ofType)
  if (isListType(type)) return '[]'
  if (isEnumType(type)) return type.getValues()[0]?.name ?? 'null'
  if (isInputObjectType(type)) {
    const needed = Object.values(type.getFields()).filter((each) => isNonNullType(each.type))
    return `{ ${needed.map((each) => `${each.name}: ${exampleOf(each.type)}`).join(', ')} }`
  }
  if (isScalarType(type)) return SCALARS[type.name] ?? '"x"'
  return 'null'
}

const SCALARS: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  Boolean: 'true',
  ID: `"${Buffer.from(`Nothing:${randomUUID()}`).toString('base64')}"`,
  UUID: `"${randomUUID()}"`,
  Date: '"2000-01-01"',
  DateTime: '"2000-01-01T00:00:00Z"',
}
