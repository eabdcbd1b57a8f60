/** `GET /api/employee_requests` (spec 5): filters, pages, cursors, and who sees which requests. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RequestFilter, requestsOf } from '../../src/employee-requests/list.ts'
import type { TestApi } from '../api/api.ts'
import { startRest, violationsOf } from '../api/rest/rest.ts'
import { expectedIds, fillWithRequests, LARGE, SHARED_EDRPOU, SHARED_NAME, SMALL } from './many.ts'

const REQUESTS = 3000

let api: TestApi
let nhs: string
/** The token of the large legal entity's owner. */
let large: string
beforeAll(async () => {
  api = await startRest()
  await fillWithRequests(api.db, REQUESTS)
  nhs = await api.token({ role: 'NHS VERIFIER' })
  await api.db.open({ role: 'zvirka_owner', max: 1 }).query({
    text: `insert into mithril.clients (id, name, client_type_id) select $1, 'Велика', id from mithril.client_types where name = 'MSP'`,
    values: [LARGE],
  })
  large = await api.token({ role: 'HR', client: { id: LARGE, type: 'MSP' } })
})
afterAll(() => api.close())

async function list(query: Record<string, string>, token = nhs) {
  return api.request('GET', `/api/employee_requests?${new URLSearchParams(query)}`, { token })
}

const idsOf = ({ body }: { body: { data: { id: string }[] } }) => body.data.map(({ id }) => id)

const FILTERS: readonly (readonly [Record<string, string>, string])[] = [
  [{}, 'true'],
  [{ status: 'REJECTED' }, `r.status = 'REJECTED'`],
  [{ no_tax_id: 'true' }, 'r.no_tax_id'],
  [{ no_tax_id: 'false' }, 'not r.no_tax_id'],
  [{ no_tax_id: 'TrUe' }, 'r.no_tax_id'],
  [{ no_tax_id: 'FALSE' }, 'not r.no_tax_id'],
  [{ no_tax_id: 'yes' }, 'false'],
  [{ legal_entity_id: SMALL }, `r.legal_entity_id = '${SMALL}'`],
  [{ legal_entity_id: SMALL.toUpperCase() }, `r.legal_entity_id = '${SMALL}'`],
  [{ edrpou: '00000002' }, `r.legal_entity_id = '${SMALL}'`],
  [{ edrpou: SHARED_EDRPOU }, `l.edrpou = '${SHARED_EDRPOU}'`],
  [{ legal_entity_name: SHARED_NAME }, `l.name = '${SHARED_NAME}'`],
  [{ legal_entity_name: "СПІЛЬНЕ ЗДОРОВ'Я" }, `l.name = '${SHARED_NAME}'`],
  [{ legal_entity_name: 'ВЕЛИКА' }, `r.legal_entity_id = '${LARGE}'`],
  [{ legal_entity_name: 'елИк' }, `r.legal_entity_id = '${LARGE}'`],
  [{ legal_entity_name: 'лад 1' }, `l.name like '%лад 1%'`],
  [{ legal_entity_name: 'е' }, `l.name like '%е%' or l.name like '%Е%'`],
  [{ legal_entity_name: 'Великий' }, 'false'],
  [{ legal_entity_name: 'Заклад  2' }, 'false'],
  [{ edrpou: SHARED_EDRPOU, legal_entity_name: 'Заклад 2' }, `l.name = 'Заклад 2'`],
  [{ edrpou: SHARED_EDRPOU, legal_entity_id: SMALL }, 'false'],
  [{ status: 'NEW', no_tax_id: 'true' }, `r.status = 'NEW' and r.no_tax_id`],
  [{ legal_entity_id: LARGE, status: 'EXPIRED' }, `r.legal_entity_id = '${LARGE}' and r.status = 'EXPIRED'`],
  [{ legal_entity_id: LARGE, no_tax_id: 'true' }, `r.legal_entity_id = '${LARGE}' and r.no_tax_id`],
  [
    { edrpou: SHARED_EDRPOU, status: 'APPROVED', no_tax_id: 'false' },
    `l.edrpou = '${SHARED_EDRPOU}' and r.status = 'APPROVED' and not r.no_tax_id`,
  ],
]

describe('a list by', () => {
  test.each(FILTERS)('%j is complete and newest first, by pages and by cursors', async (query, where) => {
    const expected = await expectedIds(api.db, where)
    const first = await list({ ...query, page_size: '7' })
    expect(idsOf(first)).toEqual(expected.slice(0, 7))
    expect(first.body.paging).toMatchObject({
      ...{ page_number: 1, page_size: 7, total_entries: expected.length, total_is_exact: true },
      total_pages: Math.ceil(expected.length / 7),
    })
    expect(idsOf(await list({ ...query, page_size: '7', page: '3' }))).toEqual(expected.slice(14, 21))
    const found = [...idsOf(first)]
    for (let after = first.body.paging.next; after !== null && found.length < 700; ) {
      const { body } = await list({ ...query, page_size: '100', after })
      found.push(...idsOf({ body }))
      after = body.paging.next
    }
    expect(found).toEqual(expected.slice(0, found.length))
    expect(found.length).toBe(Math.min(expected.length, 707))
  })

  test('an id contains that request, if the other filters match it', async () => {
    const [id = ''] = await expectedIds(api.db, `r.status = 'NEW' and r.legal_entity_id = '${LARGE}'`)
    expect(idsOf(await list({ id }))).toEqual([id])
    expect(idsOf(await list({ id, status: 'NEW', legal_entity_id: LARGE }))).toEqual([id])
    expect(idsOf(await list({ id, status: 'REJECTED' }))).toEqual([])
    expect(idsOf(await list({ id, legal_entity_id: SMALL }))).toEqual([])
    expect(idsOf(await list({ id: randomUUID() }))).toEqual([])
  })

  test('an invalid filter value is refused', async () => {
    const answer = await list({ id: 'x', legal_entity_id: '1', status: 'OLD', edrpou: '', name: 'x' })
    expect([answer.status, Object.keys(violationsOf(answer)).toSorted()]).toEqual([
      422,
      ['$.edrpou', '$.id', '$.legal_entity_id', '$.name', '$.status'],
    ])
    expect((await list({ page: '201' })).status).toBe(422)
    expect((await list({ after: 'x' })).status).toBe(422)
  })
})

describe('the caller', () => {
  const OURS = `r.legal_entity_id = '${LARGE}'`

  test('sees only their own legal entity’s requests, with any filter', async () => {
    expect(idsOf(await list({ page_size: '300' }, large))).toEqual((await expectedIds(api.db, OURS)).slice(0, 300))
    expect((await list({}, large)).body.paging.total_entries).toBe((await expectedIds(api.db, OURS)).length)
    const [theirs = ''] = await expectedIds(api.db, `not (${OURS})`)
    for (const query of [
      { legal_entity_id: SMALL },
      { edrpou: '00000002' },
      { legal_entity_name: 'Мала' },
      { id: theirs },
    ]) {
      const { body } = await list(query, large)
      expect([body.data, body.paging.total_entries]).toEqual([[], 0])
    }
    expect(idsOf(await list({ edrpou: '00000001', status: 'REJECTED' }, large))).toEqual(
      (await expectedIds(api.db, `${OURS} and r.status = 'REJECTED'`)).slice(0, 50),
    )
  })

  test('needs the scope to read; being invited shows no list', async () => {
    const token = await api.token({ role: 'RECEPTIONIST', client: { id: LARGE, type: 'MSP' } })
    const { status, body } = await list({}, token)
    expect([status, body.error.message]).toEqual([
      403,
      'Your scope does not allow to access this resource. Missing allowances: employee_request:read',
    ])
  })

  test('gets the identifying fields of each, and of the person only the name', async () => {
    const [shown] = (await list({ page_size: '1' })).body.data
    expect(Object.keys(shown).toSorted()).toEqual([
      ...['edrpou', 'employee_type', 'first_name', 'id', 'inserted_at', 'last_name', 'legal_entity_id'],
      ...['legal_entity_name', 'no_tax_id', 'second_name', 'status', 'updated_at'],
    ])
  })

  test('is audited, with the requests of the page', async () => {
    const { body } = await list({ page_size: '3', status: 'REJECTED' })
    const rows = await api.db.database.query<{ subject_ids: string[] }>({
      text: `select action, operation, subject_kind, subject_ids from zvirka.audit where request_id = $1`,
      values: [body.meta.request_id],
    })
    expect(rows).toEqual([
      {
        ...{ action: 'read', operation: 'GET /api/employee_requests', subject_kind: 'employee_request' },
        subject_ids: idsOf({ body }).toSorted(),
      },
    ])
  })
})

describe('a part of a list', () => {
  const filters: readonly (readonly [RequestFilter, string])[] = [
    [{}, 'true'],
    [{ status: 'REJECTED' }, `r.status = 'REJECTED'`],
    [{ edrpou: SHARED_EDRPOU }, `l.edrpou = '${SHARED_EDRPOU}'`],
    [{ legalEntityId: LARGE, noTaxId: true }, `r.legal_entity_id = '${LARGE}' and r.no_tax_id`],
  ]

  test.each(filters)('of %j can be limited by two cursors, in either direction', async (filter, where) => {
    const newest = await expectedIds(api.db, where)
    const requests = await requestsOf(api.db.database, filter, undefined)
    const whole = { direction: 'desc', limit: 300 } as const
    const rows = await requests.read(whole)
    const [below, above] = [rows.at(2), rows.at(12)].map((row) => ({ at: row?.place ?? '', id: row?.id ?? '' }))
    for (const direction of ['asc', 'desc'] as const) {
      const all = direction === 'desc' ? newest : newest.toReversed()
      const between = direction === 'desc' ? newest.slice(3, 12) : newest.slice(3, 12).toReversed()
      const read = async (part: object) => (await requests.read({ ...whole, direction, ...part })).map(({ id }) => id)
      expect(await read({ limit: 5 })).toEqual(all.slice(0, 5))
      expect(await read({ above, below })).toEqual(between)
      expect(await read({ above, below, limit: 4 })).toEqual(between.slice(0, 4))
    }
  })
})
