// Rules: spec 6.3.8
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { routes } from '../../src/api/rest/routes.ts'
import type { Database } from '../../src/database/database.ts'
import { pruneDaily } from '../../src/synchronization/prune.ts'
import type { Answer, TestApi } from '../api/api.ts'
import { startRest } from '../api/rest/rest.ts'
import { until } from '../support/until.ts'
import { type Facility, makeFacility } from './facility.ts'
import { aRequest, changed, type Json, taxId } from './requests.ts'

const PATH = '/api/employee_requests'

let api: TestApi
let facility: Facility
let nhs: Facility
let owner: Database
beforeAll(async () => {
  api = await startRest()
  owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  facility = await makeFacility(api)
  nhs = await makeFacility(api, 'NHS')
})
afterAll(() => api.close())
beforeEach(() => query('delete from pgboss.job'))

const query = <Row = Record<string, unknown>>(text: string, ...values: unknown[]) => owner.query<Row>({ text, values })

let people = 0

/** A body for a new person. */
function aBody(email = `${randomUUID()}@example.org`): { employee_request: Json } {
  people += 1
  const request = changed(aRequest('HR', facility), ['party', 'email'], email)
  return { employee_request: changed(request, ['party', 'tax_id'], taxId(String(300_000_000 + people))) }
}

const emailOf = ({ employee_request: { party } }: { employee_request: Json }): string =>
  String(Reflect.get(Object(party), 'email'))
const create = (body: unknown, key?: string, { token = facility.token, path = PATH } = {}) =>
  api.request('POST', path, { token, body, headers: key === undefined ? {} : { 'idempotency-key': key } })
const requestsOf = (body: { employee_request: Json }) =>
  query(`select from il.employee_requests where data #>> '{party,email}' = $1`, emailOf(body))
const mails = async () => (await query(`select from pgboss.job where name = 'invitation_mail'`)).length

/** An answer without what differs for each request. */
const toldIn = ({ status, body }: Answer) => ({ status, data: body.data })

describe('a request that is repeated with its idempotency key', () => {
  test('is executed once, with the same answer', async () => {
    const [body, key] = [aBody(), randomUUID()]
    const first = await create(body, key)
    expect(first.status).toBe(201)
    // Later changes do not affect the stored answer.
    await query(
      `update il.employee_requests set status = 'EXPIRED', updated_at = now() where id = $1`,
      first.body.data.id,
    )
    expect(toldIn(await create(body, key))).toEqual(toldIn(first))
    expect(await requestsOf(body)).toHaveLength(1)
    expect(await mails()).toBe(1)
  })

  test('is audited as a read, because it shows personal data again', async () => {
    const [body, key] = [aBody(), randomUUID()]
    const { body: created } = await create(body, key)
    const { headers } = await create(body, key)
    const [record] = await query('select * from zvirka.audit where request_id = $1', headers.get('x-request-id'))
    expect(record).toMatchObject({
      ...{ action: 'read', operation: `POST ${PATH}`, subject_kind: 'employee_request' },
      subject_ids: [created.data.id],
    })
  })

  test('is executed twice without a key, and with two keys', async () => {
    const body = aBody()
    for (const key of [undefined, undefined, randomUUID(), randomUUID()]) await create(body, key)
    expect(await requestsOf(body)).toHaveLength(4)
  })

  test('is a different one for another user, or for the same route with another key', async () => {
    const [body, key] = [aBody(), randomUUID()]
    await create(body, key)
    const token = await api.token({ role: 'OWNER', client: facility.client })
    expect((await create(body, key, { token })).status).toBe(201)
    expect(await requestsOf(body)).toHaveLength(2)
  })

  test('is 422 if the content differs, and nothing is executed', async () => {
    const key = randomUUID()
    const { body } = await create(aBody(), key)
    const other = aBody()
    const answers = [await create(other, key), await create(undefined, key, { path: `${PATH}/${body.data.id}/invite` })]
    expect(answers.map(({ status, body }) => [status, body.error.message])).toEqual(
      answers.map(() => [422, 'This Idempotency-Key came with something else before']),
    )
    expect(await requestsOf(other)).toEqual([])
    expect(await mails()).toBe(1)
  })

  test('can be corrected after an error, with the same key', async () => {
    const [body, key] = [aBody(), randomUUID()]
    const wrong = { employee_request: changed(body.employee_request, ['start_date'], 'today') }
    expect((await create(wrong, key)).status).toBe(422)
    expect((await create(body, key)).status).toBe(201)
  })

  test.each([['a b'], ['ключ'], ['x'.repeat(256)]])('is 400 with the key %j', async (key) => {
    const body = aBody()
    const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') }
    const answer = await api.request('POST', PATH, { token: facility.token, body, headers })
    expect(answer.status).toBe(400)
    expect(await requestsOf(body)).toEqual([])
  })

  test('is a new one after 24 hours, and its key is pruned', async () => {
    const [body, key] = [aBody(), randomUUID()]
    await create(body, key)
    await query(`update zvirka.idempotency_keys set at = at - interval '25 hours'`)
    await create(body, key)
    expect(await requestsOf(body)).toHaveLength(2)
    await query(`update zvirka.idempotency_keys set at = at - interval '25 hours'`)
    await create(body, randomUUID())
    const keep = { historyDays: 400, runsDays: 400, eventsDays: 400, auditDays: 'never', unzrInfoDays: 400 } as const
    await query('truncate zvirka.daily_jobs')
    await pruneDaily(api.db.open({ role: 'zvirka_worker', max: 1 }), api.db.url, keep)
    expect(await query('select from zvirka.idempotency_keys')).toHaveLength(1)
  })
})

describe('every POST that creates something', () => {
  test('takes a key; the others return a secret, use one up, or replace a password', () => {
    const without = routes.filter((route) => route.method === 'POST' && !(route.access !== 'public' && route.takesKey))
    expect(without.map(({ path }) => path).sort()).toEqual([
      '/api/employee_requests/:id/user',
      '/oauth/clients',
      '/oauth/password',
      '/oauth/second_factor',
      '/oauth/second_factor/confirm',
      '/oauth/second_factor/off',
      '/oauth/second_factor/setup',
      '/oauth/second_factor/setup/confirm',
      '/oauth/tokens',
      '/oauth/tokens/exchange',
    ])
  })

  test.each([
    ['/confirm', 200],
    ['/invite', 200],
    ['/approve', 200],
    ['/reject', 200],
    ['/actions/approve', 200],
    ['/actions/reject', 200],
  ])('is executed once: %s', async (action, status) => {
    const body = aBody()
    const { body: created } = await create(body)
    await query('delete from pgboss.job')
    const path = `${PATH}/${created.data.id}${action}`
    const token = await tokenFor(action, emailOf(body))
    const key = randomUUID()
    const first = await create(undefined, key, { token, path })
    expect([first.status, first.body.error]).toEqual([status, undefined])
    expect(toldIn(await create(undefined, key, { token, path }))).toEqual(toldIn(first))
    const writes = await query(
      `select from zvirka.audit where action = 'write' and subject_kind = 'employee_request' and $1 = any (subject_ids)`,
      created.data.id,
    )
    expect(writes).toHaveLength(2)
    expect((await query('select from pgboss.job')).length).toBeLessThanOrEqual(1)
  })
})

async function tokenFor(action: string, email: string): Promise<string> {
  if (action === '/confirm') return nhs.token
  if (action === '/invite') return facility.token
  return api.token({
    role: 'OWNER',
    client: facility.client,
    email,
    scope: 'employee_request:approve employee_request:reject employee_request:update',
  })
}

describe('behind a proxy that repeats a POST', () => {
  test('it is executed once if the answer is lost, and the second answer equals the first', async () => {
    const body = aBody()
    const proxy = await startProxy(async (forward) => {
      await forward()
      return forward()
    })
    try {
      expect((await proxy.create(body, randomUUID())).status).toBe(201)
      expect(await requestsOf(body)).toHaveLength(1)
      expect(await mails()).toBe(1)
    } finally {
      await proxy.close()
    }
  })

  test('while the first is in progress, it waits for it', async () => {
    const body = aBody()
    // The idempotency key is written last.
    const holder = api.db.open({ role: 'zvirka_owner', max: 1 })
    const { promise: isFree, resolve: free } = Promise.withResolvers<void>()
    const holding = holder.transaction(async (tx) => {
      await tx.query({ text: 'lock table zvirka.idempotency_keys in share mode' })
      await isFree
    })
    const proxy = await startProxy(async (forward) => {
      const both = [forward(), forward()]
      await until('both to wait', async () => (await waiting()) === 2)
      free()
      await holding
      const [first, second] = await Promise.all(both)
      expect(second?.body).toBe(
        first?.body.replace(/"request_id":"[^"]*"/, /"request_id":"[^"]*"/.exec(second?.body ?? '')?.[0] ?? ''),
      )
      return second
    })
    try {
      expect((await proxy.create(body, randomUUID())).status).toBe(201)
      expect(await requestsOf(body)).toHaveLength(1)
      expect(await mails()).toBe(1)
    } finally {
      free()
      await proxy.close()
      await holder.close()
    }
  })

  // The first request waits for the table, the second for the lock of their key. Other sessions may wait as well.
  async function waiting(): Promise<number> {
    const rows = await query(
      `select distinct l.locktype from pg_locks l join pg_stat_activity a using (pid)
        where not l.granted and a.datname = current_database()
          and (l.relation = 'zvirka.idempotency_keys'::regclass or l.locktype = 'advisory')`,
    )
    return rows.length
  }
})

interface Forwarded {
  readonly status: number
  readonly body: string
}

/** A proxy that sends each request as often as a test wants. */
async function startProxy(serve: (forward: () => Promise<Forwarded>) => Promise<Forwarded | undefined>) {
  const server = createServer((request, response) => void pass(request, response))
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    const headers = Object.fromEntries(
      ['authorization', 'content-type', 'idempotency-key'].map((name) => [name, String(request.headers[name])]),
    )
    const answer = await serve(async () => {
      const answered = await fetch(`${api.url}${request.url}`, { method: 'POST', headers, body })
      return { status: answered.status, body: await answered.text() }
    }).catch((error: unknown) => ({ status: 599, body: String(error) }))
    response.writeHead(answer?.status ?? 502).end(answer?.body)
  }
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    create: (body: unknown, key: string) =>
      fetch(`${url}${PATH}`, {
        method: 'POST',
        headers: {
          ...{ authorization: `Bearer ${facility.token}`, 'content-type': 'application/json', 'idempotency-key': key },
        },
        body: JSON.stringify(body),
      }),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
