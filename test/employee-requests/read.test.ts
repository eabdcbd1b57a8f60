// Rules: spec 5.0.2
/** `GET /api/employee_requests/{id}` (spec 5): who may see a request, and what comes with it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLELESS_SCOPES } from '../../src/access/scopes.ts'
import { issueToken } from '../../src/access/tokens.ts'
import type { TestApi, TestClient } from '../api/api.ts'
import { startRest } from '../api/rest/rest.ts'
import { type Facility, makeFacility } from './facility.ts'
import { aRequest, changed } from './requests.ts'

let api: TestApi
let facility: Facility
let other: Facility
beforeAll(async () => {
  api = await startRest()
  facility = await makeFacility(api)
  other = await makeFacility(api)
})
afterAll(() => api.close())

/** Creates a request for an e-mail; returns its data. */
async function create(email = `${randomUUID()}@example.org`, of = facility) {
  const request = changed(aRequest('DOCTOR', of), ['party', 'email'], email)
  const { body } = await api.request('POST', '/api/employee_requests', {
    token: of.token,
    body: { employee_request: request },
  })
  return body.data
}

const read = (id: string, token: string) => api.request('GET', `/api/employee_requests/${id}`, { token })

/** A token of a user without a role in a client. */
async function rolelessToken({ email, client, scope }: { email: string; client: TestClient; scope: string }) {
  const { id } = await api.user({ email })
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  const token = { name: 'test', userId: id, clientId: client.id, scope, seconds: 3600, isMasked: false }
  return { userId: id, token: (await issueToken(owner, token)).value }
}

describe('a request', () => {
  test('is shown only to its legal entity and the NHS', async () => {
    const { id, ...rest } = await create()
    const nhs = await api.token({ role: 'NHS VERIFIER' })
    for (const token of [facility.token, nhs]) {
      const { status, body } = await read(id, token)
      expect([status, body.data, body.meta.type]).toEqual([200, { id, ...rest }, 'object'])
      expect(Object.keys(body)).toEqual(['meta', 'data'])
    }
    const { status, body } = await read(id, other.token)
    expect([status, body.error.type]).toEqual([404, 'not_found'])
  })

  test.each(ROLELESS_SCOPES)('is shown to the invited user, without a role, by %s', async (scope) => {
    const email = `${randomUUID()}@example.org`
    const { id } = await create(email.toUpperCase())
    const { token, userId } = await rolelessToken({ email, client: facility.client, scope })
    const { status, body } = await read(id, token)
    expect([status, body.data.id, body.data.party.email, body.urgent]).toEqual([200, id, email, { user_id: userId }])
  })

  test('is not shown to other invited users', async () => {
    const { id } = await create()
    const { token } = await rolelessToken({
      ...{ email: `${randomUUID()}@example.org`, client: facility.client, scope: ROLELESS_SCOPES.join(' ') },
    })
    expect((await read(id, token)).status).toBe(404)
  })

  test('is not shown by e-mail alone: one of the scopes is needed', async () => {
    const email = `${randomUUID()}@example.org`
    const { id } = await create(email)
    const reader = await api.token({ role: 'OWNER', client: other.client, email, scope: 'employee_request:read' })
    expect((await read(id, reader)).status).toBe(404)
    const nobody = await rolelessToken({
      ...{ email: `${randomUUID()}@example.org`, client: facility.client, scope: 'event:read' },
    })
    const { status, body } = await read(id, nobody.token)
    expect([status, body.error.message]).toEqual([
      403,
      'Your scope does not allow to access this resource. Missing allowances: employee_request:read',
    ])
  })

  test('is shown to a user who is invited elsewhere and reads their own legal entity’s requests', async () => {
    const email = `${randomUUID()}@example.org`
    const invited = await create(email)
    const own = await create(undefined, other)
    const token = await api.token({ role: 'HR', client: other.client, email })
    expect([(await read(invited.id, token)).status, (await read(own.id, token)).status]).toEqual([200, 200])
    expect((await read((await create()).id, token)).status).toBe(404)
  })

  test('has the user with its e-mail beside it, once there is one', async () => {
    const email = `${randomUUID()}@example.org`
    const { id } = await create(email)
    expect((await read(id, facility.token)).body.urgent).toBeUndefined()
    const user = await api.user({ email })
    expect((await read(id, facility.token)).body.urgent).toEqual({ user_id: user.id })
  })

  test('is shown with the employee that an approval created, beside its own', async () => {
    const { id } = await create()
    const employeeId = randomUUID()
    await api.db.database.query({
      text: `update il.employee_requests set status = 'APPROVED', employee_id = $2, updated_at = '2026-03-04' where id = $1`,
      values: [id, employeeId],
    })
    const { data } = (await read(id, facility.token)).body
    expect([data.status, data.employee_id, data.updated_at]).toEqual([
      ...['APPROVED', employeeId, expect.stringMatching(/^2026-03-0/)],
    ])
  })

  test('is shown with masked numbers to a masking token', async () => {
    const { id } = await create()
    const token = await api.token({ role: 'OWNER', client: facility.client, isMasked: true })
    const { data } = (await read(id, token)).body
    expect(data.party.tax_id).toBe('********91')
    expect(data.party.documents).toEqual([{ type: 'PASSPORT', number: '******56' }])
    expect(data.party.phones).toEqual([{ type: 'MOBILE', number: '***********33' }])
    expect(data.doctor.educations[0].diploma_number).toBe('****23')
    expect(data.doctor.specialities[0].certificate_number).toBe('******31')
  })

  test('is audited as read; what was not shown is not', async () => {
    const { id } = await create()
    const audit = async (requestId: string) =>
      api.db.database.query({
        text: 'select action, operation, subject_kind, subject_ids from zvirka.audit where request_id = $1',
        values: [requestId],
      })
    const shown = await read(id, facility.token)
    expect(await audit(shown.body.meta.request_id)).toEqual([
      {
        ...{ action: 'read', operation: 'GET /api/employee_requests/:id' },
        ...{ subject_kind: 'employee_request', subject_ids: [id] },
      },
    ])
    expect(await audit((await read(id, other.token)).body.meta.request_id)).toEqual([])
  })

  test.each(['nobody', randomUUID()])('that does not exist is 404: %s', async (id) => {
    expect((await read(id, facility.token)).status).toBe(404)
  })
})

describe('a MIS', () => {
  const readAsMis = (id: string, token: string) => api.request('GET', `/api/mis/employee_requests/${id}`, { token })

  test('reads the id, the employee, the status and the time with a scope for events or for a legal entity', async () => {
    const { id, updated_at } = await create()
    const platform = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM'), scope: 'event:read' })
    const mis = await api.token({ role: 'HR', client: await api.client('MIS') })
    for (const token of [platform, mis, facility.token]) {
      const { status, body } = await readAsMis(id, token)
      expect([status, body.data]).toEqual([200, { id, employee_id: null, status: 'NEW', updated_at }])
    }
  })

  test('reads the employee that an approval created', async () => {
    const { id } = await create()
    const employeeId = randomUUID()
    await api.db.database.query({
      text: `update il.employee_requests set status = 'APPROVED', employee_id = $2 where id = $1`,
      values: [id, employeeId],
    })
    expect((await readAsMis(id, facility.token)).body.data).toMatchObject({
      ...{ employee_id: employeeId, status: 'APPROVED' },
    })
  })

  test('reads nothing of another legal entity, nor without a scope', async () => {
    const { id } = await create()
    expect((await readAsMis(id, other.token)).status).toBe(404)
    expect((await readAsMis(randomUUID(), facility.token)).status).toBe(404)
    const { status, body } = await readAsMis(id, await api.token({ role: 'ACCOUNTANT', client: facility.client }))
    expect([status, body.error.message]).toEqual([
      403,
      'Your scope does not allow to access this resource. Missing allowances: event:read',
    ])
  })
})
