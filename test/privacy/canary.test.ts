// Rules: spec 1.2.2, 3.2.12
/**
 * Marked names, numbers and secrets pass through the API and the engine, with valid and invalid requests; then everything that must not
 * hold personal data is searched for them: logs, errors, audit, runs, histories, events, job payloads, cursors.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeError } from '../../src/observability/errors.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { until } from '../support/until.ts'
import { answer, makeWorker, startRun, technicalError } from '../synchronization/cluster.ts'

const ID = '0b5c2c0e-9f0a-4a57-8a3e-0c6a0f6f2f11'
const MARKS = ['Канаркенко', 'Жовтина', '7700077007', '19770707-77007', 'КН770077', 'КанаркаСекрет1']
const [LAST, FIRST, TAX, UNZR, NUMBER, SECRET] = MARKS as [string, string, string, string, string, string]

const PERSON = {
  ...{ last_name: LAST, first_name: FIRST, birth_date: '1977-07-07', tax_id: TAX, unzr: UNZR },
  documents: [{ type: 'PASSPORT', number: NUMBER }],
}

/** Tables with ids, codes and our own texts, and never a person's data. */
const TABLES = [
  ...['zvirka.audit', 'zvirka.runs', 'zvirka.run_workers', 'zvirka.run_errors', 'zvirka.workers', 'zvirka.claims'],
  ...['zvirka.verification_history', 'zvirka.answer_tallies', 'zvirka.import_digests', 'zvirka.login_failures'],
  ...['event_manager.events', 'mithril.tokens', 'pgboss.job'],
]

let api: TestApi
const errors: string[] = []
const metrics = createMetrics()
beforeAll(async () => {
  api = await startTestApi({ meter: metrics.api() })
})
afterAll(async () => {
  metrics.close()
  await api.close()
})

/** Sends a request, and keeps its answer if it is an error. */
async function ask(...request: Parameters<TestApi['request']>) {
  const { status, headers, body } = await api.request(...request)
  if (status >= 400 || body?.errors !== undefined) errors.push(JSON.stringify(body))
  errors.push(JSON.stringify([...headers]))
  return { status, body }
}

test('no personal data is where it should not be', async () => {
  const platform = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') })
  const verifier = await api.token({ role: 'NHS VERIFIER' })
  const gid = Buffer.from(`Person:${ID}`).toString('base64')
  const graphql = (query: string, variables = {}) =>
    ask('POST', '/graphql', { token: verifier, body: { query, variables } })

  // Valid: put, read by every number, page, reveal, sent again, asked about.
  expect((await ask('PUT', `/api/persons/${ID}`, { token: platform, body: PERSON })).status).toBe(201)
  for (const filter of [
    { taxId: TAX },
    { unzr: UNZR },
    { documentNumber: NUMBER },
    { lastName: LAST, birthDate: '1977-07-07' },
  ]) {
    const query =
      'query ($filter: PersonFilter) { persons(filter: $filter, first: 1) { nodes { lastName } pageInfo { endCursor } } }'
    const { body } = await graphql(query, { filter })
    expect(body.data.persons.nodes).toEqual([{ lastName: LAST }])
    errors.push(Buffer.from(body.data.persons.pageInfo.endCursor, 'base64url').toString())
  }
  await graphql(
    `mutation ($id: ID!) { revealPersonData(input: { id: $id, fields: [TAX_ID], reason: "звірка" }) { __typename } }`,
    { id: gid },
  )
  await graphql(
    'mutation ($unzr: String!) { syncUnzrInfoRegister(input: { unzr: $unzr }) { unzrInfo { jobStatus } } }',
    { unzr: UNZR },
  )
  await graphql('query ($unzr: String!) { unzrInfoRegister(unzr: $unzr) { jobStatus } }', { unzr: UNZR })

  // Invalid: wrong types, broken JSON, unknown fields, a taken name, wrong values, wrong secrets.
  await ask('PUT', `/api/persons/${ID}`, { token: platform, body: { ...PERSON, tax_id: 5, nothing: LAST } })
  await ask('PUT', `/api/persons/${ID}`, { token: platform, body: `{"last_name":"${LAST}",` })
  await ask('POST', '/oauth/tokens', {
    body: { token: { grant_type: 'password', email: `${LAST}@x.ua`, password: SECRET, client_id: ID } },
  })
  await ask('GET', '/api/events', { token: SECRET.replaceAll(/[^\w]/g, 'x') })
  await graphql(`{ persons(filter: { taxId: "${TAX}", nothing: "${LAST}" }) { nodes { lastName } } }`)
  await graphql('query ($filter: PersonFilter) { persons(filter: $filter) { totalCount } }', {
    filter: { taxId: { a: TAX } },
  })
  await graphql('query ($id: ID!) { person(id: $id) { lastName } }', { id: LAST })

  await graphql(`query Q ($reason: String!) { a: node(id: $reason) { id } }`, { reason: UNZR })
  // The address is returned in `meta.url` to the caller; it is stored nowhere else.
  for (const path of [`events?${TAX}=${encodeURIComponent(LAST)}`, `persons/${UNZR}/verification`, LAST])
    await api.request('GET', `/api/${encodeURI(path)}`, { token: verifier, headers: { 'x-request-id': 'an id' } })
  await ask('PUT', '/graphql', { token: verifier, body: { query: LAST } })
  await ask('POST', '/graphql', { token: verifier, body: `{"query":"${'x'.repeat(1_100_000)}${LAST}"}` })

  // Internal errors while requests are handled: failing statements, over REST and GraphQL.
  const faulty = api.db.open({ role: 'zvirka_owner', max: 1 })
  await faulty.query({ text: 'alter table mpi.person_documents rename to gone' })
  expect(
    (await ask('PUT', `/api/persons/${ID}`, { token: platform, body: { ...PERSON, gender: 'MALE' } })).status,
  ).toBe(500)
  const failed = await graphql('query ($n: String!) { persons(filter: { documentNumber: $n }) { totalCount } }', {
    n: NUMBER,
  })
  expect(failed.body.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR')
  await faulty.query({ text: 'alter table mpi.gone rename to person_documents' })
  await graphql('query ($n: String!) { persons(filter: { taxId: $n }) { totalCount } }', { n: `${TAX}\0` })

  // A stream, and public routes.
  const operator = await api.token({ role: 'NHS OPERATOR' })
  const streamed = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription ($id: ID!) { verificationRunProgress(id: $id) { state } }',
      variables: { id: `${LAST} ${TAX}` },
    }),
  })
  const stream = await streamed.text()
  expect(stream).toContain('Malformed id')
  errors.push(stream)
  for (const path of ['/openapi', '/openapi.json']) errors.push(await (await fetch(`${api.url}${path}`)).text())

  // The engine: found, an error of the service, an internal error.
  const troubles: unknown[] = []
  let calls = 0
  const worker = makeWorker(api.db, {
    ask: async () => {
      calls += 1
      if (calls === 1) throw new Error('a fault of our own')
      return calls === 2 ? technicalError('service', 'timeout') : answer(1)
    },
    onTrouble: (error) => troubles.push(String(error)),
  })
  await worker.start()
  const run = await startRun(api.db, { takesWaiting: true })
  await until('the end of the run', async () => {
    const [row] = await api.db.database.query<{ state: string }>({
      text: 'select state from zvirka.runs where id = $1',
      values: [run.id],
    })
    return row?.state === 'finished'
  })
  await worker.stop()

  const places: [string, string][] = [
    ['errors', errors.join('\n')],
    [
      'log',
      JSON.stringify(
        api.logged.map(({ fields, message }) => ({ ...fields, error: describeError(fields.error, true), message })),
      ),
    ],
    ['troubles', JSON.stringify(troubles)],
    ['metrics', await metrics.text()],
  ]
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  for (const table of TABLES) {
    const rows = await owner.query<{ text: string }>({ text: `select t::text as text from ${table} t` })
    places.push([table, rows.map(({ text }) => text).join('\n')])
  }
  expect(places.find(([place]) => place === 'zvirka.audit')?.[1]).toContain(ID)
  expect(places.find(([place]) => place === 'pgboss.job')?.[1]).not.toBe('')
  expect(places.find(([place]) => place === 'metrics')?.[1]).toMatch(/zvirka_graphql_operations_total\{.*"failed"\} 1/)
  expect(api.logged.length).toBeGreaterThan(1)
  const hits = places.flatMap(([place, text]) =>
    MARKS.filter((mark) => text.toLowerCase().includes(mark.toLowerCase())).map((mark) => `${mark} in ${place}`),
  )
  expect(hits).toEqual([])
})
