// Rules: spec 5.5.6
/** `POST /api/employee_requests` (spec 5, 5.5): who may create which request, what it refers to, and what is stored. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestApi } from '../api/api.ts'
import { startRest, violationsOf } from '../api/rest/rest.ts'
import { addDivision, addEmployee, type Facility, makeFacility } from './facility.ts'
import { aRequest, changed, type Json, specifics, TYPES, type Type, validRequests } from './requests.ts'

let api: TestApi
let facility: Facility
let nhs: Facility
beforeAll(async () => {
  api = await startRest()
  facility = await makeFacility(api)
  nhs = await makeFacility(api, 'NHS')
})
afterAll(() => api.close())

const PATH = '/api/employee_requests'

function send(request: unknown, token = facility.token) {
  return api.request('POST', PATH, { token, body: { employee_request: request } })
}

const requestFor = (type: Type = 'DOCTOR', of: Facility = facility) => aRequest(type, of)

/** Status and text of a refusal; for violations, their descriptions. */
async function refusal(request: unknown, token?: string) {
  const answer = await send(request, token)
  const { type, message, invalid } = answer.body.error
  return invalid === undefined ? [answer.status, type, message] : [answer.status, violationsOf(answer)]
}

async function counts() {
  const [row] = await api.db.database.query<{ requests: number; jobs: number; audit: number; events: number }>({
    text: `select (select count(*) from il.employee_requests) as requests,
                  (select count(*) from pgboss.job where name = 'invitation_mail') as jobs,
                  (select count(*) from zvirka.audit where operation = 'POST ${PATH}') as audit,
                  (select count(*) from event_manager.events) as events`,
  })
  return row
}

describe('an accepted request', () => {
  test('is stored without wrapper and status, with its e-mail in lower case, and returned as shown later', async () => {
    const request = changed(requestFor(), ['party', 'email'], 'Maria.K@Example.ORG')
    const kept = changed(changed(request, ['party', 'email'], 'maria.k@example.org'), ['status'], undefined)
    const { status, body } = await send(request)
    expect(status).toBe(201)
    expect(body.data).toEqual({
      ...kept,
      ...{ id: expect.any(String), status: 'NEW', employee_id: null },
      ...{ inserted_at: expect.any(String), updated_at: body.data.inserted_at },
      ...{ edrpou: '42032422', legal_entity_name: 'Test' },
      ...{ first_name: 'Марія', second_name: 'Іванівна', last_name: 'Коваленко', no_tax_id: false },
    })
    const rows = await api.db.database.query({
      text: `select r.data, r.status, r.employee_id, r.legal_entity_id, r.inserted_by = t.user_id and r.updated_by = t.user_id as is_ours
               from il.employee_requests r, mithril.tokens t
              where r.id = $1 and t.details ->> 'client_id' = $2`,
      values: [body.data.id, facility.legalEntityId],
    })
    expect(rows).toEqual([
      { data: kept, status: 'NEW', employee_id: null, legal_entity_id: facility.legalEntityId, is_ours: true },
    ])
  })

  test('queues one invitation job with only the id, and writes one audit record and no event', async () => {
    const before = await counts()
    const { body } = await send(requestFor())
    expect(await counts()).toEqual({
      requests: Number(before?.requests) + 1,
      jobs: Number(before?.jobs) + 1,
      audit: Number(before?.audit) + 1,
      events: before?.events,
    })
    const jobs = await api.db.database.query({
      text: `select data, singleton_key from pgboss.job where name = 'invitation_mail' and singleton_key = $1`,
      values: [body.data.id],
    })
    expect(jobs).toEqual([{ data: { id: body.data.id }, singleton_key: body.data.id }])
    const audit = await api.db.database.query({
      text: 'select action, subject_kind, client_id, request_id from zvirka.audit where $1 = any (subject_ids)',
      values: [body.data.id],
    })
    expect(audit).toEqual([
      {
        ...{ action: 'write', subject_kind: 'employee_request' },
        ...{ client_id: facility.legalEntityId, request_id: body.meta.request_id },
      },
    ])
  })

  test('creates a client for the legal entity if there is none, for the invited user to sign in to', async () => {
    const legalEntityId = randomUUID()
    await api.db.database.query({
      text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, 'Аптека', '12345678', 'PHARMACY', 'ACTIVE')`,
      values: [legalEntityId],
    })
    const divisionId = await addDivision(api.db.database, legalEntityId)
    expect((await send(aRequest('PHARMACY_OWNER', { legalEntityId, divisionId }), nhs.token)).status).toBe(201)
    const clients = await api.db.database.query({
      text: 'select c.name, y.name as type from mithril.clients c join mithril.client_types y on y.id = c.client_type_id where c.id = $1',
      values: [legalEntityId],
    })
    expect(clients).toEqual([{ name: 'Аптека', type: 'PHARMACY' }])
  })

  test('is rolled back if its last statement fails', async () => {
    const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({
      text: `alter table zvirka.audit add constraint no_requests check (operation <> 'POST ${PATH}') not valid`,
    })
    const before = await counts()
    expect((await send(requestFor())).status).toBe(500)
    expect(await counts()).toEqual(before)
    await owner.query({ text: 'alter table zvirka.audit drop constraint no_requests' })
  })

  test('may be any that spec 5.5 allows', async () => {
    const types = (Object.keys(TYPES) as Type[]).filter((type) => !/OWNER|PHARMACIST/.test(type))
    await fc.assert(
      fc.asyncProperty(validRequests({ ids: facility, types }), async (request) => {
        expect((await send(request)).status).toBe(201)
      }),
      { numRuns: 40 },
    )
  })

  test('needs no division, except for a DOCTOR', async () => {
    expect((await send(changed(requestFor('HR'), ['division_id'], undefined))).status).toBe(201)
    expect((await send(changed(requestFor('SPECIALIST'), ['division_id'], null))).status).toBe(201)
    for (const value of [undefined, null]) {
      expect(await refusal(changed(requestFor('DOCTOR'), ['division_id'], value))).toEqual([
        ...[422, 'request_malformed', 'Division does not exist'],
      ])
    }
  })

  test('is returned with masked numbers for a masking token', async () => {
    const token = await api.token({ role: 'OWNER', client: facility.client, isMasked: true })
    const { data } = (await send(requestFor(), token)).body
    expect(data.party).toMatchObject({
      ...{ tax_id: '********91', email: 'maria@example.org' },
      ...{ documents: [{ type: 'PASSPORT', number: '******56' }], phones: [{ number: '***********33' }] },
    })
  })
})

describe('only the NHS may request owners', () => {
  test.each(['OWNER', 'PHARMACY_OWNER'] as const)('%s', async (type) => {
    expect(await refusal(requestFor(type))).toEqual([409, 'request_conflict', `Forbidden to create ${type}`])
    const pharmacy = await makeFacility(api, 'PHARMACY')
    expect((await send(requestFor(type, pharmacy), nhs.token)).status).toBe(201)
  })
})

describe('the legal entity', () => {
  test('is the token’s own; the NHS may name any', async () => {
    const other = await makeFacility(api, 'PHARMACY')
    const request = requestFor('PHARMACIST', other)
    expect(await refusal(request)).toEqual([403, 'forbidden', 'Access denied'])
    expect((await send(request, nhs.token)).status).toBe(201)
    expect((await send(request, other.token)).status).toBe(201)
  })

  test('can be in capital letters', async () => {
    const request = changed(requestFor(), ['legal_entity_id'], facility.legalEntityId.toUpperCase())
    expect((await send(request)).body.data.legal_entity_id).toBe(facility.legalEntityId)
  })

  test('must exist and be active', async () => {
    const entry = '$.employee_request.legal_entity_id'
    const request = changed(requestFor('HR'), ['division_id'], undefined)
    expect(await refusal(changed(request, ['legal_entity_id'], randomUUID()), nhs.token)).toEqual([
      ...[422, { [entry]: 'invalid: Legal entity not found' }],
    ])
    const closed = await legalEntityWith('is_active = false')
    expect(await refusal(requestFor('HR', closed), closed.token)).toEqual([
      ...[409, 'request_conflict', 'Legal entity is not active'],
    ])
  })

  test.each(['SUSPENDED', 'REORGANIZED', 'CLOSED'])('may be %s if it is active', async (status) => {
    const one = await legalEntityWith(`status = '${status}'`)
    expect((await send(requestFor('HR', one), one.token)).status).toBe(201)
  })

  async function legalEntityWith(change: string): Promise<Facility> {
    const one = await makeFacility(api)
    await api.db.database.query({
      text: `update prm.legal_entities set ${change} where id = $1`,
      values: [one.legalEntityId],
    })
    return one
  }

  test.each([undefined, null])('is the requesting one if it is %s; the NHS must name it', async (none) => {
    const request = changed(requestFor(), ['legal_entity_id'], none)
    const { status, body } = await send(request)
    expect([status, body.data.legal_entity_id]).toEqual([201, facility.legalEntityId])
    expect(await refusal(request, nhs.token)).toEqual([
      422,
      {
        '$.employee_request.legal_entity_id':
          none === undefined
            ? 'required: required property legal_entity_id was not present'
            : 'cast: type mismatch. Expected string but got null',
      },
    ])
  })
})

describe('the allowed employee types depend on the type of the legal entity', () => {
  test.each([
    ['PRIMARY_CARE', 'PHARMACIST'],
    ['PRIMARY_CARE', 'SPECIALIST'],
    ['OUTPATIENT', 'DOCTOR'],
    ['EMERGENCY', 'LABORANT'],
    ['PHARMACY', 'DOCTOR'],
    ['MSP', 'PHARMACIST'],
  ] as const)('a %s may not request %s', async (legalEntityType, type) => {
    const one = await legalEntityOf(legalEntityType)
    const answer = await send(requestFor(type, one), one.token)
    expect([answer.status, violationsOf(answer)]).toEqual([
      422,
      { '$.employee_type': 'inclusion: value is not allowed in enum' },
    ])
  })

  test.each([
    ['PRIMARY_CARE', ['DOCTOR', 'ASSISTANT', 'RECEPTIONIST', 'MED_ADMIN', 'LABORANT', 'HR', 'ADMIN', 'ACCOUNTANT']],
    ['OUTPATIENT', ['SPECIALIST', 'ASSISTANT', 'MED_COORDINATOR', 'HR']],
    ['EMERGENCY', ['SPECIALIST', 'ASSISTANT', 'ADMIN']],
    ['PHARMACY', ['PHARMACIST', 'HR']],
    ['UNKNOWN', ['PHARMACIST', 'DOCTOR']],
  ] as const)('a %s may request %j', async (legalEntityType, types) => {
    const one = await legalEntityOf(legalEntityType)
    for (const type of types) expect([type, (await send(requestFor(type, one), one.token)).status]).toEqual([type, 201])
  })

  async function legalEntityOf(type: string): Promise<Facility> {
    const one = await makeFacility(api)
    await api.db.database.query({
      text: 'update prm.legal_entities set type = $2 where id = $1',
      values: [one.legalEntityId, type],
    })
    return one
  }
})

describe('the division', () => {
  const entry = '$.employee_request.division_id'

  test('must exist and be active', async () => {
    expect(await refusal(changed(requestFor(), ['division_id'], randomUUID()))).toEqual([
      ...[422, { [entry]: 'invalid: Division not found' }],
    ])
    for (const change of [{ status: 'INACTIVE' }, { isActive: false }]) {
      const id = await addDivision(api.db.database, facility.legalEntityId, change)
      expect(await refusal(changed(requestFor(), ['division_id'], id))).toEqual([
        ...[422, { [entry]: 'invalid: Division is not active' }],
      ])
    }
  })

  test('must belong to the legal entity', async () => {
    const other = await makeFacility(api)
    expect(await refusal(changed(requestFor(), ['division_id'], other.divisionId))).toEqual([
      ...[422, 'request_malformed', 'Division is not within current legal entity'],
    ])
  })
})

describe('the employee to change', () => {
  const withEmployee = (id: string) => changed(requestFor(), ['employee_id'], id)
  const NOT_FOUND = [422, { '$.employee_request.employee_id': 'invalid: Employee not found' }]

  test('must exist and belong to the legal entity', async () => {
    expect(await refusal(withEmployee(randomUUID()))).toEqual(NOT_FOUND)
    const other = await makeFacility(api)
    const theirs = await addEmployee(api.db.database, other.legalEntityId)
    expect(await refusal(withEmployee(theirs))).toEqual(NOT_FOUND)
    expect(await refusal(withEmployee(theirs), nhs.token)).toEqual(NOT_FOUND)
  })

  test('is accepted if it matches the request', async () => {
    const id = await addEmployee(api.db.database, facility.legalEntityId)
    const { status, body } = await send(withEmployee(id.toUpperCase()))
    expect([status, body.data.employee_id, body.data.status]).toEqual([201, id, 'NEW'])
  })

  // Most cases break a later check as well: the first that fails is reported.
  test.each([
    [404, 'not_found', 'Employee not found', { isActive: false, status: 'DISMISSED' }],
    [409, 'request_conflict', 'employee is dismissed', { status: 'DISMISSED', taxId: '1234567899' }],
    [409, 'request_conflict', 'employee is dismissed', { status: 'STOPPED' }],
    [409, 'request_conflict', 'employee is dismissed', { status: 'REORGANIZED' }],
    [409, 'request_conflict', "tax_id doesn't match", { taxId: '1234567899', employeeType: 'HR' }],
    [409, 'request_conflict', "tax_id doesn't match", { taxId: null }],
    [409, 'request_conflict', "employee_type doesn't match", { employeeType: 'HR', birthDate: '1984-02-28' }],
    [409, 'request_conflict', "birth_date doesn't match", { birthDate: '1984-02-28', startDate: '2020-01-01' }],
    [409, 'request_conflict', "start_date doesn't match", { startDate: '2020-01-01' }],
  ])('%s %s: %s', async (status, type, message, worker) => {
    const id = await addEmployee(api.db.database, facility.legalEntityId, worker)
    expect(await refusal(withEmployee(id))).toEqual([status, type, message])
  })
})

describe('the order of errors', () => {
  const broken = (request: Json) => changed(request, ['party', 'tax_id'], '3184710692')
  const TAX_ID = { '$.employee_request.party.tax_id': 'invalid: invalid tax_id value' }

  test('starts with the request itself; without permission nothing is revealed about what it refers to', async () => {
    const stranger = changed(broken(requestFor('HR')), ['legal_entity_id'], randomUUID())
    expect(await refusal(stranger)).toEqual([422, TAX_ID])
    const owner = changed(broken(requestFor('OWNER')), ['division_id'], randomUUID())
    expect(await refusal(owner)).toEqual([422, TAX_ID])
  })

  test('checks who may request owners before the legal entity', async () => {
    const request = changed(requestFor('OWNER'), ['legal_entity_id'], randomUUID())
    expect(await refusal(request)).toEqual([409, 'request_conflict', 'Forbidden to create OWNER'])
  })

  test('reports all errors with a path at once, before one without', async () => {
    const request = {
      ...broken(requestFor('DOCTOR')),
      ...{ legal_entity_id: randomUUID(), division_id: randomUUID(), employee_id: randomUUID(), hr: {} },
      ...{ specialist: specifics() },
    }
    const references = {
      '$.employee_request.legal_entity_id': 'invalid: Legal entity not found',
      '$.employee_request.division_id': 'invalid: Division not found',
      '$.employee_request.employee_id': 'invalid: Employee not found',
    }
    expect(await refusal(request, nhs.token)).toEqual([
      422,
      {
        ...{ ...TAX_ID, ...references },
        '$.employee_request.hr': 'schema: schema does not allow additional properties',
        '$.employee_request.specialist': 'invalid: field specialist is not allowed',
      },
    ])
    const doctor = changed(requestFor(), ['division_id'], undefined)
    expect(await refusal({ ...doctor, employee_id: randomUUID() })).toEqual([
      ...[422, { '$.employee_request.employee_id': 'invalid: Employee not found' }],
    ])
  })

  test('stores nothing of a refused request', async () => {
    const before = await counts()
    await refusal(requestFor('OWNER'))
    await refusal(broken(requestFor()))
    await refusal(changed(requestFor(), ['division_id'], undefined))
    expect(await counts()).toEqual(before)
  })
})

test('the birth date is compared with today’s date in Kyiv', async () => {
  const kyiv = (offset: number) =>
    new Date(Date.now() + offset * 86_400_000).toLocaleDateString('en-CA', { timeZone: 'Europe/Kyiv' })
  const born = (day: string) => send(changed(requestFor(), ['party', 'birth_date'], day))
  expect((await born(kyiv(-1))).status).toBe(201)
  expect(violationsOf(await born(kyiv(1)))).toEqual({
    '$.employee_request.party.birth_date': 'invalid: invalid birth_date value',
  })
})

test('the request’s content is neither in the log nor in an error', async () => {
  const request = changed(
    changed(requestFor(), ['party', 'last_name'], 'Secretenko'),
    ['party', 'tax_id'],
    '3184710692',
  )
  const { body } = await send(request)
  for (const text of ['Secretenko', '3184710692', 'АБ123456', 'maria@example.org']) {
    expect(JSON.stringify([body, api.logged])).not.toContain(text)
  }
})
