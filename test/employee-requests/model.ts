/** A reference model, in memory and sequential, of approvals and rejections by spec 5; the real ones are compared with it. */
import type { EmployeeType } from '../../src/dictionaries/people.ts'

/** A request: people, users and legal entities are numbers here. */
export interface ModelRequest {
  readonly person: number
  readonly user: number
  readonly place: number
  readonly type: EmployeeType
  /** The number of the employee to change; null for a new one. */
  readonly employee: number | null
  /** Of a doctor. */
  readonly speciality: string | null
  readonly lastName: string
  /** Undefined if it is not given. */
  readonly secondName: string | null | undefined
  readonly position: string
  readonly hasPassport: boolean
  status: 'NEW' | 'APPROVED' | 'REJECTED' | 'EXPIRED'
}

interface ModelParty {
  lastName: string
  secondName: string | null
  /** Main speciality of the education; undefined if none was ever given. */
  learned: string | null
  streams: string
  status: string
  events: number
  readonly users: number[]
}

interface ModelEmployee {
  readonly person: number
  readonly place: number
  readonly type: EmployeeType
  position: string
  speciality: string | null
  status: string
  isActive: boolean
  isSuspended: boolean
  /** The state of a declaration with an adult, and of one with a child. */
  adult: string
  minor: string
}

/** Everything that can be observed. */
export interface ModelState {
  readonly parties: (ModelParty | null)[]
  readonly employees: ModelEmployee[]
  /** `user place TYPE`. */
  readonly roles: string[]
  readonly requests: string[]
}

const TAKEN = 'unprocessable: ЦЯ EMAIL-АДРЕСА ВЖЕ ЗАЙНЯТА ІНШИМ КОРИСТУВАЧЕМ'
const OWNERS: readonly string[] = ['OWNER', 'PHARMACY_OWNER']

/** The reference model. */
export class Model {
  readonly parties: (ModelParty | null)[]
  readonly employees: ModelEmployee[] = []
  readonly roles = new Set<string>()
  readonly requests: ModelRequest[] = []

  constructor(people: number) {
    this.parties = Array.from({ length: people }, () => null)
  }

  ask(request: ModelRequest): void {
    this.requests.push(request)
  }

  /** A request expires, an employee is dismissed, a party's identity is confirmed, or a contract is resumed. */
  expire(request: number): void {
    const row = this.requests[request]
    if (row?.status === 'NEW') row.status = 'EXPIRED'
  }

  dismiss(employee: number): void {
    const row = this.employees[employee]
    if (row !== undefined) row.status = 'DISMISSED'
  }

  verify(person: number): void {
    const party = this.parties[person]
    if (party) Object.assign(party, { streams: 'VERIFIED', status: 'VERIFIED' })
  }

  restore(employee: number): void {
    const row = this.employees[employee]
    if (row !== undefined) row.isSuspended = false
  }

  reject(n: number, user: number): string {
    const request = this.requests[n]
    if (request === undefined) return 'not_found: Employee request not found'
    const refusal = this.#check(request, user)
    if (refusal !== undefined) return refusal
    request.status = 'REJECTED'
    return 'rejected'
  }

  approve(n: number, user: number): string {
    const request = this.requests[n]
    if (request === undefined) return 'not_found: Employee request not found'
    const known = request.employee === null ? undefined : this.employees[request.employee]
    const person = known?.person ?? request.person
    const refusal = this.#check(request, user) ?? this.#forbids(user, person, request.employee, known)
    if (refusal !== undefined) return refusal
    const party = this.#writeParty(request, person)
    if (!party.users.includes(user)) party.users.push(user)
    if (known === undefined) this.#hire(request, person)
    else this.#change(known, request)
    const type = known?.type ?? request.type
    for (const each of party.users) this.roles.add(`${each} ${request.place} ${type}`)
    party.streams = request.hasPassport ? 'VERIFICATION_NEEDED' : 'VERIFICATION_NOT_NEEDED'
    request.status = 'APPROVED'
    return 'approved'
  }

  #check(request: ModelRequest, user: number): string | undefined {
    if (request.user !== user) return 'forbidden: Access denied'
    if (request.status === 'NEW') return undefined
    return request.status === 'EXPIRED'
      ? 'forbidden: Employee request is expired'
      : `conflict: Employee request status is ${request.status} and cannot be updated`
  }

  #forbids(
    user: number,
    person: number,
    employee: number | null,
    known: ModelEmployee | undefined,
  ): string | undefined {
    if (employee !== null && known === undefined) return 'not_found: Employee not found'
    const own = this.parties.findIndex((party) => party?.users.includes(user))
    if (own !== -1 && own !== person) return TAKEN
    return known !== undefined && (!known.isActive || known.status !== 'APPROVED')
      ? 'conflict: employee is dismissed'
      : undefined
  }

  #writeParty(request: ModelRequest, person: number): ModelParty {
    const before = this.parties[person] ?? null
    const { lastName, secondName, speciality } = request
    if (before === null) {
      const made = { learned: speciality, streams: '', status: 'VERIFICATION_NEEDED', events: 0, users: [] }
      const party: ModelParty = { lastName, secondName: secondName ?? null, ...made }
      this.parties[person] = party
      return party
    }
    const [oldLast, oldSecond] = [before.lastName, before.secondName]
    before.lastName = lastName
    if (secondName !== undefined) before.secondName = secondName
    if (speciality !== null) before.learned = speciality
    if (before.status !== 'VERIFICATION_NEEDED') before.events += 1
    before.status = 'VERIFICATION_NEEDED'
    if (oldLast !== before.lastName || oldSecond !== before.secondName)
      for (const each of this.employees) if (each.person === person) each.isSuspended = true
    return before
  }

  #hire({ place, type, position, speciality }: ModelRequest, person: number): void {
    if (OWNERS.includes(type)) this.#replaceOwners(place)
    const open = { adult: 'active', minor: 'active', isSuspended: false }
    this.employees.push({ person, place, type, position, speciality, status: 'APPROVED', isActive: true, ...open })
  }

  #replaceOwners(place: number): void {
    for (const each of this.employees) {
      if (each.place !== place || !each.isActive || !OWNERS.includes(each.type)) continue
      each.isActive = false
      each.isSuspended = true
      for (const user of this.parties[each.person]?.users ?? []) this.roles.delete(`${user} ${place} ${each.type}`)
    }
  }

  #change(employee: ModelEmployee, { position, speciality }: ModelRequest): void {
    employee.position = position
    if (speciality === null) return
    const change = `${employee.speciality} ${speciality}`
    employee.speciality = speciality
    if (change === 'PEDIATRICIAN THERAPIST' || change === 'FAMILY_DOCTOR THERAPIST') employee.minor = 'terminated'
    if (change === 'THERAPIST PEDIATRICIAN' || change === 'FAMILY_DOCTOR PEDIATRICIAN') employee.adult = 'terminated'
  }

  /** The observable state. */
  state(): ModelState {
    return {
      parties: this.parties.map((party) => party && { ...party, users: party.users.toSorted() }),
      employees: this.employees,
      roles: [...this.roles].sort(),
      requests: this.requests.map(({ status }) => status),
    }
  }
}
