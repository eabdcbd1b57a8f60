// Rules: spec 7.1.8, 8.16.3
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { isKnowable } from '../../demo/generate/documents.ts'
import { shares } from '../../demo/generate/shares.ts'
import { effort } from '../support/effort.ts'
import { keyOf, makeWorld, type World } from './people.ts'
import { expectShare } from './shares.ts'

// The formats are repeated here on purpose: the generator must not check itself.
const booklet = /^((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{6}$/u
const card = /^[0-9]{9}$/
const unzrForm = /^[0-9]{8}-[0-9]{5}$/
const nameForm = /^(?!.*[ЫЪЭЁыъэё@%&$^#])[А-ЯҐЇІЄа-яґїіє’'\- ]+$/
const day = /^\d{4}-\d{2}-\d{2}$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const size = effort(45_000, 200_000)
let world: World
beforeAll(async () => {
  world = await makeWorld(size, 20_260_101)
})

const documents = () => world.persons.flatMap((person) => person.documents.map((document) => ({ person, ...document })))
const ofType = (type: string) => documents().filter((document) => document.type === type)
const wellFormed = () => [
  ...ofType('PASSPORT').filter(({ number }) => booklet.test(number)),
  ...ofType('NATIONAL_ID').filter(({ number }) => card.test(number)),
]
const ageOf = (birth: string) => 2026 - Number(birth.slice(0, 4)) - (birth.slice(5) > '01-01' ? 1 : 0)
const dotted = (date: string) => date.split('-').toReversed().join('.')
const isAdult = ({ birth_date }: { birth_date: string }) => ageOf(birth_date) >= 18

describe('determinism', () => {
  test('the same seed gives the same bytes, another seed others', async () => {
    const [first, again, other] = await Promise.all([makeWorld(3000, 7), makeWorld(3000, 7), makeWorld(3000, 8)])
    expect(again.bytes).toEqual(first.bytes)
    for (const name of ['persons', 'invalid', 'stolen', 'unzr'] as const) {
      expect(other.bytes[name].equals(first.bytes[name]), name).toBe(false)
    }
  })

  test('more persons with the same seed start with the same ones', async () => {
    const [few, many] = await Promise.all([makeWorld(500, 7), makeWorld(3000, 7)])
    expect(many.bytes.persons.subarray(0, few.bytes.persons.length).equals(few.bytes.persons)).toBe(true)
  })

  test('the bytes are the same on every machine and version, unless changed on purpose', async () => {
    const { createHash } = await import('node:crypto')
    const { bytes } = await makeWorld(1000, 1)
    const digest = createHash('sha256')
    for (const part of Object.values(bytes)) digest.update(part)
    expect(digest.digest('hex')).toMatchInlineSnapshot(
      `"f39c4bce6e3427f867e3ea5e9a5652e0762d7075c2d8db885b9c6dd8b22236b7"`,
    )
  })
})

describe('persons', () => {
  test('are records of the format, complete and without extra fields', () => {
    const keys = [
      'id',
      'last_name',
      'first_name',
      'second_name',
      'birth_date',
      'gender',
      'tax_id',
      'no_tax_id',
      'unzr',
      'status',
      'is_active',
      'documents',
    ]
    const documentKeys = ['type', 'number', 'issued_at', 'expiration_date', 'issued_by']
    const odd = world.persons.filter(
      (person) =>
        Object.keys(person).join() !== keys.join() ||
        person.documents.some((document) => Object.keys(document).join() !== documentKeys.join()),
    )
    expect(odd).toEqual([])
  })

  test('have unique ids, all UUIDs', () => {
    expect(world.persons.filter(({ id }) => !uuid.test(id))).toEqual([])
    expect(new Set(world.persons.map(({ id }) => id)).size).toBe(size)
  })

  test('have names that the platform accepts, some with either apostrophe, some with a hyphen', () => {
    const names = world.persons.flatMap((p) => [p.last_name, p.first_name, p.second_name ?? 'А'])
    expect(names.filter((name) => !nameForm.test(name))).toEqual([])
    for (const sign of ["'", '’', '-'])
      expect(names.filter((name) => name.includes(sign)).length, sign).toBeGreaterThan(100)
  })

  test('have patronymics and family names of their gender', () => {
    const odd = world.persons.filter(({ gender, second_name, last_name }) => {
      const [own, other] =
        gender === 'MALE' ? [/(ич|іч)$/, /(ська|цька|ова|єва)$/] : [/(івна|ївна)$/, /(ський|цький|ов|єв)$/]
      return (second_name !== null && !own.test(second_name)) || other.test(last_name)
    })
    expect(odd).toEqual([])
  })

  test('have unique tax ids that fit birth date and gender, with the right check digit', () => {
    const taken = world.persons.flatMap(({ tax_id, birth_date, gender }) =>
      tax_id ? [{ tax_id, birth_date, gender }] : [],
    )
    const odd = taken.filter(({ tax_id, birth_date, gender }) => {
      const [d1 = 0, d2 = 0, d3 = 0, d4 = 0, d5 = 0, d6 = 0, d7 = 0, d8 = 0, d9 = 0, check] = [...tax_id].map(Number)
      const sum = -d1 + 5 * d2 + 7 * d3 + 9 * d4 + 4 * d5 + 6 * d6 + 10 * d7 + 5 * d8 + 7 * d9
      const days = (Date.parse(birth_date) - Date.parse('1899-12-31')) / 86_400_000
      const isRight = (((sum % 11) + 11) % 11) % 10 === check && (d9 % 2 === 1) === (gender === 'MALE')
      return !/^\d{10}$/.test(tax_id) || !isRight || Number(tax_id.slice(0, 5)) !== days
    })
    expect(odd).toEqual([])
    expect(new Set(taken.map(({ tax_id }) => tax_id)).size).toBe(taken.length)
    expect(world.persons.filter(({ no_tax_id, tax_id }) => no_tax_id && tax_id !== null)).toEqual([])
  })

  test('have unique, well-formed UNZR that start with their birth date', () => {
    const good = world.persons.filter(({ unzr }) => unzr !== null && unzrForm.test(unzr))
    expect(good.filter(({ unzr, birth_date }) => !unzr?.startsWith(`${birth_date.replaceAll('-', '')}-`))).toEqual([])
    expect(new Set(good.map(({ unzr }) => unzr)).size).toBe(good.length)
  })

  test('have the country’s age distribution', () => {
    const ages = world.persons.map(({ birth_date }) => ageOf(birth_date)).sort((a, b) => a - b)
    expect(ages[0]).toBe(0)
    expect(ages.at(-1)).toBeGreaterThan(90)
    expectShare(ages.filter((age) => age >= 60).length, size, 0.2485, 'sixty and more')
    expectShare(world.persons.filter(({ gender }) => gender === 'FEMALE').length, size, 0.5344, 'women')
    expect(world.persons.filter(({ birth_date }) => birth_date < '1900-01-02' || birth_date > '2025-12-31')).toEqual([])
  })
})

describe('documents', () => {
  test('have valid dates, none issued before birth or after it expired', () => {
    const odd = documents().filter(({ person, issued_at, expiration_date }) => {
      if (issued_at === null || !day.test(issued_at) || issued_at < person.birth_date) return true
      return expiration_date !== null && (!day.test(expiration_date) || issued_at >= expiration_date)
    })
    expect(odd).toEqual([])
  })

  test('are of every kind: booklets, cards, both, certificates only, others, none', () => {
    const kinds = new Map<string, number>()
    for (const person of world.persons) {
      const kind = person.documents.map(({ type }) => type).join('+')
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    const least = {
      '': 500,
      PASSPORT: 10_000,
      NATIONAL_ID: 10_000,
      'PASSPORT+NATIONAL_ID': 1000,
      BIRTH_CERTIFICATE: 5000,
      'BIRTH_CERTIFICATE+NATIONAL_ID': 1000,
      REFUGEE_CERTIFICATE: 100,
    }
    for (const [kind, count] of Object.entries(least)) expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(count)
  })

  test('children have none of the checked kinds before they are 14', () => {
    const early = documents().filter(
      ({ person, type }) => ageOf(person.birth_date) < 14 && type !== 'BIRTH_CERTIFICATE',
    )
    expect(early).toEqual([])
  })

  test('malformed numbers cover every kind of error', () => {
    const wrong = [...ofType('PASSPORT'), ...ofType('NATIONAL_ID')]
      .map(({ number }) => number)
      .filter((number) => !booklet.test(number) && !card.test(number))
    const ways = [
      /[ЫЪЭЁ]/,
      /^[A-Z]{2}/,
      /^[а-яґїіє]/,
      /^[А-ЯҐЇІЄ]{2} \d{6}$/,
      / $/,
      /^[А-ЯҐЇІЄ]{2}\d{5}$/,
      /^$/,
      /^\d{8}$/,
      /^\d{4}О/,
    ]
    for (const way of ways) expect(wrong.filter((number) => way.test(number)).length, String(way)).toBeGreaterThan(5)
  })

  test('a number is used once, except for pairs of persons who share their only document', () => {
    const holders = new Map<string, string[]>()
    for (const { person, type, number } of wellFormed()) {
      holders.set(`${type} ${number}`, [...(holders.get(`${type} ${number}`) ?? []), person.id])
    }
    const byId = new Map(world.persons.map((person) => [person.id, person]))
    const shared = [...holders.values()].filter((ids) => ids.length > 1)
    expect(shared.length).toBeGreaterThan(30)
    expect(shared.filter((ids) => ids.length > 2 || ids.some((id) => byId.get(id)?.documents.length !== 1))).toEqual([])
  })
})

describe('registries', () => {
  const keys = () => new Set(wellFormed().map(({ number }) => number))

  test.each(['invalid', 'stolen'] as const)('%s passports are entries of the format, each once', (name) => {
    for (const entry of world[name]) {
      expect(Object.keys(entry)).toEqual(['pass_type', 'pas_serial', 'pas_number'])
      expect(entry.pass_type).toBe('0101')
      expect(keyOf(entry)).toMatch(entry.pas_serial === null ? card : booklet)
      expect(entry.pas_serial === null || entry.pas_serial.length === 2).toBe(true)
    }
    expect(new Set(world[name].map(keyOf)).size).toBe(world[name].length)
  })

  test.each(['invalid', 'stolen'] as const)(
    '%s passports are documents of persons, and the intended number of unrelated ones',
    (name) => {
      const known = keys()
      expect(world[name].filter((entry) => !known.has(keyOf(entry))).length).toBe(size * shares.noise)
    },
  )

  test('a small data set still has the minimum of unrelated entries', async () => {
    const { persons, invalid } = await makeWorld(10, 1)
    const numbers = new Set(persons.flatMap((person) => person.documents.map(({ number }) => number)))
    expect(invalid.filter((entry) => !numbers.has(keyOf(entry))).length).toBe(shares.leastNoise)
  })

  test('UNZR are entries of the format; those of persons match them, or deliberately do not', () => {
    const byUnzr = new Map(world.persons.flatMap((person) => (person.unzr ? [[person.unzr, person] as const] : [])))
    let same = 0
    let others = 0
    for (const entry of world.unzr) {
      expect(Object.keys(entry)).toEqual([
        'unzr',
        'family_name',
        'given_name',
        'patronymic_name',
        'date_birth',
        'rnokpp',
        'gender',
        'documents',
      ])
      expect(entry.unzr).toMatch(unzrForm)
      const person = byUnzr.get(entry.unzr)
      if (person === undefined) continue
      const isSame =
        entry.family_name === person.last_name &&
        entry.given_name === person.first_name &&
        entry.patronymic_name === person.second_name &&
        entry.date_birth === person.birth_date
      if (isSame) same++
      else others++
    }
    expectShare(others, same + others, shares.otherUnzr, 'of another')
    expect(world.unzr.length - same - others).toBe(size * shares.noise)
    expect(new Set(world.unzr.map(({ unzr }) => unzr)).size).toBe(world.unzr.length)
  })
})

describe('distributions', () => {
  test('are as intended', () => {
    const { persons } = world
    const count = (holds: (person: World['persons'][number]) => boolean) => persons.filter(holds).length
    expectShare(
      count((p) => p.second_name === null),
      size,
      shares.withoutSecondName,
      'without second name',
    )
    expectShare(
      count((p) => p.status === 'inactive'),
      size,
      shares.inactive,
      'inactive',
    )
    const active = persons.filter((p) => p.status === 'active')
    expectShare(active.filter((p) => !p.is_active).length, active.length, shares.switchedOff, 'switched off')
    const grown = persons.filter((p) => ageOf(p.birth_date) >= 14)
    expectShare(grown.filter((p) => p.no_tax_id).length, grown.length, shares.noTaxId, 'no_tax_id')
    const adults = persons.filter(isAdult)
    expectShare(
      adults.filter((p) => p.documents.length === 0).length,
      adults.length,
      shares.adultWithoutDocument,
      'without document',
    )
    const checked = [...ofType('PASSPORT'), ...ofType('NATIONAL_ID')]
    expectShare(checked.length - wellFormed().length, checked.length, shares.wrongNumber, 'wrong number')
    const withUnzr = persons.filter((p) => p.unzr !== null)
    expectShare(
      withUnzr.filter((p) => !unzrForm.test(p.unzr ?? '')).length,
      withUnzr.length,
      shares.wrongUnzr,
      'wrong UNZR',
    )
  })

  test('of the registries are as intended', () => {
    const invalid = new Set(world.invalid.map(keyOf))
    const stolen = new Set(world.stolen.map(keyOf))
    const all = [...new Map(wellFormed().map((document) => [document.number, document])).values()]
    const isExchanged = (d: (typeof all)[number]) =>
      d.type === 'PASSPORT' &&
      d.person.documents.some(({ type, number }) => type === 'NATIONAL_ID' && card.test(number))
    const [exchanged, others] = [all.filter(isExchanged), all.filter((d) => !isExchanged(d))]
    expectShare(
      exchanged.filter((d) => invalid.has(d.number)).length,
      exchanged.length,
      shares.invalidExchanged,
      'exchanged',
    )
    expectShare(others.filter((d) => invalid.has(d.number)).length, others.length, shares.invalid, 'invalid')
    expectShare(all.filter((d) => stolen.has(d.number)).length, all.length, shares.stolen, 'stolen')
    const cards = ofType('NATIONAL_ID').filter((d) => ageOf(d.person.birth_date) >= 22)
    const expired = cards.filter((d) => d.expiration_date !== null && d.expiration_date < '2026-01-01')
    expectShare(expired.length, cards.length, shares.expiredCard, 'expired')
  })

  test('of the tax register: everybody with a number is in it, or deliberately refused, closed or under another name', () => {
    const people = new Map(
      world.persons.flatMap((person) =>
        (person.tax_id === null
          ? person.documents.filter(isKnowable).map(({ number }) => number)
          : [person.tax_id]
        ).map((number) => [number, person] as const),
      ),
    )
    const known = world.drfo.filter(({ rnokpp }) => people.has(rnokpp))
    expect(new Set(known.map(({ rnokpp }) => rnokpp))).toEqual(new Set(people.keys()))
    const refused = known.filter(({ result }) => result === 1)
    const closed = known.filter(({ result }) => result === 2)
    const others = known.filter(({ rnokpp, last_name }) => people.get(rnokpp)?.last_name !== last_name)
    expectShare(refused.length, known.length, shares.refusedTaxId, 'refused')
    expectShare(closed.length, known.length, shares.closedTaxId, 'closed')
    expectShare(others.length, known.length, shares.otherTaxpayer, 'of another name')
  })

  test('of the tax register: the intended number of unrelated entries, with unique tax ids that fit their birth dates', () => {
    const taken = new Set(
      world.persons.flatMap(({ tax_id, documents: held }) => [tax_id, ...held.map((d) => d.number)]),
    )
    const noise = world.drfo.filter(({ rnokpp }) => !taken.has(rnokpp))
    expect(noise.length).toBe(size * shares.noise)
    expect(new Set(noise.map(({ rnokpp }) => rnokpp)).size).toBe(noise.length)
    for (const { rnokpp, date_birth } of noise)
      expect(Number(rnokpp.slice(0, 5))).toBe((Date.parse(date_birth) - Date.parse('1899-12-31')) / 86_400_000)
  })

  test('of the acts of death: of each kind, with as many for unrelated people', () => {
    const acts = Map.groupBy(world.deaths, ({ ar_reg_number }) => ar_reg_number)
    const firsts = [...acts.values()].flatMap(([first]) => first ?? [])
    const alike = new Map(world.persons.map((person) => [`${person.first_name} ${dotted(person.birth_date)}`, person]))
    const byTaxId = new Map(
      world.persons.flatMap((person) => (person.tax_id === null ? [] : [[person.tax_id, person]])),
    )
    const meant = firsts.filter(
      ({ numident, name, date_birth }) => byTaxId.has(numident ?? '') || alike.has(`${name} ${date_birth}`),
    )
    expectShare(meant.length, size, shares.deceasedPerson, 'with an act of death')
    expect(firsts.length / meant.length).toBeCloseTo(2, 0)
    const annulled = [...acts.values()].filter((operations) => operations.length > 1)
    expect(annulled.every(([first, last]) => first?.ar_op_name === '1' && last?.ar_op_name === '2')).toBe(true)
    expectShare(annulled.length, firsts.length, 1 / 16, 'annulled')
    const sorts = {
      taxId: meant.filter(({ numident }) => byTaxId.has(numident ?? '')),
      otherSurname: meant.filter(
        ({ numident, surname }) => ![undefined, surname].includes(byTaxId.get(numident ?? '')?.last_name),
      ),
      otherLetter: meant.filter(
        ({ numident, name }) => ![undefined, name].includes(byTaxId.get(numident ?? '')?.first_name),
      ),
      document: meant.filter(({ doc_seizes }) => doc_seizes.length > 0),
      namesake: meant.filter(({ numident }) => numident !== null && !byTaxId.has(numident)),
    }
    for (const [sort, found] of Object.entries(sorts)) expect(found.length, sort).toBeGreaterThan(0)
  })

  test('in docs/generate.md equal the code', () => {
    const text = readFileSync(new URL('../../docs/generate.md', import.meta.url), 'utf8')
    const rows = [...text.matchAll(/^\| `(\w+)` \| ([\d.]+) % \|/gm)].map(([, name, percent]) => [
      name,
      Number(percent),
    ])
    const { leastNoise, ...inPercent } = shares
    expect(rows).toEqual(Object.entries(inPercent).map(([name, share]) => [name, Number((share * 100).toFixed(3))]))
    expect(text).toContain(`at least ${leastNoise.toLocaleString('en')}`)
  })
})
