/**
 * The GraphQL queries that the platform's panels send about employee requests: fields, filters, sort orders, and pages in both directions.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../api/api.ts'
import { fillWithRequests, LARGE, SMALL } from './many.ts'

const REQUESTS = 1200

let api: TestApi
let token: string
let requests: readonly Stored[]
beforeAll(async () => {
  api = await startTestApi()
  await fillWithRequests(api.db, REQUESTS)
  token = await api.token({ role: 'NHS VERIFIER' })
  requests = await api.db.database.query<Stored>({
    text: `select id, status, legal_entity_id, data #>> '{party,email}' as email,
                  data #>> '{party,last_name}' as last_name, data #>> '{party,first_name}' as first_name,
                  to_char(inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
             from il.employee_requests`,
  })
})
afterAll(() => api.close())

interface Stored {
  readonly id: string
  readonly status: string
  readonly legal_entity_id: string
  readonly email: string
  readonly last_name: string
  readonly first_name: string
  readonly at: string
}

const QUERY = `
query Search($filter: EmployeeRequestFilter, $orderBy: EmployeeRequestOrderBy, $first: Int, $last: Int, $before: String, $after: String) {
  employeeRequests(filter: $filter, orderBy: $orderBy, first: $first, last: $last, before: $before, after: $after) {
    nodes {
      id databaseId email employeeType firstName secondName lastName noTaxId taxId birthDate status insertedAt
      legalEntity { id name }
    }
    pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
  }
}`

const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64')

async function search(variables: Record<string, unknown>, by = token) {
  const { body } = await api.graphql(by, QUERY, variables)
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
  return body.data.employeeRequests
}

/** Reads a whole list, from its start or its end. */
async function walk(variables: Record<string, unknown>, from: 'start' | 'end', size = 7, most = 60): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | undefined; found.length < most; ) {
    const page = from === 'start' ? { first: size, after: cursor } : { last: size, before: cursor }
    const { nodes, pageInfo } = await search({ ...variables, ...page })
    const ids = nodes.map(({ databaseId }: { databaseId: string }) => databaseId)
    if (from === 'start') found.push(...ids)
    else found.unshift(...ids)
    if (!(from === 'start' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) break
    cursor = from === 'start' ? pageInfo.endCursor : pageInfo.startCursor
  }
  return found
}

const ALPHABET = new Intl.Collator('uk')
const text = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)
const byTime = (left: Stored, right: Stored) => text(left.at, right.at) || text(left.id, right.id)
const COMPARE: Readonly<Record<string, (left: Stored, right: Stored) => number>> = {
  INSERTED_AT: byTime,
  STATUS: (left, right) => text(left.status, right.status) || byTime(left, right),
  FULL_NAME: (left, right) =>
    ALPHABET.compare(left.last_name, right.last_name) || text(left.first_name, right.first_name) || byTime(left, right),
}

const FROM = '2026-01-01T00:00:00.000300Z'
const TO = '2026-01-01T00:00:00.000900Z'
const FILTERS: readonly (readonly [name: string, filter: object, holds: (request: Stored) => boolean])[] = [
  ['nothing', {}, () => true],
  ['a status', { status: 'REJECTED' }, ({ status }) => status === 'REJECTED'],
  ['an e-mail, whatever its case', { email: 'MARIA77@example.org' }, ({ email }) => email === 'maria77@example.org'],
  [
    'the global id of a legal entity',
    { legalEntityId: globalId('LegalEntity', SMALL) },
    (each) => each.legal_entity_id === SMALL,
  ],
  ['the uuid of one', { legalEntityId: LARGE.toUpperCase() }, (each) => each.legal_entity_id === LARGE],
  ['a time', { insertedAt: `${FROM}/${TO}` }, ({ at }) => at >= FROM && at <= TO],
  [
    'a time with a zone and an open end, and a status',
    { insertedAt: '2026-01-01T02:00:00.000300+02:00/..', status: 'NEW' },
    ({ at, status }) => at >= FROM && status === 'NEW',
  ],
  [
    'a time of a legal entity',
    { insertedAt: `../${TO}`, legalEntityId: globalId('LegalEntity', LARGE) },
    (each) => each.at <= TO && each.legal_entity_id === LARGE,
  ],
]

describe('requests', () => {
  test.each(FILTERS)('by %s are complete and sorted in each order, from both ends', async (_, filter, holds) => {
    for (const [name, compare] of Object.entries(COMPARE)) {
      const rising = requests.filter(holds).toSorted(compare)
      expect(rising.length).toBeGreaterThan(0)
      for (const [orderBy, ordered] of [
        [`${name}_ASC`, rising],
        [`${name}_DESC`, rising.toReversed()],
      ] as const) {
        const ids = ordered.map(({ id }) => id)
        const told = `${orderBy} ${JSON.stringify(filter)}`
        const first = await walk({ filter, orderBy }, 'start')
        const last = await walk({ filter, orderBy }, 'end')
        expect([told, first]).toEqual([told, ids.slice(0, first.length)])
        expect([told, last]).toEqual([told, ids.slice(-last.length)])
        expect(first.length).toBeGreaterThanOrEqual(Math.min(ids.length, 60))
      }
    }
  })

  test('have the fields that panels expect, masked for masking tokens', async () => {
    const variables = { filter: { email: 'maria77@example.org' } }
    const [node] = (await search(variables)).nodes
    const stored = requests.find(({ email }) => email === 'maria77@example.org')
    expect(node).toMatchObject({
      ...{ id: globalId('EmployeeRequest', stored?.id ?? ''), email: 'maria77@example.org', employeeType: 'HR' },
      ...{ firstName: 'Марія77', secondName: null, lastName: stored?.last_name, birthDate: '1984-02-29' },
      ...{ taxId: '3184710691', noTaxId: false, status: stored?.status },
      legalEntity: { id: globalId('LegalEntity', stored?.legal_entity_id ?? ''), name: expect.any(String) },
    })
    const masked = await api.token({ role: 'NHS VERIFIER', isMasked: true })
    expect((await search(variables, masked)).nodes[0].taxId).toBe('********91')
  })

  test('have cursors without personal data', async () => {
    const { pageInfo } = await search({ orderBy: 'FULL_NAME_ASC', first: 1 })
    const held = JSON.parse(Buffer.from(pageInfo.endCursor, 'base64url').toString('utf8'))
    expect(held).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
    const other = await api.graphql(token, QUERY, { orderBy: 'STATUS_ASC', after: pageInfo.endCursor })
    expect(other.body.errors[0].message).toBe('Malformed cursor')
  })

  test.each([
    ['insertedAt', '2026-01-01T00:00:00Z'],
    ['insertedAt', '2026-02-30T00:00:00Z/..'],
    ['legalEntityId', globalId('Person', SMALL)],
  ])('are not filtered by what %s cannot be: %s', async (name, value) => {
    const { body } = await api.graphql(token, QUERY, { filter: { [name]: value } })
    expect(body.errors[0].extensions.code).toBe('BAD_REQUEST')
  })
})
