import { beforeAll, describe, expect, test } from 'vitest'
import { ENDED } from '../../demo/generate/employees.ts'
import type { GeneratedParty } from '../../demo/generate/party.ts'
import type { MadeUpNames } from '../../demo/generate/person.ts'
import { shares } from '../../demo/generate/shares.ts'
import { readParty } from '../../src/imports/parties/record.ts'
import { keyOf, makeWorld, type World } from './people.ts'
import { expectShare } from './shares.ts'

// The formats are repeated here on purpose: the generator must not check itself.
const booklet = /^((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{6}$/u
const card = /^[0-9]{9}$/
const isPassport = ({ type }: { type: string }) => type === 'PASSPORT' || type === 'NATIONAL_ID'
const isWellFormed = ({ type, number }: { type: string; number: string }) =>
  (type === 'PASSPORT' ? booklet : card).test(number)

const persons = 40_000
const size = 8000
let world: World
beforeAll(async () => {
  world = await makeWorld(persons, 20_260_101, size)
})

const employees = () => world.parties.flatMap((party) => party.employees)
const nameOf = ({ last_name, first_name, second_name, birth_date }: Pick<GeneratedParty, 'birth_date'> & MadeUpNames) =>
  [last_name, first_name, second_name, birth_date].join()
/** The persons who are also parties, matched by names and birth date. */
const patients = () => {
  const byName = new Map(world.persons.map((person) => [nameOf(person), person]))
  return world.parties.flatMap((party) => {
    const person = byName.get(nameOf(party))
    return person === undefined ? [] : [{ party, person }]
  })
}

test('the same numbers and seed give the same parties; persons and registry data are the same as without parties', async () => {
  const [with1, again, without] = await Promise.all([
    makeWorld(2000, 7, 300),
    makeWorld(2000, 7, 300),
    makeWorld(2000, 7),
  ])
  expect(again.bytes).toEqual(with1.bytes)
  expect(with1.parties).toHaveLength(300)
  expect(with1.bytes.persons.equals(without.bytes.persons)).toBe(true)
  const entries = new Set(with1.invalid.map(keyOf))
  expect(without.invalid.filter((entry) => !entries.has(keyOf(entry)))).toEqual([])
})

describe('parties', () => {
  test('are records that an import accepts', () => {
    expect(world.parties).toHaveLength(size)
    expect(
      world.parties.flatMap((party) => (Reflect.get(readParty(party), 'reason') as string | undefined) ?? []),
    ).toEqual([])
  })

  test('have unique ids, as their employees have, and unique pairs of tax id and birth date', () => {
    const ids = [...world.parties, ...employees(), ...world.persons].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const taxed = world.parties.filter(({ tax_id }) => tax_id !== null)
    expect(new Set(taxed.map(({ tax_id, birth_date }) => `${tax_id} ${birth_date}`)).size).toBe(taxed.length)
  })

  test('who refused a tax id have a document number instead', () => {
    const refused = world.parties.filter(({ no_tax_id }) => no_tax_id)
    expect(refused.length).toBeGreaterThan(20)
    for (const { tax_id, documents } of refused) {
      expect(tax_id).toBe(documents.find((each) => isPassport(each) && isWellFormed(each))?.number ?? null)
    }
  })

  test('are partly patients: with the person’s tax id and a document, each person once', () => {
    const both = patients()
    expectShare(both.length, size, shares.partyIsPatient, 'patients')
    expect(new Set(both.map(({ person }) => person.id)).size).toBe(both.length)
    for (const { party, person } of both) {
      if (!party.no_tax_id) expect(party.tax_id).toBe(person.tax_id)
      const held = person.documents.map(({ type, number }) => `${type} ${number}`)
      expect(party.documents.every(({ type, number }) => held.includes(`${type} ${number}`))).toBe(true)
      expect(party.documents.length > 0).toBe(person.documents.length > 0)
    }
    const withTwo = both.filter(({ person }) => person.documents.length === 2)
    expect(withTwo.length).toBeGreaterThan(50)
    expectShare(
      withTwo.filter(({ party }) => party.documents.length === 1).length,
      withTwo.length,
      shares.partyWithOldBooklet,
      'old',
    )
  })

  test('who are not patients have documents and tax ids that no person has', () => {
    const numbers = new Set(
      world.persons.flatMap(({ documents }) => documents.filter(isPassport).map(({ number }) => number)),
    )
    const taxIds = new Set(world.persons.map(({ tax_id }) => tax_id))
    const known = new Set(patients().map(({ party }) => party.id))
    const others = world.parties.filter(({ id }) => !known.has(id))
    const wrong = ({ documents, tax_id }: GeneratedParty) =>
      documents.some((each) => isPassport(each) && isWellFormed(each) && numbers.has(each.number)) ||
      (tax_id !== null && taxIds.has(tax_id))
    expect(others.filter(wrong)).toEqual([])
    expect(
      others.flatMap(({ documents }) => documents).filter((each) => isPassport(each) && !isWellFormed(each)).length,
    ).toBeGreaterThan(50)
    expect(others.filter(({ documents }) => !documents.some(isPassport)).length).toBeGreaterThan(50)
  })

  test('are of working age', () => {
    const years = world.parties.map(({ birth_date }) => 2026 - Number(birth_date.slice(0, 4)))
    expect(Math.min(...years)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...years)).toBeLessThanOrEqual(72)
  })
})

const hasEnded = ({ status }: { status: string }) => ENDED.some((each) => each === status)

describe('employees', () => {
  test('have the intended distribution', () => {
    const all = employees()
    const counts = (n: number) => world.parties.filter((party) => party.employees.length === n).length
    expectShare(counts(0), size, shares.withoutEmployee, 'without employee')
    expectShare(counts(2), size - counts(0), shares.twoEmployees, 'two employees')
    const ended = all.filter(hasEnded)
    expectShare(ended.length, all.length, shares.dismissed, 'dismissed')
    const otherwise = ended.filter(({ status }) => status !== 'DISMISSED')
    expectShare(otherwise.length, ended.length, shares.endedOtherwise, 'ended otherwise')
    expect(new Set(otherwise.map(({ status }) => status)).size).toBe(ENDED.length - 1)
    const others = all.filter((each) => !hasEnded(each))
    expectShare(
      others.filter(({ status }) => status === 'NEW').length,
      others.length,
      shares.notApproved,
      'not approved',
    )
    const approved = all.filter(({ status }) => status === 'APPROVED')
    expectShare(
      approved.filter(({ is_active }) => !is_active).length,
      approved.length,
      shares.inactiveEmployee,
      'inactive',
    )
  })

  test('are of many types, dismissed with a date, and start as adults', () => {
    const types = new Set(employees().map(({ employee_type }) => employee_type))
    for (const type of ['OWNER', 'DOCTOR', 'SPECIALIST', 'ASSISTANT', 'PHARMACIST']) expect(types).toContain(type)
    for (const { birth_date, employees: own } of world.parties) {
      for (const { status, start_date, end_date } of own) {
        expect(end_date !== null).toBe(hasEnded({ status }))
        expect(end_date === null || end_date >= start_date).toBe(true)
        expect(Number(start_date.slice(0, 4)) - Number(birth_date.slice(0, 4))).toBeGreaterThanOrEqual(20)
      }
    }
  })

  test('of a division belong to one legal entity, and a legal entity has many', () => {
    const legalEntities = Map.groupBy(employees(), ({ legal_entity_id }) => legal_entity_id)
    expect(legalEntities.size).toBe(size / 40)
    const divisions = Map.groupBy(employees(), ({ division_id }) => division_id)
    expect(divisions.size).toBeGreaterThan(legalEntities.size)
    for (const of of divisions.values()) expect(new Set(of.map(({ legal_entity_id }) => legal_entity_id)).size).toBe(1)
  })
})

test('the registries have parties’ documents like those of persons', () => {
  const known = new Set(patients().map(({ party }) => party.id))
  const others = world.parties.filter(({ id }) => !known.has(id))
  const documents = others.flatMap(({ documents: held }) => {
    const wellFormed = held.filter((each) => isPassport(each) && isWellFormed(each))
    return wellFormed.map((each) => ({ ...each, isExchanged: each.type === 'PASSPORT' && wellFormed.length > 1 }))
  })
  const usual = documents.filter(({ isExchanged }) => !isExchanged)
  const invalid = new Set(world.invalid.map(keyOf))
  const stolen = new Set(world.stolen.map(keyOf))
  const count = (all: typeof documents, register: Set<string>) =>
    all.filter(({ number }) => register.has(number)).length
  expectShare(count(usual, invalid), usual.length, shares.invalid, 'invalid')
  expectShare(count(documents, stolen), documents.length, shares.stolen, 'stolen')
  for (const name of ['invalid', 'stolen'] as const) {
    expect(new Set(world[name].map(keyOf)).size).toBe(world[name].length)
    const held = new Set(
      [...world.persons, ...world.parties].flatMap((one) => one.documents.map(({ number }) => number)),
    )
    expect(world[name].filter((entry) => !held.has(keyOf(entry))).length).toBe((persons + size) * shares.noise)
  }
})
