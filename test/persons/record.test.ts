import { describe, expect, test } from 'vitest'
import { DOCUMENT_TYPES } from '../../src/dictionaries/people.ts'
import { readPerson } from '../../src/imports/persons/record.ts'
import { document, person } from './persons.ts'

const SECRET = 'Таємниця'

function reasonFor(value: unknown): string {
  const read = readPerson(value)
  if (!('reason' in read)) throw new Error('the record was taken')
  return read.reason
}

describe('a record is refused, with the field and the problem', () => {
  test.each([
    [{ id: undefined }, 'id is missing'],
    [{ id: null }, 'id is missing'],
    [{ id: SECRET }, 'id is not a uuid'],
    [{ id: 7 }, 'id must be a string'],
    [{ last_name: undefined }, 'last_name is missing'],
    [{ last_name: null }, 'last_name is missing'],
    [{ last_name: '' }, 'last_name is missing'],
    [{ last_name: ' \t' }, 'last_name is missing'],
    [{ id: '' }, 'id is missing'],
    [{ birth_date: ' ' }, 'birth_date is missing'],
    [{ gender: SECRET }, 'gender must be one of MALE, FEMALE'],
    [{ gender: 'жіноча' }, 'gender must be one of MALE, FEMALE (did you mean FEMALE?)'],
    [{ status: 'Active' }, 'status must be one of active, inactive (did you mean active?)'],
    [{ documents: [document('1', { type: SECRET })] }, 'documents[0].type is not a value of the dictionary'],
    [{ first_name: undefined }, 'first_name is missing'],
    [{ first_name: [SECRET] }, 'first_name must be a string'],
    [{ second_name: 5 }, 'second_name must be a string'],
    [{ birth_date: undefined }, 'birth_date is missing'],
    [{ birth_date: '2023-02-29' }, 'birth_date is not an existing date (YYYY-MM-DD)'],
    [{ birth_date: '31.12.1980' }, 'birth_date is not an existing date (YYYY-MM-DD)'],
    [{ birth_date: '0000-01-01' }, 'birth_date is not an existing date (YYYY-MM-DD)'],
    [{ tax_id: 2924500001 }, 'tax_id must be a string'],
    [{ no_tax_id: SECRET }, 'no_tax_id must be true or false'],
    [{ is_active: 1 }, 'is_active must be true or false'],
    [{ unzr: { [SECRET]: 1 } }, 'unzr must be a string'],
    [{ status: SECRET }, 'status must be one of active, inactive'],
    [{ documents: SECRET }, 'documents must be a list'],
    [{ documents: [SECRET] }, 'documents[0] must be an object'],
    [{ documents: [document('1'), { number: '1' }] }, 'documents[1].type is missing'],
    [{ documents: [document('1', { number: 123 })] }, 'documents[0].number must be a string'],
    [
      { documents: [document('1', { issued_at: '2024-13-01' })] },
      'documents[0].issued_at is not an existing date (YYYY-MM-DD)',
    ],
    [
      { documents: [document('1', { expiration_date: SECRET })] },
      'documents[0].expiration_date is not an existing date (YYYY-MM-DD)',
    ],
    [{ verification: SECRET }, 'verification must be an object'],
    [{ verification: { [SECRET]: {} } }, 'verification names an unknown stream'],
    [
      { verification: { unzr: { status: 'IN_REVIEW', reason: 'AUTO' } } },
      'verification.unzr.status must be one of VERIFICATION_NEEDED, VERIFIED, NOT_VERIFIED, VERIFICATION_NOT_NEEDED',
    ],
    [
      { verification: { unzr: { status: SECRET, reason: 'AUTO' } } },
      'verification.unzr.status must be one of VERIFICATION_NEEDED, VERIFIED, NOT_VERIFIED, VERIFICATION_NOT_NEEDED',
    ],
    [
      { verification: { nhs: { status: 'VERIFIED', reason: SECRET } } },
      'verification.nhs.reason is not a value of the dictionary',
    ],
    [{ verification: { nhs: { status: 'VERIFIED' } } }, 'verification.nhs.reason is missing'],
    [
      { verification: { unzr: { status: 'VERIFIED', reason: 'AUTO', synced_at: '2024-02-30T00:00:00Z' } } },
      'verification.unzr.synced_at is not an existing time (ISO 8601 with a zone)',
    ],
    [
      { verification: { unzr: { status: 'VERIFIED', reason: 'AUTO', synced_at: '2024-02-01T00:00:00' } } },
      'verification.unzr.synced_at is not an existing time (ISO 8601 with a zone)',
    ],
    [{ last_name: `${SECRET}\0` }, 'last_name contains a character that cannot be stored'],
    [{ documents: [document(`${SECRET}\ud800`)] }, 'documents[0].number contains a character that cannot be stored'],
  ])('%j', (wrong, reason) => {
    const told = reasonFor({ ...person(), ...wrong })
    expect(told).toBe(reason)
    expect(told).not.toContain(SECRET)
  })

  test.each([[null], [5], [SECRET], [[person()]]])('%j, which is no object', (value) => {
    expect(reasonFor(value)).toBe('the line is not a JSON object')
  })

  test('with the first five of many problems', () => {
    const documents = Array.from({ length: 100 }, () => ({ type: 'PASSPORT', number: 1 }))
    expect(reasonFor({ ...person(), documents }).split('; ')).toHaveLength(5)
  })
})

describe('a document type that resembles a valid one is refused, with that one', () => {
  test.each([
    ['PASSPORT ', 'PASSPORT'],
    ['passport', 'PASSPORT'],
    ['Passport', 'PASSPORT'],
    ['РASSPORT', 'PASSPORT'],
    ['РАSSРОRТ', 'PASSPORT'],
    ['ПАСПОРТ', 'PASSPORT'],
    ['Паспорт громадянина України', 'PASSPORT'],
    ['PASPORT', 'PASSPORT'],
    ['NATIONAL ID', 'NATIONAL_ID'],
    ['nationalId', 'NATIONAL_ID'],
    ['NATIONAL_ІD', 'NATIONAL_ID'],
    ['ID-картка', 'NATIONAL_ID'],
    ['BIRTH_CERTIFICATE\u00a0', 'BIRTH_CERTIFICATE'],
    ['Свідоцтво про народження', 'BIRTH_CERTIFICATE'],
    ['REFUGEE_CERTIFICAT', 'REFUGEE_CERTIFICATE'],
  ])('%j is not %s', (type, nearest) => {
    const read = readPerson(person({ documents: [document('1'), document('2', { type })] }))
    expect(read).toMatchObject({
      reason: `documents[1].type is not a value of the dictionary (did you mean ${nearest}?)`,
      problems: [{ code: 'not_in_dictionary', field: 'documents[1].type', nearest }],
    })
  })
})

test.each(DOCUMENT_TYPES)('a document can be a %s', (type) => {
  expect(readPerson(person({ documents: [document('1', { type })] }))).toHaveProperty('record')
})

describe('absent values are the same, whether missing, null, empty or white space', () => {
  const given = { ...person(), verification: { unzr: { status: 'VERIFIED', reason: 'AUTO', synced_at: null } } }
  const optional = Object.keys(given).filter((name) => !['id', 'last_name', 'first_name', 'birth_date'].includes(name))

  function everyWay(change: (absent: unknown) => unknown): unknown[] {
    return [undefined, null, '', ' \t\u00a0'].map((absent) => readPerson(change(absent)))
  }

  test.each(optional)('%s', (name) => {
    const [missing, ...others] = everyWay((absent) => ({ ...given, [name]: absent }))
    expect(missing).toHaveProperty('record')
    for (const other of others) expect(other).toEqual(missing)
  })

  test.each(['number', 'issued_at', 'expiration_date', 'issued_by'])('%s of a document', (name) => {
    const [missing, ...others] = everyWay((absent) => ({ ...given, documents: [document('1', { [name]: absent })] }))
    expect(missing).toHaveProperty('record')
    for (const other of others) expect(other).toEqual(missing)
  })

  test('also in streams, where a status is required', () => {
    const reasons = everyWay((status) => person({ verification: { unzr: { status, reason: 'AUTO' } } }))
    expect(reasons).toEqual(
      Array.from({ length: 4 }, () => expect.objectContaining({ reason: 'verification.unzr.status is missing' })),
    )
  })
})

describe('a record is accepted', () => {
  test.each([
    ['with ids of any version', { id: '00000000-0000-0000-0000-00000000000A' }],
    ['with an empty number and UNZR', { unzr: '', documents: [document('')] }],
    [
      'with null for what is absent',
      { second_name: null, gender: null, documents: null, verification: null, status: null },
    ],
    ['with fields that nobody knows', { favourite_colour: 'blue' }],
    ['with a leap day', { birth_date: '2000-02-29' }],
    [
      'with a time to the microsecond',
      { verification: { unzr: { status: 'VERIFIED', reason: 'AUTO', synced_at: '2024-01-01T10:00:00.123456+02:00' } } },
    ],
  ])('%s', (_, given) => {
    expect(readPerson({ ...person(), ...given })).toHaveProperty('record')
  })

  test('with its id in lower case, so that a person has one id', () => {
    const read = readPerson(person({ id: 'ABCDEF00-0000-4000-8000-00000000000F' }))
    expect('record' in read && read.record.id).toBe('abcdef00-0000-4000-8000-00000000000f')
  })
})
