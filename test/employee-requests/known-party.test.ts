// Rules: spec 5.1.5
/** A party that is known already and has users is changed by one of them, or after the NHS has confirmed the request. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { confirmRequest } from '../../src/employee-requests/answer.ts'
import { DEFAULT_REQUEST_POLICY, type KnownPartyRule } from '../../src/employee-requests/policy.ts'
import { findPreview } from '../../src/employee-requests/preview.ts'
import { findRequestById } from '../../src/employee-requests/read.ts'
import { startTestApi } from '../api/api.ts'
import {
  addContract,
  addRequest,
  addUser,
  answering,
  approve,
  approved,
  contractsOf,
  everything,
  type Given,
  type Ground,
  makeGround,
  refusalIn,
  requestData,
  rowOf,
  type TestUser,
  userOf,
} from './approve-ground.ts'
import { makeFacility } from './facility.ts'
import { aRequest, changed } from './requests.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())

/** A party with a user and a contract, and another facility's request about them that invites another address. */
async function takeOver(party: Given = {}) {
  const victim = await approved(ground, { employee_type: 'OWNER' })
  const contract = await addContract(ground.owner, victim.employeeId)
  const { tax_id, birth_date } = victim.data['party']
  const data = requestData({ party: { tax_id, birth_date, last_name: 'Інакша', ...party } })
  const id = await addRequest(ground.owner, data)
  return { victim, contract, id, user: await userOf(ground, data) }
}

const decide = (id: string, user: TestUser, rule: KnownPartyRule = 'confirm') =>
  approve(ground, id, user, undefined, rule)
const preview = async (id: string, knownParty: KnownPartyRule = 'confirm') => {
  const request = await findRequestById(ground.database, id)
  return request && findPreview(ground.database, request, { knownParty })
}
const confirm = async (id: string) => {
  const { actor } = answering(await addUser(ground.owner))
  return { outcome: await confirmRequest(ground.database, id, { actor, operation: 'test' }), actor }
}

describe('a request about somebody who has another user', () => {
  test('cannot be approved from the invited address, and nothing changes', async () => {
    const { id, user } = await takeOver()
    const before = await everything(ground)
    expect(refusalIn(await decide(id, user))).toBe(
      'conflict: the party has another user: the NHS must confirm the request',
    )
    expect(await everything(ground)).toEqual(before)
  })

  test('can be approved after the NHS confirms it, which is reported, audited, and done once', async () => {
    const { id, user, contract, victim } = await takeOver()
    expect(await preview(id)).toMatchObject({
      ...{ changes_party: true, renames_party: true, suspended_contracts: 1, needs_confirmation: true },
    })
    const { outcome, actor } = await confirm(id)
    expect(outcome).toMatchObject({ kind: 'confirmed', request: { confirmed_by: actor.userId, status: 'NEW' } })
    expect((await confirm(id)).outcome).toMatchObject({ kind: 'confirmed', request: { confirmed_by: actor.userId } })
    const [record] = await ground.owner.query({
      text: 'select action from zvirka.audit where user_id = $1 and $2 = any (subject_ids)',
      values: [actor.userId, id],
    })
    expect(record).toEqual({ action: 'write' })
    expect(await preview(id)).toMatchObject({ needs_confirmation: false })
    expect(await decide(id, user)).toMatchObject({ kind: 'approved', partyId: victim.partyId })
    expect(await contractsOf(ground.owner, [contract])).toEqual(['suspended now'])
    expect((await confirm(id)).outcome).toMatchObject({ kind: 'refused' })
  })

  test('can be approved under the platform’s own rule, if so configured', async () => {
    const { id, user, victim } = await takeOver()
    expect(await preview(id, 'seed')).toMatchObject({ needs_confirmation: false })
    expect(await decide(id, user, 'seed')).toMatchObject({ kind: 'approved', partyId: victim.partyId })
  })

  test('can be approved if it invites a user of the party', async () => {
    const victim = await approved(ground)
    const id = await addRequest(ground.owner, {
      ...victim.data,
      employee_type: 'DOCTOR',
      legal_entity_id: randomUUID(),
    })
    expect(await preview(id)).toMatchObject({ renames_party: false, suspended_contracts: 0, needs_confirmation: false })
    expect(await decide(id, victim.user)).toMatchObject({ kind: 'approved', partyId: victim.partyId })
  })

  test('needs no confirmation if the party has no user or does not exist', async () => {
    const victim = await approved(ground)
    await ground.owner.query({ text: 'delete from prm.party_users where party_id = $1', values: [victim.partyId] })
    const { tax_id, birth_date } = victim.data['party']
    for (const party of [{ tax_id, birth_date }, {}]) {
      const data = requestData({ party })
      const id = await addRequest(ground.owner, data)
      expect(await preview(id)).toMatchObject({ needs_confirmation: false })
      expect(await decide(id, await userOf(ground, data))).toMatchObject({ kind: 'approved' })
    }
  })

  test('that names an employee follows the same rule', async () => {
    const victim = await approved(ground)
    const data = requestData({
      ...victim.data,
      employee_id: victim.employeeId,
      party: { email: `x${randomUUID()}@example.org` },
    })
    const id = await addRequest(ground.owner, data)
    expect(refusalIn(await decide(id, await userOf(ground, data)))).toMatch(/the NHS must confirm/)
    expect(await rowOf(ground.owner, 'prm.parties', victim.partyId)).toMatchObject({ last_name: 'Шевченко' })
  })
})

describe('over HTTP', () => {
  test('the NHS confirms, by REST and GraphQL; a facility cannot, and learns nothing about the party', async () => {
    const api = await startTestApi()
    const facility = await makeFacility(api)
    const admin = await api.token({ role: 'NHS ADMIN' })
    const ask = async (email: string) => {
      const request = changed(aRequest('DOCTOR', facility), ['party', 'email'], email)
      return api.request('POST', '/api/employee_requests', {
        token: facility.token,
        body: { employee_request: request },
      })
    }
    try {
      const { id, party } = (await ask('first@example.org')).body.data
      const user = randomUUID()
      await api.db.database.query({
        text: `with p as (insert into prm.parties (id, first_name, last_name, birth_date, tax_id, inserted_by, updated_by)
                          values ($1, 'А', 'Б', $2, $3, $1, $1) returning id),
                    u as (insert into mithril.users (id, email) values ($1, 'known@example.org'))
               insert into prm.party_users (user_id, party_id) select $1, id from p`,
        values: [user, party.birth_date, party.tax_id],
      })
      const path = `/api/employee_requests/${id}`
      const seen = await api.request('GET', path, { token: facility.token })
      expect(seen.body.urgent?.preview).toBeUndefined()
      expect((await api.request('GET', path, { token: admin })).body.urgent.preview).toEqual({
        ...{ changes_party: true, renames_party: true, suspended_contracts: 0, needs_confirmation: true },
      })
      expect(await api.request('POST', `${path}/confirm`, { token: facility.token })).toMatchObject({ status: 403 })
      expect(await api.request('POST', `${path}/confirm`, { token: admin })).toMatchObject({ status: 200 })
      const node = Buffer.from(`EmployeeRequest:${id}`).toString('base64')
      const { body } = await api.graphql(
        admin,
        `mutation { confirmEmployeeRequest(input: { id: "${node}" }) { employeeRequest { confirmedBy preview { needsConfirmation suspendedContracts } } } }`,
      )
      expect(body.data.confirmEmployeeRequest.employeeRequest).toEqual({
        confirmedBy: expect.any(String),
        preview: { needsConfirmation: false, suspendedContracts: 0 },
      })
      const known = await ask('second@example.org')
      const [job] = await api.db.database.query({
        text: `select from pgboss.job where name = 'known_party_mail' and singleton_key = $1`,
        values: [known.body.data.id],
      })
      expect(job).toBeDefined()
    } finally {
      await api.close()
    }
  })

  test('mails are limited by recipient and by facility: 429 with Retry-After, and nothing is stored', async () => {
    const api = await startTestApi({
      requests: { ...DEFAULT_REQUEST_POLICY, mails: { perRecipient: 2, perLegalEntity: 3 } },
    })
    const facility = await makeFacility(api)
    const ask = (email: string) => {
      const request = changed(aRequest('DOCTOR', facility), ['party', 'email'], email)
      return api.request('POST', '/api/employee_requests', {
        token: facility.token,
        body: { employee_request: request },
      })
    }
    try {
      const first = await ask('one@example.org')
      expect(first.status).toBe(201)
      const again = () =>
        api.request('POST', `/api/employee_requests/${first.body.data.id}/invite`, { token: facility.token })
      expect(await again()).toMatchObject({ status: 200 })
      for (const refused of [await again(), await ask('ONE@example.org')]) {
        expect(refused).toMatchObject({
          status: 429,
          body: { error: { message: expect.stringMatching(/this e-mail within a day/) } },
        })
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(80_000)
      }
      expect((await ask('two@example.org')).status).toBe(201)
      const full = await ask('three@example.org')
      expect(full).toMatchObject({
        status: 429,
        body: { error: { message: expect.stringMatching(/this legal entity within an hour/) } },
      })
      expect(await api.db.database.query({ text: 'select from il.employee_requests' })).toHaveLength(2)
      const { body } = await api.request('GET', `/api/employee_requests/${first.body.data.id}`, {
        token: facility.token,
      })
      expect(body.data.status).toBe('NEW')
      await api.db
        .open({ role: 'zvirka_owner', max: 1 })
        .query({ text: `update il.caused_mails set at = at - interval '1 hour'` })
      expect((await ask('three@example.org')).status).toBe(201)
    } finally {
      await api.close()
    }
  })
})
