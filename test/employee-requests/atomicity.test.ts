// Rules: spec 5.3.5
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/access/tokens.ts'
import type { Executor } from '../../src/database/query.ts'
import { rejectRequest } from '../../src/employee-requests/answer.ts'
import type { Approval } from '../../src/employee-requests/approve.ts'
import { type HandWorker, handWorker } from '../synchronization/by-hand.ts'
import { startRun } from '../synchronization/cluster.ts'
import { type Statement, watched } from '../synchronization/watched.ts'
import {
  addContract,
  answering,
  approve,
  approved,
  doctor,
  eventsOf,
  everything,
  type Given,
  type Ground,
  invite,
  makeGround,
  reject as rejectAs,
  rowsOf,
  type TestUser,
} from './approve-ground.ts'
import { addDeclarations } from './declarations.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())

let worker: HandWorker | undefined

interface Scene {
  readonly id: string
  readonly user: TestUser
}

/** A new party becomes the owner of a legal entity that is not a client yet and has an owner who has signed a contract and is signed in. */
async function newOwner(): Promise<Scene> {
  const legal_entity_id = randomUUID()
  const old = await approved(ground, { legal_entity_id, employee_type: 'PHARMACY_OWNER' })
  await addContract(ground.owner, old.employeeId)
  await issueToken(ground.owner, {
    name: 'test',
    userId: old.user.id,
    clientId: legal_entity_id,
    scope: '',
    seconds: 60,
  })
  return invite(ground, { legal_entity_id, employee_type: 'OWNER' })
}

/** A known, verified doctor, with a pending question and DRACS candidates, changes name and main speciality. */
async function renamedDoctor(): Promise<Scene> {
  const old = await approved(ground, { employee_type: 'DOCTOR', doctor: doctor('THERAPIST') })
  await addContract(ground.owner, old.employeeId)
  const patient = { start_date: '2020-01-01', status: 'active' }
  await addDeclarations(ground.owner, old.employeeId, [
    { ...patient, birth_date: '1980-01-01' },
    { ...patient, birth_date: '2020-01-01' },
  ])
  await ground.owner.query({
    text: `insert into prm.party_verification_candidates (party_id, entity_type, entity_id, status) values ($1, 'dracs_death_act', $1, 'NEW')`,
    values: [old.partyId],
  })
  worker ??= await handWorker(ground.db, await startRun(ground.db, { process: 'dms_passport/party' }))
  await worker.claim(100)
  await ground.owner.query({
    text: `update prm.parties set verification_status = 'VERIFIED' where id = $1`,
    values: [old.partyId],
  })
  const party = {
    ...old.data['party'],
    email: `${randomUUID()}@example.org`,
    last_name: 'Бондар',
    documents: [{ type: 'PASSPORT', number: 'x' }],
  }
  return invite(ground, { ...old.data, employee_id: old.employeeId, doctor: doctor('PEDIATRICIAN'), party })
}

/** A party without a verification row, in a legal entity that is not a client. */
async function unverified(): Promise<Scene> {
  const old = await approved(ground)
  await ground.owner.query({ text: 'delete from wide.party_verifications where party_id = $1', values: [old.partyId] })
  return invite(ground, { party: { ...old.data['party'], email: `${randomUUID()}@example.org` } })
}

const SCENES = [
  ['a new owner', newOwner],
  ['a doctor who is renamed and retrains', renamedDoctor],
  ['a party without verification', unverified],
] as const

/** Ways to break a transaction after a statement. */
const BREAKS: readonly (readonly [string, (on: Executor) => Promise<unknown>])[] = [
  ['an error of the program', () => Promise.reject(new Error('broken'))],
  ['an error of the database', (on) => on.query({ text: 'select 1 / 0' })],
  ['the loss of the connection', (on) => on.query({ text: 'select pg_terminate_backend(pg_backend_pid())' })],
]

const isCommit = ({ name }: Statement) => name.startsWith('commit after')

/** The ground with an action after the n-th statement of a transaction, counted from 1. */
function afterStatement(number: number, act: (on: Executor) => Promise<unknown>, isOnce = false): Ground {
  let count = 0
  let isDone = false
  const database = watched(ground.database, {
    before: (statement) => {
      // A retried transaction counts from the start: it begins with the request.
      if (statement.name === 'employee request locked') count = 0
    },
    after: async (statement) => {
      if (!statement.isInTransaction || isCommit(statement)) return
      count += 1
      if (count !== number || (isOnce && isDone)) return
      isDone = true
      await act(statement.on)
    },
  })
  return { ...ground, database }
}

/** The statements of an approval that is rolled back at its end. */
async function statementsOf({ id, user }: Scene): Promise<string[]> {
  const names: string[] = []
  const database = watched(ground.database, {
    before: (statement) => {
      if (isCommit(statement)) throw new Error('given up')
      names.push(statement.name)
    },
  })
  await expect(approve({ ...ground, database }, id, user)).rejects.toThrow('given up')
  return names
}

/** A deadlock, a serialization failure, a unique violation. */
const STATES = ['40P01', '40001', '23505']

function raise(state: string) {
  return (on: Executor) =>
    on.query({
      text: `do $$ begin raise exception 'as somebody else would cause it' using errcode = '${state}'; end $$`,
    })
}

describe.each(SCENES)('the approval of %s', (_, make) => {
  test('that fails after any of its statements, in any way, changes nothing', async () => {
    const scene = await make()
    const before = await everything(ground)
    const statements = await statementsOf(scene)
    expect(await everything(ground)).toEqual(before)
    expect(statements.length).toBeGreaterThan(14)
    for (const [n, name] of statements.entries()) {
      for (const [how, act] of BREAKS) {
        await expect(approve(afterStatement(n + 1, act), scene.id, scene.user), `${name}: ${how}`).rejects.toThrow()
      }
      expect([name, await everything(ground)]).toEqual([name, before])
    }
    expect((await approve(ground, scene.id, scene.user)).kind).toBe('approved')
  })

  test('that hits a deadlock or a conflict after any of its statements is retried as a whole, once', async () => {
    const statements = await statementsOf(await make())
    for (const [n, name] of statements.entries()) {
      // The three errors take turns from statement to statement.
      const state = STATES[n % STATES.length] ?? ''
      const scene = await make()
      const outcome = await approve(afterStatement(n + 1, raise(state), true), scene.id, scene.user)
      expect([name, state, outcome.kind]).toEqual([name, state, 'approved'])
      await expectOneOfEverything(scene, outcome)
    }
  })
})

async function expectOneOfEverything({ id, user }: Scene, outcome: Approval): Promise<void> {
  if (outcome.kind !== 'approved') throw new Error('it was refused')
  const { employeeId, partyId } = outcome
  expect(await eventsOf(ground.owner, id)).toHaveLength(1)
  expect(await rowsOf(ground.owner, 'prm.employees', employeeId, 'id')).toHaveLength(1)
  expect(await rowsOf(ground.owner, 'prm.party_users', user.id, 'user_id')).toMatchObject([{ party_id: partyId }])
  // A mail to the invited user, and one to a user that the party already had.
  const jobs = (await rowsOf(ground.owner, 'pgboss.job', id, 'singleton_key')).map(({ name }) => name).toSorted()
  expect(jobs.filter((name) => name !== 'known_party_mail')).toEqual(['registration_mail'])
  expect(new Set(jobs).size).toBe(jobs.length)
  const audits = await ground.owner.query<Given>({
    text: 'select subject_kind from zvirka.audit where user_id = $1 order by id',
    values: [user.id],
  })
  expect(audits.map(({ subject_kind }) => subject_kind)).toEqual(['employee_request', 'party', 'employee'])
}

test('a rejection that fails after any of its statements changes nothing', async () => {
  const { id, user } = await invite(ground)
  const before = await everything(ground)
  for (const n of [1, 2, 3]) {
    for (const [, act] of BREAKS) {
      await expect(rejectRequest(afterStatement(n, act).database, id, answering(user))).rejects.toThrow()
      expect(await everything(ground)).toEqual(before)
    }
  }
  expect((await rejectAs(ground, id, user)).kind).toBe('rejected')
})
