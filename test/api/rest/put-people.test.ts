// Rules: spec 6.3.6
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as parties from '../../parties/parties.ts'
import * as persons from '../../persons/persons.ts'
import type { TestApi } from '../api.ts'
import { startRest, violationsOf } from './rest.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startRest()
  token = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') })
})
afterAll(() => api.close())

const put = (kind: 'persons' | 'parties', id: string, body: unknown) =>
  api.request('PUT', `/api/${kind}/${id}`, { token, body })

async function auditOf(requestId: string) {
  return api.db.database.query({
    text: 'select action, operation, subject_kind, subject_ids from zvirka.audit where request_id = $1',
    values: [requestId],
  })
}

describe('PUT /api/persons/{id}', () => {
  test('creates a person like a first import, on behalf of the user, and audits it', async () => {
    const { id, ...record } = persons.person()
    const { status, body } = await put('persons', id.toUpperCase(), record)
    expect(status).toBe(201)
    expect(body.data).toEqual({ id, result: 'created' })
    const found = await persons.stored(api.db.database, id)
    expect(found?.person).toMatchObject({ last_name: record['last_name'], unzr: record['unzr'], status: 'active' })
    expect(found?.documents).toHaveLength(1)
    expect(found?.verification['unzr']).toEqual(persons.INITIAL)
    expect(await persons.eventsOf(api.db.database, id)).toEqual([])
    const entry = { action: 'write', operation: 'PUT /api/persons/:id', subject_kind: 'person', subject_ids: [id] }
    expect(await auditOf(body.meta.request_id)).toEqual([entry])
    const [row] = await api.db.database.query<{ is_theirs: boolean }>({
      text: `select p.inserted_by = a.user_id as is_theirs from mpi.persons p, zvirka.audit a where p.id = $1 and a.request_id = $2`,
      values: [id, body.meta.request_id],
    })
    expect(row?.is_theirs).toBe(true)
  })

  test('changes a person, and triggers a check if checked data changed', async () => {
    const record = persons.person()
    await put('persons', record.id, record)
    await persons.verifyAll(api.db.database, record.id)
    const { status, body } = await put('persons', record.id, { ...record, last_name: 'Франко' })
    expect([status, body.data]).toEqual([200, { id: record.id, result: 'changed' }])
    const found = await persons.stored(api.db.database, record.id)
    expect(found?.verification['unzr']).toEqual(persons.TRIGGERED)
    expect(found?.verification['dms_passport']).toEqual(persons.TRIGGERED)
    expect(await persons.eventsOf(api.db.database, record.id)).toEqual(['VERIFICATION_NEEDED'])
  })

  test('triggers nothing if only status or is_active changed, or nothing at all', async () => {
    const record = persons.person()
    await put('persons', record.id, record)
    await persons.verifyAll(api.db.database, record.id)
    expect((await put('persons', record.id, record)).body.data.result).toBe('unchanged')
    const { body } = await put('persons', record.id, { ...record, is_active: false, status: 'inactive' })
    expect(body.data.result).toBe('changed')
    expect((await persons.stored(api.db.database, record.id))?.person.verification_status).toBe('VERIFIED')
  })

  test('replaces all documents; without a UNZR and a passport there is nothing to check', async () => {
    const record = persons.person()
    await put('persons', record.id, record)
    await put('persons', record.id, { ...record, unzr: null, documents: [] })
    const found = await persons.stored(api.db.database, record.id)
    expect(found?.documents).toEqual([])
    expect(found?.verification['unzr']).toEqual(persons.NOT_NEEDED)
    expect(found?.verification['mvs_passport']).toEqual(persons.NOT_NEEDED)
  })

  test('creates one person from several concurrent requests, and compares afterwards', async () => {
    const record = persons.person()
    const answers = await Promise.all(Array.from({ length: 4 }, () => put('persons', record.id, record)))
    const results = answers.map(({ body }) => body.data.result).toSorted()
    expect(results).toEqual(['created', 'unchanged', 'unchanged', 'unchanged'])
  })

  test('names each violation by its path, and writes nothing', async () => {
    const id = randomUUID()
    const answer = await put('persons', id, {
      last_name: '',
      birth_date: '1990-02-30',
      no_tax_id: 'no',
      status: 'gone',
      documents: [
        { type: 'PASSPORT', serial: 'АБ' },
        { type: 'PASSPORT', number: 5, issued_at: 'yesterday' },
      ],
      verification: {},
      nickname: 'x',
    })
    expect(answer.status).toBe(422)
    expect(violationsOf(answer)).toEqual({
      '$.last_name': 'required: required property last_name was not present',
      '$.first_name': 'required: required property first_name was not present',
      '$.birth_date': 'date: expected "1990-02-30" to be an existing date',
      '$.no_tax_id': 'cast: type mismatch. Expected boolean but got string',
      '$.status': 'inclusion: value is not allowed in enum',
      '$.documents.[0].serial': 'schema: schema does not allow additional properties',
      '$.documents.[1].number': 'cast: type mismatch. Expected string but got number',
      '$.documents.[1].issued_at': 'date: expected "yesterday" to be an existing date',
      '$.verification': 'schema: schema does not allow additional properties',
      '$.nickname': 'schema: schema does not allow additional properties',
    })
    expect(await persons.stored(api.db.database, id)).toBeUndefined()
  })

  test('refuses a value that no dictionary has, and suggests the nearest one', async () => {
    const { id, ...record } = persons.person({
      gender: 'Жіноча',
      documents: [persons.document('1'), persons.document('2', { type: 'РASSPORT' })],
    })
    const answer = await put('persons', id, record)
    expect(answer.status).toBe(422)
    const refusal = { rule: 'inclusion', description: 'value is not allowed in enum' }
    expect(answer.body.error.invalid).toMatchObject([
      { entry: '$.gender', rules: [{ ...refusal, params: { values: ['MALE', 'FEMALE'] }, nearest: 'FEMALE' }] },
      { entry: '$.documents.[1].type', rules: [{ ...refusal, nearest: 'PASSPORT' }] },
    ])
    expect(await persons.stored(api.db.database, id)).toBeUndefined()
  })

  test('treats null, an empty text and white space as missing, like an import', async () => {
    const { gender, unzr, status: _, is_active, ...record } = persons.person()
    await persons.importLines(api.db.database, [record])
    for (const absent of [null, '', ' \u00a0']) {
      const [document] = [persons.document('000000001', { issued_by: '8001' })]
      const body = { ...record, gender: absent, unzr: absent, status: absent, is_active: absent, documents: [document] }
      expect((await put('persons', record.id, body)).body.data?.result).toBe('unchanged')
    }
    const refused = await put('persons', record.id, { ...record, first_name: ' ', birth_date: null })
    expect(violationsOf(refused)).toEqual({
      '$.first_name': 'required: required property first_name was not present',
      '$.birth_date': 'required: required property birth_date was not present',
    })
  })

  test('applies to the id in the path', async () => {
    const record = persons.person()
    expect(violationsOf(await put('persons', randomUUID(), record))).toEqual({
      '$.id': 'invalid: value differs from the id of the path',
    })
    expect((await put('persons', 'x', record)).status).toBe(404)
  })

  test('is for another system of the platform, not for the NHS', async () => {
    const nhs = await api.token({ role: 'NHS ADMIN' })
    const { status } = await api.request('PUT', `/api/persons/${randomUUID()}`, { token: nhs, body: persons.person() })
    expect(status).toBe(403)
  })
})

describe('PUT /api/parties/{id}', () => {
  test('creates and changes a party with its employees', async () => {
    const { id, ...record } = parties.party()
    expect((await put('parties', id, record)).body.data).toEqual({ id, result: 'created' })
    await parties.verifyAll(api.db.database, id)
    const { status, body } = await put('parties', id, { ...record, first_name: 'Марія' })
    expect([status, body.data.result]).toEqual([200, 'changed'])
    const found = await parties.stored(api.db.database, id)
    expect(found?.employees).toHaveLength(1)
    expect(found?.verification['mvs_passport']).toEqual(parties.TRIGGERED)
    expect(await parties.eventsOf(api.db.database, id)).toEqual(['VERIFICATION_NEEDED'])
    expect(await auditOf(body.meta.request_id)).toEqual([
      { action: 'write', operation: 'PUT /api/parties/:id', subject_kind: 'party', subject_ids: [id] },
    ])
  })

  test('is 409 if another party has the tax id and birth date, and does not reveal which', async () => {
    const [one, two] = [parties.party(), parties.party()]
    await put('parties', one.id, one)
    const { status, body } = await put('parties', two.id, { ...two, tax_id: one['tax_id'] })
    expect(status).toBe(409)
    expect(body.error).toEqual({
      type: 'request_conflict',
      message: 'another party has this tax_id with this birth_date',
    })
    expect(await parties.stored(api.db.database, two.id)).toBeUndefined()
    expect(await auditOf(body.meta.request_id)).toEqual([])
  })

  test('refuses a contradictory record', async () => {
    const employee = parties.employee()
    const { status, body } = await put('parties', randomUUID(), {
      ...parties.party({ employees: [employee, employee] }),
      id: undefined,
    })
    expect([status, body.error]).toEqual([422, { type: 'request_malformed', message: 'employees[1].id comes twice' }])
  })

  test('names each violation by its path', async () => {
    const employees = [{ ...parties.employee(), status: 'BUSY', start_date: undefined, room: 1 }]
    const phones = [{ type: 'MOBILE' }, { type: 'FAX' }]
    const answer = await put('parties', randomUUID(), {
      ...parties.party({ employees, phones }),
      id: undefined,
      unzr: '1',
    })
    expect(violationsOf(answer)).toEqual({
      '$.phones.[1].type': 'inclusion: value is not allowed in enum',
      '$.employees.[0].room': 'schema: schema does not allow additional properties',
      '$.employees.[0].status': 'inclusion: value is not allowed in enum',
      '$.employees.[0].start_date': 'required: required property start_date was not present',
      '$.unzr': 'schema: schema does not allow additional properties',
    })
  })
})
