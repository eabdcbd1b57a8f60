// Rules: spec 5.5.1 to 5.5.5
/** The rules of spec 5.5 that need no look-up: what is accepted, and the name of each broken rule. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { violationsOf } from '../../src/api/validate.ts'
import { DOCUMENT_FORMATS, isBirthDate, isTaxId } from '../../src/employee-requests/formats.ts'
import { validateRequest } from '../../src/employee-requests/validate.ts'
import { isDay } from '../../src/verification/calendar.ts'
import {
  aRequest,
  at,
  changed,
  DOCUMENT_NUMBERS,
  type Json,
  mainOf,
  SOME_IDS,
  specifics,
  TYPES,
  type Type,
  taxId,
  taxIds,
  validRequests,
} from './requests.ts'

const TODAY = '2026-03-02'
const NO_DATE = (value: string) => `date: expected "${value}" to be an existing date`
const CAST = (expected: string, got: string) => `cast: type mismatch. Expected ${expected} but got ${got}`
const UNKNOWN = 'schema: schema does not allow additional properties'
const ENUM = 'inclusion: value is not allowed in enum'
const EMPTY = 'length: expected value to have a minimum length of 1 but was 0'
const FORMAT = (pattern: string) => `format: string does not match pattern "${pattern}"`
const NAME = "^(?!.*[ЫЪЭЁыъэё@%&$^#])[А-ЯҐЇІЄа-яґїіє’'\\- ]+$"
const TAX_ID = '^([0-9]{9,10}|[А-ЯЁЇІIЄҐ]{2}[0-9]{6})$'
const INVALID_TAX_ID = 'invalid: invalid tax_id value'
const INVALID_BIRTH_DATE = 'invalid: invalid birth_date value'
const PASSPORT = '^((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{6}$'
const TEMPORARY_CERTIFICATE =
  '^(((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{4,6}|[0-9]{9}|((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{5}/[0-9]{5})$'
const TEMPORARY_PASSPORT = '^((?![ЫЪЭЁыъэё@%&$^#`~:,.*|}{?!])[A-ZА-ЯҐЇІЄ0-9№/()-]){2,25}$'
const NONE_MAIN = "invalid: employee doesn't have speciality with active speciality_officio"
const SEVERAL_MAIN = 'invalid: employee have more than one speciality with active speciality_officio'
const DUPLICATE = 'invalid: No duplicate values.'
const MISSING = (name: string) => `required: required property ${name} was not present`

/** The violations of a body: rules with their texts, by path. */
function wrong(body: unknown): Record<string, string> {
  const validated = validateRequest(body, TODAY)
  if ('data' in validated) return {}
  const entries = Map.groupBy(violationsOf(validated.issues, 'json_data_property'), ({ entry }) => entry)
  const told = [...entries].map(([entry, all]) => [
    entry.replace('$.employee_request.', ''),
    all.map(({ rule, description }) => `${rule}: ${description}`).join('; '),
  ])
  return Object.fromEntries(told)
}

const wrongWith = (request: unknown) => wrong({ employee_request: request })

describe('a request that follows spec 5.5', () => {
  test.each(Object.keys(TYPES) as Type[])('for a %s is accepted, and stored without its status', (type) => {
    const request = aRequest(type)
    expect(wrongWith(request)).toEqual({})
    expect(validateRequest({ employee_request: request }, TODAY)).toEqual({
      data: changed(request, ['status'], undefined),
    })
  })

  test('is accepted, whatever it contains', () => {
    fc.assert(
      fc.property(validRequests(), (request) => {
        expect(wrongWith(request)).toEqual({})
      }),
      { numRuns: 500 },
    )
  })

  test('is stored unchanged, except ids and the e-mail in lower case and an empty working_experience', () => {
    const request = aRequest()
    const sent = [
      [['legal_entity_id'], SOME_IDS.legalEntityId.toUpperCase()],
      [['party', 'email'], 'Maria.K@Example.ORG'],
      [['party', 'working_experience'], ''],
      [['party', 'about_myself'], ''],
      [['party', 'what_else'], { there: ['is'] }],
    ] as const
    const body = sent.reduce((of, [path, value]) => changed(of, path, value), request)
    const kept = [
      [['party', 'email'], 'maria.k@example.org'],
      [['party', 'working_experience'], null],
      [['party', 'about_myself'], ''],
      [['party', 'what_else'], { there: ['is'] }],
      [['status'], undefined],
    ] as const
    expect(validateRequest({ employee_request: body }, TODAY)).toEqual({
      data: kept.reduce((of, [path, value]) => changed(of, path, value), request),
    })
  })

  test.each([
    ...(['division_id', 'end_date', 'employee_id', 'specialist'] as const).map((name) => [name]),
    ...(['second_name', 'no_tax_id', 'about_myself', 'working_experience'] as const).map((name) => ['party', name]),
    ...(['issued_at', 'issued_by', 'expiration_date'] as const).map((name) => ['party', 'documents', 0, name]),
    ...(['qualifications', 'science_degree'] as const).map((name) => ['doctor', name]),
    ['doctor', 'educations', 0, 'issued_date'],
    ['doctor', 'specialities', 0, 'valid_to_date'],
  ])('may have null, or nothing, for %s %s', (...path) => {
    expect(wrongWith(changed(aRequest(), path, null))).toEqual({})
    expect(wrongWith(changed(aRequest(), path, undefined))).toEqual({})
  })

  test('for a PHARMACIST needs no attestation', () => {
    const names = ['qualification_type', 'attestation_name', 'attestation_date', 'certificate_number']
    const path = (name: string) => ['pharmacist', 'specialities', 0, name]
    const request = names.reduce((of, name) => changed(of, path(name), undefined), aRequest('PHARMACIST'))
    expect(wrongWith(request)).toEqual({})
  })
})

type Step = readonly [path: readonly (string | number)[], to: unknown]
type Mutation = readonly [name: string, steps: readonly Step[], expected: Readonly<Record<string, string>>]

const one = (path: readonly (string | number)[], to: unknown, expected: string): Mutation => {
  const entry = path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join('.')
  return [`${entry} ${JSON.stringify(to) ?? 'nothing'}`.slice(0, 80), [[path, to]], { [entry]: expected }]
}

const documentOf = (type: string, number: string) => [['party', 'documents'], [{ type, number }]] as const
const formatOf = (type: string, number: string, pattern: string): Mutation => [
  `a ${type} with the number ${number}`,
  [documentOf(type, number)],
  { 'party.documents.[0].number': FORMAT(pattern) },
]

/** Each breaks one rule of a valid request for a DOCTOR. */
const MUTATIONS: readonly Mutation[] = [
  ...['legal_entity_id', 'position', 'start_date', 'status', 'employee_type'].map((name) =>
    one([name], undefined, MISSING(name)),
  ),
  one(['party'], undefined, MISSING('party')),
  ...['last_name', 'first_name', 'birth_date', 'gender', 'tax_id', 'email', 'documents', 'phones'].map((name) =>
    one(['party', name], undefined, MISSING(name)),
  ),
  ...['last_name', 'first_name', 'birth_date', 'gender', 'tax_id', 'email'].map((name) =>
    one(['party', name], null, name === 'gender' ? ENUM : CAST('string', 'null')),
  ),
  ...['type', 'number'].map((name) => one(['party', 'documents', 0, name], undefined, MISSING(name))),
  ...['type', 'number'].map((name) => one(['party', 'phones', 0, name], undefined, MISSING(name))),
  one(['doctor', 'educations'], undefined, MISSING('educations')),
  one(['doctor', 'specialities'], undefined, MISSING('specialities')),
  ...['country', 'city', 'institution_name', 'diploma_number', 'degree', 'speciality'].map((name) =>
    one(['doctor', 'educations', 0, name], undefined, MISSING(name)),
  ),
  ...['speciality', 'level', 'qualification_type', 'attestation_name', 'attestation_date', 'certificate_number'].map(
    (name) => one(['doctor', 'specialities', 0, name], undefined, MISSING(name)),
  ),

  one(['legal_entity_id'], 5, CAST('string', 'number')),
  one(['party'], [], CAST('object', 'array')),
  one(['party', 'documents'], {}, CAST('array', 'object')),
  one(['party', 'documents', 0], 'АБ123456', CAST('object', 'string')),
  one(['party', 'no_tax_id'], 'true', CAST('boolean', 'string')),
  one(['party', 'birth_date'], 19840229, CAST('string', 'number')),
  one(['party', 'tax_id'], 3184710691, CAST('string', 'number')),
  one(['party', 'working_experience'], '5', CAST('integer', 'string')),
  one(['party', 'working_experience'], 'a', CAST('integer', 'string')),
  one(['party', 'working_experience'], true, CAST('integer', 'boolean')),
  one(['party', 'working_experience'], 1.5, CAST('integer', 'number')),
  one(['doctor'], 'THERAPIST', CAST('object', 'string')),
  one(['doctor', 'specialities', 0, 'valid_to_date'], true, CAST('string', 'boolean')),

  ...['', 'НЕВІДОМО', 'new', 'APPROVED'].map((value) => one(['status'], value, ENUM)),
  one(['party', 'gender'], 'male', ENUM),
  one(['party', 'phones', 0, 'type'], 'FAX', ENUM),
  one(['party', 'documents', 0, 'type'], 'DRIVING_LICENCE', ENUM),
  one(['doctor', 'educations', 0, 'degree'], 'PHD', ENUM),
  one(['doctor', 'specialities', 0, 'level'], 'THIRD', ENUM),
  one(['doctor', 'specialities', 0, 'qualification_type'], 'INTERNSHIP', ENUM),
  [
    'words of other dictionaries',
    [
      [['doctor', 'science_degree'], { ...specifics().educations[0], degree: 'MASTER' }],
      [['doctor', 'qualifications'], [{ type: 'AWARDING', institution_name: 'А', speciality: 'Б' }]],
    ],
    { 'doctor.science_degree.degree': ENUM, 'doctor.qualifications.[0].type': ENUM },
  ],

  one(['legal_entity_id'], 'nobody', expect.stringMatching(/^format: /)),
  one(['division_id'], 'nobody', expect.stringMatching(/^format: /)),
  one(['employee_id'], 'nobody', expect.stringMatching(/^format: /)),
  ...['Ivan', 'Іванъ', 'Ёжик', 'Іван1', 'Іван@', '', 'Іван\n'].map((value) =>
    one(['party', 'first_name'], value, FORMAT(NAME)),
  ),
  one(['party', 'last_name'], 'Сміт%', FORMAT(NAME)),
  one(['party', 'second_name'], 'Ыванович', FORMAT(NAME)),
  ...['+380971', '380971112233', '+3809711122334', '+48097111223', ' +380971112233'].map((value) =>
    one(['party', 'phones', 0, 'number'], value, FORMAT('^\\+38[0-9]{10}$')),
  ),
  ...['maria', 'maria@', '@example.org', 'a b@example.org', 'марія@example.org'].map((value) =>
    one(['party', 'email'], value, expect.stringMatching(/^format: string does not match pattern "/)),
  ),
  one(
    ['party', 'email'],
    `${'a'.repeat(243)}@example.org`,
    'length: expected value to have a maximum length of 254 but was 255',
  ),

  one(['party', 'documents'], [], 'length: expected a minimum of 1 items but got 0'),
  one(['party', 'phones'], [], 'length: expected a minimum of 1 items but got 0'),
  one(['doctor', 'educations'], [], 'length: expected a minimum of 1 items but got 0'),
  one(['doctor', 'specialities'], [], 'length: expected a minimum of 1 items but got 0'),
  one(['position'], '', EMPTY),
  one(['doctor', 'educations', 0, 'city'], '', EMPTY),
  one(
    ['party', 'about_myself'],
    'я'.repeat(2001),
    'length: expected value to have a maximum length of 2000 but was 2001',
  ),
  one(['party', 'working_experience'], 0, 'number: expected the value to be >= 1'),
  one(['party', 'working_experience'], -1, 'number: expected the value to be >= 1'),
  one(['party', 'working_experience'], 2 ** 31, 'number: expected the value to be <= 2147483647'),

  ...['2026-02-29', '2026-13-01', '2026-3-1', '01.03.2026', '', '0000-01-01', '2026-03-02T00:00:00Z'].map((value) =>
    one(['start_date'], value, NO_DATE(value)),
  ),
  one(['end_date'], '2100-02-29', NO_DATE('2100-02-29')),
  one(['party', 'documents', 0, 'issued_at'], 'сьогодні', NO_DATE('сьогодні')),
  one(['party', 'documents', 0, 'expiration_date'], '2030-02-30', NO_DATE('2030-02-30')),
  one(['doctor', 'educations', 0, 'issued_date'], '2001-06-31', NO_DATE('2001-06-31')),
  one(['doctor', 'specialities', 0, 'attestation_date'], '', NO_DATE('')),
  one(['doctor', 'specialities', 0, 'valid_to_date'], '-', NO_DATE('-')),
  ...['1900-01-01', '1899-12-31', TODAY, '2026-03-03', '9999-12-31'].map((value) =>
    one(['party', 'birth_date'], value, INVALID_BIRTH_DATE),
  ),
  one(['party', 'birth_date'], '1999-02-29', NO_DATE('1999-02-29')),

  ...['31847106911', '12345678', 'AB123456', 'аб123456', ''].map((value) =>
    one(['party', 'tax_id'], value, FORMAT(TAX_ID)),
  ),
  ...['3184710692', '0000000000', '123456789', 'АБ123456'].map(
    (value): Mutation => [
      `the tax id ${value}`,
      [
        [['party', 'tax_id'], value],
        [['party', 'no_tax_id'], false],
      ],
      { 'party.tax_id': INVALID_TAX_ID },
    ],
  ),
  [
    'a tax id of who has none',
    [
      [['party', 'tax_id'], '3184710691'],
      [['party', 'no_tax_id'], true],
    ],
    { 'party.tax_id': INVALID_TAX_ID },
  ],

  formatOf('PASSPORT', 'аб123456', PASSPORT),
  formatOf('PASSPORT', 'ЫБ123456', PASSPORT),
  formatOf('PASSPORT', 'АБ 123456', PASSPORT),
  formatOf('NATIONAL_ID', '12345678', '^[0-9]{9}$'),
  formatOf('NATIONAL_ID', '1234567890', '^[0-9]{9}$'),
  formatOf('REFUGEE_CERTIFICATE', 'АБ12345', PASSPORT),
  formatOf('COMPLEMENTARY_PROTECTION_CERTIFICATE', '123456789', PASSPORT),
  formatOf('TEMPORARY_CERTIFICATE', 'АБ123', TEMPORARY_CERTIFICATE),
  formatOf('TEMPORARY_CERTIFICATE', 'АБ12345/1234', TEMPORARY_CERTIFICATE),
  formatOf('TEMPORARY_CERTIFICATE', 'ЭЮ1234', TEMPORARY_CERTIFICATE),
  formatOf('TEMPORARY_PASSPORT', 'А', TEMPORARY_PASSPORT),
  formatOf('TEMPORARY_PASSPORT', 'А'.repeat(26), TEMPORARY_PASSPORT),
  formatOf('TEMPORARY_PASSPORT', 'ab12', TEMPORARY_PASSPORT),
  formatOf('TEMPORARY_PASSPORT', 'Ы123', TEMPORARY_PASSPORT),
  ...['BIRTH_CERTIFICATE', 'PERMANENT_RESIDENCE_PERMIT'].map(
    (type): Mutation => [`a ${type} without a number`, [documentOf(type, '')], { 'party.documents.[0].number': EMPTY }],
  ),
  [
    'three documents of a type and two of another',
    [
      [
        ['party', 'documents'],
        ['PASSPORT', 'BIRTH_CERTIFICATE', 'PASSPORT', 'BIRTH_CERTIFICATE', 'PASSPORT'].map((type) => ({
          ...{ type, number: 'АБ123456' },
        })),
      ],
    ],
    {
      'party.documents.[2].type': DUPLICATE,
      'party.documents.[3].type': DUPLICATE,
      'party.documents.[4].type': DUPLICATE,
    },
  ],
  [
    'two phones of a type',
    [[['party', 'phones'], ['+380971112233', '+380971112244'].map((number) => ({ type: 'MOBILE', number }))]],
    { 'party.phones.[1].type': DUPLICATE },
  ],

  one(['position_name'], 'x', UNKNOWN),
  one(['hr'], {}, UNKNOWN),
  one(['doctor', 'experience'], 1, UNKNOWN),
  one(['doctor', 'educations', 0, 'year'], 2001, UNKNOWN),
  one(['doctor', 'specialities', 0, 'order'], 1, UNKNOWN),
  one(['party', 'documents', 0, 'serial'], 'АБ', UNKNOWN),
  one(['party', 'phones', 0, 'note'], '', UNKNOWN),
  [
    'unknown properties of a qualification and a science degree',
    [
      [['doctor', 'qualifications'], [{ type: 'INTERNSHIP', institution_name: 'А', speciality: 'Б', a: 1, b: 2 }]],
      [['doctor', 'science_degree'], { ...specifics().educations[0], degree: 'PHD', level: 1 }],
    ],
    {
      'doctor.qualifications.[0].a': UNKNOWN,
      'doctor.qualifications.[0].b': UNKNOWN,
      'doctor.science_degree.level': UNKNOWN,
    },
  ],

  one(['doctor'], undefined, MISSING('doctor')),
  one(['doctor'], null, MISSING('doctor')),
  one(['specialist'], specifics(), 'invalid: field specialist is not allowed'),
  [
    'the object of another type instead of its own',
    [
      [['doctor'], undefined],
      [['pharmacist'], specifics()],
    ],
    { doctor: MISSING('doctor'), pharmacist: 'invalid: field pharmacist is not allowed' },
  ],
  [
    'no main speciality',
    [[['doctor', 'specialities'], specifics().specialities.map((each) => ({ ...each, speciality_officio: false }))]],
    { 'doctor.specialities': NONE_MAIN },
  ],
  [
    'two main specialities',
    [
      [
        ['doctor', 'specialities'],
        [...specifics().specialities, ...specifics('PEDIATRICIAN').specialities],
      ],
    ],
    { 'doctor.specialities': SEVERAL_MAIN },
  ],
  [
    'a surgeon',
    [[['doctor', 'specialities'], specifics('SURGEON').specialities]],
    { 'doctor.specialities': 'invalid: speciality SURGEON with active speciality_officio is not allowed for doctor' },
  ],
  [
    'a main speciality that is basic',
    [[['doctor', 'specialities'], specifics().specialities.map((each) => ({ ...each, level: 'BASIC' }))]],
    {
      'doctor.specialities': 'invalid: speciality level BASIC with active speciality_officio is not allowed for doctor',
    },
  ],

  one(['position'], 'P\0', 'invalid: contains a character that cannot be stored'),
  one(['party', 'about_myself'], 'half \ud83d', 'invalid: contains a character that cannot be stored'),
  [
    'an unstorable name in data stored unchanged',
    [[['party', 'what_else'], { 'there\0': 1 }]],
    { 'party.what_else.there\0': 'invalid: contains a character that cannot be stored' },
  ],
  [
    'an unstorable text in data stored unchanged',
    [[['party', 'what_else'], { there: '\0' }]],
    { 'party.what_else.there': 'invalid: contains a character that cannot be stored' },
  ],
]

describe('one violated rule gives one error', () => {
  test.each(MUTATIONS)('%s', (_, steps, expected) => {
    const doctors = validRequests({ types: ['DOCTOR'] })
    fc.assert(
      fc.property(doctors, (request) => {
        const broken = steps.reduce((of, [path, to]) => changed(of, path, to), withMainFirst(request))
        expect(wrongWith(broken)).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })
})

// The first speciality is not the main one, and the first document has no specific format.
function withMainFirst(request: Json): Json {
  const others = { ...specifics('Хірургія').specialities[0], speciality_officio: false }
  const specialities = [others, ...(at(request, ['doctor', 'specialities']) as object[])]
  const bare = changed(changed(request, ['doctor', 'specialities'], specialities), ['employee_id'], undefined)
  return changed(bare, ['party', 'documents'], [{ type: 'BIRTH_CERTIFICATE', number: 'І-БК 123456' }])
}

describe('the main speciality', () => {
  const withMain = (type: Type, specialities: unknown) =>
    wrongWith(changed(aRequest(type), [TYPES[type] ?? '', 'specialities'], specialities))
  const main = (speciality: string) => specifics(speciality).specialities
  const none = (speciality: string) => main(speciality).map((each) => ({ ...each, speciality_officio: false }))

  test.each([
    ['PHARMACIST', 'THERAPIST'],
    ['DOCTOR', 'CARDIOLOGY'],
    ['SPECIALIST', 'FAMILY_DOCTOR'],
    ['ASSISTANT', 'PHARMACIST'],
    ['LABORANT', 'NURSING'],
    ['MED_ADMIN', 'PROVISOR'],
    ['MED_COORDINATOR', 'NURSING'],
  ] as const)('of a %s is not %s', (type, speciality) => {
    const name = TYPES[type]
    const text = `invalid: speciality ${speciality} with active speciality_officio is not allowed for ${name}`
    expect(withMain(type, main(speciality))).toEqual({ [`${name}.specialities`]: text })
    // Any speciality is allowed besides the main one.
    expect(withMain(type, [...main(mainOf(type)[0] ?? ''), ...none(speciality)])).toEqual({})
  })

  test.each(['MED_ADMIN', 'MED_COORDINATOR'] as const)('of a %s is optional, and at most one', (type) => {
    const name = TYPES[type]
    const [first = '', second = ''] = mainOf(type)
    expect(withMain(type, none('NURSING'))).toEqual({})
    expect(withMain(type, main(first))).toEqual({})
    expect(withMain(type, [...main(first), ...main(second)])).toEqual({ [`${name}.specialities`]: SEVERAL_MAIN })
  })

  test.each(['SPECIALIST', 'ASSISTANT', 'PHARMACIST', 'LABORANT'] as const)('of a %s is required', (type) => {
    expect(withMain(type, none('NURSING'))).toEqual({ [`${TYPES[type]}.specialities`]: NONE_MAIN })
  })
})

describe('all violations are reported at once', () => {
  test('of schema and rules', () => {
    const party = {
      ...{ last_name: 'Smith', birth_date: '1880-01-01', gender: 'X', tax_id: '3184710692', email: 'x', phones: [] },
      documents: [
        { type: 'PASSPORT', number: '1', serial: 'АБ' },
        { type: 'PASSPORT', number: 'АБ123456' },
      ],
    }
    const request = { status: 'NEW', employee_type: 'DOCTOR', party, extra: 1, specialist: { educations: [] } }
    expect(wrong({ employee_request: request, more: 1 })).toEqual({
      legal_entity_id: MISSING('legal_entity_id'),
      position: MISSING('position'),
      start_date: MISSING('start_date'),
      doctor: MISSING('doctor'),
      specialist: 'invalid: field specialist is not allowed',
      'specialist.educations': 'length: expected a minimum of 1 items but got 0',
      'specialist.specialities': MISSING('specialities'),
      extra: UNKNOWN,
      '$.more': UNKNOWN,
      'party.first_name': MISSING('first_name'),
      'party.last_name': FORMAT(NAME),
      'party.birth_date': INVALID_BIRTH_DATE,
      'party.gender': ENUM,
      'party.tax_id': INVALID_TAX_ID,
      'party.email': expect.stringMatching(/^format/),
      'party.phones': 'length: expected a minimum of 1 items but got 0',
      'party.documents.[0].number': FORMAT(PASSPORT),
      'party.documents.[0].serial': UNKNOWN,
      'party.documents.[1].type': DUPLICATE,
    })
  })

  test.each([
    ['nothing', undefined, { $: expect.anything() }],
    ['a text', 'x', { $: CAST('object', 'string') }],
    ['a list', [], { $: CAST('object', 'array') }],
    ['an empty object', {}, { '$.employee_request': MISSING('employee_request') }],
    ['null for the request', { employee_request: null }, { '$.employee_request': CAST('object', 'null') }],
  ])('of a body that is %s', (_, body, expected) => {
    expect(wrong(body)).toEqual(expected)
  })

  test('of any JSON, without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (party, doctor) => {
        const request = { ...aRequest(), party, doctor }
        expect(Object.keys(wrongWith(request)).length).toBeGreaterThan(0)
      }),
    )
  })

  test('of JSON that is too deeply nested to store', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)
    const [[entry, text] = []] = Object.entries(wrongWith(changed(aRequest(), ['party', 'more'], deep)))
    expect(entry).toMatch(/^party\.more\.\[0\]/)
    expect(text).toBe('invalid: is nested too deeply')
  })

  test.each([
    ['documents of one type', Array.from({ length: 10_000 }, () => ({ type: 'PASSPORT', number: '1' }))],
    ['documents of as many types', Array.from({ length: 10_000 }, (_, n) => ({ type: `${n}` }))],
    ['what is nothing at all', Array.from({ length: 400_000 }, () => 0)],
    ['one in another', JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)],
  ])('but quickly only for content that no request can have: %s', (_, documents) => {
    const began = performance.now()
    expect(wrongWith(changed(aRequest(), ['party', 'documents'], documents))).toEqual({
      $: 'invalid: holds too many values',
    })
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe('a tax id', () => {
  test('has the check digit computed from its first nine digits, and no other', () => {
    fc.assert(
      fc.property(taxIds, fc.integer({ min: 1, max: 9 }), (value, shift) => {
        expect(isTaxId(value, false)).toBe(true)
        const other = `${value.slice(0, 9)}${(Number(value[9]) + shift) % 10}`
        expect(isTaxId(other, false)).toBe(false)
      }),
    )
  })

  // Sums below zero, a remainder of 10, and numbers that are published as examples.
  test.each(['9000000002', '1234567899', '3184710691', '1000000000', taxId('100000000')])('may be %s', (value) => {
    expect(isTaxId(value, false)).toBe(true)
  })

  test('is never all zeros', () => {
    expect(isTaxId('0000000000', false)).toBe(false)
  })

  test('of a person without one is a passport or an identity card', () => {
    expect(['123456789', 'АБ123456', 'ЁI123456'].map((value) => isTaxId(value, true))).toEqual([true, true, true])
    expect(['1234567899', 'AB123456', '12345678'].map((value) => isTaxId(value, true))).toEqual([false, false, false])
  })
})

describe('a date', () => {
  test('exists in the calendar, including leap years', () => {
    expect(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'].map(isDay)).toEqual([true, true, true, true])
    expect(['2026-02-29', '1900-02-29', '0000-12-31', '2026-1-1', '10000-01-01'].map(isDay)).not.toContain(true)
  })

  test('of birth is from 1900-01-02 to yesterday', () => {
    expect(['1900-01-02', '2026-03-01'].map((day) => isBirthDate(day, TODAY))).toEqual([true, true])
    expect(['1900-01-01', TODAY].map((day) => isBirthDate(day, TODAY))).toEqual([false, false])
  })
})

test.each(Object.entries(DOCUMENT_FORMATS))('a %s may have any number that its format allows', (type, format) => {
  fc.assert(
    fc.property(DOCUMENT_NUMBERS[type] ?? fc.constant(''), (number) => {
      expect(number).toMatch(format)
    }),
  )
})
