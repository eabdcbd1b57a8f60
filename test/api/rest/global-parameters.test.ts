// Rules: spec 6.3.5
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestApi } from '../api.ts'
import { startRest, violationsOf } from './rest.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startRest()
  token = await api.token({ role: 'NHS ADMIN' })
})
afterAll(() => api.close())

const put = (body: unknown, by = token) => api.request('PUT', '/api/global_parameters', { token: by, body })

describe('global parameters', () => {
  test('exist after installation', async () => {
    const { status, body } = await api.request('GET', '/api/global_parameters', { token })
    expect(status).toBe(200)
    expect(body.meta.type).toBe('object')
    expect(body.data).toEqual({
      adult_age: '18',
      declaration_term: '40',
      declaration_term_unit: 'YEARS',
      employee_request_expiration: '29',
      employee_request_term_unit: 'DAYS',
      no_self_auth_age: '14',
    })
  })

  test('change if named, others stay; numbers can be sent as text', async () => {
    const { status, body } = await put({ adult_age: 16, declaration_term: '14600', declaration_term_unit: 'DAYS' })
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ adult_age: '16', declaration_term: '14600', employee_request_expiration: '29' })
  })

  test('accept new names', async () => {
    const { body } = await put({ phone_number_auth_limit: '3' })
    expect(body.data).toMatchObject({ phone_number_auth_limit: '3' })
  })

  test('refuse values that no rule could use, and then change nothing', async () => {
    const answer = await put({
      adult_age: 'eighteen',
      declaration_term: 0,
      declaration_term_unit: 'WEEKS',
      employee_request_expiration: null,
      'Not a name': '1',
      empty: '',
    })
    expect(answer.status).toBe(422)
    expect(violationsOf(answer)).toMatchObject({
      '$.adult_age': 'format: string does not match pattern "^(0|[1-9][0-9]{0,3})$"',
      '$.declaration_term': 'format: string does not match pattern "^[1-9][0-9]{0,4}$"',
      '$.declaration_term_unit': 'inclusion: value is not allowed in enum',
      '$.employee_request_expiration': 'cast: type mismatch. Expected string but got null',
      '$.empty': 'length: expected value to have a minimum length of 1 but was 0',
    })
    expect(violationsOf(await put({ 'Not a name': '1' }))).toEqual({
      '$.Not a name': 'schema: schema does not allow additional properties',
    })
    const { body } = await api.request('GET', '/api/global_parameters', { token })
    expect(body.data.declaration_term_unit).not.toBe('WEEKS')
  })

  test('store who changed what: in the row, and in the audit in the same transaction', async () => {
    const { body } = await put({ adult_age: '17', employee_request_term_unit: 'DAYS' })
    const [row] = await api.db.database.query<{ id: string; updated_by: string; inserted_by: string }>({
      text: `select id, updated_by, inserted_by from prm.global_parameters where parameter = 'adult_age'`,
    })
    const [entry] = await api.db.database.query<Record<string, unknown>>({
      text: 'select action, operation, user_id, subject_kind, subject_ids, fields from zvirka.audit where request_id = $1',
      values: [body.meta.request_id],
    })
    expect(row?.updated_by).not.toBe(row?.inserted_by)
    // One of the two parameters already had that value.
    expect(entry).toEqual({
      action: 'write',
      operation: 'PUT /api/global_parameters',
      user_id: row?.updated_by,
      subject_kind: 'global_parameter',
      subject_ids: [row?.id],
      fields: ['adult_age', 'employee_request_term_unit'],
    })
  })

  test('are read and written by scope', async () => {
    const operator = await api.token({ role: 'NHS OPERATOR' })
    expect((await api.request('GET', '/api/global_parameters', { token: operator })).status).toBe(200)
    const { status, body } = await put({ adult_age: '18' }, operator)
    expect(status).toBe(403)
    expect(body.error).toEqual({
      type: 'forbidden',
      message: 'Your scope does not allow to access this resource. Missing allowances: global_parameters:write',
    })
  })
})
