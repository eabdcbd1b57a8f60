/** No list runs a query for each entry: a page of 100 takes 5 statements at most, including token, audit and total (spec 4.3). */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { fillWithPeople } from '../people-reading/lists.ts'
import { startTestApi, type TestApi } from './api.ts'

const PAGE = 100

let api: TestApi
let tokens: Readonly<Record<'verifier' | 'admin', string>>
beforeAll(async () => {
  api = await startTestApi()
  await fillWithPeople(api.db, 1000)
  await fillWithTheRest()
  tokens = { verifier: await api.token({ role: 'NHS VERIFIER' }), admin: await api.token({ role: 'NHS ADMIN' }) }
})
afterAll(() => api.close())

async function fillWithTheRest(): Promise<void> {
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  const numbers = `generate_series(1, ${PAGE * 2}) as n`
  const texts = [
    `insert into prm.legal_entities (name, type, status) values ('Лікарня', 'MSP', 'ACTIVE')`,
    `insert into prm.employees (party_id, legal_entity_id, employee_type, position, status, start_date, inserted_by, updated_by)
     select p.id, l.id, 'DOCTOR', 'P1', 'APPROVED', '2020-01-01', p.id, p.id from prm.parties p, prm.legal_entities l where l.type = 'MSP'`,
    `insert into event_manager.events (event_type, entity_type, entity_id, properties, event_time, changed_by)
     select 'StatusChangeEvent', 'Person', gen_random_uuid(), '{}', now(), gen_random_uuid() from ${numbers}`,
    `insert into zvirka.audit (action, operation, user_id, client_id, request_id, subject_kind, subject_ids)
     select 'read', 'Query.persons', gen_random_uuid(), gen_random_uuid(), 'r', 'person', array[gen_random_uuid()] from ${numbers}`,
    `insert into mimir.unzr_info (unzr, job_status, info, inserted_by, updated_by)
     select '19800101-' || lpad(n::text, 5, '0'), 'processed', '{"documents":[{"number":"1"}]}', gen_random_uuid(), gen_random_uuid() from ${numbers}`,
    `insert into pgboss.job (name, data, singleton_key) select 'unzr_info', '{"id":"x"}', n::text from ${numbers}`,
    `insert into zvirka.runs (process, state, cause, started_by, ended_at, due_before)
     select 'dms_passport/person', 'finished', 'command', gen_random_uuid(), now(), now() from ${numbers}`,
  ]
  for (const text of texts) await owner.query({ text })
}

/** Fails unless exactly so many statements ran, none in a transaction. */
async function statementsOf(work: () => Promise<void>): Promise<number> {
  const query = vi.spyOn(api.db.database, 'query')
  const transaction = vi.spyOn(api.db.database, 'transaction')
  try {
    await work()
    expect(transaction).not.toHaveBeenCalled()
    return query.mock.calls.length
  } finally {
    query.mockRestore()
    transaction.mockRestore()
  }
}

const stream = (name: string) => `${name} { verificationStatus verificationReason unverifiedAt }`
const details = (names: readonly string[]) => `verificationDetails { ${names.map(stream).join(' ')} }`
const COMMON = 'id lastName taxId documents { type number }'
const ofParty = details(['drfo', 'dracsDeath', 'mvsPassport', 'dmsPassport'])
const LISTS = {
  persons: `${COMMON} ${details(['drfo', 'dracsDeath', 'nhs', 'unzr', 'mvsPassport', 'dmsPassport'])}`,
  parties: `${COMMON} ${ofParty}`,
  events: 'id eventType entityId properties',
  audit: 'operation subjectIds requestId',
  unzrInfoRegisters: 'id unzr jobStatus info { firstName documents { number } }',
  jobs: 'id queue state subjectId errorCode',
  verificationRuns: 'id process claimed verified rate errors { code } workers { host }',
}

test.each(Object.entries(LISTS))('a list of 100 %s over GraphQL', async (list, fields) => {
  const token = list === 'persons' || list === 'parties' ? tokens.verifier : tokens.admin
  const count = await statementsOf(async () => {
    const { body } = await api.graphql(token, `{ list: ${list}(first: ${PAGE}) { nodes { ${fields} } } }`)
    expect(body.errors).toBeUndefined()
    expect(body.data.list.nodes).toHaveLength(PAGE)
  })
  expect(count).toBeLessThanOrEqual(5)
})

test('a list of 100 parties needs one more with all their employees, and two with its total', async () => {
  const query = `{ parties(first: ${PAGE}) { totalCount nodes { ${COMMON} ${ofParty} employees { databaseId legalEntity { name } } } } }`
  const count = await statementsOf(async () => {
    const { body } = await api.graphql(tokens.verifier, query)
    expect(body.errors).toBeUndefined()
    expect(body.data.parties.nodes[99].employees).toHaveLength(1)
  })
  expect(count).toBeLessThanOrEqual(5 + 1 + 2)
})

test.each([
  '/api/persons/verifications?',
  '/api/persons/verifications?verification_status=VERIFIED',
  '/api/parties/verifications?',
  '/api/events?',
])('a list of 100 over REST, with its total: %s', async (path) => {
  const count = await statementsOf(async () => {
    const { status, body } = await api.request('GET', `${path}&page_size=${PAGE}`, { token: tokens.admin })
    expect([status, body.data?.length]).toEqual([200, PAGE])
  })
  expect(count).toBeLessThanOrEqual(5)
})
