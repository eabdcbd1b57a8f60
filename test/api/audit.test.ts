import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let auditor: string
let verifier: string
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  auditor = await api.token({ role: 'NHS AUDITOR' })
  verifier = await api.token({ role: 'NHS VERIFIER' })
})

const AUDIT = `query ($filter: AuditFilter, $first: Int, $after: String, $last: Int, $before: String, $orderBy: AuditOrderBy) {
  audit(filter: $filter, first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    totalCount pageInfo { endCursor startCursor hasNextPage }
    nodes { action operation userId subjectKind subjectIds requestId reason fields } } }`

const personId = (id: string) => Buffer.from(`Person:${id}`).toString('base64')
const look = (id: string) =>
  api.graphql(verifier, 'query ($id: ID!) { person(id: $id) { lastName } }', { id: personId(id) })

describe('the audit', () => {
  test('shows who read a person’s data, recorded in the same request before the answer is sent', async () => {
    const [id = '', other = ''] = await addPersons(
      api.db.database,
      [1, 2].map((n) => ({ documents: [nationalId(n)] })),
    )
    await look(other)
    expect((await look(id)).body.data.person.lastName).toBe('Шевченко')
    const { body: viewer } = await api.graphql(verifier, '{ viewer { userId } }')
    const { body } = await api.graphql(auditor, AUDIT, { filter: { subjectId: id } })
    expect(body.data.audit.nodes).toMatchObject([
      { action: 'READ', userId: viewer.data.viewer.userId, subjectKind: 'person', subjectIds: [id] },
    ])
    expect(JSON.stringify(body)).not.toContain('Шевченко')
  })

  test('is paged newest first, forwards and backwards', async () => {
    const [id = ''] = await addPersons(api.db.database, [{ documents: [nationalId(3)] }])
    for (let n = 0; n < 3; n += 1) await look(id)
    const page = async (more: object) =>
      (await api.graphql(auditor, AUDIT, { filter: { subjectId: id }, ...more })).body.data.audit
    const first = await page({ first: 2 })
    expect([first.totalCount, first.nodes.length, first.pageInfo.hasNextPage]).toEqual([3, 2, true])
    const second = await page({ first: 2, after: first.pageInfo.endCursor })
    expect([second.nodes.length, second.pageInfo.hasNextPage]).toEqual([1, false])
    const back = await page({ last: 2, before: second.pageInfo.startCursor })
    expect(back.nodes).toEqual(first.nodes)
    const rising = await page({ first: 3, orderBy: 'INSERTED_AT_ASC' })
    expect(rising.nodes).toEqual([...first.nodes, ...second.nodes].toReversed())
  })

  test('names the user and the client, and filters by client and operation', async () => {
    const [id = ''] = await addPersons(api.db.database, [{ documents: [nationalId(4)] }])
    const elsewhere = await api.client()
    const email = 'who.looked@zvirka.example'
    const theirs = await api.token({ role: 'NHS VERIFIER', client: elsewhere, email })
    await look(id)
    await api.graphql(theirs, 'query ($id: ID!) { node(id: $id) { ... on Person { lastName } } }', { id: personId(id) })
    const found = async (filter: object) => {
      const query = `query ($filter: AuditFilter) { audit(filter: $filter) { nodes { operation userEmail clientId clientName } } }`
      return (await api.graphql(auditor, query, { filter: { subjectId: id, ...filter } })).body.data.audit.nodes
    }
    const record = { operation: 'Query.node', userEmail: email, clientId: elsewhere.id, clientName: 'Test' }
    expect(await found({ clientId: elsewhere.id })).toEqual([record])
    expect(await found({ operation: 'Query.node' })).toEqual([record])
    expect(await found({ operation: 'Query.persons' })).toEqual([])
    expect(await found({})).toHaveLength(2)
  })

  test('records its own export, with the names of the filters but not their values', async () => {
    const [id = ''] = await addPersons(api.db.database, [{ documents: [nationalId(5)] }])
    const from = '2026-01-01T00:00:00Z'
    const read = async (isExport: boolean) => {
      const query = `query ($filter: AuditFilter, $isExport: Boolean) { audit(filter: $filter, isExport: $isExport) { nodes { action operation subjectKind subjectIds fields } } }`
      const { body } = await api.graphql(auditor, query, { filter: { subjectId: id, from }, isExport })
      return body.data.audit.nodes
    }
    await read(false)
    expect(await read(true)).toEqual([])
    expect(await read(false)).toEqual([
      {
        action: 'READ',
        operation: 'Query.audit',
        subjectKind: 'audit',
        subjectIds: [id],
        fields: ['subjectId', 'from'],
      },
    ])
  })

  test('lists by the id of a token everything done with it, including its end, and nothing done with another', async () => {
    const [id = ''] = await addPersons(api.db.database, [{ documents: [nationalId(6)] }])
    const client = await api.client()
    const email = 'who.leaked@zvirka.example'
    const leaked = await api.token({ role: 'NHS VERIFIER', client, email })
    await look(id)
    await api.graphql(leaked, 'query ($id: ID!) { person(id: $id) { lastName } }', { id: personId(id) })
    // Without the scope for the audit.
    await api.graphql(leaked, AUDIT, {})
    await api.request('GET', '/api/employee_requests', { token: leaked })
    await api.request('DELETE', '/oauth/tokens', { token: leaked })
    const query = `query ($filter: AuditFilter) { audit(filter: $filter, orderBy: INSERTED_AT_ASC) { nodes { action operation tokenId userEmail } } }`
    const found = async (filter: object) => (await api.graphql(auditor, query, { filter })).body.data.audit.nodes
    const [{ tokenId }] = await found({ clientId: client.id, operation: 'Query.person' })
    expect(await found({ tokenId })).toEqual(
      [
        ['READ', 'Query.person'],
        ['REFUSAL', 'Query.audit'],
        ['READ', 'GET /api/employee_requests'],
        ['SIGN_OUT', 'DELETE /oauth/tokens'],
      ].map(([action, operation]) => ({ action, operation, tokenId, userEmail: email })),
    )
    expect(new Set((await found({ subjectId: id })).map((each: { tokenId: string }) => each.tokenId)).size).toBe(2)
  })

  test('cannot be changed by the application', async () => {
    for (const text of ['delete from zvirka.audit', `update zvirka.audit set reason = 'x'`])
      await expect(api.db.database.query({ text })).rejects.toThrow(/permission denied/)
  })
})
