/** Internal errors and hostile requests: answered as the specification says, logged with the request's id, and nothing leaks. */
import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { connect } from '../../src/database/connection.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let admin: string
let verifier: string
let person: string
beforeAll(async () => {
  api = await startTestApi()
  ;[person = ''] = await addPersons(api.db.database, [{ documents: [nationalId(1)] }])
})
afterAll(() => api.close())
beforeEach(async () => {
  admin = await api.token()
  verifier = await api.token({ role: 'NHS VERIFIER' })
})

const gid = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64')
const PERSON = 'query ($id: ID!) { person(id: $id) { lastName } }'
const askPerson = () => api.graphql(admin, PERSON, { id: gid('Person', person) })
const owner = (text: string, ...values: unknown[]) =>
  api.db.open({ role: 'zvirka_owner', max: 1 }).query({ text, values })

/** Every root field, with a given text in each place that takes one. */
const schema = createSchema()
const QUESTIONS = (['query', 'mutation'] as const).flatMap((operation) => {
  const type = operation === 'query' ? schema.getQueryType() : schema.getMutationType()
  return Object.values(type?.getFields() ?? {})
    .filter(({ args }) => args.length > 0)
    .map((field) => ({ operation, field, name: field.name }))
})

function exampleOf(type: GraphQLInputType, text: string): unknown {
  if (isNonNullType(type)) return exampleOf(type.ofType, text)
  if (isListType(type)) return [exampleOf(type.ofType, text)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    return Object.fromEntries(Object.values(type.getFields()).map((each) => [each.name, exampleOf(each.type, text)]))
  }
  return VALUES[String(type)] ?? text
}
const VALUES: Readonly<Record<string, unknown>> = {
  ...{ Int: 1, Float: 1, Boolean: true, Date: '2000-01-01', DateTime: '2000-01-01T00:00:00Z' },
  ...{ UUID: '00000000-0000-4000-8000-000000000000', ID: gid('Person', '00000000-0000-4000-8000-000000000000') },
}

describe.each([
  ['U+0000', 'a\0b'],
  ['half a character', 'a\ud800b'],
])('a text with %s', (_, text) => {
  test.each(QUESTIONS)('is no internal error in $operation $name', async ({ operation, field }) => {
    const before = api.logged.length
    const variables = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')
    const args = field.args.map(({ name }) => `${name}: $${name}`).join(', ')
    const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'
    const query = `${operation} (${variables}) { ${field.name}(${args})${selection} }`
    const values = (given: string) =>
      Object.fromEntries(field.args.map(({ name, type }) => [name, given === '' ? null : exampleOf(type, given)]))
    for (const token of [admin, verifier]) {
      const { body } = await api.graphql(token, query, { ...values(text), last: null, before: null, after: null })
      const codes = (body.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code)
      expect(codes).not.toContain('INTERNAL_SERVER_ERROR')
    }
    expect(api.logged.slice(before)).toEqual([])
  })

  test('is refused as unprocessable, or not accepted, as a reason', async () => {
    const input = { id: gid('Person', person), fields: ['TAX_ID'], reason: `because of a test ${text}` }
    const reveal = `mutation ($input: RevealPersonDataInput!) { revealPersonData(input: $input) { taxId } }`
    const { status, body } = await api.graphql(verifier, reveal, { input })
    expect(status).toBe(200)
    expect(body.errors).toBeUndefined()
  })
})

describe('a text with characters that cannot be stored', () => {
  test('is UNPROCESSABLE_ENTITY', async () => {
    const { status, body } = await api.graphql(admin, '{ jobs(filter: { queue: "a\\u0000" }) { totalCount } }')
    expect([status, body.errors[0].extensions.code]).toEqual([200, 'UNPROCESSABLE_ENTITY'])
  })
})

describe('a malformed time or id', () => {
  const cursorOf = (...place: string[]) => Buffer.from(JSON.stringify(place)).toString('base64url')
  const NOBODY = '00000000-0000-4000-8000-000000000000'

  test.each([
    ['persons', cursorOf('2026-02-31T00:00:00.000000Z', NOBODY)],
    ['persons', cursorOf('2026-02-21T00:00:00.000000Z', '-'.repeat(36))],
    ['jobs', cursorOf('2026-02-31T00:00:00.000000Z', NOBODY)],
    ['jobs', cursorOf('0000-02-21T00:00:00.000000Z', NOBODY)],
    ['unzrInfoRegisters', cursorOf('2026-02-21T00:00:00.000000Z', '-'.repeat(36))],
    ['verificationRuns', cursorOf('2026-02-31 00:00:00+00', NOBODY)],
    ['verificationRuns', cursorOf('2026-02-21 00:00:00+99', NOBODY)],
    ['verificationRuns', cursorOf('2026-02-21 00:00:00+00:99', NOBODY)],
    ['verificationRuns', cursorOf('----------', NOBODY)],
  ])('is no cursor of %s: %s', async (list, after) => {
    const { body } = await api.graphql(admin, `query ($after: String) { ${list}(after: $after) { totalCount } }`, {
      after,
    })
    expect(body.errors[0]).toMatchObject({ message: 'Malformed cursor', extensions: { code: 'BAD_REQUEST' } })
  })

  test.each(['0000-01-01', '2026-02-31', '2026-13-01'])('is no date: %s', async (date) => {
    const question = `query ($filter: EventFilter) { events(filter: $filter) { totalCount } }`
    const graphql = await api.graphql(admin, question, { filter: { date } })
    expect(graphql.body.errors[0].extensions.code).not.toBe('INTERNAL_SERVER_ERROR')
    const rest = await api.request('GET', `/api/events?date=${date}`, { token: admin })
    expect([rest.status, rest.body.error.invalid[0].rules[0].rule]).toEqual([422, 'date'])
    const platform = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') })
    const record = { last_name: 'А', first_name: 'Б', birth_date: date }
    const put = await api.request('PUT', `/api/persons/${NOBODY}`, { token: platform, body: record })
    expect(put.status).toBe(422)
  })

  test('is no cursor of REST', async () => {
    const after = Buffer.from(`2026-02-31T00:00:00.000000Z ${NOBODY}`).toString('base64url')
    const { status } = await api.request('GET', `/api/persons/verifications?after=${after}`, { token: admin })
    expect(status).toBe(422)
  })
})

describe('a statement that takes too long', () => {
  let hurried: TestApi
  let token: string
  beforeAll(async () => {
    hurried = await startTestApi({}, { statementTimeoutMs: 150 })
    token = await hurried.token()
  })
  afterAll(() => hurried.close())

  /** Sends a request while a table is locked. */
  const whileLocked = async <T>(table: string, ask: () => Promise<T>): Promise<T> => {
    const locker = hurried.db.open({ role: 'zvirka_owner', max: 1 })
    return locker.transaction(async (tx) => {
      await tx.query({ text: `lock table ${table} in access exclusive mode` })
      return ask()
    })
  }

  const ask = () => hurried.graphql(token, PERSON, { id: gid('Person', person) })

  test('answers 503 over REST, and over GraphQL if not even the token can be checked', async () => {
    const rest = await whileLocked('prm.global_parameters', () =>
      hurried.request('GET', '/api/global_parameters', { token }),
    )
    expect([rest.status, rest.body.error]).toEqual([503, { type: 'internal_error', message: 'Internal server error' }])
    expect(rest.headers.get('retry-after')).toBe('5')
    const graphql = await whileLocked('mithril.tokens', ask)
    expect([graphql.status, graphql.body.error.type]).toEqual([503, 'internal_error'])
    expect(graphql.body.errors).toEqual([
      { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ])
  })

  test('is 503 over GraphQL without data, and 200 with partial data', async () => {
    const nothing = await whileLocked('mpi.persons', ask)
    expect([nothing.status, nothing.body.data]).toEqual([503, { person: null }])
    expect(nothing.headers.get('retry-after')).toBe('5')
    const some = await whileLocked('mpi.persons', () =>
      hurried.graphql(token, `${PERSON.slice(0, -1)} viewer { userId } }`, { id: gid('Person', person) }),
    )
    expect([some.status, some.body.data]).toEqual([200, { person: null, viewer: { userId: expect.any(String) } }])
    expect(some.body.errors[0].extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' })
  })

  test('is an error of the GraphQL field, and the log has the request', async () => {
    const { body } = await whileLocked('mpi.persons', ask)
    expect([body.data, body.errors[0].extensions]).toEqual([{ person: null }, { code: 'INTERNAL_SERVER_ERROR' }])
    expect(body.errors[0].message).toBe('Internal server error')
    const { requestId } = body.extensions
    expect(hurried.logged.filter(({ fields }) => fields.code === requestId).map(({ message }) => message)).toEqual([
      'a field failed inside',
    ])
  })
})

describe('a commit without an acknowledgement', () => {
  const administrator = async (text: string) => {
    const client = await connect({ url: api.db.url, applicationName: 'tests' })
    await client.query(text)
    await client.end()
  }
  // The server ends the session during the commit.
  beforeAll(() =>
    administrator(`
      create function public.end_session() returns trigger language plpgsql security definer
          as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';
      create constraint trigger ends after insert or update on mpi.persons deferrable initially deferred
          for each row execute function public.end_session()`),
  )
  afterAll(() => administrator('drop function public.end_session() cascade'))

  test('is 504, and the message says that the result is unknown', async () => {
    const platform = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') })
    const body = { last_name: 'Іншa', first_name: 'Олена', birth_date: '1990-05-17', gender: 'FEMALE', documents: [] }
    const answer = await api.request('PUT', `/api/persons/${person}`, { token: platform, body })
    expect([answer.status, answer.body.error]).toEqual([
      504,
      {
        type: 'internal_error',
        message: 'It is unknown whether the change was made: check before you repeat it',
      },
    ])
    expect(answer.headers.get('retry-after')).toBeNull()
  })
})

describe('an audit record that cannot be written', () => {
  beforeAll(() => owner('revoke execute on function zvirka.append_audit from zvirka_app'))
  afterAll(() => owner('grant execute on function zvirka.append_audit to zvirka_app'))

  test('withholds the data from the client', async () => {
    const graphql = await askPerson()
    expect(graphql.status).toBe(500)
    expect(graphql.body).toEqual({
      errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      extensions: { requestId: expect.any(String) },
    })
    const rest = await api.request('GET', `/api/persons/${person}/verification`, { token: admin })
    expect([rest.status, rest.body.data]).toEqual([500, undefined])
  })
})

describe('a request that does not reach GraphQL', () => {
  test.each([
    ['a body that is too large', 413, 'BAD_REQUEST', `{"query":"${'x'.repeat(1_100_000)}"}`, 'application/json'],
    ['a body that is no JSON', 400, 'BAD_REQUEST', '{', 'application/json'],
    ['another sort of body', 415, 'BAD_REQUEST', 'x', 'text/plain'],
  ])('has errors and the request id: %s', async (_, status, code, body, type) => {
    const answer = await api.request('POST', '/graphql', { token: admin, body, headers: { 'content-type': type } })
    expect(answer.status).toBe(status)
    expect(answer.body.errors).toEqual([{ message: expect.any(String), extensions: { code } }])
    expect(answer.body.extensions).toEqual({ requestId: answer.headers.get('x-request-id') })
  })

  test('without a token answers 401 only in the envelope', async () => {
    const { status, body } = await api.request('POST', '/graphql', { body: { query: '{ viewer { userId } }' } })
    expect([status, Object.keys(body)]).toEqual([401, ['meta', 'error']])
  })

  test('with another method is 405', async () => {
    const { status, headers } = await api.request('PUT', '/graphql', { token: admin, body: {} })
    expect([status, headers.get('allow')]).toEqual([405, 'POST'])
  })
})
