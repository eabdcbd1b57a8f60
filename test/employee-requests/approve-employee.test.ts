// Rules: spec 5.3.3, 5.3.4
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/access/tokens.ts'
import { EMPLOYEE_TYPES } from '../../src/dictionaries/people.ts'
import {
  addContract,
  addLegalEntity,
  approve,
  approved,
  contractsOf,
  doctor,
  eventsOf,
  everything,
  type Given,
  type Ground,
  invite,
  makeGround,
  refusalIn,
  rowOf,
  rowsOf,
  type TestUser,
} from './approve-ground.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())

const employee = async (id: string) => (await rowOf(ground.owner, 'prm.employees', id)) ?? {}

async function addDivision(legal_entity_id: string): Promise<string> {
  const id = randomUUID()
  await addLegalEntity(ground.owner, { id: legal_entity_id })
  await ground.owner.query({
    text: `insert into prm.divisions (id, legal_entity_id, name, type, status) values ($1, $2, 'Відділення', 'CLINIC', 'ACTIVE')`,
    values: [id, legal_entity_id],
  })
  return id
}

const set = (id: string, change: string) =>
  ground.owner.query({ text: `update prm.employees set ${change} where id = $1`, values: [id] })

/** Another request for the same person in the same legal entity. */
const sameAs = ({ data, employeeId }: { data: Given; employeeId: string }, given: Given = {}): Given => ({
  ...{ ...data, employee_id: employeeId },
  ...given,
})

describe('a new employee', () => {
  test('is approved and active, with the data of the request', async () => {
    const legal_entity_id = randomUUID()
    const given = {
      ...{ legal_entity_id, division_id: await addDivision(legal_entity_id), position: 'P7' },
      ...{ start_date: '2026-02-01', end_date: '2027-01-31', employee_type: 'DOCTOR', doctor: doctor('PEDIATRICIAN') },
    }
    const { employeeId, partyId, user } = await approved(ground, given)
    const { doctor: learned, ...told } = given
    expect(await employee(employeeId)).toMatchObject({
      ...told,
      ...{ id: employeeId, party_id: partyId, status: 'APPROVED', is_active: true, status_reason: null },
      ...{ additional_info: learned, speciality: learned['specialities'][1] },
      ...{ inserted_by: user.id, updated_by: user.id },
    })
    expect(await eventsOf(ground.owner, employeeId)).toEqual([])
  })

  test('has neither object nor speciality if the type has none', async () => {
    const { employeeId } = await approved(ground, { employee_type: 'ACCOUNTANT' })
    expect(await employee(employeeId)).toMatchObject({
      ...{ additional_info: null, speciality: null, division_id: null, end_date: null, employee_type: 'ACCOUNTANT' },
    })
  })

  test('is added to the party’s other employees', async () => {
    const first = await approved(ground)
    const second = await approved(ground, first.data)
    expect(second.employeeId).not.toBe(first.employeeId)
    expect(await rowsOf(ground.owner, 'prm.employees', first.partyId, 'party_id')).toHaveLength(2)
  })

  test('makes the party employed, so that it is checked', async () => {
    const { partyId } = await approved(ground)
    expect(await rowOf(ground.owner, 'wide.party_verifications', partyId, 'party_id')).toMatchObject({
      is_subject_active: true,
    })
  })

  test.each([
    ['legal entity', async () => ({ legal_entity_id: randomUUID() }), 'not_found: Legal entity not found'],
    ['division', async () => ({ division_id: randomUUID() }), 'not_found: Division not found'],
  ])('is not created in a %s that does not exist', async (what, given, refusal) => {
    const { id, user, data } = await invite(ground, await given())
    if (what === 'legal entity')
      await ground.owner.query({
        text: 'delete from prm.legal_entities where id = $1',
        values: [data['legal_entity_id']],
      })
    const before = await everything(ground)
    expect(refusalIn(await approve(ground, id, user))).toBe(refusal)
    expect(await everything(ground)).toEqual(before)
  })
})

describe('an existing employee named by the request', () => {
  test('gets position, division and end date from the request', async () => {
    const first = await approved(ground, { end_date: '2027-01-31' })
    const division_id = await addDivision(first.data['legal_entity_id'])
    const second = await approved(ground, sameAs(first, { position: 'P9', division_id, end_date: '2028-02-29' }))
    expect(second.employeeId).toBe(first.employeeId)
    expect(await employee(first.employeeId)).toMatchObject({
      ...{ position: 'P9', division_id, end_date: '2028-02-29', status: 'APPROVED', is_active: true },
      ...{ inserted_by: first.user.id, updated_by: second.user.id },
    })
    await approved(ground, sameAs(first, { division_id: null, end_date: undefined }))
    expect(await employee(first.employeeId)).toMatchObject({ position: 'P2', division_id: null, end_date: null })
    expect(await rowsOf(ground.owner, 'prm.employees', first.partyId, 'party_id')).toHaveLength(1)
  })

  test('keeps employee_type, legal_entity_id and start_date', async () => {
    const first = await approved(ground)
    const change = { employee_type: 'ADMIN', legal_entity_id: randomUUID(), start_date: '2020-01-01' }
    await approved(ground, sameAs(first, change))
    const { employee_type, legal_entity_id, start_date } = first.data
    expect(await employee(first.employeeId)).toMatchObject({ employee_type, legal_entity_id, start_date })
    // The role comes from the employee, whatever the request says.
    expect(Object.keys(await rolesOf(first.user))).toEqual([employee_type])
  })

  test('has the type’s object replaced as a whole, with the speciality', async () => {
    const first = await approved(ground, {
      employee_type: 'DOCTOR',
      doctor: doctor('THERAPIST', { qualifications: [] }),
    })
    const learned = doctor('SURGEON')
    await approved(ground, sameAs(first, { doctor: learned }))
    expect(await employee(first.employeeId)).toMatchObject({
      additional_info: learned,
      speciality: learned['specialities'][1],
    })
    expect((await employee(first.employeeId))['additional_info']).not.toHaveProperty('qualifications')
  })

  test.each([null, undefined])('keeps object and speciality if the request has %s', async (object) => {
    const learned = doctor()
    const first = await approved(ground, { employee_type: 'DOCTOR', doctor: learned })
    await approved(ground, sameAs(first, { doctor: object }))
    expect(await employee(first.employeeId)).toMatchObject({
      additional_info: learned,
      speciality: learned['specialities'][1],
    })
  })

  test.each([
    ['is DISMISSED', `status = 'DISMISSED'`],
    ['is STOPPED', `status = 'STOPPED'`],
    ['is not approved yet', `status = 'NEW'`],
    ['is not active', 'is_active = false'],
    ['is neither', `status = 'DISMISSED', is_active = false`],
  ])('who %s is refused, and nothing changes', async (_, change) => {
    const first = await approved(ground)
    await set(first.employeeId, change)
    const { id, user } = await invite(ground, sameAs(first))
    const before = await everything(ground)
    expect(refusalIn(await approve(ground, id, user))).toBe('conflict: employee is dismissed')
    expect(await everything(ground)).toEqual(before)
  })
})

async function rolesOf({ id }: TestUser): Promise<Given> {
  const rows = await ground.owner.query<{ name: string; client_id: string }>({
    text: 'select r.name, ur.client_id from mithril.user_roles ur join mithril.roles r on r.id = ur.role_id where user_id = $1 order by 1',
    values: [id],
  })
  return Object.fromEntries(rows.map(({ name, client_id }) => [name, client_id]))
}

describe('the role', () => {
  test.each(EMPLOYEE_TYPES.map((type) => [type]))('%s is granted in the legal entity', async (employee_type) => {
    const { user, data } = await approved(ground, { employee_type })
    expect(await rolesOf(user)).toEqual({ [employee_type]: data['legal_entity_id'] })
  })

  test('is granted to every user of the party, and to no other', async () => {
    const first = await approved(ground)
    const stranger = await approved(ground)
    const party = { ...first.data['party'], email: `${randomUUID()}@example.org` }
    const second = await approved(ground, { employee_type: 'DOCTOR', party })
    const expected = { DOCTOR: second.data['legal_entity_id'] }
    expect(await rolesOf(second.user)).toEqual(expected)
    expect(await rolesOf(first.user)).toEqual({ ...expected, HR: first.data['legal_entity_id'] })
    expect(await rolesOf(stranger.user)).toEqual({ HR: stranger.data['legal_entity_id'] })
  })

  test('of a user who already has it stays unchanged', async () => {
    const first = await approved(ground)
    const [role] = await rowsOf(ground.owner, 'mithril.user_roles', first.user.id, 'user_id')
    await approved(ground, first.data)
    expect(await rowsOf(ground.owner, 'mithril.user_roles', first.user.id, 'user_id')).toEqual([role])
  })

  test('is granted again when an employee changes', async () => {
    const first = await approved(ground)
    await ground.owner.query({ text: 'delete from mithril.user_roles where user_id = $1', values: [first.user.id] })
    await approved(ground, sameAs(first))
    expect(await rolesOf(first.user)).toEqual({ HR: first.data['legal_entity_id'] })
  })

  test.each([
    ['PHARMACY', 'PHARMACY'],
    ['NHS', 'NHS'],
    ['PRIMARY_CARE', 'MSP'],
    ['MIS', 'MSP'],
    ['PLATFORM', 'MSP'],
  ])('creates a client for a legal entity of type %s: %s', async (type, expected) => {
    const legal_entity_id = await addLegalEntity(ground.owner, { type, name: `Заклад ${type}` })
    await approved(ground, { legal_entity_id })
    const client = await ground.owner.query({
      text: 'select c.name, t.name as type from mithril.clients c join mithril.client_types t on t.id = c.client_type_id where c.id = $1',
      values: [legal_entity_id],
    })
    expect(client).toEqual([{ name: `Заклад ${type}`, type: expected }])
  })

  test('keeps an existing client unchanged', async () => {
    const legal_entity_id = await addLegalEntity(ground.owner, { type: 'PHARMACY' })
    await ground.owner.query({
      text: `insert into mithril.clients (id, name, client_type_id) select $1, 'МІС', id from mithril.client_types where name = 'MIS'`,
      values: [legal_entity_id],
    })
    const before = await rowOf(ground.owner, 'mithril.clients', legal_entity_id)
    await approved(ground, { legal_entity_id })
    expect(await rowOf(ground.owner, 'mithril.clients', legal_entity_id)).toEqual(before)
  })

  test('that is unknown is refused with the specification’s message, and nothing changes', async () => {
    const rename = (from: string, to: string) =>
      ground.owner.query({ text: 'update mithril.roles set name = $2 where name = $1', values: [from, to] })
    const { id, user } = await invite(ground, { employee_type: 'LABORANT' })
    await rename('LABORANT', 'ANOTHER')
    const before = await everything(ground)
    const outcome = await approve(ground, id, user)
    expect(await everything(ground)).toEqual(before)
    await rename('ANOTHER', 'LABORANT')
    expect(refusalIn(outcome)).toBe('unprocessable: User OAuth role does not exists')
  })
})

describe('the request', () => {
  test('becomes APPROVED with the employee, with an event for each', async () => {
    const { id, user, employeeId, request } = await approved(ground)
    const row = await rowOf(ground.owner, 'il.employee_requests', id)
    expect(row).toMatchObject({ status: 'APPROVED', employee_id: employeeId, updated_by: user.id })
    expect(request).toMatchObject({ id, status: 'APPROVED', employee_id: employeeId })
    expect(request.updated_at.toISOString()).toBe(new Date(row?.['updated_at']).toISOString())
    expect(await eventsOf(ground.owner, id)).toEqual([
      {
        ...{ event_type: 'StatusChangeEvent', entity_type: 'EmployeeRequest', changed_by: user.id },
        properties: { status: { new_value: 'APPROVED' }, employee_id: { new_value: employeeId } },
      },
    ])
  })

  test('queues one mail, and ends its invitation', async () => {
    const { id, user } = await invite(ground)
    await ground.owner.query({
      text: `insert into il.employee_request_secrets (hash, employee_request_id) values ('\\x0a', $1)`,
      values: [id],
    })
    await approve(ground, id, user)
    await approve(ground, id, user)
    const jobs = await ground.owner.query({
      text: `select name, data, retry_limit from pgboss.job where singleton_key = $1`,
      values: [id],
    })
    expect(jobs).toEqual([{ name: 'registration_mail', data: { id }, retry_limit: 11 }])
    expect(await rowsOf(ground.owner, 'il.employee_request_secrets', id, 'employee_request_id')).toEqual([])
  })
})

describe('a new owner', () => {
  const token = ({ id: userId }: TestUser, clientId: string) =>
    issueToken(ground.owner, { name: 'test', userId, clientId, scope: '', seconds: 60 })
  const tokensOf = async ({ id }: TestUser) =>
    (await rowsOf(ground.owner, 'mithril.tokens', id, 'user_id')).map(({ details }) => details.client_id).sort()

  test.each([
    ['OWNER', 'OWNER'],
    ['OWNER', 'PHARMACY_OWNER'],
    ['PHARMACY_OWNER', 'OWNER'],
    ['PHARMACY_OWNER', 'PHARMACY_OWNER'],
  ])('%s replaces the %s of the legal entity', async (type, old) => {
    const legal_entity_id = randomUUID()
    const before = await approved(ground, { legal_entity_id, employee_type: old })
    const doctors = await approved(ground, { legal_entity_id, party: before.data['party'], employee_type: 'DOCTOR' })
    const elsewhere = await approved(ground, { employee_type: old, party: before.data['party'] })
    const there = elsewhere.data['legal_entity_id']
    await token(before.user, legal_entity_id)
    await token(before.user, there)
    const contracts = [
      await addContract(ground.owner, before.employeeId),
      await addContract(ground.owner, before.employeeId, { status: 'TERMINATED' }),
      await addContract(ground.owner, elsewhere.employeeId),
      await addContract(ground.owner, doctors.employeeId),
    ]
    const after = await approved(ground, { legal_entity_id, employee_type: type })
    expect(after.replacedEmployeeIds).toEqual([before.employeeId])
    expect(await employee(before.employeeId)).toMatchObject({
      is_active: false,
      status: 'APPROVED',
      updated_by: after.user.id,
    })
    expect(await employee(after.employeeId)).toMatchObject({ is_active: true, employee_type: type })
    for (const { employeeId } of [doctors, elsewhere])
      expect(await employee(employeeId)).toMatchObject({ is_active: true })
    expect(await rolesOf(before.user)).toEqual({ DOCTOR: legal_entity_id, [old]: there })
    expect(await rolesOf(after.user)).toEqual({ [type]: legal_entity_id })
    expect(await tokensOf(before.user)).toEqual([there])
    expect(await contractsOf(ground.owner, contracts)).toEqual(['suspended now', 'good', 'good', 'good'])
    expect(await eventsOf(ground.owner, before.employeeId)).toEqual([])
  })

  test('replaces several at once, of both types, with all their users', async () => {
    const legal_entity_id = randomUUID()
    const one = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    const second = await approved(ground, {
      ...{ legal_entity_id, employee_type: 'HR' },
      party: { ...one.data['party'], email: `${randomUUID()}@example.org` },
    })
    const other = await approved(ground, { employee_type: 'PHARMACY_OWNER' })
    await ground.owner.query({
      text: 'update prm.employees set legal_entity_id = $2 where id = $1',
      values: [other.employeeId, legal_entity_id],
    })
    await ground.owner.query({
      text: `insert into mithril.user_roles (user_id, client_id, role_id) select $1, $2, id from mithril.roles where name = 'OWNER'`,
      values: [second.user.id, legal_entity_id],
    })
    await token(second.user, legal_entity_id)
    const after = await approved(ground, { legal_entity_id, employee_type: 'PHARMACY_OWNER' })
    expect(after.replacedEmployeeIds).toEqual([one.employeeId, other.employeeId].sort())
    expect(await rolesOf(one.user)).toEqual({ HR: legal_entity_id })
    expect(await rolesOf(second.user)).toEqual({ HR: legal_entity_id })
    expect(await tokensOf(second.user)).toEqual([])
  })

  test('of the same party loses the old role before getting the new one', async () => {
    const legal_entity_id = randomUUID()
    const before = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    await token(before.user, legal_entity_id)
    const after = await approved(ground, { legal_entity_id, employee_type: 'OWNER', party: before.data['party'] })
    expect(after.partyId).toBe(before.partyId)
    expect(await employee(before.employeeId)).toMatchObject({ is_active: false })
    expect(await employee(after.employeeId)).toMatchObject({ is_active: true })
    expect(await rolesOf(before.user)).toEqual({ OWNER: legal_entity_id })
    expect(await tokensOf(before.user)).toEqual([])
  })

  test('leaves former owners unchanged', async () => {
    const legal_entity_id = randomUUID()
    const first = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    const second = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    // The same party was the owner before as well.
    const again = await approved(ground, { legal_entity_id, employee_type: 'OWNER', party: second.data['party'] })
    expect(again.replacedEmployeeIds).toEqual([second.employeeId])
    const third = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    expect(third.replacedEmployeeIds).toEqual([again.employeeId])
    expect(await employee(first.employeeId)).toMatchObject({ updated_by: second.user.id })
  })

  test('makes the previous owner’s party unemployed, unless it has another employee', async () => {
    const isAtWork = async (id: string) =>
      (await rowOf(ground.owner, 'wide.party_verifications', id, 'party_id'))?.['is_subject_active']
    const legal_entity_id = randomUUID()
    const idle = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    const busy = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    await approved(ground, { legal_entity_id, employee_type: 'HR', party: busy.data['party'] })
    await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    expect([await isAtWork(idle.partyId), await isAtWork(busy.partyId)]).toEqual([false, true])
  })

  test.each([
    [
      'a request that changes the owner',
      (one: { employeeId: string }) => ({ employee_type: 'OWNER', employee_id: one.employeeId }),
    ],
    ['an employee of another type', () => ({ employee_type: 'ADMIN' })],
  ])('is not created by %s', async (_, given) => {
    const legal_entity_id = randomUUID()
    const one = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
    const other = await approved(ground, { employee_type: 'OWNER' })
    await ground.owner.query({
      text: 'update prm.employees set legal_entity_id = $2 where id = $1',
      values: [other.employeeId, legal_entity_id],
    })
    const contract = await addContract(ground.owner, other.employeeId)
    const after = await approved(ground, { legal_entity_id, ...given(one), party: one.data['party'] })
    expect(after.replacedEmployeeIds).toEqual([])
    expect(await employee(other.employeeId)).toMatchObject({ is_active: true })
    expect(await contractsOf(ground.owner, [contract])).toEqual(['good'])
  })
})
