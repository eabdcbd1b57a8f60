/** Lists of employee requests read few disk pages, however many requests there are, with every filter (spec 5). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Query } from '../../src/database/query.ts'
import { findLegalEntities } from '../../src/employee-requests/plans/legal-entities.ts'
import {
  countableRequests,
  listRequests,
  type Narrowing,
  type RequestOrder,
  type RequestPlace,
} from '../../src/employee-requests/plans/listing.ts'
import { countRows } from '../../src/listing/total.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { costOf as costOfStatement } from '../support/plans.ts'
import { expectedIds, fillWithRequests, LARGE, SHARED_EDRPOU, SHARED_NAME, SMALL } from './many.ts'

const REQUESTS = 24_000
const PAGE = 50
/** For each request of a page its row and its legal entity's, by key; plus what the index scan takes. */
const MOST_BUFFERS = PAGE * 8 + 50

let db: TestDatabase
let place: RequestPlace
beforeAll(async () => {
  db = await createTestDatabase()
  await fillWithRequests(db, REQUESTS)
  const ids = await expectedIds(db, 'true')
  const [row] = await db.database.query<{ at: string }>({
    text: `select to_char(inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from il.employee_requests where id = $1`,
    values: [ids[REQUESTS / 2]],
  })
  place = { at: row?.at ?? '', id: ids[REQUESTS / 2] ?? '', status: 'NEW' }
})
afterAll(() => db.drop())

// There are few legal entities here; all of them may be read.
async function costOf(query: Query) {
  const { buffers, wholly } = await costOfStatement(db.database, query)
  return { buffers, wholly: wholly.filter((table) => table === 'employee_requests') }
}

/** Half of all requests are older. */
const MIDST = '2026-01-01T00:00:00.012000Z'
const OTHER = '30000000-0000-4000-8000-000000000009'
const FILTERS: readonly (readonly [string, Narrowing])[] = [
  ['nothing', {}],
  ['a common status', { status: 'APPROVED' }],
  ['a rare status', { status: 'REJECTED' }],
  ['a tax id', { noTaxId: false }],
  ['no tax id', { noTaxId: true }],
  ['a rare status and no tax id', { status: 'REJECTED', noTaxId: true }],
  ['the large legal entity', { legalEntityIds: [LARGE] }],
  ['the small one', { legalEntityIds: [SMALL] }],
  ['a rare status of the large one', { legalEntityIds: [LARGE], status: 'REJECTED' }],
  ['no tax id in the large one', { legalEntityIds: [LARGE], noTaxId: true }],
  ['several legal entities', { legalEntityIds: [LARGE, SMALL, OTHER] }],
  ['no legal entity', { legalEntityIds: [] }],
  ['a status of several', { legalEntityIds: [SMALL, OTHER], status: 'NEW' }],
  ['an e-mail', { email: 'maria777@example.org' }],
  ['a short time', { insertedAt: { from: MIDST, to: '2026-01-01T00:00:00.013000Z' } }],
  ['a long time', { insertedAt: { from: undefined, to: MIDST } }],
  ['a rare status of a long time', { insertedAt: { from: undefined, to: MIDST }, status: 'REJECTED' }],
  ['a time of the small legal entity', { insertedAt: { from: MIDST, to: undefined }, legalEntityIds: [SMALL] }],
]

const ORDERS: readonly RequestOrder[] = ['inserted_at', 'status', 'name']

/** The index ranges that are merged: one for each legal entity and each status. */
function rangesOf({ legalEntityIds, status }: Narrowing, order: RequestOrder): number {
  return Math.max(1, legalEntityIds?.length ?? 1) * (order === 'status' && status === undefined ? 4 : 1)
}

describe('a list reads few pages, at its ends and in the middle', () => {
  test.each(ORDERS.flatMap((order) => FILTERS.map(([name, narrowing]) => [order, name, narrowing] as const)))(
    'in the order of %s by %s',
    async (order, _, narrowing) => {
      // No index has names within a time range: few are collected and sorted, and among many the first are found soon.
      const isSpread = order === 'name' && narrowing.insertedAt !== undefined
      for (const direction of ['asc', 'desc'] as const) {
        for (const between of [{}, { above: place }, { below: place }]) {
          const query = listRequests(narrowing, { ...between, order, direction, limit: PAGE + 1 })
          const { buffers, wholly } = await costOf(query)
          expect(wholly).toEqual([])
          expect(buffers).toBeLessThan(MOST_BUFFERS * rangesOf(narrowing, order) * (isSpread ? 8 : 1))
        }
      }
    },
  )

  test('in the order of names with few matches in a period reads only those', async () => {
    const insertedAt = { from: MIDST, to: '2026-01-01T00:00:00.012500Z' }
    const slice = { order: 'name', direction: 'asc', limit: PAGE + 1 } as const
    const { buffers, wholly } = await costOf(listRequests({ insertedAt, isOfFew: true }, slice))
    expect(wholly).toEqual([])
    expect(buffers).toBeLessThan(500 * 4 + MOST_BUFFERS)
  })

  test('of very many legal entities reads requests until a page is full', async () => {
    for (const order of ORDERS) {
      const slice = { order, direction: 'desc', limit: PAGE + 1 } as const
      const { buffers, wholly } = await costOf(listRequests({ legalEntity: { name: 'а' } }, slice))
      expect(wholly).toEqual([])
      expect(buffers).toBeLessThan(MOST_BUFFERS * 4)
    }
  })

  test('of one legal entity reads no more than its own, with three filters combined', async () => {
    const narrowing = { legalEntityIds: [SMALL], status: 'NEW', noTaxId: true } as const
    const slice = { direction: 'desc', limit: PAGE + 1 } as const
    const { buffers, wholly } = await costOf(listRequests(narrowing, slice))
    expect(wholly).toEqual([])
    expect(buffers).toBeLessThan(REQUESTS / 500 + 50)
  })

  test('by page number reads the index up to it', async () => {
    const slice = { direction: 'desc', limit: 51, offset: 9_950 } as const
    const { wholly } = await costOf(listRequests({ status: 'APPROVED' }, slice))
    expect(wholly).toEqual([])
  })

  test('by id reads that one', async () => {
    const slice = { direction: 'desc', limit: 51 } as const
    const { buffers, wholly } = await costOf(listRequests({ id: place.id, status: 'NEW' }, slice))
    expect([wholly, buffers < 20]).toEqual([[], true])
  })
})

describe('the number of requests', () => {
  test.each(FILTERS)('by %s equals the number of listed ones', async (_, narrowing) => {
    const { from, narrowed } = countableRequests(narrowing)
    const { count, isExact } = await countRows(db.database, from, narrowed)
    const conditions = [
      narrowing.status === undefined ? 'true' : `r.status = '${narrowing.status}'`,
      narrowing.noTaxId === undefined ? 'true' : `r.no_tax_id = ${narrowing.noTaxId}`,
      narrowing.legalEntityIds === undefined
        ? 'true'
        : `r.legal_entity_id = any ('{${narrowing.legalEntityIds.join(',')}}')`,
      narrowing.email === undefined ? 'true' : `r.data #>> '{party,email}' = '${narrowing.email}'`,
      `r.inserted_at between '${narrowing.insertedAt?.from ?? '-infinity'}' and '${narrowing.insertedAt?.to ?? 'infinity'}'`,
    ]
    const expected = (await expectedIds(db, conditions.join(' and '))).length
    expect(isExact).toBe(expected <= 10_000)
    if (isExact) expect(count).toBe(expected)
    else expect(Math.abs(count - expected)).toBeLessThan(expected / 10)
  })
})

test('legal entities are found by code and by name, with an index for each', async () => {
  for (const narrowing of [{ edrpou: SHARED_EDRPOU }, { name: SHARED_NAME }, { name: 'ВЕЛ' }, { name: 'а' }]) {
    const { text, values = [] } = findLegalEntities(narrowing, 10)
    const plan = await db.database.transaction(async (tx) => {
      await tx.query({ text: 'set local enable_seqscan = off' })
      return tx.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values })
    })
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index (Only )?(Scan|Cond)/)
  }
})
