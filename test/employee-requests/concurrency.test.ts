// Rules: spec 5.1.6
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/access/tokens.ts'
import type { Approval } from '../../src/employee-requests/approve.ts'
import { startTestApi } from '../api/api.ts'
import { importLines, party } from '../parties/parties.ts'
import { effort } from '../support/effort.ts'
import {
  addContract,
  addRequest,
  addUser,
  approve,
  approved,
  contractsOf,
  countingDeadlocks,
  eventsOf,
  type Given,
  type Ground,
  invite,
  makeGround,
  refusalIn,
  reject,
  requestData,
  rowOf,
  rowsOf,
  userOf,
} from './approve-ground.ts'

const ROUNDS = effort(10, 300)

let ground: Ground
let deadlocks = 0
beforeAll(async () => {
  const made = await makeGround()
  const database = countingDeadlocks(made.database, () => {
    deadlocks += 1
  })
  ground = { ...made, database }
})
afterAll(() => ground.close())
// Locks are taken in one order, so no transaction is retried because of a deadlock.
afterEach(() => expect(deadlocks).toBe(0))

async function rounds(round: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; n < ROUNDS; n += 1) await round(n)
}

const TAKEN = 'unprocessable: ЦЯ EMAIL-АДРЕСА ВЖЕ ЗАЙНЯТА ІНШИМ КОРИСТУВАЧЕМ'
const elsewhere = (party: Given): Given => ({ ...party, email: `${randomUUID()}@example.org` })

/** Both approvals; fails if one was refused. */
function bothOf(outcomes: readonly Approval[]) {
  expect(outcomes.map(refusalIn)).toEqual(outcomes.map(() => undefined))
  return outcomes.flatMap((outcome) => (outcome.kind === 'approved' ? [outcome] : []))
}

test('of fifty concurrent approvals of one request one is 200, the others are 409, and everything exists once', async () => {
  const api = await startTestApi()
  try {
    const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
    const client = await api.client('MSP')
    const data = requestData({ legal_entity_id: client.id, employee_type: 'OWNER' })
    const id = await addRequest(owner, data)
    const user = await addUser(owner, data['party'].email)
    const scope = 'employee_request:update'
    const { value: token } = await issueToken(owner, {
      name: 'test',
      userId: user.id,
      clientId: client.id,
      scope,
      seconds: 60,
    })
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.request('POST', `/api/employee_requests/${id}/approve`, { token })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 49 }, () => 409)])
    const tables = [
      ...['prm.parties', 'prm.party_documents', 'prm.party_users', 'prm.employees', 'wide.party_verifications'],
      ...['mithril.user_roles', 'event_manager.events', 'pgboss.job'],
    ]
    for (const table of tables)
      expect([table, await owner.query({ text: `select from ${table}` })]).toEqual([table, [{}]])
    expect(await owner.query({ text: 'select from zvirka.audit' })).toHaveLength(3)
    expect(await owner.query({ text: 'select from zvirka.verification_history' })).toHaveLength(4)
  } finally {
    await api.close()
  }
})

describe('concurrently', () => {
  test('an approval and a rejection of one request: one wins completely', async () => {
    const won = new Set<string>()
    await rounds(async (n) => {
      const { id, user } = await invite(ground)
      const approving = () => approve(ground, id, user)
      const rejecting = () => reject(ground, id, user)
      const outcomes = await Promise.all(n % 2 === 0 ? [approving(), rejecting()] : [rejecting(), approving()])
      const [winner] = outcomes.map(({ kind }) => kind).filter((kind) => kind !== 'refused')
      const status = winner === 'approved' ? 'APPROVED' : 'REJECTED'
      won.add(status)
      expect(outcomes.map(refusalIn).sort()).toEqual([
        `conflict: Employee request status is ${status} and cannot be updated`,
        undefined,
      ])
      expect(await rowOf(ground.owner, 'il.employee_requests', id)).toMatchObject({ status })
      expect(await eventsOf(ground.owner, id)).toMatchObject([{ properties: { status: { new_value: status } } }])
      const linked = await rowsOf(ground.owner, 'prm.party_users', user.id, 'user_id')
      expect(linked).toHaveLength(status === 'APPROVED' ? 1 : 0)
    })
    if (ROUNDS >= 100) expect([...won].sort()).toEqual(['APPROVED', 'REJECTED'])
  })

  test('approvals for one unknown party: later ones find the first’s', async () => {
    await rounds(async (n) => {
      const first = await invite(ground, { party: { last_name: 'Перша' } })
      const others = await Promise.all(
        Array.from({ length: 1 + (n % 3) }, () =>
          invite(ground, { party: { ...elsewhere(first.data['party']), last_name: 'Інша' } }),
        ),
      )
      const all = [first, ...others]
      const done = bothOf(await Promise.all(all.map(({ id, user }) => approve(ground, id, user))))
      const { tax_id } = first.data['party']
      const parties = await rowsOf(ground.owner, 'prm.parties', tax_id, 'tax_id')
      expect(new Set(done.map(({ partyId }) => partyId))).toEqual(new Set(parties.map(({ id }) => id)))
      expect(parties).toHaveLength(1)
      const partyId = parties[0]?.['id']
      expect(await rowsOf(ground.owner, 'prm.party_users', partyId, 'party_id')).toHaveLength(all.length)
      expect(await rowsOf(ground.owner, 'prm.employees', partyId, 'party_id')).toHaveLength(all.length)
      expect(await rowsOf(ground.owner, 'prm.party_documents', partyId, 'party_id')).toHaveLength(1)
      expect(await rowsOf(ground.owner, 'wide.party_verifications', partyId, 'party_id')).toMatchObject([
        { is_subject_active: true, mvs_passport_verification_reason: 'ONLINE_TRIGGERED' },
      ])
    })
  })

  test('a user’s approvals of requests for two parties: the user gets one of them', async () => {
    await rounds(async () => {
      const [one, other] = [requestData(), requestData()]
      const email = one['party'].email
      const ids = [
        await addRequest(ground.owner, one),
        await addRequest(ground.owner, { ...other, party: { ...other['party'], email } }),
      ]
      const user = await userOf(ground, one)
      const outcomes = await Promise.all(ids.map((id) => approve(ground, id, user)))
      expect(outcomes.map(refusalIn).sort()).toEqual([TAKEN, undefined])
      const tax_ids = [one['party'].tax_id, other['party'].tax_id]
      const parties = await Promise.all(tax_ids.map((tax_id) => rowsOf(ground.owner, 'prm.parties', tax_id, 'tax_id')))
      expect(parties.flat()).toHaveLength(1)
    })
  })

  test('a user’s approvals of two requests for one party: both succeed', async () => {
    await rounds(async () => {
      const one = await invite(ground)
      const id = await addRequest(ground.owner, one.data)
      const done = bothOf(await Promise.all([one.id, id].map((each) => approve(ground, each, one.user))))
      expect(new Set(done.map(({ partyId }) => partyId)).size).toBe(1)
    })
  })

  test('two owners of one legal entity: one is in office, the other was replaced completely', async () => {
    await rounds(async (n) => {
      const legal_entity_id = randomUUID()
      const old = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
      const contract = await addContract(ground.owner, old.employeeId)
      // The party is new, or known from another legal entity or this one.
      const known = n % 2 === 0 ? await approved(ground, n % 4 === 0 ? { legal_entity_id } : {}) : undefined
      const invited = [
        await invite(ground, {
          legal_entity_id,
          employee_type: 'OWNER',
          ...(known ? { party: known.data['party'] } : {}),
        }),
        await invite(ground, { legal_entity_id, employee_type: n % 3 === 0 ? 'PHARMACY_OWNER' : 'OWNER' }),
      ]
      const done = bothOf(await Promise.all(invited.map(({ id, user }) => approve(ground, id, user))))
      const [first, second] = done.toSorted((left) => (left.replacedEmployeeIds[0] === old.employeeId ? -1 : 1))
      expect(first?.replacedEmployeeIds).toEqual([old.employeeId])
      expect(second?.replacedEmployeeIds).toEqual([first?.employeeId])
      const owners = await ground.owner.query<{ id: string }>({
        text: `select id from prm.employees where legal_entity_id = $1 and is_active and employee_type like '%OWNER'`,
        values: [legal_entity_id],
      })
      expect(owners).toEqual([{ id: second?.employeeId }])
      const inOffice = await ground.owner.query<{ party_id: string }>({
        text: `select u.party_id from mithril.user_roles ur join mithril.roles r on r.id = ur.role_id join prm.party_users u using (user_id)
                where ur.client_id = $1 and r.name like '%OWNER'`,
        values: [legal_entity_id],
      })
      expect(inOffice).toEqual([{ party_id: second?.partyId }])
      expect(await contractsOf(ground.owner, [contract])).toEqual(['suspended now'])
    })
  })

  test('two owners of a legal entity without one: the later replaces the other', async () => {
    await rounds(async () => {
      const given = { legal_entity_id: randomUUID(), employee_type: 'OWNER' }
      const invited = [await invite(ground, given), await invite(ground, given)]
      const done = bothOf(await Promise.all(invited.map(({ id, user }) => approve(ground, id, user))))
      const [first, second] = done.toSorted(
        (left, right) => left.replacedEmployeeIds.length - right.replacedEmployeeIds.length,
      )
      expect([first?.replacedEmployeeIds, second?.replacedEmployeeIds]).toEqual([[], [first?.employeeId]])
    })
  })

  test('owners who swap two legal entities do not deadlock', async () => {
    await rounds(async () => {
      const places = [randomUUID(), randomUUID()]
      const [one, other] = [
        await approved(ground, { legal_entity_id: places[0], employee_type: 'OWNER' }),
        await approved(ground, { legal_entity_id: places[1], employee_type: 'OWNER' }),
      ]
      const requests = await Promise.all([
        addRequest(ground.owner, { ...one.data, legal_entity_id: places[1] }),
        addRequest(ground.owner, { ...other.data, legal_entity_id: places[0] }),
      ])
      const done = bothOf(
        await Promise.all([approve(ground, requests[0], one.user), approve(ground, requests[1], other.user)]),
      )
      expect(done.map(({ replacedEmployeeIds }) => replacedEmployeeIds)).toEqual([[other.employeeId], [one.employeeId]])
    })
  })

  test('an owner who is replaced while a request changes that owner: no longer in office, in either order', async () => {
    await rounds(async (n) => {
      const legal_entity_id = randomUUID()
      const old = await approved(ground, { legal_entity_id, employee_type: 'OWNER' })
      const change = await addRequest(ground.owner, { ...old.data, employee_id: old.employeeId, position: 'P99' })
      const next = await invite(ground, { legal_entity_id, employee_type: 'OWNER' })
      const changing = () => approve(ground, change, old.user)
      const replacing = () => approve(ground, next.id, next.user)
      const outcomes = await Promise.all(n % 2 === 0 ? [changing(), replacing()] : [replacing(), changing()])
      const changed = outcomes[n % 2]
      expect([undefined, 'conflict: employee is dismissed']).toContain(changed && refusalIn(changed))
      expect(outcomes[1 - (n % 2)]).toMatchObject({ kind: 'approved', replacedEmployeeIds: [old.employeeId] })
      expect(await rowOf(ground.owner, 'prm.employees', old.employeeId)).toMatchObject({
        ...{ is_active: false, position: changed?.kind === 'approved' ? 'P99' : 'P2' },
      })
      expect(await rowsOf(ground.owner, 'mithril.user_roles', old.user.id, 'user_id')).toEqual([])
    })
  })

  test('an approval and an import of the same party, known or not: one party, with both changes', async () => {
    await rounds(async (n) => {
      const known = n % 3 === 0 ? undefined : await approved(ground)
      const next = await invite(ground, known === undefined ? {} : { party: known.data['party'] })
      const { tax_id, birth_date } = next.data['party']
      const line = party({ id: known?.partyId ?? randomUUID(), tax_id, birth_date, last_name: 'Імпортна' })
      const [outcome, imported] = await Promise.all([
        approve(ground, next.id, next.user),
        importLines(ground.database, [line]),
      ])
      expect(refusalIn(outcome)).toBeUndefined()
      const rows = await rowsOf(ground.owner, 'prm.parties', tax_id, 'tax_id')
      expect(rows).toHaveLength(1)
      const id = rows[0]?.['id']
      expect(outcome).toMatchObject({ kind: 'approved', partyId: id })
      // Another id with the same tax id and birth date is a bad line; the first one stays.
      expect(imported.bad).toHaveLength(known === undefined && id !== line.id ? 1 : 0)
      expect(await rowsOf(ground.owner, 'prm.party_documents', id, 'party_id')).toHaveLength(1)
      expect(await rowsOf(ground.owner, 'wide.party_verifications', id, 'party_id')).toMatchObject([
        { is_subject_active: true },
      ])
    })
  })
})
