// Rules: spec 6.3.3, 8.11.1, 8.11.3
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as parties from '../../parties/parties.ts'
import type { TestApi, TestClient } from '../api.ts'
import { startRest, violationsOf } from './rest.ts'

let api: TestApi
let client: TestClient
let token: string
beforeAll(async () => {
  api = await startRest()
  client = await api.client('MSP')
  token = await api.token({ role: 'OWNER', client })
})
afterAll(() => api.close())

const VERIFIED = { status: 'VERIFIED', reason: 'AUTO' }

async function addParty(status = 'NOT_VERIFIED'): Promise<string> {
  const verification = {
    ...{ drfo: VERIFIED, mvs_passport: VERIFIED, dms_passport: VERIFIED },
    dracs_death: { status, reason: 'AUTO_ONLINE' },
  }
  const party = parties.party({ employees: [parties.employee({ legal_entity_id: client.id })], verification })
  await parties.importLines(api.db.database, [party])
  return party.id
}

function patch(id: string, dracs_death: unknown, by = token) {
  return api.request('PATCH', `/api/parties/${id}/verification`, { token: by, body: { dracs_death } })
}

const CONFIRMED = {
  verification_status: 'VERIFIED',
  verification_reason: 'MANUAL_CONFIRMED',
  verification_comment: 'He came himself',
}

describe('PATCH /api/parties/{id}/verification', () => {
  test('makes DRACS death VERIFIED, with the cumulative status, its event, and the audit', async () => {
    const id = await addParty()
    const { status, body } = await patch(id, CONFIRMED)
    expect(status).toBe(200)
    expect(body.data.verification_status).toBe('VERIFIED')
    expect(body.data.details.dracs_death).toEqual(CONFIRMED)
    expect(await parties.eventsOf(api.db.database, id)).toEqual(['VERIFIED'])
    const entries = await api.db.database.query({
      text: 'select action, operation, subject_ids from zvirka.audit where request_id = $1',
      values: [body.meta.request_id],
    })
    expect(entries).toEqual([{ action: 'write', operation: 'PATCH /api/parties/:id/verification', subject_ids: [id] }])
  })

  test.each(['MANUAL_NOT_CONFIRMED', 'MANUAL_DECEASED', 'MANUAL_NO_DEATH_RECORD'])(
    'accepts %s as well',
    async (reason) => {
      const { status, body } = await patch(await addParty(), { ...CONFIRMED, verification_reason: reason })
      expect([status, body.data.details.dracs_death.verification_reason]).toEqual([200, reason])
    },
  )

  test('accepts no other reason', async () => {
    const id = await addParty()
    const { status, body } = await patch(id, { ...CONFIRMED, verification_reason: 'MANUAL' })
    expect([status, body.error]).toEqual([
      422,
      {
        type: 'request_malformed',
        message: 'verification reason (MANUAL) is not allowed for party DRACS death status',
      },
    ])
  })

  test.each(['VERIFIED', 'VERIFICATION_NEEDED'])('changes nothing if the party is %s', async (status) => {
    const id = await addParty(status)
    const answer = await patch(id, CONFIRMED)
    expect([answer.status, answer.body.error.message]).toEqual([
      422,
      `verification status for employee in ${status} status can not be updated`,
    ])
    expect(await parties.eventsOf(api.db.database, id)).toEqual([])
  })

  test('is for the legal entity where the party works, and for the NHS', async () => {
    const id = await addParty()
    const other = await api.token({ role: 'OWNER', client: await api.client('MSP') })
    const refused = await patch(id, CONFIRMED, other)
    expect([refused.status, refused.body.error.message]).toEqual([403, 'Access denied'])
    expect((await patch(randomUUID(), CONFIRMED)).status).toBe(404)
    expect((await patch('x', CONFIRMED)).status).toBe(404)
    expect((await patch(id, CONFIRMED, await api.token({ role: 'NHS ADMIN' }))).status).toBe(200)
  })

  test('names each violation of the body', async () => {
    const answer = await patch(await addParty(), {
      verification_status: 'NOT_VERIFIED',
      verification_comment: 5,
      more: true,
    })
    expect(violationsOf(answer)).toEqual({
      '$.dracs_death.verification_status': 'inclusion: value is not allowed in enum',
      '$.dracs_death.verification_reason': 'required: required property verification_reason was not present',
      '$.dracs_death.verification_comment': 'cast: type mismatch. Expected string but got number',
      '$.dracs_death.more': 'schema: schema does not allow additional properties',
    })
  })
})
