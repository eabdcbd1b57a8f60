/** How much work one token, and all of them together, can cause at once. What counts is the size of the answer, not the time. */
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { costOf } from '../../src/api/graphql/cost.ts'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { type RequestWork, Work } from '../../src/api/graphql/work.ts'
import { until, untilSomebodyWaits } from '../support/until.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { type Answer, startTestApi, type TestApi } from './api.ts'

const LIMITS = { token: 50_000, process: 60_000, streams: { token: 8, process: 10 } }

let api: TestApi
let token = ''
let persons: string[] = []
beforeAll(async () => {
  api = await startTestApi({ workLimits: LIMITS, maxAnswerBytes: 65_536 })
  token = await api.token({ role: 'NHS VERIFIER' })
  persons = await addPersons(api.db.database, [{ documents: [nationalId(1)] }, { documents: [nationalId(2)] }])
})
afterAll(() => api.close())

const gid = (id: string, type = 'Person') => Buffer.from(`${type}:${id}`).toString('base64')
const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Person { lastName } } }'
const messageOf = ({ body }: Answer) => body.errors[0].message

describe('nodes(ids)', () => {
  test('accepts at most 300 ids', async () => {
    const ids = Array.from({ length: 301 }, () => gid(randomUUID()))
    const refused = await api.graphql(token, NODES, { ids })
    expect([refused.body.data, messageOf(refused)]).toEqual([null, 'ids must be 300 at most'])
    expect((await api.graphql(token, NODES, { ids: ids.slice(1) })).body.errors).toBeUndefined()
  })

  test('reads a repeated id once, and returns it in every place', async () => {
    const request = randomUUID()
    await api.db.database.query({
      text: `insert into mimir.unzr_info (id, unzr, job_status, inserted_by, updated_by) values ($1, 'a', 'processed', $1, $1)`,
      values: [request],
    })
    const asked = [gid(request, 'UnzrInfo'), gid(persons[0] ?? ''), gid(request, 'UnzrInfo'), gid(randomUUID())]
    const { body } = await api.graphql(token, NODES, { ids: asked })
    expect(body.data.nodes.map((node: { id: string } | null) => node?.id)).toEqual([...asked.slice(0, 3), undefined])
  })
})

describe('the cost of an operation', () => {
  const schema = createSchema()
  const cost = (query: string, variableValues = {}) => costOf({ schema, document: parse(query), variableValues })

  test('grows with what is requested, also through variables, fragments, aliases and defaults', () => {
    expect(cost('{ viewer { userId } }')).toBe(2)
    expect(cost('{ persons(first: 100) { nodes { lastName } } }')).toBe(201)
    expect(cost('{ persons { nodes { lastName } } }')).toBe(101)
    expect(cost('query ($n: Int) { persons(last: $n) { edges { node { lastName } } } }', { n: 10 })).toBe(31)
    const [one, two] = [
      '{ persons(first: 9) { ...f } } fragment f on PersonConnection { nodes { id } }',
      'persons(first: 9) { nodes { id } }',
    ]
    expect(cost(one)).toBe(19)
    expect(cost(`{ a: ${two} b: ${two} }`)).toBe(38)
    expect(cost(NODES, { ids: Array.from({ length: 300 }, () => 'x') })).toBe(3601)
  })

  test('multiplies nested lists', () => {
    expect(
      cost('{ persons(first: 300) { nodes { verificationHistory(first: 300) { nodes { step } } } } }'),
    ).toBeGreaterThan(180_000)
  })
})

describe('a request', () => {
  const dear = (first: number) =>
    `{ persons(first: ${first}) { nodes { verificationHistory(first: 100) { nodes { step at } } } } }`

  test('that may cost too much is refused with 400', async () => {
    const refused = await api.graphql(token, dear(300))
    expect([refused.status, refused.body.data]).toEqual([400, undefined])
    expect(messageOf(refused)).toMatch(/may hold \d+ values, and 50000 is the most/)
    expect((await api.graphql(token, dear(100))).body.errors).toBeUndefined()
  })

  test('of several operations may not cost more together', async () => {
    const body = Array.from({ length: 10 }, () => ({ query: dear(100) }))
    const answer = await api.request('POST', '/graphql', { token, body })
    const done = answer.body.filter(({ data }: { data?: object }) => data !== undefined)
    expect(done).toHaveLength(1)
    expect(answer.body[9].errors[0].message).toMatch(/the most of a request/)
  })

  test('whose answer is too large is refused with 422', async () => {
    await api.db.database.query({
      text: `update mpi.persons set last_name = repeat('Ш', 200) where id = any ($1)`,
      values: [persons],
    })
    const aliases = Array.from({ length: 100 }, (_, n) => `a${n}: lastName`).join(' ')
    const refused = await api.graphql(token, `{ persons { nodes { ${aliases.split(' a29:')[0]} } } }`)
    expect(refused.body.errors).toBeUndefined()
    await api.db.database.query({
      text: `update mpi.persons set last_name = repeat('Ш', 3000) where id = any ($1)`,
      values: [persons],
    })
    const large = await api.graphql(token, `{ persons { nodes { ${aliases.split(' a29:')[0]} } } }`)
    await api.db.database.query({ text: `update mpi.persons set last_name = 'Шевченко'` })
    expect([large.status, messageOf(large)]).toEqual([
      422,
      'The answer is larger than 65536 bytes: request fewer at once',
    ])
  })
})

describe('concurrent work', () => {
  const values = (refusal: ReturnType<RequestWork['begin']>) =>
    (refusal?.extensions['http'] as { status: number } | undefined)?.status

  test('is limited per token with 429 and in total with 503, and is released', () => {
    const work = new Work({ request: 50_000, ...LIMITS })
    const [one, two, other] = [work.request('a'), work.request('a'), work.request('b')]
    expect(values(one.begin(30_000))).toBeUndefined()
    expect(values(two.begin(30_000))).toBe(429)
    expect(values(other.begin(40_000))).toBe(503)
    expect(values(other.begin(30_000))).toBeUndefined()
    expect(values(two.begin(1))).toBe(503)
    one.end()
    one.end()
    expect(values(two.begin(30_000))).toBeUndefined()
  })

  test('allows eight streams per token, and no more than the total', () => {
    const work = new Work({ request: 50_000, ...LIMITS })
    const open = Array.from({ length: 8 }, () => work.request('a'))
    expect(open.map((each) => values(each.beginStream(1)))).toEqual(open.map(() => undefined))
    expect(values(work.request('a').beginStream(1))).toBe(429)
    const others = Array.from({ length: 3 }, () => values(work.request('b').beginStream(1)))
    expect(others).toEqual([undefined, undefined, 503])
    open[0]?.end()
    expect(values(work.request('a').beginStream(1))).toBeUndefined()
  })

  test('counts operations, however cheap they are', () => {
    const work = new Work({ request: 50_000, ...LIMITS })
    const taken = Array.from({ length: 100 }, () => values(work.request('a').begin(1)))
    expect(taken.filter((each) => each === undefined)).toHaveLength(50)
  })

  test('is refused with Retry-After, and ends when its answer is sent', async () => {
    const aliases = Array.from(
      { length: 25 },
      (_, n) => `a${n}: persons(first: 300) { nodes { databaseId lastName firstName birthDate } }`,
    )
    const ask = () => api.graphql(token, `{ ${aliases.join(' ')} }`)
    const both = await api.db.database.transaction(async (tx) => {
      await tx.query({ text: 'lock table mpi.persons in access exclusive mode' })
      const asked = [ask(), ask()]
      const refused = await Promise.race(asked)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
      expect(messageOf(refused)).toMatch(/too many operations under way/)
      return asked
    })
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 429])
    expect((await ask()).status).toBe(200)
  })

  test('is not counted for clients that disconnect before they are authenticated', async () => {
    const own = await startTestApi({ workLimits: { ...LIMITS, streams: { token: 1, process: 1 } } })
    onTestFinished(() => own.close())
    const mine = await own.token()
    const body = JSON.stringify({ query: 'subscription { verificationRunProgress(id: "none") { state } }' })
    const head = ['POST /graphql HTTP/1.1', 'host: test', `authorization: Bearer ${mine}`, 'accept: text/event-stream']
    const rest = ['content-type: application/json', `content-length: ${body.length}`, '', body]
    await own.db.database.transaction(async (tx) => {
      await tx.query({ text: 'lock table mithril.tokens in access exclusive mode' })
      const socket = connect(Number(new URL(own.url).port), '127.0.0.1')
      socket.write([...head, ...rest].join('\r\n'))
      await untilSomebodyWaits(own.db.database)
      socket.destroy()
      await until('the server to know that they left', async () => (await own.connections()) === 0)
    })
    const stream = await own.request('POST', '/graphql', {
      token: mine,
      body,
      headers: { accept: 'text/event-stream' },
    })
    // Parsed, and not refused because of a stream that nobody has.
    expect(messageOf(stream)).toBe('Malformed id')
  })
})
