// Rules: spec 8.11.2, 8.15.1
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as parties from '../../parties/parties.ts'
import * as persons from '../../persons/persons.ts'
import type { TestApi, TestClient } from '../api.ts'
import { startRest, violationsOf } from './rest.ts'

let api: TestApi
let client: TestClient
let token: string
let nhs: string
let employeeId: string
beforeAll(async () => {
  api = await startRest()
  client = await api.client('MSP')
  token = await api.token({ role: 'DOCTOR', client })
  nhs = await api.token({ role: 'NHS VERIFIER' })
  const employee = parties.employee({ legal_entity_id: client.id })
  await parties.importLines(api.db.database, [parties.party({ employees: [employee] })])
  employeeId = employee.id
})
afterAll(() => api.close())

const VERIFIED = { status: 'VERIFIED', reason: 'AUTO' }

/** A person with an act of DRACS and two open declarations, one of them with the doctor's clinic. */
async function addPerson(status = 'NOT_VERIFIED'): Promise<string> {
  const streams = ['drfo', 'nhs', 'unzr', 'mvs_passport', 'dms_passport']
  const person = persons.person({
    verification: {
      ...Object.fromEntries(streams.map((stream) => [stream, VERIFIED])),
      dracs_death: { status, reason: 'AUTO_ONLINE' },
    },
  })
  await persons.importLines(api.db.database, [person])
  await api.db.database.query({
    text: `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
           values ($1, $2, $3, '2026-01-01', '2066-01-01', 'active', $2),
                  ($4, $2, $4, '2020-01-01', '2060-01-01', 'pending_verification', $2), ($4, $2, $4, '2019-01-01', '2059-01-01', 'closed', $2)`,
    values: [employeeId, person.id, client.id, randomUUID()],
  })
  return person.id
}

const GIVEN = {
  verification_status: 'VERIFIED',
  verification_reason: 'MANUAL_NO_DEATH_RECORD',
  verification_comment: 'Прийшла сама',
}

function patch(id: string, dracs_death: object, by = token) {
  return api.request('PATCH', `/api/persons/${id}/verification`, { token: by, body: { dracs_death } })
}

async function stored(id: string) {
  const [person] = await api.db.database.query({
    text: 'select status, is_active, death_date, verification_status from mpi.persons where id = $1',
    values: [id],
  })
  const declarations = await api.db.database.query({
    text: 'select status, reason from ops.declarations where person_id = $1 order by start_date',
    values: [id],
  })
  const events = await api.db.database.query<{ told: string }>({
    text: `select entity_type || ' ' || properties::text as told from event_manager.events
            where entity_id = $1 or entity_id in (select id from ops.declarations where person_id = $1) order by place`,
    values: [id],
  })
  return { ...person, declarations, events: events.map(({ told }) => told) }
}

const OPEN = [
  { status: 'closed', reason: null },
  { status: 'pending_verification', reason: null },
  { status: 'active', reason: null },
]
const ENDED = { status: 'terminated', reason: 'auto_death_registration' }

describe('PATCH /api/persons/{id}/verification', () => {
  test.each(['MANUAL_NOT_CONFIRMED', 'MANUAL_NO_DEATH_RECORD'])(
    'with %s says that the act is another person’s',
    async (reason) => {
      const id = await addPerson()
      const { status, body } = await patch(id, { ...GIVEN, verification_reason: reason })
      expect(status).toBe(200)
      expect(body.data.verification_status).toBe('VERIFIED')
      expect(body.data.details.dracs_death).toEqual({ ...GIVEN, verification_reason: reason })
      expect(await stored(id)).toEqual({
        ...{ status: 'active', is_active: true, death_date: null, verification_status: 'VERIFIED', declarations: OPEN },
        events: ['Person {"verification_status": {"new_value": "VERIFIED"}}'],
      })
      const entries = await api.db.database.query({
        text: 'select action, operation, subject_ids from zvirka.audit where request_id = $1',
        values: [body.meta.request_id],
      })
      expect(entries).toEqual([
        { action: 'write', operation: 'PATCH /api/persons/:id/verification', subject_ids: [id] },
      ])
    },
  )

  test.each(['MANUAL_CONFIRMED', 'MANUAL_DECEASED'])(
    'with %s deactivates the person and ends their declarations',
    async (reason) => {
      const id = await addPerson()
      const { status, body } = await patch(id, { ...GIVEN, verification_reason: reason, death_date: '2026-02-03' })
      expect([status, body.data.details.dracs_death.verification_reason]).toEqual([200, reason])
      expect(await stored(id)).toEqual({
        ...{ status: 'inactive', is_active: true, death_date: '2026-02-03', verification_status: 'VERIFIED' },
        declarations: [OPEN[0], ENDED, ENDED],
        events: [
          'Person {"verification_status": {"new_value": "VERIFIED"}}',
          'Person {"status": {"new_value": "inactive"}}',
          'Declaration {"status": {"new_value": "terminated"}}',
          'Declaration {"status": {"new_value": "terminated"}}',
        ],
      })
    },
  )

  test('accepts no other reason, and no status other than NOT_VERIFIED', async () => {
    const id = await addPerson()
    const wrong = await patch(id, { ...GIVEN, verification_reason: 'MANUAL' })
    expect([wrong.status, wrong.body.error.message]).toEqual([
      422,
      'verification reason (MANUAL) is not allowed for person DRACS death status',
    ])
    const verified = await patch(await addPerson('VERIFIED'), GIVEN)
    expect([verified.status, verified.body.error.message]).toEqual([
      422,
      'verification details for person in VERIFIED status can not be updated',
    ])
  })

  test('is for legal entities with an active declaration with the person, and for the NHS', async () => {
    const id = await addPerson()
    const other = await api.token({ role: 'DOCTOR', client: await api.client('MSP') })
    const refused = await patch(id, GIVEN, other)
    expect([refused.status, refused.body.error.message]).toEqual([403, 'Access denied'])
    expect((await patch(randomUUID(), GIVEN)).status).toBe(404)
    expect((await patch(id, GIVEN, await api.token({ role: 'HR', client }))).body.error.message).toMatch(
      /person_verification:write/,
    )
    expect((await patch(id, GIVEN, nhs)).status).toBe(200)
  })

  test('names each violation of the body', async () => {
    const id = await addPerson()
    expect(
      violationsOf(await patch(id, { verification_status: 'NOT_VERIFIED', death_date: '2026-02-30', act: 1 })),
    ).toEqual({
      '$.dracs_death.verification_status': 'inclusion: value is not allowed in enum',
      '$.dracs_death.verification_reason': 'required: required property verification_reason was not present',
      '$.dracs_death.verification_comment': 'required: required property verification_comment was not present',
      '$.dracs_death.death_date': 'date: expected "2026-02-30" to be an existing date',
      '$.dracs_death.act': 'schema: schema does not allow additional properties',
    })
    const dates = async (more: object) =>
      violationsOf(await patch(id, { ...GIVEN, ...more }))['$.dracs_death.death_date']
    expect(await dates({ death_date: '2026-01-01' })).toBe(
      'invalid: not allowed with the verification reason (MANUAL_NO_DEATH_RECORD)',
    )
    expect(await dates({ death_date: '2999-01-01', verification_reason: 'MANUAL_DECEASED' })).toBe(
      'invalid: a date in the future is not allowed',
    )
    expect((await stored(id)).events).toEqual([])
  })
})

describe('updatePersonDracsDeathVerificationStatus', () => {
  const gid = (id: string) => Buffer.from(`Person:${id}`).toString('base64')
  const ask = (id: string, given: object = {}) =>
    api.graphql(
      nhs,
      `mutation ($input: UpdatePersonDracsDeathVerificationStatusInput!) { updatePersonDracsDeathVerificationStatus(input: $input) {
         person { status verificationDetails { dracsDeath { verificationStatus verificationReason comment } } } } }`,
      {
        input: {
          ...{ personId: gid(id), dracsDeathVerificationStatus: 'VERIFIED', verificationComment: 'Акт є' },
          ...{ dracsDeathVerificationReason: 'MANUAL_DECEASED', ...given },
        },
      },
    )

  test.each([
    ['MANUAL_CONFIRMED', 'INACTIVE'],
    ['MANUAL_DECEASED', 'INACTIVE'],
    ['MANUAL_NOT_CONFIRMED', 'ACTIVE'],
    ['MANUAL_NO_DEATH_RECORD', 'ACTIVE'],
  ])('accepts %s, after which the person is %s', async (reason, status) => {
    const id = await addPerson()
    const { body } = await ask(id, { dracsDeathVerificationReason: reason })
    expect(body.errors).toBeUndefined()
    expect(body.data.updatePersonDracsDeathVerificationStatus.person).toEqual({
      status,
      verificationDetails: {
        dracsDeath: { verificationStatus: 'VERIFIED', verificationReason: reason, comment: 'Акт є' },
      },
    })
  })

  test('is refused with the platform’s messages, and then nothing is written', async () => {
    const error = async (id: string, given: object = {}) => {
      const { extensions, message } = (await ask(id, given)).body.errors[0]
      return [extensions.code, message]
    }
    expect(await error(randomUUID())).toEqual(['NOT_FOUND', "Such person doesn't exist"])
    const id = await addPerson()
    expect(await error(id, { dracsDeathVerificationReason: 'MANUAL' })).toEqual([
      'UNPROCESSABLE_ENTITY',
      'verification reason (MANUAL) is not allowed for person DRACS death status',
    ])
    expect(await error(id, { dracsDeathVerificationStatus: 'VERIFICATION_NEEDED' })).toEqual([
      'CONFLICT',
      "Can't update verification status from NOT_VERIFIED to VERIFICATION_NEEDED",
    ])
    expect(await error(await addPerson('VERIFIED'))).toEqual([
      'CONFLICT',
      "Can't update verification status from VERIFIED to VERIFIED",
    ])
    expect((await stored(id)).events).toEqual([])
    await ask(id)
    expect(await error(id)).toEqual(['CONFLICT', "Such person isn't active"])
  })
})
