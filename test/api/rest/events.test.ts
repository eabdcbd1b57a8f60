// Rules: spec 1.5.5, 6.5.2
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../../src/database/database.ts'
import type { Executor } from '../../../src/database/query.ts'
import type { TestApi } from '../api.ts'
import { startRest, violationsOf } from './rest.ts'

let api: TestApi
let token: string
// As the owner: nobody else can set the time of an event.
let owner: Database
beforeAll(async () => {
  api = await startRest()
  owner = api.db.open({ role: 'zvirka_owner' })
  token = await api.token({ role: 'NHS OPERATOR' })
})
afterAll(() => api.close())
beforeEach(async () => {
  await owner.query({ text: 'delete from event_manager.events' })
})

interface Given {
  readonly entity_type?: string
  readonly entity_id?: string
  readonly event_time?: string
  readonly properties?: Readonly<Record<string, { readonly new_value: string }>>
}

async function addEvent(executor: Executor, given: Given = {}): Promise<string> {
  const id = randomUUID()
  await executor.query({
    text: `insert into event_manager.events (id, event_type, entity_type, entity_id, properties, event_time, changed_by)
           values ($1, 'StatusChangeEvent', $2, $3, $4, $5, $6)`,
    values: [
      ...[id, given.entity_type ?? 'Person', given.entity_id ?? randomUUID()],
      JSON.stringify(given.properties ?? { status: { new_value: 'X' } }),
      ...[given.event_time ?? new Date().toISOString(), randomUUID()],
    ],
  })
  return id
}

async function read(query: Record<string, string> = {}) {
  const { body } = await api.request('GET', `/api/events?${new URLSearchParams(query)}`, { token })
  const ids: string[] = body.data.map(({ id }: { id: string }) => id)
  return { ids, next: body.paging.next as string, paging: body.paging }
}

describe('GET /api/events', () => {
  test('returns events, oldest first', async () => {
    const entity = randomUUID()
    const first = await addEvent(owner, { entity_id: entity })
    const second = await addEvent(owner)
    const { body } = await api.request('GET', '/api/events', { token })
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([first, second])
    expect(body.data[0]).toMatchObject({
      event_type: 'StatusChangeEvent',
      entity_type: 'Person',
      entity_id: entity,
      properties: { status: { new_value: 'X' } },
    })
    expect(body.paging).toMatchObject({
      page_number: 1,
      page_size: 50,
      total_entries: 2,
      total_pages: 1,
      total_is_exact: true,
    })
  })

  test('accepts each filter, alone and combined', async () => {
    const entity_id = randomUUID()
    // 23:30 UTC is the next day in Kyiv.
    const party = await addEvent(owner, { entity_type: 'Party', event_time: '2026-03-01T21:59:00Z' })
    const person = await addEvent(owner, { entity_id, event_time: '2026-03-01T23:30:00Z' })
    expect((await read({ entity_type: 'Party' })).ids).toEqual([party])
    expect((await read({ entity_id: entity_id.toUpperCase() })).ids).toEqual([person])
    expect((await read({ date: '2026-03-02' })).ids).toEqual([person])
    expect((await read({ date: '2026-03-01' })).ids).toEqual([party])
    expect((await read({ event_type: 'StatusChangeEvent' })).ids).toEqual([party, person])
    expect((await read({ date: '2026-03-01', entity_type: 'Person' })).ids).toEqual([])
  })

  test('accepts a time window, open at either end', async () => {
    const at = (time: string) => addEvent(owner, { event_time: `2026-03-01T${time}Z` })
    // Out of time order: the order of writing is not the order of time.
    const [late, first, second] = [await at('13:00:00.000001'), await at('10:00:00'), await at('12:59:59.999999')]
    expect((await read({ date: '2026-03-01T10:00:00Z', date_to: '2026-03-01T13:00:00Z' })).ids).toEqual([first, second])
    expect((await read({ date: '2026-03-01T12:00:00.000000+02:00' })).ids).toEqual([first, second])
    expect((await read({ date: '2026-03-01T10:00:01' })).ids).toEqual([late, second])
    expect((await read({ date_to: '2026-03-01T12:00:00Z' })).ids).toEqual([first])
    const empty = await read({ date: '2026-03-01T20:00:00Z' })
    expect([empty.ids, empty.paging.total_entries]).toEqual([[], 0])
    expect((await read({ date: '2026-03-01T10:00:00Z', page_size: '1' })).paging.total_entries).toBe(2)
  })

  test('accepts no longer window than the platform, and none that ends before it starts', async () => {
    const of = async (query: string) => violationsOf(await api.request('GET', `/api/events?${query}`, { token }))
    expect(await of('date=2026-03-01T10:00:00Z&date_to=2026-03-01T13:00:01Z')).toEqual({
      '$.date_to': 'invalid: Period must be less than or equal to 3 hours. Please set allowed period to the query',
    })
    expect(await of('date=2026-03-01T10:00:00Z&date_to=2026-03-01T09:00:00Z')).toEqual({
      '$.date_to': 'invalid: date_to lies before date',
    })
    expect(await of('date_to=2026-03-01')).toEqual({
      '$.date_to': 'date: expected "2026-03-01" to be an existing date',
    })
  })

  test('filters by changed property and new value, alone and with other filters', async () => {
    const add = (entity_type: string, properties: Given['properties'], more: Given = {}) =>
      addEvent(owner, { entity_type, ...more, ...(properties === undefined ? {} : { properties }) })
    const employee = randomUUID()
    const rejected = await add(
      'EmployeeRequest',
      { status: { new_value: 'REJECTED' } },
      { event_time: '2026-03-01T10:00:00Z' },
    )
    const approved = await add('EmployeeRequest', {
      ...{ status: { new_value: 'APPROVED' }, employee_id: { new_value: employee } },
    })
    const person = await add('Person', { verification_status: { new_value: 'VERIFIED' } })
    const party = await add('Party', { verification_status: { new_value: 'VERIFIED' } })
    const ended = await add('Declaration', { status: { new_value: 'terminated' } })
    const ids = async (query: Record<string, string>) => (await read(query)).ids
    expect(await ids({ attribute_name: 'status' })).toEqual([rejected, approved, ended])
    expect(await ids({ attribute_name: 'status', new_value: 'REJECTED' })).toEqual([rejected])
    expect(await ids({ attribute_name: 'status', entity_type: 'EmployeeRequest' })).toEqual([rejected, approved])
    expect(await ids({ attribute_name: 'verification_status', new_value: 'VERIFIED' })).toEqual([person, party])
    expect(await ids({ attribute_name: 'verification_status', entity_type: 'Party' })).toEqual([party])
    expect(await ids({ attribute_name: 'employee_id' })).toEqual([approved])
    expect(await ids({ attribute_name: 'employee_id', new_value: employee })).toEqual([approved])
    expect(await ids({ attribute_name: 'status', date: '2026-03-01T09:00:00Z' })).toEqual([rejected])
    expect(await ids({ attribute_name: 'position' })).toEqual([])
    const page = await read({ attribute_name: 'status', page_size: '2' })
    expect([page.ids, page.paging.total_entries]).toEqual([[rejected, approved], 3])
    expect(await ids({ attribute_name: 'status', page_size: '2', after: page.next })).toEqual([ended])
    expect(await ids({ attribute_name: 'status', page_size: '2', page: '2' })).toEqual([ended])
    const alone = await api.request('GET', '/api/events?new_value=REJECTED', { token })
    expect(violationsOf(alone)).toEqual({
      '$.attribute_name': 'required: required property attribute_name was not present',
    })
  })

  test('says which filter is invalid, and why', async () => {
    const query = 'date=2026-02-30&event_type=Other&entity_id=x&page=0&page_size=301&other=1&after=%3F'
    expect(violationsOf(await api.request('GET', `/api/events?${query}`, { token }))).toEqual({
      '$.date': 'date: expected "2026-02-30" to be an existing date',
      '$.event_type': 'inclusion: value is not allowed in enum',
      '$.entity_id': expect.stringMatching(/^format: string does not match pattern "\^/),
      '$.page': 'number: expected the value to be >= 1',
      '$.page_size': 'number: expected the value to be <= 300',
      '$.other': 'schema: schema does not allow additional properties',
    })
    const cursor = await api.request('GET', '/api/events?after=%3F', { token })
    expect(violationsOf(cursor)).toEqual({ '$.after': 'invalid: value is no cursor of this list' })
    const word = await api.request('GET', '/api/events?page=one&page=two', { token })
    expect(violationsOf(word)).toEqual({ '$.page': 'cast: type mismatch. Expected number but got array' })
  })
})

describe('GET /api/events/{id}', () => {
  test('returns the event, or that there is none', async () => {
    const id = await addEvent(owner)
    const { body } = await api.request('GET', `/api/events/${id}`, { token })
    expect(body.data).toMatchObject({ id, entity_type: 'Person', properties: { status: { new_value: 'X' } } })
    for (const other of [randomUUID(), 'x']) {
      expect((await api.request('GET', `/api/events/${other}`, { token })).status).toBe(404)
    }
  })
})

describe('following events', () => {
  test('continues after an earlier answer, and never ends', async () => {
    const first = await addEvent(owner)
    const second = await addEvent(owner)
    const one = await read({ page_size: '1' })
    expect(one.ids).toEqual([first])
    const two = await read({ page_size: '1', after: one.next })
    expect(two.ids).toEqual([second])
    const none = await read({ after: two.next })
    expect(none.ids).toEqual([])
    const third = await addEvent(owner)
    expect((await read({ after: none.next })).ids).toEqual([third])
  })

  test('with a filter continues after excluded events, and finds new ones', async () => {
    await addEvent(owner)
    const { ids, next } = await read({ entity_type: 'Party' })
    expect(ids).toEqual([])
    const party = await addEvent(owner, { entity_type: 'Party' })
    expect((await read({ entity_type: 'Party', after: next })).ids).toEqual([party])
  })
})

describe('a transaction that commits late', () => {
  let end: () => Promise<void> = async () => undefined
  afterEach(() => end())

  // A transaction that has written an event and is still open; `end` commits it.
  async function openTransaction(write: (tx: Executor) => Promise<string>): Promise<string> {
    const written = Promise.withResolvers<string>()
    const mayEnd = Promise.withResolvers<void>()
    const done = owner.transaction(async (tx) => {
      written.resolve(await write(tx))
      await mayEnd.promise
    })
    end = async () => {
      mayEnd.resolve()
      await done
    }
    return written.promise
  }

  test('is not skipped by a concurrent follower: later events are held back until it commits', async () => {
    const before = await addEvent(owner)
    const late = await openTransaction((tx) => addEvent(tx))
    const after = await addEvent(owner)
    const meanwhile = await read()
    expect(meanwhile.ids).toEqual([before])
    expect(meanwhile.paging.total_entries).toBe(1)
    await end()
    expect((await read({ after: meanwhile.next })).ids).toEqual([late, after])
  })

  test('and started earlier but writes later holds nothing back, and is ordered by when it wrote', async () => {
    const mayWrite = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const done = owner.transaction(async (tx) => {
      // It gets its own transaction id, lower than all later ones.
      await tx.query({ text: 'select pg_current_xact_id()' })
      began.resolve()
      await mayWrite.promise
      return addEvent(tx)
    })
    await began.promise
    const first = await addEvent(owner)
    const meanwhile = await read()
    expect(meanwhile.ids).toEqual([first])
    mayWrite.resolve()
    const late = await done
    expect((await read({ after: meanwhile.next })).ids).toEqual([late])
  })

  test('announces itself with one lock, however many events it writes, and again after a rollback to a savepoint', async () => {
    const locks = async (tx: Executor) => {
      const [row] = await tx.query<{ count: number }>({
        text: `select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`,
      })
      return row?.count
    }
    await owner.transaction(async (tx) => {
      await tx.query({ text: 'savepoint before' })
      await addEvent(tx)
      await addEvent(tx)
      expect(await locks(tx)).toBe(1)
      await tx.query({ text: 'rollback to before' })
      expect(await locks(tx)).toBe(0)
      await addEvent(tx)
      expect(await locks(tx)).toBe(1)
    })
  })

  test('no longer holds anything back after a rollback', async () => {
    const rolledBack = owner.transaction(async (tx) => {
      await addEvent(tx)
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    const after = await addEvent(owner)
    expect((await read()).ids).toEqual([after])
  })

  test('is polled repeatedly by a follower, who finally has seen each event once, in order', async () => {
    const seen: string[] = []
    let next: string | undefined
    const follow = async () => {
      const answer = await read({ page_size: '7', ...(next === undefined ? {} : { after: next }) })
      seen.push(...answer.ids)
      next = answer.next
    }
    let isWriting = true
    const writers = Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        for (let n = 0; n < 15; n += 1) {
          await owner.transaction(async (tx) => {
            await addEvent(tx)
            // Others take positions and commit meanwhile.
            await tx.query({ text: 'select pg_sleep($1)', values: [((writer * n) % 5) / 200] })
            await addEvent(tx)
          })
        }
      }),
    ).finally(() => {
      isWriting = false
    })
    while (isWriting) await follow()
    await writers
    for (let n = 0; n < 30; n += 1) await follow()
    const rows = await owner.query<{ id: string }>({
      text: 'select id from event_manager.events order by place',
    })
    expect(rows).toHaveLength(180)
    expect(seen).toEqual(rows.map(({ id }) => id))
  })
})
