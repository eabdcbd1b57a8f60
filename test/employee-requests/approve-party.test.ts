// Rules: spec 5.3.1, 5.3.2, 5.3.8
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addContract,
  addRequest,
  addUser,
  approve,
  approved,
  contractsOf,
  doctor,
  everything,
  type Given,
  type Ground,
  invite,
  makeGround,
  refusalIn,
  requestData,
  rowOf,
  rowsOf,
} from './approve-ground.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())

const party = async (id: string) => (await rowOf(ground.owner, 'prm.parties', id)) ?? {}
const documents = (id: string) =>
  ground.owner.query<Given>({
    text: `select type, number, issued_at::text, expiration_date::text, issued_by from prm.party_documents
            where party_id = $1 order by inserted_at`,
    values: [id],
  })

const LEARNED = doctor('THERAPIST', {
  qualifications: [{ type: 'INTERNSHIP', institution_name: 'НМУ', speciality: 'ТЕР' }],
  science_degree: {
    country: 'UA',
    city: 'Київ',
    degree: 'PHD',
    institution_name: 'НМУ',
    diploma_number: 'Н1',
    speciality: 'ТЕР',
  },
})

/** A known person with every optional field. */
const KNOWN = {
  employee_type: 'DOCTOR',
  doctor: LEARNED,
  party: { about_myself: 'Лікарка', working_experience: 12, phones: [{ type: 'LAND_LINE', number: '+380441112233' }] },
}

/** Approves a request, then another one for the same person, by default of another type and with another e-mail. */
async function again(change: Given, first: Given = KNOWN) {
  const before = await approved(ground, first)
  const { tax_id, birth_date, email, ...same } = before.data['party']
  const { party: changed = {}, ...rest } = change
  const second = await approved(ground, {
    ...{ employee_type: 'HR', legal_entity_id: before.data['legal_entity_id'], ...rest },
    party: { ...same, tax_id, birth_date, email: `${randomUUID()}@example.org`, ...changed },
  })
  return { before, second, row: await party(second.partyId) }
}

describe('an unknown party', () => {
  test('is created with all data of the request', async () => {
    const { partyId, data, user } = await approved(ground, KNOWN)
    const { email: _, documents: __, ...told } = data['party']
    const { specialities, educations, qualifications, science_degree } = LEARNED as never
    expect(await party(partyId)).toMatchObject({
      ...told,
      ...{ specialities, educations, qualifications, science_degree },
      ...{
        declaration_limit: null,
        verification_status: 'VERIFICATION_NEEDED',
        inserted_by: user.id,
        updated_by: user.id,
      },
    })
    expect(JSON.stringify(await party(partyId))).not.toContain('example.org')
  })

  test('is created with null for what the request omits', async () => {
    const { partyId } = await approved(ground, { party: { second_name: undefined, no_tax_id: undefined } })
    expect(await party(partyId)).toMatchObject({
      ...{ second_name: null, no_tax_id: false, educations: null, qualifications: null, specialities: null },
      ...{ science_degree: null, about_myself: null, working_experience: null },
    })
  })

  test.each([null, ''])('is created without about_myself if it is %j', async (about_myself) => {
    const { partyId } = await approved(ground, { party: { about_myself, working_experience: null, second_name: null } })
    expect(await party(partyId)).toMatchObject({ about_myself: null, working_experience: null, second_name: null })
  })

  test('gets its documents in the order of the request', async () => {
    const given = [
      { type: 'PASSPORT', number: 'АБ123456', issued_at: '2001-02-03', expiration_date: '2031-02-03', issued_by: 'РВ' },
      { type: 'BIRTH_CERTIFICATE', number: '1' },
      { type: 'NATIONAL_ID', number: '001234567', issued_at: null },
    ]
    const { partyId } = await approved(ground, { party: { documents: given } })
    const unknown = { issued_at: null, expiration_date: null, issued_by: null }
    expect(await documents(partyId)).toEqual(given.map((document) => ({ ...unknown, ...document })))
  })
})

describe('the search for the party', () => {
  test('finds a party by its tax id and birth date', async () => {
    const { before, second } = await again({})
    expect(second.partyId).toBe(before.partyId)
  })

  test('finds a party without a tax id by passport number', async () => {
    const passport = { tax_id: 'АБ765432', no_tax_id: true }
    const first = await approved(ground, { party: passport })
    const second = await approved(ground, { party: passport })
    expect(second.partyId).toBe(first.partyId)
  })

  test('does not match another birth date or tax id', async () => {
    const first = await approved(ground)
    const { tax_id, birth_date } = first.data['party']
    const other = await approved(ground, { party: { tax_id, birth_date: '1985-05-18' } })
    const third = await approved(ground, { party: { birth_date } })
    expect(new Set([first.partyId, other.partyId, third.partyId]).size).toBe(3)
  })

  test('is skipped if the request names an employee: the party is the employee’s, and keeps its identity', async () => {
    const stranger = await approved(ground)
    const { employeeId, partyId, data, user } = await approved(ground)
    const { tax_id, birth_date } = stranger.data['party']
    const second = await approved(ground, {
      employee_id: employeeId,
      party: { tax_id, birth_date, email: user.email, last_name: 'Коваль' },
    })
    expect(second.partyId).toBe(partyId)
    const { tax_id: taxId, birth_date: birthDate } = data['party']
    expect(await party(partyId)).toMatchObject({ tax_id: taxId, birth_date: birthDate, last_name: 'Коваль' })
    expect(await party(stranger.partyId)).toMatchObject({ last_name: 'Шевченко', updated_by: stranger.user.id })
  })

  test('that finds nobody although the request names an employee refuses, and changes nothing', async () => {
    const { id, user } = await invite(ground, { employee_id: randomUUID() })
    const before = await everything(ground)
    expect(refusalIn(await approve(ground, id, user))).toBe('not_found: Employee not found')
    expect(await everything(ground)).toEqual(before)
  })
})

describe('a known party', () => {
  test('gets names, gender, no_tax_id, phones and documents from the request', async () => {
    const change = {
      ...{ first_name: 'Ольга', last_name: 'Бондар', second_name: 'Петрівна', gender: 'MALE', no_tax_id: true },
      phones: [{ type: 'MOBILE', number: '+380990000000' }],
      documents: [{ type: 'PASSPORT', number: 'АБ123456' }],
    }
    const { row, before, second } = await again({ party: change })
    const { documents: _, ...columns } = change
    expect(row).toMatchObject({ ...columns, inserted_by: before.user.id, updated_by: second.user.id })
    expect(Date.parse(row['updated_at'])).toBeGreaterThan(Date.parse(row['inserted_at']))
    expect(await documents(second.partyId)).toMatchObject(change.documents)
    expect(await documents(second.partyId)).toHaveLength(1)
  })

  test('keeps tax_id and birth_date', async () => {
    const { row, before } = await again({ party: { first_name: 'Ольга' } })
    const { tax_id, birth_date } = before.data['party']
    expect(row).toMatchObject({ tax_id, birth_date })
  })

  test('has no_tax_id reset if the request omits it', async () => {
    const passport = { tax_id: 'АБ765431', no_tax_id: true }
    const { row } = await again({ party: { ...passport, no_tax_id: undefined } }, { party: passport })
    expect(row['no_tax_id']).toBe(false)
  })

  test.each([
    ['null clears it', null, null],
    ['absent leaves it', undefined, 'Іванівна'],
    ['a new one replaces it', 'Петрівна', 'Петрівна'],
  ])('second_name: %s', async (_, second_name, expected) => {
    expect((await again({ party: { second_name } })).row).toMatchObject({ second_name: expected })
  })

  test.each([
    ['null', null],
    ["''", ''],
    ['absent', undefined],
  ])('about_myself and working_experience: %s keeps them', async (_, value) => {
    const { row } = await again({ party: { about_myself: value, working_experience: value } })
    expect(row).toMatchObject({ about_myself: 'Лікарка', working_experience: 12 })
  })

  test('about_myself and working_experience: new values replace them independently', async () => {
    expect((await again({ party: { about_myself: 'Про себе', working_experience: null } })).row).toMatchObject({
      ...{ about_myself: 'Про себе', working_experience: 12 },
    })
    expect((await again({ party: { about_myself: '', working_experience: 13 } })).row).toMatchObject({
      ...{ about_myself: 'Лікарка', working_experience: 13 },
    })
  })

  test.each([
    ['of another type', { employee_type: 'HR' }],
    ['null', { employee_type: 'DOCTOR', doctor: null }],
    ['absent', { employee_type: 'DOCTOR' }],
    ['of a type that is not asked for', { employee_type: 'HR', doctor: doctor('SURGEON') }],
  ])('keeps its education if the object is %s', async (_, change) => {
    const { specialities, educations, qualifications, science_degree } = LEARNED as never
    expect((await again(change)).row).toMatchObject({ specialities, educations, qualifications, science_degree })
  })

  test.each([
    ['DOCTOR', 'doctor'],
    ['SPECIALIST', 'specialist'],
    ['ASSISTANT', 'assistant'],
    ['PHARMACIST', 'pharmacist'],
    ['LABORANT', 'laborant'],
    ['MED_ADMIN', 'med_admin'],
    ['MED_COORDINATOR', 'med_coordinator'],
  ])('%s: has its education replaced as a whole by the object %s', async (employee_type, name) => {
    const learned = doctor('SURGEON')
    expect((await again({ employee_type, [name]: learned })).row).toMatchObject({
      ...{
        specialities: learned['specialities'],
        educations: learned['educations'],
        qualifications: null,
        science_degree: null,
      },
    })
  })

  test('is updated even without differences', async () => {
    const first = await approved(ground)
    const { row } = { row: await party(first.partyId) }
    const second = await approved(ground, { party: { ...first.data['party'], email: `${randomUUID()}@example.org` } })
    expect(second.partyId).toBe(first.partyId)
    expect(await party(first.partyId)).toEqual({ ...row, updated_at: expect.any(String), updated_by: second.user.id })
    expect((await party(first.partyId))['updated_at']).not.toBe(row['updated_at'])
  })
})

describe('contracts of a known party', () => {
  const other = async () => addContract(ground.owner, (await approved(ground)).employeeId)

  /** A party with two employees who have each signed a contract, and the result of a change. */
  async function sign(change: Given, byEmployee: boolean) {
    const first = await approved(ground)
    const { email, ...same } = first.data['party']
    const hired = await approved(ground, { party: { ...first.data['party'], email: `${randomUUID()}@example.org` } })
    const contracts = [
      await addContract(ground.owner, first.employeeId),
      await addContract(ground.owner, hired.employeeId),
      await addContract(ground.owner, first.employeeId, { status: 'TERMINATED' }),
      await other(),
    ]
    await approved(ground, {
      ...(byEmployee ? { employee_id: first.employeeId } : {}),
      party: { ...same, email, ...change },
    })
    return contractsOf(ground.owner, contracts)
  }

  test.each([
    ['first_name', { first_name: 'Ольга' }],
    ['last_name', { last_name: 'Бондар' }],
    ['second_name', { second_name: 'Петрівна' }],
    ['second_name, which is cleared,', { second_name: null }],
  ])('are suspended if %s changes, for all its verified employees', async (_, change) => {
    for (const byEmployee of [false, true]) {
      expect(await sign(change, byEmployee)).toEqual(['suspended now', 'suspended now', 'good', 'good'])
    }
  })

  test.each([
    ['nothing changes', {}],
    ['second_name is left out', { second_name: undefined }],
    ['something else changes', { gender: 'MALE', phones: [], documents: [{ type: 'PASSPORT', number: 'АБ123456' }] }],
  ])('stay unchanged if %s', async (_, change) => {
    for (const byEmployee of [false, true])
      expect(await sign(change, byEmployee)).toEqual(['good', 'good', 'good', 'good'])
  })

  test('that are already suspended are not written again, without an event', async () => {
    const { employeeId, data } = await approved(ground)
    const id = await addContract(ground.owner, employeeId, { is_suspended: true })
    const good = await addContract(ground.owner, employeeId)
    await approved(ground, { party: { ...data['party'], last_name: 'Бондар' } })
    expect(await contractsOf(ground.owner, [id, good])).toEqual(['suspended', 'suspended now'])
    expect(await rowsOf(ground.owner, 'event_manager.events', good, 'entity_id')).toEqual([])
  })
})

describe('party_users', () => {
  const usersOf = async (id: string) =>
    (await rowsOf(ground.owner, 'prm.party_users', id, 'party_id')).map(({ user_id }) => user_id)

  test('links the user to a new party', async () => {
    const { partyId, user } = await approved(ground)
    expect(await usersOf(partyId)).toEqual([user.id])
  })

  test('links another user to a known party', async () => {
    const { before, second } = await again({})
    expect((await usersOf(before.partyId)).sort()).toEqual([before.user.id, second.user.id].sort())
  })

  test('keeps an existing link unchanged', async () => {
    const first = await approved(ground)
    const [link] = await rowsOf(ground.owner, 'prm.party_users', first.user.id, 'user_id')
    await approved(ground, { party: first.data['party'] })
    expect(await rowsOf(ground.owner, 'prm.party_users', first.user.id, 'user_id')).toEqual([link])
  })

  test('refuses a user of another party before it reports a dismissed employee', async () => {
    const [one, other] = [await approved(ground), await approved(ground)]
    await ground.owner.query({
      text: `update prm.employees set status = 'DISMISSED' where id = $1`,
      values: [other.employeeId],
    })
    const data = requestData({ employee_id: other.employeeId, party: { email: one.user.email } })
    const id = await addRequest(ground.owner, data)
    expect(refusalIn(await approve(ground, id, one.user))).toBe(
      'unprocessable: ЦЯ EMAIL-АДРЕСА ВЖЕ ЗАЙНЯТА ІНШИМ КОРИСТУВАЧЕМ',
    )
    const somebody = await addUser(ground.owner)
    const free = await addRequest(
      ground.owner,
      requestData({ employee_id: other.employeeId, party: { email: somebody.email } }),
    )
    expect(refusalIn(await approve(ground, free, somebody))).toBe('conflict: employee is dismissed')
  })
})
