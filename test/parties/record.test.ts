import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as dictionaries from '../../src/dictionaries/people.ts'
import { PARTY_NAMES, readParty } from '../../src/imports/parties/record.ts'
import { readPerson } from '../../src/imports/persons/record.ts'
import { document, employee, type Line, party } from './parties.ts'

const SECRET = 'Таємниця'
const deep = (levels: number): unknown => (levels === 0 ? SECRET : { inner: deep(levels - 1) })
const twice = employee()
const divided = { division_id: '11111111-0000-4000-8000-000000000002' }

function reasonFor(value: unknown): string {
  const read = readParty(value)
  if (!('reason' in read)) throw new Error('the record was taken')
  return read.reason
}

test('the examples of docs/import.md are valid records', () => {
  const text = readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8')
  const examples = [...text.matchAll(/^```json\n(.*)\n```$/gm)].map(([, json = '']) => JSON.parse(json))
  expect(examples).toHaveLength(2)
  expect(readPerson(examples[0])).toHaveProperty('record')
  expect(readParty(examples[1])).toHaveProperty('record')
})

test('the dictionaries of docs/import.md equal the program’s', () => {
  const text = readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| (`.*?) \| (`[^|]*) \|$/gm)].map(([, field = '', values = '']) => [field, values])
  const words = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(', ')
  expect(rows).toEqual([
    ['`type` of a document', words(dictionaries.DOCUMENT_TYPES)],
    ['`gender`', words(dictionaries.GENDERS)],
    ['`type` of a phone', words(dictionaries.PHONE_TYPES)],
    ['`degree` of an education', words(dictionaries.DEGREES)],
    ['`type` of a qualification', words(dictionaries.QUALIFICATION_TYPES)],
    ['`level` of a speciality', words(dictionaries.LEVELS)],
    ['`qualification_type` of a speciality', words(dictionaries.SPECIALITY_QUALIFICATION_TYPES)],
    ['`degree` of `science_degree`', words(dictionaries.SCIENCE_DEGREES)],
    ['`employee_type`', expect.stringContaining(words(dictionaries.EMPLOYEE_TYPES))],
  ])
})

describe('a party is refused, with the field and the problem', () => {
  test.each([
    [{ id: undefined }, 'id is missing'],
    [{ last_name: '' }, 'last_name is missing'],
    [{ birth_date: '2023-02-29' }, 'birth_date is not an existing date (YYYY-MM-DD)'],
    [{ phones: SECRET }, 'phones must be a list'],
    [{ phones: [SECRET] }, 'phones[0] must be an object'],
    [{ educations: [{ degree: `${SECRET}\0` }] }, 'educations[0] contains a character that cannot be stored'],
    [{ science_degree: { [`${SECRET}\ud800`]: 1 } }, 'science_degree contains a character that cannot be stored'],
    [{ science_degree: deep(40) }, 'science_degree is nested too deeply'],
    [{ science_degree: [] }, 'science_degree must be an object'],
    [{ working_experience: SECRET }, 'working_experience must be a whole number'],
    [{ working_experience: 1.5 }, 'working_experience must be a whole number'],
    [{ declaration_limit: 2 ** 31 }, 'declaration_limit is wrong'],
    [{ documents: [document('1'), { number: '1' }] }, 'documents[1].type is missing'],
    [
      { documents: [document('1', { type: 'Паспорт' })] },
      'documents[0].type is not a value of the dictionary (did you mean PASSPORT?)',
    ],
    [{ gender: 'male' }, 'gender must be one of MALE, FEMALE (did you mean MALE?)'],
    [
      { phones: [{ type: 'MOBILE' }, { type: 'LANDLINE' }] },
      'phones[1].type must be one of MOBILE, LAND_LINE (did you mean LAND_LINE?)',
    ],
    [
      { educations: [{ degree: SECRET }] },
      'educations[0].degree must be one of EXPERT, MASTER, BACHELOR, JUNIOR_EXPERT',
    ],
    [
      { qualifications: [{ type: 'INTERNSHlP' }] },
      'qualifications[0].type is not a value of the dictionary (did you mean INTERNSHIP?)',
    ],
    [
      { specialities: [{ level: 'FIRST' }, { level: 'first', qualification_type: 1 }] },
      'specialities[1].level must be one of BASIC, FIRST, SECOND, HIGHEST, NOT_APPLICABLE (did you mean FIRST?); specialities[1].qualification_type must be one of DEFENSE, AWARDING',
    ],
    [
      { science_degree: { degree: 'PhD' } },
      'science_degree.degree must be one of PHD, DOCTOR_OF_SCIENCE, CANDIDATE_OF_SCIENCE (did you mean PHD?)',
    ],
    [
      { employees: [employee({ speciality: { level: SECRET } })] },
      'employees[0].speciality.level must be one of BASIC, FIRST, SECOND, HIGHEST, NOT_APPLICABLE',
    ],
    [
      { employees: [employee({ additional_info: { educations: [{}, { degree: SECRET }] } })] },
      'employees[0].additional_info.educations[1].degree must be one of EXPERT, MASTER, BACHELOR, JUNIOR_EXPERT',
    ],
    [
      { employees: [employee({ employee_type: 'DОCTOR' })] },
      'employees[0].employee_type is not a value of the dictionary (did you mean DOCTOR?)',
    ],
    [
      { employees: [employee({ status: 'Approved' })] },
      'employees[0].status is not a value of the dictionary (did you mean APPROVED?)',
    ],
    [
      { employees: [{}] },
      'employees[0].id is missing; employees[0].legal_entity_id is missing; employees[0].employee_type is missing; employees[0].position is missing; employees[0].status is missing',
    ],
    [{ employees: [employee({ start_date: null })] }, 'employees[0].start_date is missing'],
    [{ employees: [employee({ legal_entity_id: SECRET })] }, 'employees[0].legal_entity_id is not a uuid'],
    [{ employees: [employee({ status: SECRET })] }, 'employees[0].status is not a value of the dictionary'],
    [{ employees: [twice, { ...twice, id: twice.id.toUpperCase() }] }, 'employees[1].id comes twice'],
    [
      { employees: [employee(divided), employee({ ...divided, legal_entity_id: divided.division_id })] },
      'employees[1].division_id is in two legal entities',
    ],
    [
      { verification: { mvs_passport: { status: 'IN_REVIEW', reason: 'AUTO' } } },
      'verification.mvs_passport.status must be one of VERIFICATION_NEEDED, VERIFIED, NOT_VERIFIED, VERIFICATION_NOT_NEEDED',
    ],
    [{ verification: { unzr: { status: 'VERIFIED', reason: 'AUTO' } } }, 'verification names an unknown stream'],
  ] as [Line, string][])('%#', (wrong, reason) => {
    const told = reasonFor({ ...party(), ...wrong })
    expect(told).toBe(reason)
    expect(told).not.toContain(SECRET)
  })

  test('that is nested too deeply to be walked safely', () => {
    const nested = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
    expect(reasonFor(party({ science_degree: nested }))).toBe('science_degree is nested too deeply')
    const wide = Array.from({ length: 300_000 }, () => 1)
    expect(readParty(party({ science_degree: { wide } }))).toHaveProperty('record')
  })
})

test('absent fields of a party and its employees are the same, whether missing, null, empty or white space', () => {
  const given = party()
  const [job] = given.employees
  const required = ['id', 'legal_entity_id', 'employee_type', 'position', 'start_date', 'status']
  const changes: ((absent: unknown) => Line)[] = [
    ...PARTY_NAMES.fields
      .filter((name) => !['id', 'last_name', 'first_name', 'birth_date'].includes(name))
      .map((name) => (absent: unknown) => ({ ...given, [name]: absent })),
    ...(PARTY_NAMES.within['employees'] ?? [])
      .filter((name) => !required.includes(name))
      .map((name) => (absent: unknown) => ({ ...given, employees: [{ ...job, [name]: absent }] })),
  ]
  for (const change of changes) {
    const [missing, ...others] = [undefined, null, '', ' \u00a0'].map((absent) => readParty(change(absent)))
    expect(missing).toHaveProperty('record')
    for (const other of others) expect(other).toEqual(missing)
  }
})

test.each([
  ['with ids of employees in upper case', { employees: [{ ...twice, id: twice.id.toUpperCase() }] }],
  ['with null for what is absent', { phones: null, employees: null, documents: null, verification: null }],
  [
    'with fields of a person, and fields that nobody knows',
    { unzr: '1', status: 'x', is_active: false, colour: 'blue' },
  ],
  ['with an ill-formed number', { documents: [document('')] }],
  ['with an employee type that cannot be asked for', { employees: [employee({ employee_type: 'NHS_SIGNER' })] }],
  ['with an absent value where there is a dictionary', { phones: [{ type: null }], educations: [{ degree: ' ' }] }],
])('a party is accepted %s', (_, given) => {
  expect(readParty({ ...party(), ...given })).toHaveProperty('record')
})
