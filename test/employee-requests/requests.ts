/**
 * Employee requests for tests: a fixed one, and any that spec 5.5 accepts. The generator is written from the specification and uses none of
 * our code.
 */
import fc from 'fast-check'

/** A request as JSON. */
export type Json = { readonly [name: string]: unknown }

/** The ids that a request refers to. */
export interface Ids {
  readonly legalEntityId: string
  readonly divisionId: string
}

/** Ids that do not exist, for tests without a database. */
export const SOME_IDS: Ids = {
  legalEntityId: '7c3da506-917f-4550-b924-8e4ff4e8b3c4',
  divisionId: 'd290f1ee-6c54-4b01-90e6-d701748f0851',
}

/** Every employee type, with the name of its own object if it has one. */
export const TYPES = {
  ...{ OWNER: null, PHARMACY_OWNER: null, HR: null, ADMIN: null, ACCOUNTANT: null, RECEPTIONIST: null },
  ...{ DOCTOR: 'doctor', SPECIALIST: 'specialist', ASSISTANT: 'assistant', PHARMACIST: 'pharmacist' },
  ...{ LABORANT: 'laborant', MED_ADMIN: 'med_admin', MED_COORDINATOR: 'med_coordinator' },
} as const
export type Type = keyof typeof TYPES

/** The same value with the one at a path replaced, or removed if undefined. */
export function changed<T>(value: T, path: readonly (string | number)[], to: unknown): T {
  const [key, ...rest] = path
  if (key === undefined) return to as T
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>
  const inner = changed(copy[key], rest, to)
  if (inner === undefined && !Array.isArray(copy)) delete copy[key]
  else copy[key] = inner
  return copy as T
}

/** The value at a path. */
export function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((inner, key) => Reflect.get(Object(inner), key), value)
}

/** A tax id with its check digit. The weight of the first digit is -1, which is 10 modulo 11. */
export function taxId(nineDigits: string): string {
  const weighed = [10, 5, 7, 9, 4, 6, 10, 5, 7].map((weight, index) => weight * Number(nineDigits.charAt(index)))
  const remainder = weighed.reduce((sum, each) => sum + each) % 11
  return `${nineDigits}${remainder === 10 ? 0 : remainder}`
}

const MAIN: Readonly<Partial<Record<Type, readonly string[]>>> = {
  DOCTOR: ['THERAPIST', 'PEDIATRICIAN', 'FAMILY_DOCTOR'],
  SPECIALIST: ['CARDIOLOGY', 'PSYCHIATRY', 'DERMATO-VENEREOLOGY'],
  ASSISTANT: ['NURSING', 'OBSTETRICS'],
  PHARMACIST: ['PHARMACIST', 'PROVISOR', 'CLINICAL_PROVISOR'],
  LABORANT: ['CLINICAL_LABORATORY', 'VIROLOGY'],
  MED_ADMIN: ['PUBLIC_HEALTH_ORGANIZATION', 'THERAPIST'],
  MED_COORDINATOR: ['TRANSPLANTOLOGY', 'NEPHROLOGY'],
}

/** Some of the main specialities allowed for a type. */
export function mainOf(type: Type): readonly string[] {
  return MAIN[type] ?? []
}

/** The smallest valid education and specialities of a type. */
export function specifics(speciality = 'THERAPIST') {
  return {
    educations: [
      {
        ...{ country: 'UA', city: 'Київ', institution_name: 'НМУ', diploma_number: 'ДК 123', degree: 'MASTER' },
        speciality: 'Лікувальна справа',
      },
    ],
    specialities: [
      {
        ...{ speciality, speciality_officio: true, level: 'FIRST', qualification_type: 'AWARDING' },
        ...{ attestation_name: 'НМАПО', attestation_date: '2020-02-29', certificate_number: 'АБ/21331' },
      },
    ],
  }
}

/** The smallest valid request for an employee type. */
export function aRequest(type: Type = 'DOCTOR', { legalEntityId, divisionId }: Ids = SOME_IDS): Json {
  const own = TYPES[type]
  return {
    ...{ legal_entity_id: legalEntityId, division_id: divisionId, position: 'P6', start_date: '2026-03-02' },
    ...{ status: 'NEW', employee_type: type },
    party: {
      ...{ last_name: 'Коваленко', first_name: 'Марія', second_name: 'Іванівна', birth_date: '1984-02-29' },
      ...{ gender: 'FEMALE', tax_id: '3184710691', email: 'maria@example.org' },
      documents: [{ type: 'PASSPORT', number: 'АБ123456' }],
      phones: [{ type: 'MOBILE', number: '+380971112233' }],
    },
    ...(own === null ? {} : { [own]: specifics(mainOf(type)[0]) }),
  }
}

const LETTERS = [...'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЬЮЯҐЇІЄ']
const DAY = 86_400_000

function letters(count: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...LETTERS), minLength: count, maxLength: count })
}

function digits(count: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count })
}

function joined(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''))
}

/** A day within a range, both ends included. */
export function days(first: string, last: string): fc.Arbitrary<string> {
  const from = Date.parse(first)
  return fc
    .integer({ min: 0, max: Math.round((Date.parse(last) - from) / DAY) })
    .map((count) => new Date(from + count * DAY).toISOString().slice(0, 10))
}

const anyDay = days('1950-01-01', '2080-12-31')
const text = fc.string({ unit: fc.constantFrom(...'АБвг є\'"0123-/№abc'), minLength: 1, maxLength: 20 })
const name = fc.string({
  unit: fc.constantFrom(...LETTERS, ...'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя', '’', "'", '-', ' '),
  minLength: 1,
  maxLength: 30,
})
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })

/** Document numbers, by type. */
export const DOCUMENT_NUMBERS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  PASSPORT: joined(letters(2), digits(6)),
  NATIONAL_ID: digits(9),
  REFUGEE_CERTIFICATE: joined(letters(2), digits(6)),
  COMPLEMENTARY_PROTECTION_CERTIFICATE: joined(letters(2), digits(6)),
  TEMPORARY_CERTIFICATE: fc.oneof(
    ...[4, 5, 6].map((count) => joined(letters(2), digits(count))),
    digits(9),
    joined(letters(2), digits(5), fc.constant('/'), digits(5)),
  ),
  TEMPORARY_PASSPORT: fc.string({
    unit: fc.constantFrom(...LETTERS, ...'ABCXYZ0123456789№/()-'),
    minLength: 2,
    maxLength: 25,
  }),
  BIRTH_CERTIFICATE: text,
  PERMANENT_RESIDENCE_PERMIT: text,
}

/** Tax ids, and what replaces one if there is none. */
export const taxIds = digits(9)
  .filter((each) => each !== '000000000')
  .map(taxId)
export const passportsForTaxIds = fc.oneof(
  digits(9),
  joined(fc.string({ unit: fc.constantFrom(...'АЯЁЇІIЄҐЫЪЭ'), minLength: 2, maxLength: 2 }), digits(6)),
)

const documents = fc
  .uniqueArray(fc.constantFrom(...Object.keys(DOCUMENT_NUMBERS)), { minLength: 1, maxLength: 4 })
  .chain((types) =>
    fc.tuple(
      ...types.map((type) =>
        fc.record(
          {
            ...{ type: fc.constant(type), number: DOCUMENT_NUMBERS[type] ?? text },
            ...{ issued_at: optional(anyDay), issued_by: optional(text), expiration_date: optional(anyDay) },
          },
          { requiredKeys: ['type', 'number'] },
        ),
      ),
    ),
  )

const phones = fc
  .subarray(['MOBILE', 'LAND_LINE'], { minLength: 1 })
  .chain((types) =>
    fc.tuple(
      ...types.map((type) => fc.record({ type: fc.constant(type), number: joined(fc.constant('+38'), digits(10)) })),
    ),
  )

const party = (yesterday: string) =>
  fc
    .tuple(
      fc.record(
        {
          ...{ last_name: name, first_name: name, second_name: optional(name), documents, phones },
          ...{ birth_date: days('1900-01-02', yesterday), gender: fc.constantFrom('MALE', 'FEMALE') },
          email: joined(
            fc.constantFrom('maria', 'Ivan.Franko', 'A_1+x'),
            fc.constantFrom('@x.ua', '@Mail.Example.ORG'),
          ),
          about_myself: optional(fc.string({ unit: fc.constantFrom(...'абв г'), maxLength: 2000 })),
          working_experience: optional(fc.integer({ min: 1, max: 80 })),
          // Any other field of a party is accepted.
          declaration_limit: fc.integer(),
        },
        {
          requiredKeys: [
            ...(['last_name', 'first_name', 'documents', 'phones', 'birth_date', 'gender', 'email'] as const),
          ],
        },
      ),
      fc.oneof(
        fc.record({ tax_id: taxIds, no_tax_id: fc.constantFrom(false, null) }, { requiredKeys: ['tax_id'] }),
        fc.record({ tax_id: passportsForTaxIds, no_tax_id: fc.constant(true) }),
      ),
    )
    .map(([rest, taxes]) => ({ ...rest, ...taxes }))

const studied = {
  ...{ country: text, city: text, institution_name: text, diploma_number: text, speciality: text },
  issued_date: optional(anyDay),
}
const STUDIED = ['country', 'city', 'institution_name', 'diploma_number', 'speciality', 'degree'] as const
const education = fc.record(
  { ...studied, degree: fc.constantFrom('EXPERT', 'MASTER', 'BACHELOR', 'JUNIOR_EXPERT') },
  { requiredKeys: [...STUDIED] },
)
const scienceDegree = fc.record(
  { ...studied, degree: fc.constantFrom('PHD', 'DOCTOR_OF_SCIENCE', 'CANDIDATE_OF_SCIENCE') },
  { requiredKeys: [...STUDIED] },
)
const qualification = fc.record(
  {
    type: fc.constantFrom(
      ...['INTERNSHIP', 'STAZHUVANNYA', 'REATTESTATION', 'SPECIALIZATION'],
      ...['TOPIC_IMPROVEMENT', 'CLINICAL_RESIDENCY', 'INFORMATION_COURSES'],
    ),
    ...{ institution_name: text, speciality: text, issued_date: optional(anyDay), certificate_number: optional(text) },
    ...{ valid_to: optional(anyDay), additional_info: optional(text) },
  },
  { requiredKeys: ['type', 'institution_name', 'speciality'] },
)

const LEVELS = ['FIRST', 'SECOND', 'HIGHEST', 'NOT_APPLICABLE']

function speciality(type: Type, isMain: boolean) {
  const ofType = isMain ? fc.constantFrom(...mainOf(type)) : text
  const isMainOfDoctor = type === 'DOCTOR' && isMain
  const attested = {
    ...{ qualification_type: fc.constantFrom('DEFENSE', 'AWARDING'), attestation_name: text },
    ...{ attestation_date: anyDay, certificate_number: text },
  }
  const required = ['speciality', 'speciality_officio', 'level'] as const
  const more = type === 'PHARMACIST' ? [] : (Object.keys(attested) as (keyof typeof attested)[])
  return fc.record(
    {
      ...{ speciality: ofType, speciality_officio: fc.constant(isMain) },
      level: isMainOfDoctor ? fc.constantFrom(...LEVELS) : fc.constantFrom('BASIC', ...LEVELS),
      ...{ valid_to_date: optional(anyDay), ...attested },
    },
    { requiredKeys: [...required, ...more] },
  )
}

function specificsOf(type: Type) {
  const specialities = fc
    .tuple(speciality(type, true), fc.array(speciality(type, false), { maxLength: 2 }), fc.nat(2))
    .map(([main, others, place]) => others.toSpliced(place, 0, main))
    .chain((all) => {
      const others = all.filter(({ speciality_officio }) => !speciality_officio)
      const needsMain = (type !== 'MED_ADMIN' && type !== 'MED_COORDINATOR') || others.length === 0
      return needsMain ? fc.constant(all) : fc.constantFrom(all, others)
    })
  return fc.record(
    {
      ...{ educations: fc.array(education, { minLength: 1, maxLength: 3 }), specialities },
      ...{
        qualifications: optional(fc.array(qualification, { maxLength: 2 })),
        science_degree: optional(scienceDegree),
      },
    },
    { requiredKeys: ['educations', 'specialities'] },
  )
}

/** Options for generating valid requests. */
export interface Valid {
  readonly ids?: Ids
  readonly types?: readonly Type[]
  /** The last birth date: the day before the request is sent. */
  readonly yesterday?: string
}

/** Any request that spec 5.5 accepts by its data alone (and that names no employee). */
export function validRequests({ ids = SOME_IDS, types, yesterday = '2026-03-01' }: Valid = {}): fc.Arbitrary<Json> {
  return fc.constantFrom(...(types ?? (Object.keys(TYPES) as Type[]))).chain((type) => {
    const own = TYPES[type]
    return fc.record(
      {
        ...{ legal_entity_id: fc.constant(ids.legalEntityId), division_id: fc.constant(ids.divisionId) },
        ...{ position: text, start_date: anyDay, end_date: optional(anyDay), status: fc.constant('NEW') },
        ...{ employee_type: fc.constant(type), employee_id: fc.constant(null), party: party(yesterday) },
        ...(own === null ? { doctor: fc.constant(null) } : { [own]: specificsOf(type) }),
      },
      {
        requiredKeys: [
          ...['legal_entity_id', 'position', 'start_date', 'status', 'employee_type', 'party'],
          ...(own === null ? [] : [own]),
          ...(type === 'DOCTOR' ? ['division_id'] : []),
        ] as never[],
      },
    ) as fc.Arbitrary<Json>
  })
}
