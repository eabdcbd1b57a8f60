// Rules: spec 6.1.2
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestApi } from '../api.ts'
import { startRest, violationsOf } from './rest.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startRest()
  token = await api.token({ role: 'NHS OPERATOR' })
})
afterAll(() => api.close())

async function addEvents(entityType: string, count: number): Promise<void> {
  await api.db.database.query({
    text: `insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
           select 'StatusChangeEvent', $1, gen_random_uuid(), '{}', gen_random_uuid() from generate_series(1, $2)`,
    values: [entityType, count],
  })
  await api.db.open({ role: 'zvirka_owner', max: 1 }).query({ text: 'analyze event_manager.events' })
}

const list = (query: string) => api.request('GET', `/api/events?${query}`, { token })

describe('a list', () => {
  test('of 10,000 is counted exactly and served to its last page', async () => {
    await addEvents('Exact', 10_000)
    const { body } = await list('entity_type=Exact&page=34&page_size=300')
    // 34 × 300 would exceed 10,000: the last page of 300 is the 33rd.
    expect(body.error.type).toBe('validation_failed')
    const last = await list('entity_type=Exact&page=100&page_size=100')
    expect(last.body.data).toHaveLength(100)
    expect(last.body.paging).toMatchObject({
      page_number: 100,
      page_size: 100,
      total_entries: 10_000,
      total_pages: 100,
      total_is_exact: true,
    })
  })

  test('of more estimates the total, and ends at the last page that is served', async () => {
    await addEvents('Large', 12_000)
    const { body } = await list('entity_type=Large&page_size=300')
    expect(body.paging).toMatchObject({ total_pages: 33, total_is_exact: false })
    expect(body.paging.total_entries).toBeGreaterThan(10_000)
    expect(body.paging.total_entries).toBeLessThan(15_000)
  })

  test('is refused beyond that page', async () => {
    const answer = await list('page=201&page_size=50')
    expect(answer.status).toBe(422)
    expect(answer.body.error.invalid).toEqual([
      {
        entry_type: 'query_parameter',
        entry: '$.page',
        rules: [
          { rule: 'number', description: 'expected the value to be <= 200', params: { less_than_or_equal_to: 200 } },
        ],
      },
    ])
    expect(violationsOf(await list('page=9007199254740993'))).toHaveProperty(['$.page'])
  })

  test('continues by cursor from there', async () => {
    const { body } = await list('entity_type=Large&page=100&page_size=100')
    const after = body.paging.next
    const { body: beyond } = await list(`entity_type=Large&page_size=300&after=${after}`)
    expect(beyond.data).toHaveLength(300)
    expect(beyond.data[0].id).not.toBe(body.data.at(-1).id)
  })

  test('without results has no pages', async () => {
    const { body } = await list('entity_type=None')
    expect(body.data).toEqual([])
    expect(body.paging).toMatchObject({ total_entries: 0, total_pages: 0, total_is_exact: true })
  })
})
