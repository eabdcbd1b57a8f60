// Rules: spec 6.3.1, 6.3.2, 6.3.4
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as parties from '../../parties/parties.ts'
import * as persons from '../../persons/persons.ts'
import type { TestApi, TestClient } from '../api.ts'
import { startRest, violationsOf } from './rest.ts'

let api: TestApi
let nhs: string
beforeAll(async () => {
  api = await startRest()
  nhs = await api.token({ role: 'NHS ADMIN' })
})
afterAll(() => api.close())

const NOBODY = randomUUID()

async function addPerson(given: persons.Line = {}): Promise<string> {
  const person = persons.person(given)
  await persons.importLines(api.db.database, [person])
  return person.id
}

/** A party with one employee in each of the given clients. */
async function addParty(clients: readonly TestClient[], employee: persons.Line = {}, given: persons.Line = {}) {
  const employees = clients.map(({ id }) => parties.employee({ legal_entity_id: id, ...employee }))
  const party = parties.party({ employees, ...given })
  const { bad } = await parties.importLines(api.db.database, [party])
  expect(bad).toEqual([])
  return { id: party.id, employeeIds: employees.map(({ id }) => id) }
}

function declare(
  employeeId: string,
  personId: string,
  legalEntityId: string,
  status = 'active',
  number: string | null = null,
): Promise<unknown> {
  return api.db.database.query({
    text: `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by, declaration_number)
           values ($1, $2, $3, '2026-01-01', '2066-01-01', $4, $5, $6)`,
    values: [employeeId, personId, legalEntityId, status, randomUUID(), number],
  })
}

function read(path: string, token = nhs, query: Record<string, string> = {}) {
  const search = new URLSearchParams(query).toString()
  return api.request('GET', search === '' ? path : `${path}?${search}`, { token })
}

async function idsOf(path: '/api/persons/verifications' | '/api/parties/verifications', token: string, query = {}) {
  const { status, body } = await read(path, token, { page_size: '300', ...query })
  expect(status).toBe(200)
  return body.data.map((row: { person_id?: string; party_id?: string }) => row.person_id ?? row.party_id)
}

async function auditOf(requestId: string) {
  return api.db.database.query({
    text: 'select action, operation, subject_kind, subject_ids from zvirka.audit where request_id = $1',
    values: [requestId],
  })
}

describe('GET /api/persons/{id}/verification', () => {
  test('returns the cumulative status and each stream with its own fields', async () => {
    const id = await addPerson({
      verification: {
        drfo: { status: 'VERIFIED', reason: 'AUTO_ONLINE' },
        unzr: { status: 'NOT_VERIFIED', reason: 'AUTO', synced_at: '2026-01-02T03:04:05Z' },
      },
    })
    const { status, body } = await read(`/api/persons/${id.toUpperCase()}/verification`)
    expect(status).toBe(200)
    expect(body.meta).toMatchObject({
      type: 'object',
      code: 200,
      url: `${api.url}/api/persons/${id.toUpperCase()}/verification`,
    })
    const initial = { verification_status: 'VERIFICATION_NEEDED', verification_reason: 'INITIAL' }
    const unneeded = { verification_status: 'VERIFICATION_NOT_NEEDED', verification_reason: 'INITIAL' }
    expect(body.data).toEqual({
      verification_status: 'CHANGES_NEEDED',
      details: {
        drfo: { verification_status: 'VERIFIED', verification_reason: 'AUTO_ONLINE', result: null },
        dracs_death: { ...initial, verification_comment: null },
        nhs: { ...initial, verification_comment: null },
        unzr: { verification_status: 'NOT_VERIFIED', verification_reason: 'AUTO', status: null },
        mvs_passport: { ...initial, status: null },
        dms_passport: { ...initial, status: null },
        // The platform's other streams, which we do not check and which do not count.
        dracs_birth: { ...unneeded, verification_comment: null },
        dracs_name_change: { ...unneeded, verification_comment: null },
        legal_capacity: unneeded,
      },
    })
    expect(await auditOf(body.meta.request_id)).toEqual([
      { action: 'read', operation: 'GET /api/persons/:id/verification', subject_kind: 'person', subject_ids: [id] },
    ])
  })

  test.each(['person_verification:read', 'person_verification:details'])('accepts %s', async (scope) => {
    const id = await addPerson()
    expect((await read(`/api/persons/${id}/verification`, await api.token({ scope }))).status).toBe(200)
  })

  test('is 404 for an unknown person, for one without a verification, and for an invalid uuid', async () => {
    const id = await addPerson()
    await api.db.open({ role: 'zvirka_owner', max: 1 }).query({
      text: 'delete from wide.person_verifications where person_id = $1',
      values: [id],
    })
    for (const each of [NOBODY, id, '1', 'x%27', `${NOBODY}0`]) {
      const { status, body } = await read(`/api/persons/${each}/verification`)
      expect([each, status, body.error.type]).toEqual([each, 404, 'not_found'])
    }
  })
})

describe('GET /api/persons/verifications', () => {
  test('shows the NHS all, newest first, with the streams’ times, by page and by cursor', async () => {
    const status = { status: 'NOT_VERIFIED', reason: 'AUTO', synced_at: '2026-01-02T03:04:05Z' }
    const ids = []
    for (let n = 0; n < 5; n += 1) ids.unshift(await addPerson({ verification: { unzr: status } }))
    const query = { verification_status: 'CHANGES_NEEDED', page_size: '2' }
    const first = await read('/api/persons/verifications', nhs, query)
    expect(first.body.meta.type).toBe('list')
    expect(first.body.data.map((row: { person_id: string }) => row.person_id)).toEqual(ids.slice(0, 2))
    expect(first.body.data[0].details.unzr).toEqual({
      verification_status: 'NOT_VERIFIED',
      verification_reason: 'AUTO',
      status: null,
      synced_at: '2026-01-02T03:04:05.000Z',
      unverified_at: expect.stringMatching(/^20\d\d-/),
    })
    expect(first.body.data[0].details.nhs).toEqual({
      verification_status: 'VERIFICATION_NEEDED',
      verification_reason: 'INITIAL',
      verification_comment: null,
      unverified_at: null,
    })
    expect(await auditOf(first.body.meta.request_id)).toEqual([
      {
        action: 'read',
        operation: 'GET /api/persons/verifications',
        subject_kind: 'person',
        subject_ids: ids.slice(0, 2).toSorted(),
      },
    ])
    const second = await read('/api/persons/verifications', nhs, { ...query, page: '2' })
    const after = await read('/api/persons/verifications', nhs, { ...query, after: first.body.paging.next })
    expect(second.body.data.map((row: { person_id: string }) => row.person_id)).toEqual(ids.slice(2, 4))
    expect(after.body.data).toEqual(second.body.data)
    const last = await read('/api/persons/verifications', nhs, { ...query, after: after.body.paging.next })
    // Somebody of the test before comes next.
    expect(last.body.data[0].person_id).toBe(ids[4])
    expect(last.body.paging.next).toBeNull()
  })

  test('of an employee has the number of the employee’s persons as total, on every page and beyond the last', async () => {
    const clinic = await api.client('MSP')
    const { employeeIds } = await addParty([clinic])
    const [employee = ''] = employeeIds
    for (let n = 0; n < 3; n += 1) await declare(employee, await addPerson(), clinic.id)
    const query = { employee_id: employee, page_size: '2' }
    const first = await read('/api/persons/verifications', nhs, query)
    const pages = [{}, { page: '2' }, { page: '3' }, { after: first.body.paging.next }]
    const told = []
    for (const page of pages) {
      const { body } = await read('/api/persons/verifications', nhs, { ...query, ...page })
      told.push([body.data.length, body.paging.total_entries])
    }
    expect(told).toEqual([
      [2, 3],
      [1, 3],
      [0, 3],
      [1, 3],
    ])
  })

  test('continues by cursor among persons of the same moment and skips none', async () => {
    const lines = Array.from({ length: 7 }, () =>
      persons.person({ verification: { nhs: { status: 'NOT_VERIFIED', reason: 'MANUAL' } } }),
    )
    // One transaction, so all have the same time.
    await persons.importLines(api.db.database, lines)
    const seen: string[] = []
    const query = { verification_status: 'CHANGES_NEEDED', page_size: '2' }
    for (let after: string | null = ''; after !== null; ) {
      const { body } = await read('/api/persons/verifications', nhs, after === '' ? query : { ...query, after })
      seen.push(...body.data.map((row: { person_id: string }) => row.person_id))
      after = body.paging.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(lines.map(({ id }) => id)))
  })

  test('shows a legal entity those with an active declaration with one of its employees, and nobody else', async () => {
    const [ours, theirs] = [await api.client('MSP'), await api.client('MSP')]
    const { employeeIds } = await addParty([ours, theirs])
    const [our = '', their = ''] = employeeIds
    const [active, terminated, elsewhere] = [await addPerson(), await addPerson(), await addPerson()]
    await declare(our, active, ours.id)
    await declare(our, terminated, ours.id, 'terminated')
    await declare(their, elsewhere, theirs.id)
    const token = await api.token({ role: 'DOCTOR', client: ours })
    const list = (employee_id: string, by = token) => idsOf('/api/persons/verifications', by, { employee_id })
    expect(await list(our)).toEqual([active])
    expect(await list(their)).toEqual([])
    expect(await list(NOBODY)).toEqual([])
    expect(await list(their, nhs)).toEqual([elsewhere])
    // Single reads agree with the list.
    const one = async (id: string, by = token) => (await read(`/api/persons/${id}/verification`, by)).status
    expect([await one(active), await one(terminated), await one(elsewhere)]).toEqual([200, 403, 403])
    expect([await one(NOBODY), await one(elsewhere, nhs)]).toEqual([404, 200])
    expect(
      await idsOf('/api/persons/verifications', token, { employee_id: our, verification_status: 'VERIFIED' }),
    ).toEqual([])
  })

  test('returns the person and the declaration that leads to them, an active one unless filtered', async () => {
    const [ours, theirs] = [await api.client('MSP'), await api.client('MSP')]
    const { employeeIds } = await addParty([ours, theirs])
    const [our = '', their = ''] = employeeIds
    const [here, left, back] = [await addPerson(), await addPerson(), await addPerson()]
    await declare(our, here, ours.id, 'active', '0000-12H4-245D')
    await declare(our, left, ours.id, 'terminated', '0000-TERM-0001')
    await declare(their, left, theirs.id)
    await declare(our, back, ours.id, 'terminated', '0000-TERM-0002')
    await declare(our, back, ours.id)
    const token = await api.token({ role: 'DOCTOR', client: ours })
    const list = async (status: string | undefined, by = token) => {
      const query = { employee_id: our, ...(status === undefined ? {} : { status }) }
      const { body } = await read('/api/persons/verifications', by, query)
      return body.data.map((row: Record<string, string | null>) => [
        ...[row['person_id'], row['person_status'], row['declaration_number'], row['declaration_status']],
      ])
    }
    const active = [
      [back, 'active', null, 'active'],
      [here, 'active', '0000-12H4-245D', 'active'],
    ]
    expect(await list('active')).toEqual(active)
    expect(await list(undefined)).toEqual(active)
    // Somebody who changed doctors is visible to the new one.
    expect(await list('terminated')).toEqual([[back, 'active', '0000-TERM-0002', 'terminated']])
    expect(await list('terminated', nhs)).toEqual([
      [back, 'active', '0000-TERM-0002', 'terminated'],
      [left, 'active', '0000-TERM-0001', 'terminated'],
    ])
    expect(await list('pending_verification', nhs)).toEqual([])
    const { body } = await read('/api/persons/verifications', token, { employee_id: our })
    const [stored] = await api.db.database.query<{ updated_at: Date }>({
      text: 'select updated_at from mpi.persons where id = $1',
      values: [back],
    })
    expect(body.data[0].person_updated_at).toBe(stored?.updated_at.toISOString())
    const alone = await read('/api/persons/verifications', nhs, { status: 'active' })
    expect(violationsOf(alone)).toEqual({ '$.employee_id': 'required: required property employee_id was not present' })
  })

  test.each(['DISMISSED', 'STOPPED', 'REORGANIZED'])(
    'shows the patients of an employee %s only to the NHS',
    async (status) => {
      const ours = await api.client('MSP')
      const { employeeIds } = await addParty([ours], { status, end_date: '2026-01-01' })
      const person = await addPerson()
      await declare(employeeIds[0] ?? '', person, ours.id)
      const token = await api.token({ role: 'DOCTOR', client: ours })
      expect(await idsOf('/api/persons/verifications', token, { employee_id: employeeIds[0] })).toEqual([])
      expect(await idsOf('/api/persons/verifications', nhs, { employee_id: employeeIds[0] })).toEqual([person])
      const { body } = await read(`/api/persons/${person}/verification`, token)
      expect([body.meta.code, body.error.message]).toEqual([403, 'Access denied'])
      expect(await auditOf(body.meta.request_id)).not.toMatchObject([{ action: 'read' }])
    },
  )

  test('requires an employee from all clients except the NHS', async () => {
    const token = await api.token({ role: 'DOCTOR', client: await api.client('MSP') })
    const answer = await read('/api/persons/verifications', token)
    expect(answer.status).toBe(422)
    expect(violationsOf(answer)).toEqual({ '$.employee_id': 'required: required property employee_id was not present' })
  })

  test('says what is wrong with a query', async () => {
    const query = { employee_id: 'x', verification_status: 'GOOD', page: 'first', page_size: '0' }
    expect(violationsOf(await read('/api/persons/verifications', nhs, query))).toEqual({
      '$.employee_id': expect.stringMatching(/^format: /),
      '$.verification_status': 'inclusion: value is not allowed in enum',
      '$.page': 'cast: type mismatch. Expected number but got string',
      '$.page_size': 'number: expected the value to be >= 1',
    })
  })

  test('needs its scope', async () => {
    const token = await api.token({ role: 'HR', client: await api.client('MSP') })
    const { status, body } = await read('/api/persons/verifications', token)
    expect([status, body.error.message]).toEqual([
      403,
      'Your scope does not allow to access this resource. Missing allowances: person_verification:read',
    ])
  })
})

describe('GET /api/parties/{id}/verification', () => {
  test('shows the NHS any party, and a legal entity its employees', async () => {
    const [ours, theirs] = [await api.client('MSP'), await api.client('MSP')]
    const { id } = await addParty([theirs])
    const our = await api.token({ role: 'HR', client: ours })
    const their = await api.token({ role: 'HR', client: theirs })
    const path = `/api/parties/${id}/verification`
    const { status, body } = await read(path, their)
    expect(status).toBe(200)
    expect(Object.keys(body.data.details).toSorted()).toEqual([
      ...['dms_passport', 'dracs_death', 'dracs_name_change', 'drfo', 'mvs_passport'],
    ])
    expect(await auditOf(body.meta.request_id)).toEqual([
      { action: 'read', operation: 'GET /api/parties/:id/verification', subject_kind: 'party', subject_ids: [id] },
    ])
    expect((await read(path)).status).toBe(200)
    const refused = await read(path, our)
    expect([refused.status, refused.body.error]).toEqual([403, { type: 'forbidden', message: 'Access denied' }])
    expect(await auditOf(refused.body.meta.request_id)).toMatchObject([{ action: 'refusal', subject_ids: [] }])
    expect((await read(`/api/parties/${NOBODY}/verification`, our)).status).toBe(404)
  })

  test.each(['DISMISSED', 'STOPPED'])('shows nothing to an employer of a party who is %s', async (status) => {
    const [former, present] = [await api.client('MSP'), await api.client('MSP')]
    const { id, employeeIds } = await addParty([former, present])
    await api.db.database.query({
      text: 'update prm.employees set status = $2 where id = $1',
      values: [employeeIds[0], status],
    })
    const path = `/api/parties/${id}/verification`
    expect((await read(path, await api.token({ role: 'HR', client: former }))).status).toBe(403)
    expect((await read(path, await api.token({ role: 'HR', client: present }))).status).toBe(200)
  })
})

describe('GET /api/parties/verifications', () => {
  test('shows each party once, all to the NHS and to a legal entity its own', async () => {
    const [ours, theirs] = [await api.client('PHARMACY'), await api.client('MSP')]
    const both = await addParty([ours, theirs, ours])
    const other = await addParty([theirs])
    const token = await api.token({ role: 'PHARMACY_OWNER', client: ours })
    expect(await idsOf('/api/parties/verifications', token)).toEqual([both.id])
    const all = await idsOf('/api/parties/verifications', nhs)
    expect(all.filter((id: string) => id === both.id || id === other.id)).toEqual([other.id, both.id])
  })

  test('filters by status and by division', async () => {
    const ours = await api.client('MSP')
    const division_id = randomUUID()
    const verified = { status: 'VERIFIED', reason: 'AUTO' }
    const all = { drfo: verified, dracs_death: verified, mvs_passport: verified, dms_passport: verified }
    const inDivision = await addParty([ours], { division_id })
    const good = await addParty([ours], {}, { verification: all })
    const token = await api.token({ role: 'HR', client: ours })
    expect(await idsOf('/api/parties/verifications', token, { division_id })).toEqual([inDivision.id])
    expect(await idsOf('/api/parties/verifications', nhs, { division_id })).toEqual([inDivision.id])
    expect(await idsOf('/api/parties/verifications', token, { verification_status: 'VERIFIED' })).toEqual([good.id])
    const other = await api.token({ role: 'HR', client: await api.client('MSP') })
    expect(await idsOf('/api/parties/verifications', other, { division_id })).toEqual([])
  })

  test('shows the employee that matched, and filters by its status', async () => {
    const [ours, theirs] = [await api.client('MSP'), await api.client('MSP')]
    const division_id = randomUUID()
    const atWork = await addParty([ours], { division_id })
    const gone = await addParty([ours], { status: 'DISMISSED', end_date: '2026-01-01' })
    const stopped = await addParty([theirs], { status: 'STOPPED' })
    const list = async (query: Record<string, string>, by = nhs) => {
      const { body } = await read('/api/parties/verifications', by, { page_size: '300', ...query })
      return body.data.map((row: Record<string, string>) => [row['party_id'], row['employee_id'], row['division_id']])
    }
    const told = [atWork.id, atWork.employeeIds[0], division_id]
    const our = await api.token({ role: 'HR', client: ours })
    expect(await list({ status: 'APPROVED' }, our)).toEqual([told])
    expect(await list({}, our)).toEqual([told])
    expect(await list({ status: 'DISMISSED' }, our)).toEqual([])
    expect((await list({ status: 'APPROVED' })).slice(0, 1)).toEqual([told])
    expect((await list({ status: 'DISMISSED' }))[0]).toEqual([gone.id, gone.employeeIds[0], null])
    expect((await list({ status: 'STOPPED', verification_status: 'VERIFICATION_NEEDED' }))[0]).toEqual([
      ...[stopped.id, stopped.employeeIds[0], null],
    ])
    expect(await list({ status: 'ENTERED IN ERROR' })).toEqual([])
    const { body } = await read('/api/parties/verifications', our)
    const [stored] = await api.db.database.query<{ updated_at: Date }>({
      text: 'select updated_at from prm.parties where id = $1',
      values: [atWork.id],
    })
    expect(body.data[0].party_updated_at).toBe(stored?.updated_at.toISOString())
  })
})
