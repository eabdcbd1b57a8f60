/** `employeeRequests`, `employeeRequest(id)` and the node, for the admin page (spec 4.3). */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApi, type TestApi } from '../api/api.ts'
import { addEmployee, type Facility, makeFacility } from './facility.ts'
import { expectedIds, fillWithRequests, LARGE, SHARED_EDRPOU, SHARED_NAME } from './many.ts'
import { aRequest, changed, specifics } from './requests.ts'

let api: TestApi
let nhs: string
let facility: Facility
beforeAll(async () => {
  api = await startTestApi()
  await fillWithRequests(api.db, 1000)
  nhs = await api.token({ role: 'NHS VERIFIER' })
  facility = await makeFacility(api)
})
afterAll(() => api.close())

async function query(text: string, token = nhs) {
  const { body } = await api.graphql(token, text)
  return body
}

const nodeId = (id: string, type = 'EmployeeRequest') => Buffer.from(`${type}:${id}`).toString('base64')

/** Creates a request over REST. */
async function create(request = aRequest('DOCTOR', facility)): Promise<string> {
  const body = { employee_request: request }
  return (await api.request('POST', '/api/employee_requests', { token: facility.token, body })).body.data.id
}

async function pageOf(args: string) {
  const fields = 'nodes { databaseId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
  const { data, errors } = await query(`{ list: employeeRequests${args} { ${fields} } }`)
  if (errors !== undefined) throw new Error(errors[0].message)
  return data.list
}

const idsOf = ({ nodes }: { nodes: { databaseId: string }[] }) => nodes.map(({ databaseId }) => databaseId)

const FIELDS = `
  id databaseId status employeeType position startDate endDate divisionId legalEntity { databaseId name edrpou }
  party {
    firstName lastName secondName birthDate gender taxId noTaxId email documents { type number issuedAt issuedBy expirationDate }
    phones { type number } aboutMyself workingExperience
  }
  specifics employeeId employee { databaseId partyId employeeType position status isActive startDate endDate } userId
  insertedAt insertedBy updatedAt updatedBy`

describe('a list', () => {
  test.each([
    ['', 'true'],
    ['filter: { status: REJECTED }', `r.status = 'REJECTED'`],
    ['filter: { noTaxId: true }', 'r.no_tax_id'],
    [`filter: { legalEntityId: "${LARGE}", status: null }`, `r.legal_entity_id = '${LARGE}'`],
    [`filter: { edrpou: "${SHARED_EDRPOU}" }`, `l.edrpou = '${SHARED_EDRPOU}'`],
    [`filter: { legalEntityName: "${SHARED_NAME}", noTaxId: false }`, `l.name = '${SHARED_NAME}' and not r.no_tax_id`],
  ])('of (%s) is complete and sorted, in both orders, from both ends', async (filter, where) => {
    const newest = await expectedIds(api.db, where)
    for (const order of ['DESC', 'ASC']) {
      const all = order === 'DESC' ? newest : newest.toReversed()
      const first = await pageOf(`(${filter} orderBy: INSERTED_AT_${order}, first: 6)`)
      expect(idsOf(first)).toEqual(all.slice(0, 6))
      expect(first.pageInfo).toMatchObject({ hasNextPage: all.length > 6, hasPreviousPage: false })
      const { endCursor } = first.pageInfo
      expect(idsOf(await pageOf(`(${filter} orderBy: INSERTED_AT_${order}, first: 6, after: "${endCursor}")`))).toEqual(
        all.slice(6, 12),
      )
      const last = await pageOf(`(${filter} orderBy: INSERTED_AT_${order}, last: 4)`)
      expect(idsOf(last)).toEqual(all.slice(-4))
      const { startCursor } = last.pageInfo
      expect(
        idsOf(await pageOf(`(${filter} orderBy: INSERTED_AT_${order}, last: 4, before: "${startCursor}")`)),
      ).toEqual(all.slice(-8, -4))
    }
    const { data } = await query(
      `{ employeeRequests${filter === '' ? '' : `(${filter})`} { totalCount totalCountIsExact } }`,
    )
    expect(data.employeeRequests).toEqual({ totalCount: newest.length, totalCountIsExact: true })
  })

  test('is newest first, fifty per page, by default', async () => {
    const newest = await expectedIds(api.db, 'true')
    expect(idsOf(await pageOf(''))).toEqual(newest.slice(0, 50))
  })

  test('by databaseId contains that one', async () => {
    const id = await create()
    expect(idsOf(await pageOf(`(filter: { databaseId: "${id}" })`))).toEqual([id])
    expect(idsOf(await pageOf(`(filter: { databaseId: "${id}", status: EXPIRED })`))).toEqual([])
  })

  test('reads its nodes’ fields with one statement for all, and records the people it showed', async () => {
    const asked = vi.spyOn(api.db.database, 'query')
    const { data } = await query(`{ employeeRequests(first: 20) { nodes { ${FIELDS} } } }`)
    const texts = asked.mock.calls.map(([{ text }]) => text)
    asked.mockRestore()
    expect(data.employeeRequests.nodes).toHaveLength(20)
    expect(
      texts.filter((text) => /from il\.employee_requests|from mithril\.users where email/.test(text)),
    ).toHaveLength(2)
    const [row] = await api.db.database.query<{ ids: string[] }>({
      text: `select subject_ids as ids from zvirka.audit where operation = 'Query.employeeRequests' order by id desc limit 1`,
    })
    const shown = data.employeeRequests.nodes.map(({ databaseId }: { databaseId: string }) => databaseId)
    expect(row?.ids).toEqual(shown.toSorted())
  })
})

describe('a request', () => {
  test('is shown in full, by employeeRequest and by node', async () => {
    const employeeId = await addEmployee(api.db.database, facility.legalEntityId)
    const request = changed(aRequest('DOCTOR', facility), ['employee_id'], employeeId)
    const { email } = await api.user()
    const id = await create(changed(request, ['party', 'email'], email))
    const { data } = await query(
      `{ one: employeeRequest(id: "${nodeId(id)}") { ${FIELDS} } node(id: "${nodeId(id)}") { ... on EmployeeRequest { ${FIELDS} } } }`,
    )
    expect(data.node).toEqual(data.one)
    const someUser = expect.stringMatching(/^[0-9a-f-]{36}$/)
    expect(data.one).toEqual({
      ...{ id: nodeId(id), databaseId: id, status: 'NEW', employeeType: 'DOCTOR', position: 'P6' },
      ...{ startDate: '2026-03-02', endDate: null, divisionId: facility.divisionId, specifics: specifics() },
      legalEntity: { databaseId: facility.legalEntityId, name: 'Test', edrpou: '42032422' },
      party: {
        ...{ firstName: 'Марія', lastName: 'Коваленко', secondName: 'Іванівна', birthDate: '1984-02-29' },
        ...{ gender: 'FEMALE', taxId: '3184710691', noTaxId: false, email, aboutMyself: null, workingExperience: null },
        documents: [{ type: 'PASSPORT', number: 'АБ123456', issuedAt: null, issuedBy: null, expirationDate: null }],
        phones: [{ type: 'MOBILE', number: '+380971112233' }],
      },
      ...{ employeeId, employee: null, userId: someUser },
      ...{ insertedAt: expect.any(String), insertedBy: someUser, updatedAt: data.one.insertedAt },
      updatedBy: data.one.insertedBy,
    })
  })

  test('has the employee that an approval created', async () => {
    const id = await create()
    const employeeId = await addEmployee(api.db.database, facility.legalEntityId)
    await api.db.database.query({
      text: `update il.employee_requests set status = 'APPROVED', employee_id = $2 where id = $1`,
      values: [id, employeeId],
    })
    const [{ party_id: partyId } = {}] = await api.db.database.query<{ party_id?: string }>({
      text: 'select party_id from prm.employees where id = $1',
      values: [employeeId],
    })
    const { data } = await query(
      `{ employeeRequest(id: "${nodeId(id)}") { status employeeId employee { databaseId partyId status isActive startDate } } }`,
    )
    expect(data.employeeRequest).toEqual({
      ...{ status: 'APPROVED', employeeId: null },
      employee: { databaseId: employeeId, partyId, status: 'APPROVED', isActive: true, startDate: '2026-03-02' },
    })
  })

  test('shows the last two characters of numbers to a masking token', async () => {
    const id = await create()
    const masked = await api.token({ role: 'NHS VERIFIER', isMasked: true })
    const { educations, specialities } = specifics()
    const [[education], [speciality]] = [educations, specialities]
    const { data } = await query(
      `{ employeeRequest(id: "${nodeId(id)}") { party { taxId documents { number } phones { number } email } specifics } }`,
      masked,
    )
    expect(data.employeeRequest).toEqual({
      party: {
        ...{ taxId: '********91', documents: [{ number: '******56' }], phones: [{ number: '***********33' }] },
        email: 'maria@example.org',
      },
      specifics: {
        educations: [{ ...education, diploma_number: '****23' }],
        specialities: [{ ...speciality, certificate_number: '******31' }],
      },
    })
  })

  test('audits each read', async () => {
    const id = await create()
    await query(`{ employeeRequest(id: "${nodeId(id)}") { status } }`)
    await query(`{ node(id: "${nodeId(id)}") { id } }`)
    const rows = await api.db.database.query({
      text: `select operation, subject_kind from zvirka.audit where $1 = any (subject_ids) and action = 'read' order by id`,
      values: [id],
    })
    expect(rows).toEqual([
      { operation: 'Query.employeeRequest', subject_kind: 'employee_request' },
      { operation: 'Query.node', subject_kind: 'employee_request' },
    ])
  })
})

describe('refused queries', () => {
  test.each([
    [`employeeRequest(id: "${nodeId(randomUUID())}") { id }`, 'NOT_FOUND', 'Employee request not found'],
    [`employeeRequest(id: "${nodeId(randomUUID(), 'Party')}") { id }`, 'BAD_REQUEST', 'Malformed id'],
    ['employeeRequest(id: "x") { id }', 'BAD_REQUEST', 'Malformed id'],
    ['employeeRequests(first: 301) { nodes { id } }', 'BAD_REQUEST', 'first must be from 0 to 300'],
    ['employeeRequests(after: "x") { nodes { id } }', 'BAD_REQUEST', 'Malformed cursor'],
    [
      'employeeRequests(filter: { edrpou: "\\u0000" }) { nodes { id } }',
      'UNPROCESSABLE_ENTITY',
      'a value of the filter holds a character that no text may hold',
    ],
  ])('%s', async (field, code, message) => {
    const { errors } = await query(`{ ${field} }`)
    expect([errors[0].extensions.code, errors[0].message]).toEqual([code, message])
  })

  test('a legal entity that reads its own requests by REST: the admin API is for the NHS', async () => {
    const { errors } = await query('{ employeeRequests { nodes { id } } }', facility.token)
    expect([errors[0].extensions.code, errors[0].message]).toEqual([
      ...['FORBIDDEN', "You don't have permission to access this resource"],
    ])
  })

  test('an unknown node is null', async () => {
    expect((await query(`{ node(id: "${nodeId(randomUUID())}") { id } }`)).data).toEqual({ node: null })
  })
})
