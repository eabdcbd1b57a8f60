import { describe, expect, test } from 'vitest'
import { readPerson } from '../../src/persons/record.ts'
import { document, person } from './persons.ts'

const SECRET = 'Таємниця'

function reasonFor(value: unknown): string {
  const read = readPerson(value)
  if (!('reason' in read)) throw new Error('the record was taken')
  return read.reason
}

describe('a record is refused, with the field and what is wrong with it', () => {
  test.each([
    [{ id: undefined }, 'id is missing'],
    [{ id: null }, 'id is missing'],
    [{ id: SECRET }, 'id is no uuid'],
    [{ id: 7 }, 'id must be a string'],
    [{ last_name: undefined }, 'last_name is missing'],
    [{ last_name: null }, 'last_name is missing'],
    [{ last_name: '' }, 'last_name is missing'],
    [{ first_name: undefined }, 'first_name is missing'],
    [{ first_name: [SECRET] }, 'first_name must be a string'],
    [{ second_name: 5 }, 'second_name must be a string'],
    [{ birth_date: undefined }, 'birth_date is missing'],
    [{ birth_date: '2023-02-29' }, 'birth_date is no existing date (YYYY-MM-DD)'],
    [{ birth_date: '31.12.1980' }, 'birth_date is no existing date (YYYY-MM-DD)'],
    [{ birth_date: '0000-01-01' }, 'birth_date is no existing date (YYYY-MM-DD)'],
    [{ tax_id: 2924500001 }, 'tax_id must be a string'],
    [{ no_tax_id: SECRET }, 'no_tax_id must be true or false'],
    [{ is_active: 1 }, 'is_active must be true or false'],
    [{ unzr: { [SECRET]: 1 } }, 'unzr must be a string'],
    [{ status: SECRET }, 'status must be one of active, inactive'],
    [{ documents: SECRET }, 'documents must be a list'],
    [{ documents: [SECRET] }, 'documents[0] must be an object'],
    [{ documents: [document('1'), { number: '1' }] }, 'documents[1].type is missing'],
    [{ documents: [document('1', { number: null })] }, 'documents[0].number is missing'],
    [{ documents: [document('1', { number: 123 })] }, 'documents[0].number must be a string'],
    [
      { documents: [document('1', { issued_at: '2024-13-01' })] },
      'documents[0].issued_at is no existing date (YYYY-MM-DD)',
    ],
    [
      { documents: [document('1', { expiration_date: SECRET })] },
      'documents[0].expiration_date is no existing date (YYYY-MM-DD)',
    ],
    [{ verification: SECRET }, 'verification must be an object'],
    [{ verification: { [SECRET]: {} } }, 'verification names a stream that there is not'],
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
      'verification.nhs.reason is no value of the dictionary',
    ],
    [{ verification: { nhs: { status: 'VERIFIED' } } }, 'verification.nhs.reason is missing'],
    [
      { verification: { unzr: { status: 'VERIFIED', reason: 'AUTO', synced_at: '2024-02-30T00:00:00Z' } } },
      'verification.unzr.synced_at is no existing time (ISO 8601 with a zone)',
    ],
    [
      { verification: { unzr: { status: 'VERIFIED', reason: 'AUTO', synced_at: '2024-02-01T00:00:00' } } },
      'verification.unzr.synced_at is no existing time (ISO 8601 with a zone)',
    ],
    [{ last_name: `${SECRET}\0` }, 'last_name holds a character that cannot be stored'],
    [{ documents: [document(`${SECRET}\ud800`)] }, 'documents[0].number holds a character that cannot be stored'],
  ])('%j', (wrong, reason) => {
    const told = reasonFor({ ...person(), ...wrong })
    expect(told).toBe(reason)
    expect(told).not.toContain(SECRET)
  })

  test.each([[null], [5], [SECRET], [[person()]]])('%j, which is no object', (value) => {
    expect(reasonFor(value)).toBe('the line is no JSON object')
  })

  test('for the first five of many faults', () => {
    const documents = Array.from({ length: 100 }, () => ({ type: 'PASSPORT', number: 1 }))
    expect(reasonFor({ ...person(), documents }).split('; ')).toHaveLength(5)
  })
})

describe('a record is taken', () => {
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

  test('with its id in lower case, so that one person is one person', () => {
    const read = readPerson(person({ id: 'ABCDEF00-0000-4000-8000-00000000000F' }))
    expect('record' in read && read.record.id).toBe('abcdef00-0000-4000-8000-00000000000f')
  })
})
