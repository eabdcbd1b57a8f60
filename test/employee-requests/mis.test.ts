/**
 * A MIS takes an employee request from creation to approval, with the bodies that live ones send and the checks that they make on answers.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeSecret } from '../../src/employee-requests/secrets.ts'
import { structureOnly } from '../../src/signatures/cms.ts'
import type { TestApi } from '../api/api.ts'
import { startRest } from '../api/rest/rest.ts'
import { envelopeOf } from '../signatures/envelopes.ts'
import { type Facility, makeFacility } from './facility.ts'
import { mainOf, specifics, TYPES, type Type, taxId } from './requests.ts'

const HEAD = '2925112340'
const PASSWORD = 'Надійний Пароль 2026'

let api: TestApi
/** Its type is PRIMARY_CARE. */
let clinic: Facility
let head: string
/** The token of the MIS itself, which is not a legal entity. */
let mis: string
beforeAll(async () => {
  api = await startRest({ signatures: structureOnly })
  clinic = await makeFacility(api)
  const email = 'head@example.org'
  head = await api.token({ role: 'HR', client: clinic.client, email })
  mis = await api.token({ role: 'ADMIN', client: await api.client('MIS'), scope: 'employee_request:read' })
  await api.db.database.query({
    text: `update prm.legal_entities set type = 'PRIMARY_CARE' where id = $1`,
    values: [clinic.legalEntityId],
  })
  await api.db.database.query({
    text: `
with party as (
  insert into prm.parties (first_name, last_name, birth_date, tax_id, inserted_by, updated_by)
  select 'Олена', 'Петренко', '1980-02-01', $2, id, id from mithril.users where email = $1 returning id
)
insert into prm.party_users (user_id, party_id) select u.id, p.id from mithril.users u, party p where u.email = $1`,
    values: [email, HEAD],
  })
})
afterAll(() => api.close())

/** The rules by which a live client checks a list. */
const LIST = z.array(
  z.looseObject({
    id: z.guid(),
    status: z.enum(['NEW', 'REJECTED', 'APPROVED', 'EXPIRED']),
    inserted_at: z.iso.datetime(),
    edrpou: z.string().min(1),
    legal_entity_name: z.string().min(1),
    no_tax_id: z.boolean().optional(),
    first_name: z.string().min(1),
    last_name: z.string().min(1),
    second_name: z.string().nullish(),
  }),
)

/** The body of a live client: no empty values, and the person's fields in its own order. */
function bodyOf(type: Type, email: string, more: object = {}) {
  const own = TYPES[type]
  return {
    employee_request: {
      ...{ position: 'P7', start_date: '2026-03-02', employee_type: type, division_id: clinic.divisionId },
      ...{ legal_entity_id: clinic.legalEntityId, status: 'NEW' },
      party: {
        ...{ first_name: 'Петро', last_name: 'Іванов', second_name: 'Миколайович', birth_date: '1991-08-19' },
        ...{ gender: 'MALE', tax_id: taxId('334691057'), email, about_myself: 'Про себе', no_tax_id: false },
        working_experience: 5,
        documents: [{ type: 'PASSPORT', number: 'АБ120518', issued_by: 'ЦНАП', issued_at: '2010-08-01' }],
        phones: [{ type: 'MOBILE', number: '+380503410870' }],
      },
      ...(own === null ? {} : { [own]: specifics(mainOf(type)[0]) }),
      ...more,
    },
  }
}

async function create(body: object): Promise<string> {
  const signed_content = (await envelopeOf(body, [{ taxId: HEAD }])).toString('base64')
  const answer = await api.request('POST', '/api/v2/employee_requests', {
    token: head,
    body: { signed_content, signed_content_encoding: 'base64' },
  })
  expect([answer.status, answer.body.error]).toEqual([201, undefined])
  return answer.body.data.id
}

/** The invited person opens the link of the mail, becomes a user and signs in. */
async function signIn(id: string, email: string): Promise<string> {
  const { value: invite, hash } = makeSecret()
  await api.db.database.query({
    text: 'insert into il.employee_request_secrets (hash, employee_request_id) values ($1, $2)',
    values: [hash, id],
  })
  const user = { password: PASSWORD, invite }
  expect((await api.request('POST', `/api/employee_requests/${id}/user`, { body: user })).status).toBe(201)
  const token = { grant_type: 'password', email, password: PASSWORD, client_id: clinic.legalEntityId }
  return (await api.request('POST', '/oauth/tokens', { body: { token } })).body.data.value
}

const get = async (path: string, token = head) => (await api.request('GET', path, { token })).body.data
const learned = (id: string) => get(`/api/mis/employee_requests/${id}`, mis)
const listed = async (query: string) => LIST.parse(await get(`/api/employee_requests?${query}`)).map(({ id }) => id)

describe('a MIS', () => {
  test('requests a doctor, sees the request, and learns the employee after approval', async () => {
    const email = `${randomUUID()}@example.org`
    const id = await create(bodyOf('DOCTOR', email))
    expect(await listed('status=NEW&page=1&page_size=300')).toContain(id)
    expect(await get(`/api/employee_requests/${id}`)).toMatchObject({ id, status: 'NEW', party: { email } })
    expect(await learned(id)).toMatchObject({ id, employee_id: null, status: 'NEW' })

    const invited = await signIn(id, email)
    expect((await api.request('POST', `/api/employee_requests/${id}/approve`, { token: invited })).status).toBe(200)

    const approved = await learned(id)
    expect(Object.keys(approved).toSorted()).toEqual(['employee_id', 'id', 'status', 'updated_at'])
    expect(approved).toMatchObject({ id, employee_id: expect.stringMatching(/^[0-9a-f-]{36}$/), status: 'APPROVED' })
    expect(await listed(`id=${id}`)).toEqual([id])
    expect(await listed(`id=${id}&status=NEW`)).toEqual([])

    // Afterwards it changes the employee by another request, and no second one is created.
    const change = await create(bodyOf('DOCTOR', email, { employee_id: approved.employee_id, position: 'P8' }))
    expect(await learned(change)).toMatchObject({ employee_id: approved.employee_id, status: 'NEW' })
    const path = `/api/employee_requests/${change}/actions/approve`
    expect((await api.request('POST', path, { token: invited })).status).toBe(200)
    expect(await learned(change)).toMatchObject({ employee_id: approved.employee_id, status: 'APPROVED' })
    const rows = await api.db.database.query({
      text: 'select id, position, status from prm.employees where legal_entity_id = $1',
      values: [clinic.legalEntityId],
    })
    expect(rows).toEqual([{ id: approved.employee_id, position: 'P8', status: 'APPROVED' }])
  })

  test('requests other employees, without an object for types that have none', async () => {
    for (const type of ['ASSISTANT', 'LABORANT', 'MED_ADMIN', 'RECEPTIONIST', 'HR', 'ADMIN'] as const) {
      const id = await create(bodyOf(type, `${randomUUID()}@example.org`))
      expect(await get(`/api/employee_requests/${id}`)).toMatchObject({ id, status: 'NEW', employee_type: type })
    }
  })

  test('learns about a rejection and an expiry', async () => {
    const email = `${randomUUID()}@example.org`
    const [rejected, expired] = [await create(bodyOf('HR', email)), await create(bodyOf('HR', email))]
    const invited = await signIn(rejected, email)
    expect((await api.request('POST', `/api/employee_requests/${rejected}/reject`, { token: invited })).status).toBe(
      200,
    )
    await api.db.database.query({
      text: `update il.employee_requests set status = 'EXPIRED' where id = $1`,
      values: [expired],
    })
    expect([(await learned(rejected)).status, (await learned(expired)).status]).toEqual(['REJECTED', 'EXPIRED'])
    expect(await listed('status=REJECTED&no_tax_id=False')).toEqual([rejected])
    const late = await api.request('POST', `/api/employee_requests/${expired}/approve`, { token: invited })
    expect([late.status, late.body.error.message]).toEqual([403, 'Employee request is expired'])
  })
})
