import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EmployeeType } from '../../src/dictionaries/people.ts'
import type { Rejection } from '../../src/employee-requests/answer.ts'
import type { Approval } from '../../src/employee-requests/approve.ts'
import { effort } from '../support/effort.ts'
import {
  addContract,
  addLegalEntity,
  addRequest,
  addUser,
  approve,
  doctor,
  type Given,
  type Ground,
  makeGround,
  refusalIn,
  reject,
  requestData,
  type TestUser,
} from './approve-ground.ts'
import { addDeclarations } from './declarations.ts'
import { Model, type ModelRequest, type ModelState } from './model.ts'

// The first three users belong to people, the next three as well; most requests invite one of those.
const [PEOPLE, USERS, PLACES] = [3, 6, 2]
const RUNS = effort(15, 300)

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())

type Asked = Omit<ModelRequest, 'status'>

type Command =
  | { readonly kind: 'ask'; readonly request: Asked }
  | { readonly kind: 'approve' | 'reject'; readonly request: number; readonly user: number | null }
  | { readonly kind: 'expire' | 'dismiss' | 'verify' | 'restore'; readonly number: number }

const among = (count: number) => fc.nat({ max: count - 1 })
const mostly = <T>(value: T, otherwise: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: otherwise })
const type = fc.constantFrom<EmployeeType>('OWNER', 'PHARMACY_OWNER', 'HR', 'DOCTOR', 'DOCTOR')
const request = fc
  .record({
    ...{
      person: among(PEOPLE),
      user: mostly<number | null>(null, among(USERS)),
      isSecond: fc.boolean(),
      place: among(PLACES),
      type,
    },
    employee: fc.option(among(100), { freq: 2 }),
    speciality: fc.option(fc.constantFrom('THERAPIST', 'PEDIATRICIAN', 'FAMILY_DOCTOR')),
    lastName: fc.constantFrom('Шевченко', 'Шевченко', 'Бондар'),
    secondName: fc.constantFrom(undefined, null, 'Іванівна', 'Іванівна'),
    position: fc.constantFrom('P1', 'P2'),
    hasPassport: fc.boolean(),
  })
  .map(({ isSecond, ...given }) => ({
    ...given,
    user: given.user ?? given.person + (isSecond ? PEOPLE : 0),
    speciality: given.type === 'DOCTOR' ? given.speciality : null,
  }))
// Mostly the invited user answers, and mostly the request exists.
const answer = fc.record({
  kind: fc.constantFrom('approve', 'approve', 'approve', 'reject'),
  request: mostly(0, among(100)),
  user: mostly<number | null>(null, among(USERS)),
})
const happening = fc.record({
  kind: fc.constantFrom('expire', 'dismiss', 'verify', 'verify', 'restore'),
  number: among(4),
})
const command = fc.oneof(
  { weight: 5, arbitrary: request.map((of) => ({ kind: 'ask', request: of })) },
  { weight: 6, arbitrary: answer },
  { weight: 2, arbitrary: happening },
) as fc.Arbitrary<Command>

/** The real system, for one sequence: with its own people, users and legal entities. */
class Reality {
  readonly places: readonly string[]
  readonly users: readonly TestUser[]
  readonly people: readonly Given[]
  readonly employees: string[] = []
  readonly contracts: string[] = []
  readonly declarations: string[][] = []
  readonly requests: string[] = []

  private constructor(places: readonly string[], users: readonly TestUser[]) {
    this.places = places
    this.users = users
    this.people = Array.from({ length: PEOPLE }, () => requestData()['party'])
  }

  static async begin(): Promise<Reality> {
    const places = await Promise.all(Array.from({ length: PLACES }, () => addLegalEntity(ground.owner)))
    return new Reality(places, await Promise.all(Array.from({ length: USERS }, () => addUser(ground.owner))))
  }

  user(n: number): TestUser {
    const user = this.users[n]
    if (user === undefined) throw new Error('no such user')
    return user
  }

  async ask(of: Asked): Promise<void> {
    const { tax_id, birth_date } = this.people[of.person] ?? {}
    const { speciality, secondName: second_name, lastName: last_name } = of
    const data = requestData({
      ...{ legal_entity_id: this.places[of.place], employee_type: of.type, position: of.position },
      ...(of.employee === null ? {} : { employee_id: this.employees[of.employee] ?? randomUUID() }),
      ...(speciality === null ? {} : { doctor: doctor(speciality) }),
      party: {
        ...{ tax_id, birth_date, last_name, second_name, email: this.user(of.user).email },
        documents: [{ type: of.hasPassport ? 'PASSPORT' : 'BIRTH_CERTIFICATE', number: 'АБ123456' }],
      },
    })
    this.requests.push(await addRequest(ground.owner, data))
  }

  async approve(request: number, user: number): Promise<string> {
    const outcome = await approve(ground, this.requests[request] ?? randomUUID(), this.user(user))
    if (outcome.kind === 'approved' && !this.employees.includes(outcome.employeeId))
      await this.#keep(outcome.employeeId)
    return told(outcome)
  }

  async reject(request: number, user: number): Promise<string> {
    return told(await reject(ground, this.requests[request] ?? randomUUID(), this.user(user)))
  }

  // Each employee has signed a contract and has two patients.
  async #keep(id: string): Promise<void> {
    this.employees.push(id)
    this.contracts.push(await addContract(ground.owner, id))
    const patient = { start_date: '2024-01-01', status: 'active' }
    const patients = [
      { ...patient, birth_date: '1970-01-01' },
      { ...patient, birth_date: '2020-01-01' },
    ]
    this.declarations.push(await addDeclarations(ground.owner, id, patients))
  }

  async happen(kind: 'expire' | 'dismiss' | 'verify' | 'restore', n: number): Promise<void> {
    const query = (text: string, id: string | undefined) => ground.owner.query({ text, values: [id ?? null] })
    switch (kind) {
      case 'expire':
        await query(
          `update il.employee_requests set status = 'EXPIRED' where id = $1 and status = 'NEW'`,
          this.requests[n],
        )
        return
      case 'dismiss':
        await query(`update prm.employees set status = 'DISMISSED' where id = $1`, this.employees[n])
        return
      case 'restore':
        await query('update ops.contracts set is_suspended = false where id = $1', this.contracts[n])
        return
      case 'verify':
        await query(VERIFY, this.people[n]?.['tax_id'])
        await query(
          `update prm.parties set verification_status = 'VERIFIED' where tax_id = $1`,
          this.people[n]?.['tax_id'],
        )
    }
  }

  async state(): Promise<ModelState> {
    const [row] = await ground.owner.query<ModelState>({
      text: STATE,
      values: [
        ...[this.people.map((person) => person['tax_id']), this.users.map(({ id }) => id), this.places],
        ...[
          this.employees,
          this.requests,
          this.declarations.map(([adult]) => adult),
          this.declarations.map(([, minor]) => minor),
        ],
      ],
    })
    if (row === undefined) throw new Error('nothing is to be seen')
    return { ...row, roles: row.roles.toSorted() }
  }
}

const VERIFY = `
update wide.party_verifications v
   set drfo_verification_status = 'VERIFIED', dracs_death_verification_status = 'VERIFIED',
       mvs_passport_verification_status = 'VERIFIED', dms_passport_verification_status = 'VERIFIED'
  from prm.parties p where p.id = v.party_id and p.tax_id = $1`

// Everything that the model has, with numbers in place of ids.
const STATE = `
with people as (select tax_id, place::int - 1 as n from unnest($1::text[]) with ordinality as i (tax_id, place)),
users as (select id, place::int - 1 as n from unnest($2::uuid[]) with ordinality as i (id, place)),
places as (select id, place::int - 1 as n from unnest($3::uuid[]) with ordinality as i (id, place))
select (
  select jsonb_agg(case when p.id is not null then jsonb_build_object(
           'lastName', p.last_name, 'secondName', p.second_name,
           'learned', jsonb_path_query_first(p.specialities, '$[*] ? (@.speciality_officio == true).speciality'),
           'streams', case when v.mvs_passport_verification_status = v.dms_passport_verification_status
                      then v.mvs_passport_verification_status end,
           'status', p.verification_status,
           'events', (select count(*) from event_manager.events e where e.entity_id = p.id),
           'users', (select coalesce(jsonb_agg(u.n order by u.n), '[]') from prm.party_users x join users u on u.id = x.user_id
                      where x.party_id = p.id)) end order by i.n)
    from people i left join prm.parties p using (tax_id) left join wide.party_verifications v on v.party_id = p.id
) as parties, (
  select coalesce(jsonb_agg(jsonb_build_object('person', i.n, 'place', l.n, 'type', e.employee_type, 'position', e.position,
           'speciality', e.speciality ->> 'speciality', 'status', e.status, 'isActive', e.is_active, 'isSuspended', c.is_suspended,
           'adult', a.status, 'minor', m.status) order by o.n), '[]')
    from unnest($4::uuid[], $6::uuid[], $7::uuid[]) with ordinality as o (id, adult, minor, n)
    join prm.employees e on e.id = o.id join prm.parties p on p.id = e.party_id join people i using (tax_id)
    join places l on l.id = e.legal_entity_id join ops.contracts c on c.contractor_owner_id = e.id
    join ops.declarations a on a.id = o.adult join ops.declarations m on m.id = o.minor
) as employees, (
  select coalesce(jsonb_agg(concat_ws(' ', u.n, l.n, r.name)), '[]')
    from mithril.user_roles ur join users u on u.id = ur.user_id join places l on l.id = ur.client_id join mithril.roles r on r.id = ur.role_id
) as roles, (
  select coalesce(jsonb_agg(q.status order by o.n), '[]')
    from unnest($5::uuid[]) with ordinality as o (id, n) join il.employee_requests q on q.id = o.id
) as requests`

function told(outcome: Approval | Rejection): string {
  return refusalIn(outcome) ?? outcome.kind
}

/** One of those that exist, counted from the last; if there is none, one that does not exist. */
function pick(count: number, number: number): number {
  return count === 0 ? 0 : count - 1 - (number % count)
}

/** The employee that a request names: rarely one that never exists. */
function named(number: number | null, count: number): number | null {
  if (number === null) return null
  return count === 0 || number % 10 === 9 ? -1 : pick(count, number)
}

/** Runs the command in both; returns both answers. */
async function live(model: Model, reality: Reality, given: Command): Promise<readonly [string, string]> {
  const { requests, employees } = model
  switch (given.kind) {
    case 'ask': {
      const asked = { ...given.request, employee: named(given.request.employee, employees.length) }
      model.ask({ ...asked, status: 'NEW' })
      await reality.ask(asked)
      return ['asked', 'asked']
    }
    case 'approve':
    case 'reject': {
      const request = pick(requests.length, given.request)
      const user = given.user ?? requests[request]?.user ?? 0
      return [model[given.kind](request, user), await reality[given.kind](request, user)]
    }
    default: {
      const count = { expire: requests.length, verify: PEOPLE, dismiss: employees.length, restore: employees.length }
      const number = pick(count[given.kind], given.number)
      model[given.kind](number)
      await reality.happen(given.kind, number)
      return ['happened', 'happened']
    }
  }
}

test('any requests, approvals and rejections leave the same state as a simple model', async () => {
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 8, maxLength: 40, size: 'max' }), async (commands) => {
      const model = new Model(PEOPLE)
      const reality = await Reality.begin()
      for (const each of commands) {
        const [expected, actual] = await live(model, reality, each)
        seen.set(expected, (seen.get(expected) ?? 0) + 1)
        expect(actual).toBe(expected)
        if (actual === 'approved') expect(await reality.state()).toEqual(model.state())
      }
      expect(await reality.state()).toEqual(model.state())
    }),
    { numRuns: RUNS, interruptAfterTimeLimit: 50_000 * Math.max(1, RUNS / 20), markInterruptAsFailure: true },
  )
  // The sequences reach every outcome.
  expect([...seen.keys()]).toEqual(expect.arrayContaining(['approved', 'rejected']))
  if (RUNS < 200) return
  expect([...seen.keys()]).toEqual(
    expect.arrayContaining([
      ...['conflict: employee is dismissed', 'forbidden: Access denied', 'not_found: Employee not found'],
      ...['forbidden: Employee request is expired', 'not_found: Employee request not found'],
      ...['APPROVED', 'REJECTED'].map(
        (status) => `conflict: Employee request status is ${status} and cannot be updated`,
      ),
      'unprocessable: ЦЯ EMAIL-АДРЕСА ВЖЕ ЗАЙНЯТА ІНШИМ КОРИСТУВАЧЕМ',
    ]),
  )
})
