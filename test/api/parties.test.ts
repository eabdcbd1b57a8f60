// Rules: spec 4.3.1, 4.3.2
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addParties, nationalId, type TestSubject } from '../synchronization/people.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token = ''
beforeAll(async () => {
  api = await startTestApi()
  token = await api.token({ role: 'NHS VERIFIER' })
})
afterAll(() => api.close())

const gid = (id: string, type = 'Party') => Buffer.from(`${type}:${id}`).toString('base64')
const ask = async (query: string, variables: Record<string, unknown> = {}, as = token) =>
  (await api.graphql(as, query, variables)).body
const errorIn = ({ errors }: Awaited<ReturnType<typeof ask>>) => [errors?.[0].extensions.code, errors?.[0].message]

async function addParty(given: TestSubject = {}): Promise<string> {
  const [id = ''] = await addParties(api.db.database, [{ documents: [nationalId(3)], ...given }])
  return id
}

const PARTY = `query($id: ID!) { party(id: $id) {
  id databaseId firstName lastName birthDate taxId phones { type number } educations verificationStatus isAtWork workingExperience
  documents { type number }
  employees { employeeType position status isActive startDate endDate divisionId legalEntity { databaseId name edrpou type } }
  verificationDetails {
    drfo { verificationStatus result } dracsDeath { verificationStatus comment explanation { next { code } } }
    mvsPassport { verificationStatus status syncedAt } dmsPassport { verificationStatus status syncedAt explanation { next { code } } } }
  verificationHistory { nodes { step } } } }`

describe('party(id)', () => {
  test('shows a party’s data, employees, and every stream', async () => {
    const id = await addParty({
      employees: [
        { status: 'APPROVED', is_active: true },
        { status: 'DISMISSED', is_active: false },
      ],
    })
    await api.db.database.query({
      text: `update prm.parties set tax_id = $2, phones = '[{"type": "MOBILE", "number": "+380501234567"}, "5", {"type": 1}]',
                    educations = '[{"degree": "MASTER"}]', working_experience = 7 where id = $1`,
      values: [id, '2924500001'],
    })
    const { data, errors } = await ask(PARTY, { id: gid(id) })
    expect(errors).toBeUndefined()
    expect(data.party).toMatchObject({
      ...{ id: gid(id), databaseId: id, firstName: 'Олена', taxId: '2924500001', isAtWork: true, workingExperience: 7 },
      phones: [
        { type: 'MOBILE', number: '+380501234567' },
        { type: null, number: '5' },
      ],
      educations: [{ degree: 'MASTER' }],
      documents: [{ type: 'NATIONAL_ID', number: '000000003' }],
      verificationDetails: {
        dracsDeath: { verificationStatus: 'VERIFIED', comment: null },
        dmsPassport: {
          verificationStatus: 'VERIFICATION_NEEDED',
          status: null,
          explanation: { next: [{ code: 'due' }, { code: 'next_full_run' }] },
        },
      },
      verificationHistory: { nodes: [] },
    })
    expect(data.party.employees).toHaveLength(2)
    expect(data.party.employees.map(({ status }: { status: string }) => status).sort()).toEqual([
      'APPROVED',
      'DISMISSED',
    ])
    expect(data.party.employees[0]).toMatchObject({
      employeeType: 'DOCTOR',
      legalEntity: { name: 'Лікарня', type: 'PRIMARY_CARE' },
    })
  })

  test('of an unknown id is NOT_FOUND, of a person’s id BAD_REQUEST; node(id) supports parties', async () => {
    expect(errorIn(await ask(PARTY, { id: gid(randomUUID()) }))).toEqual(['NOT_FOUND', 'Party not found'])
    expect(errorIn(await ask(PARTY, { id: gid(randomUUID(), 'Person') }))).toEqual(['BAD_REQUEST', 'Malformed id'])
    const id = await addParty({ employees: [] })
    const { data } = await ask(`query($id: ID!) { node(id: $id) { ... on Party { databaseId isAtWork } } }`, {
      id: gid(id),
    })
    expect(data.node).toEqual({ databaseId: id, isAtWork: false })
  })

  test.each([
    ['party', PARTY],
    ['parties', '{ parties(first: 1) { nodes { id } } }'],
    ['node', 'query($id: ID!) { node(id: $id) { id } }'],
  ])('%s needs party:read', async (_, query) => {
    const variables = query.includes('$id') ? { id: gid(randomUUID()) } : {}
    const as = await api.token({ scope: 'person:read' })
    expect(errorIn(await ask(query, variables, as))).toEqual([
      'FORBIDDEN',
      'Your scope does not allow to access this resource. Missing allowances: party:read',
    ])
  })
})

const DRACS = `mutation($input: UpdatePartyDracsDeathVerificationStatusInput!) {
  updatePartyDracsDeathVerificationStatus(input: $input) { party { verificationStatus verificationHistory { nodes { step verificationReason } }
    verificationDetails { dracsDeath { verificationStatus verificationReason unverifiedAt comment explanation { cause { why { code } userId } } } } } } }`

describe('updatePartyDracsDeathVerificationStatus', () => {
  async function employee(
    given: { type?: string; status?: string; isActive?: boolean; dracs?: string } = {},
  ): Promise<string> {
    const { type = 'NHS', status = 'APPROVED', isActive = true, dracs = 'NOT_VERIFIED' } = given
    const id = await addParty({ employees: [], others: 'VERIFIED', status: 'VERIFIED', reason: 'AUTO_VALID' })
    await api.db.database.query({
      text: `with entity as (insert into prm.legal_entities (name, type, status) values ('Установа', $2, 'ACTIVE') returning id)
             insert into prm.employees (party_id, legal_entity_id, employee_type, position, status, is_active, start_date, inserted_by, updated_by)
             select $1, id, 'NHS', 'P1', $3, $4, '2020-01-01', $1, $1 from entity`,
      values: [id, type, status, isActive],
    })
    await api.db.database.query({
      text: `update wide.party_verifications set dracs_death_verification_status = $2::zvirka.stream_status,
                    dracs_death_verification_reason = 'AUTO_ONLINE', dracs_death_unverified_at = now() where party_id = $1`,
      values: [id, dracs],
    })
    await api.db.database.query({
      text: `update prm.parties set verification_status = 'NOT_VERIFIED' where id = $1`,
      values: [id],
    })
    return id
  }
  const confirm = (id: string, given: object = {}, as = token) =>
    ask(
      DRACS,
      {
        input: {
          ...{ partyId: id === '' ? '' : gid(id), dracsDeathVerificationStatus: 'VERIFIED' },
          ...{ dracsDeathVerificationReason: 'MANUAL_NOT_CONFIRMED', verificationComment: 'Живий', ...given },
        },
      },
      as,
    )

  test.each(['MANUAL_CONFIRMED', 'MANUAL_NOT_CONFIRMED', 'MANUAL_DECEASED', 'MANUAL_NO_DEATH_RECORD'])(
    'sets VERIFIED with %s, the comment, the cumulative status and its event',
    async (reason) => {
      const id = await employee()
      const { data, errors } = await confirm(id, { dracsDeathVerificationReason: reason })
      expect(errors).toBeUndefined()
      const { party } = data.updatePartyDracsDeathVerificationStatus
      expect(party).toMatchObject({
        verificationStatus: 'VERIFIED',
        verificationHistory: { nodes: [{ step: 'manual', verificationReason: reason }] },
        verificationDetails: {
          dracsDeath: {
            ...{ verificationStatus: 'VERIFIED', verificationReason: reason, unverifiedAt: null, comment: 'Живий' },
            explanation: { cause: { why: [{ code: 'confirmed_by_hand' }], userId: expect.any(String) } },
          },
        },
      })
      const events = await api.db.database.query({
        text: `select entity_type, properties->'verification_status'->>'new_value' as value from event_manager.events where entity_id = $1`,
        values: [id],
      })
      expect(events).toEqual([{ entity_type: 'Party', value: 'VERIFIED' }])
      const written = await api.db.database.query({
        text: `select operation from zvirka.audit where action = 'write' and subject_ids @> array[$1::uuid]`,
        values: [id],
      })
      expect(written).toEqual([{ operation: 'Mutation.updatePartyDracsDeathVerificationStatus' }])
    },
  )

  test('does not store a blank comment', async () => {
    const id = await employee()
    const { data } = await confirm(id, { verificationComment: '  ' })
    expect(data.updatePartyDracsDeathVerificationStatus.party.verificationDetails.dracsDeath.comment).toBeNull()
  })

  test('is refused with the messages of the specification, and then nothing is written', async () => {
    expect(errorIn(await confirm(''))).toEqual(['UNPROCESSABLE_ENTITY', 'required property partyId was not present'])
    expect(errorIn(await confirm(randomUUID()))).toEqual(['NOT_FOUND', 'Party does not exist'])
    expect(errorIn(await confirm(await addParty({ employees: [] })))).toEqual([
      'NOT_FOUND',
      "Such employee doesn't exist",
    ])
    const cases = [
      [{ type: 'MSP' }, {}, 'UNPROCESSABLE_ENTITY', 'DRACS Death verification is allowed for NHS employees only'],
      [{ status: 'DISMISSED' }, {}, 'CONFLICT', "Such employee isn't active"],
      [{ isActive: false }, {}, 'CONFLICT', "Such employee isn't active"],
      [{}, { dracsDeathVerificationStatus: 'NOT_VERIFIED' }, 'UNPROCESSABLE_ENTITY', 'value is not allowed in enum'],
      [
        {},
        { dracsDeathVerificationReason: 'MANUAL' },
        'UNPROCESSABLE_ENTITY',
        'verification reason (MANUAL) is not allowed for party DRACS death status',
      ],
      ...['VERIFIED', 'VERIFICATION_NEEDED', 'VERIFICATION_NOT_NEEDED'].map(
        (dracs) =>
          [
            { dracs },
            {},
            'UNPROCESSABLE_ENTITY',
            `verification status for employee in ${dracs} status can not be updated`,
          ] as const,
      ),
    ] as const
    for (const [given, input, code, message] of cases) {
      const id = await employee(given)
      expect(errorIn(await confirm(id, input))).toEqual([code, message])
      const written = await api.db.database.query({
        text: `select 1 from zvirka.verification_history where subject_id = $1
               union all select 1 from zvirka.audit where subject_ids @> array[$1::uuid] and action = 'write'`,
        values: [id],
      })
      expect(written).toEqual([])
    }
  })

  test('needs employee:verify', async () => {
    const as = await api.token({ scope: 'party:verify party:read' })
    expect(errorIn(await confirm(randomUUID(), {}, as))).toEqual([
      'FORBIDDEN',
      'Your scope does not allow to access this resource. Missing allowances: employee:verify',
    ])
  })
})
