import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startTestApi()
  token = await api.token({ role: 'NHS ADMIN' })
})
afterAll(() => api.close())

const codeOf = (body: { errors: { extensions: { code: string } }[] }) => body.errors[0]?.extensions.code

describe('events', () => {
  const ids: string[] = []
  beforeAll(async () => {
    // As the owner: nobody else can set the time of an event.
    const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
    for (let n = 0; n < 5; n += 1) {
      const id = randomUUID()
      ids.push(id)
      await owner.query({
        text: `insert into event_manager.events (id, event_type, entity_type, entity_id, properties, event_time, changed_by)
               values ($1, 'StatusChangeEvent', $2, $1, '{"status":{"new_value":"NEW"}}', '2026-03-01T23:30:00Z', $1)`,
        values: [id, n === 0 ? 'Employee' : 'Person'],
      })
    }
  })

  async function list(args: string) {
    const query = `{ events${args} { nodes { databaseId } totalCount totalCountIsExact
                     pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
    const { body } = await api.graphql(token, query)
    expect(body.errors).toBeUndefined()
    const { nodes, ...rest } = body.data.events
    return { ids: nodes.map((node: { databaseId: string }) => node.databaseId), ...rest }
  }

  test('are listed newest first, page by page, in both directions and both orders', async () => {
    const newest = ids.toReversed()
    const first = await list('(first: 2)')
    expect(first.ids).toEqual(newest.slice(0, 2))
    expect([first.totalCount, first.totalCountIsExact, first.pageInfo.hasNextPage]).toEqual([5, true, true])
    const next = await list(`(first: 3, after: "${first.pageInfo.endCursor}")`)
    expect(next.ids).toEqual(newest.slice(2))
    expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    expect((await list(`(last: 2, before: "${next.pageInfo.startCursor}")`)).ids).toEqual(newest.slice(0, 2))
    expect((await list('(last: 2)')).ids).toEqual(newest.slice(3))
    const oldest = await list('(first: 2, orderBy: INSERTED_AT_ASC)')
    expect(oldest.ids).toEqual(ids.slice(0, 2))
    const after = `after: "${oldest.pageInfo.endCursor}", orderBy: INSERTED_AT_ASC`
    expect((await list(`(first: 2, ${after})`)).ids).toEqual(ids.slice(2, 4))
    expect((await list(`(last: 2, ${after})`)).ids).toEqual(ids.slice(3))
  })

  test('are filtered', async () => {
    expect((await list('(filter: { entityType: "Employee" })')).ids).toEqual([ids[0]])
    expect((await list(`(filter: { entityId: "${ids[3]}" })`)).ids).toEqual([ids[3]])
    expect((await list('(filter: { date: "2026-03-01" })')).ids).toEqual([])
    expect((await list('(filter: { date: "2026-03-02", eventType: "StatusChangeEvent" })')).ids).toHaveLength(5)
  })

  test('are nodes with all their fields', async () => {
    const id = Buffer.from(`Event:${ids[1]}`).toString('base64')
    const query = `query ($id: ID!) { node(id: $id) { id ... on Event { eventType entityType entityId properties eventTime } } }`
    const { body } = await api.graphql(token, query, { id })
    expect(body.data.node).toEqual({
      ...{ id, eventType: 'StatusChangeEvent', entityType: 'Person', entityId: ids[1] },
      ...{ properties: { status: { new_value: 'NEW' } }, eventTime: '2026-03-01T23:30:00.000Z' },
    })
  })

  test('need their scope', async () => {
    const verifier = await api.token({ role: 'NHS VERIFIER' })
    const { body } = await api.graphql(verifier, '{ events { totalCount } }')
    expect([codeOf(body), body.errors[0].message]).toEqual([
      'FORBIDDEN',
      'Your scope does not allow to access this resource. Missing allowances: event:read',
    ])
    const { body: malformed } = await api.graphql(token, '{ events(after: "x") { totalCount } }')
    expect(codeOf(malformed)).toBe('BAD_REQUEST')
  })
})

describe('global parameters', () => {
  const update = `mutation ($input: UpdateGlobalParametersInput!) {
    updateGlobalParameters(input: $input) { globalParameters { parameter value } } }`
  const change = (by: string, ...parameters: object[]) => api.graphql(by, update, { input: { parameters } })

  test('are read and changed, and the audit has the user', async () => {
    const { body } = await change(token, { parameter: 'adult_age', value: '17' })
    expect(body.data.updateGlobalParameters.globalParameters).toContainEqual({ parameter: 'adult_age', value: '17' })
    const read = await api.graphql(token, '{ globalParameters { id databaseId parameter value updatedAt updatedBy } }')
    const [age] = read.body.data.globalParameters
    expect(age).toMatchObject({ parameter: 'adult_age', value: '17' })
    expect(age.id).toBe(Buffer.from(`GlobalParameter:${age.databaseId}`).toString('base64'))
    const entries = await api.db.database.query({
      text: 'select operation, user_id, subject_ids from zvirka.audit where request_id = $1',
      values: [body.extensions.requestId],
    })
    const operation = 'Mutation.updateGlobalParameters'
    expect(entries).toEqual([{ operation, user_id: age.updatedBy, subject_ids: [age.databaseId] }])
  })

  test.each([
    [{ parameter: 'adult_age', value: ' ' }, 'required property value was not present'],
    [{ parameter: '', value: '1' }, 'required property parameter was not present'],
    [{ parameter: 'adult_age', value: 'many' }, /^Validation failed/],
  ])('refuse %j', async (parameter, message) => {
    const { body } = await change(token, parameter)
    expect(codeOf(body)).toBe('UNPROCESSABLE_ENTITY')
    expect(body.errors[0].message).toMatch(message)
  })

  test('are changed only with their scope', async () => {
    const operator = await api.token({ role: 'NHS OPERATOR' })
    expect((await api.graphql(operator, '{ globalParameters { value } }')).body.errors).toBeUndefined()
    expect(codeOf((await change(operator, { parameter: 'adult_age', value: '1' })).body)).toBe('FORBIDDEN')
  })
})
