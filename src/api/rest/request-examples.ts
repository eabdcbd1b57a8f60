/** Examples of creating and reading employee requests. A test inserts what they refer to. */
import { requestOf } from './decision-examples.ts'
import { EXAMPLE_IDS } from './examples.ts'
import type { RouteExample } from './route.ts'

/** What the examples refer to, besides the legal entity of all examples. */
export const REQUEST_EXAMPLE_IDS = {
  division: '2f9b6f4e-0f51-4d6b-8f3c-7a1d5e9c0b42',
  request: '6d3a9c0e-1f24-4b8d-9e57-0a1b2c3d4e10',
} as const

const INSERTED_AT = '2026-03-02T08:00:00.000Z'

/** The existing request. */
export const EXAMPLE_REQUEST = requestOf({ email: 'maria.kovalenko@example.org' })

/** A request that is sent, for a doctor. */
const DOCTOR = {
  legal_entity_id: EXAMPLE_IDS.legalEntity,
  division_id: REQUEST_EXAMPLE_IDS.division,
  position: 'P6',
  start_date: '2026-03-02',
  employee_type: 'DOCTOR',
  party: {
    ...{ last_name: 'Ткаченко', first_name: 'Ірина', second_name: 'Олегівна', birth_date: '1987-03-10' },
    ...{ gender: 'FEMALE', tax_id: '3184710691', no_tax_id: false, email: 'iryna.tkachenko@example.org' },
    documents: [{ type: 'PASSPORT', number: 'АБ123456', issued_at: '2003-04-11' }],
    phones: [{ type: 'MOBILE', number: '+380671112233' }],
    working_experience: 12,
  },
  doctor: {
    educations: [
      {
        ...{ country: 'UA', city: 'Київ', institution_name: 'НМУ імені О. О. Богомольця', issued_date: '2010-06-30' },
        ...{ diploma_number: 'КВ 38112233', degree: 'MASTER', speciality: 'Лікувальна справа' },
      },
    ],
    specialities: [
      {
        ...{ speciality: 'FAMILY_DOCTOR', speciality_officio: true, level: 'FIRST', qualification_type: 'AWARDING' },
        ...{ attestation_name: 'НУОЗ', attestation_date: '2021-05-20', certificate_number: 'АБ/21331' },
      },
    ],
  },
}

function shown<Data extends { readonly party: Named }>(data: Data, id: string) {
  const { first_name, second_name, last_name } = data.party
  return {
    ...data,
    ...{ id, status: 'NEW', employee_id: null, inserted_at: INSERTED_AT, updated_at: INSERTED_AT },
    ...{ edrpou: '42032422', legal_entity_name: 'Амбулаторія' },
    ...{ first_name, second_name, last_name, no_tax_id: false },
  }
}

interface Named {
  readonly first_name: string
  readonly second_name: string
  readonly last_name: string
}

const there = shown(EXAMPLE_REQUEST, REQUEST_EXAMPLE_IDS.request)

const { position: _position, start_date: _startDate, employee_id: _employeeId, party: _party, ...listed } = there

/** The examples, by what they show. */
export const REQUEST_EXAMPLES = {
  create: {
    summary: 'A legal entity requests a doctor',
    body: { employee_request: { ...DOCTOR, status: 'NEW' } },
    status: 201,
    data: shown(DOCTOR, '0b7f4c1e-52a9-4d1c-b1a8-3f6d2e9c7a55'),
    varying: ['id', 'inserted_at', 'updated_at'],
  },
  createSigned: {
    summary: 'The same, signed (a demo accepts the plain document)',
    body: {
      signed_content: Buffer.from(JSON.stringify({ employee_request: { ...DOCTOR, status: 'NEW' } })).toString(
        'base64',
      ),
      signed_content_encoding: 'base64',
    },
    status: 201,
    data: shown(DOCTOR, '0b7f4c1e-52a9-4d1c-b1a8-3f6d2e9c7a56'),
    varying: ['id', 'inserted_at', 'updated_at'],
  },
  envelope: {
    summary: 'The signed envelope of a request',
    params: { id: REQUEST_EXAMPLE_IDS.request },
    status: 200,
    data: { id: REQUEST_EXAMPLE_IDS.request, signed_content: 'e30=', signed_content_encoding: 'base64' },
  },
  createInvalid: {
    summary: 'A tax id with a wrong check digit, and no division',
    body: {
      employee_request: {
        ...{ ...DOCTOR, status: 'NEW', division_id: null },
        party: { ...DOCTOR.party, tax_id: '3184710692' },
      },
    },
    status: 422,
  },
  list: {
    summary: 'A new one',
    query: { id: REQUEST_EXAMPLE_IDS.request, status: 'NEW' },
    status: 200,
    data: [listed],
  },
  one: { summary: 'A request', params: { id: REQUEST_EXAMPLE_IDS.request }, status: 200, data: there },
  forMis: {
    summary: 'An unanswered request',
    params: { id: REQUEST_EXAMPLE_IDS.request },
    status: 200,
    data: { id: there.id, employee_id: null, status: there.status, updated_at: there.updated_at },
  },
} as const satisfies Readonly<Record<string, RouteExample>>
