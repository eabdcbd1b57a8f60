/** The examples of the OpenAPI document. A test creates their people, sends each request, and compares the answers. */
import { STREAMS_OF, type Stream } from '../../verification/status.ts'
import { isShown } from '../../verification-store/kinds.ts'
import type { RouteExample } from './route.ts'

/** The subjects of the examples. */
export const EXAMPLE_IDS = {
  person: '5ac51ea2-7e5c-4b0d-a1a5-9ddb3a1dbd4f',
  newPerson: 'c1f7b9d4-8f0e-4b57-b6c1-4f9a0f6f2a11',
  deadPerson: '8c2f4a6e-1b3d-4e5f-9a7c-2d4b6f8e0a1c',
  deadParty: '4b7e2c1a-9d8f-4e3b-8a6c-5d4e3f2a1b0c',
  party: '0d3b1d59-3d3f-4a4c-9a37-3d9f7ef1a0f2',
  partyEmployee: '1c9d7e5f-3a2b-4c6d-8e0f-5b7a9c1d3e2f',
  newParty: '7a6f0a7b-2b1e-4c52-8e0b-3f1d2f6e9c55',
  nobody: '00000000-0000-4000-8000-000000000000',
  event: '3c1d5f0e-6f0a-4c58-9b3c-0f5d7f2a9e61',
  employee: 'e8d1a4b2-5c3f-4e6a-9d7b-1a2b3c4d5e6f',
  legalEntity: '9f2e8d7c-6b5a-4f3e-8d2c-1b0a9f8e7d6c',
  system: '4261eacf-8008-4e62-899f-de1e2f7065f0',
} as const

const CHECKED = '2026-03-02T01:15:00.000Z'

const verified = (reason: string, more: object) => ({
  verification_status: 'VERIFIED',
  verification_reason: reason,
  ...more,
})
const SHARED = {
  drfo: verified('AUTO_ONLINE', { result: 1 }),
  dracs_death: verified('AUTO_ONLINE', { verification_comment: null }),
  mvs_passport: verified('AUTO_NOT_LOST', { status: 0 }),
  dms_passport: verified('AUTO_VALID', { status: 0 }),
} as const satisfies Readonly<Record<(typeof STREAMS_OF)['party'][number], object>>
const ofPerson = {
  ...SHARED,
  nhs: verified('MANUAL', { verification_comment: 'Documents were shown' }),
  unzr: { verification_status: 'NOT_VERIFIED', verification_reason: 'AUTO', status: 0 },
} as const satisfies Readonly<Record<Stream, object>>

const ofVerifiedPerson = { ...ofPerson, unzr: verified('AUTO', { status: 1 }) } as const

// Streams that are not checked here.
const NOT_NEEDED = { verification_status: 'VERIFICATION_NOT_NEEDED', verification_reason: 'INITIAL' } as const
const RENAMED = { dracs_name_change: { ...NOT_NEEDED, verification_comment: null } } as const
const BORN = { ...RENAMED, dracs_birth: RENAMED.dracs_name_change, legal_capacity: NOT_NEEDED } as const

// As in lists, with the streams' times.
function withTimes(streams: Readonly<Partial<Record<Stream, { readonly verification_status: string }>>>): object {
  const entries = STREAMS_OF.person.flatMap((name) => {
    const stream = streams[name]
    if (stream === undefined) return []
    const unverified_at = stream.verification_status === 'NOT_VERIFIED' ? CHECKED : null
    return [[name, { ...stream, ...(isShown(name, 'synced_at') ? { synced_at: CHECKED } : {}), unverified_at }]]
  })
  return Object.fromEntries(entries)
}

const PARAMETERS = {
  adult_age: '18',
  declaration_term: '40',
  declaration_term_unit: 'YEARS',
  employee_request_expiration: '29',
  employee_request_term_unit: 'DAYS',
  no_self_auth_age: '14',
} as const

const EVENT = {
  id: EXAMPLE_IDS.event,
  event_type: 'StatusChangeEvent',
  entity_type: 'Person',
  entity_id: EXAMPLE_IDS.person,
  properties: { verification_status: { new_value: 'CHANGES_NEEDED' } },
  event_time: CHECKED,
  changed_by: EXAMPLE_IDS.system,
  inserted_at: CHECKED,
} as const

/** The examples, by what they show. */
export const EXAMPLES = {
  personVerification: {
    summary: 'A person whose UNZR belongs to somebody else',
    params: { id: EXAMPLE_IDS.person },
    status: 200,
    data: { verification_status: 'CHANGES_NEEDED', details: { ...ofPerson, ...BORN } },
  },
  noPerson: { summary: 'Nobody', params: { id: EXAMPLE_IDS.nobody }, status: 404 },
  personVerifications: {
    summary: 'Persons whose data must be changed',
    query: { verification_status: 'CHANGES_NEEDED', page: '1', page_size: '10' },
    status: 200,
    data: [
      {
        ...{ person_id: EXAMPLE_IDS.person, person_status: 'active', person_updated_at: CHECKED },
        declaration_number: '0000-12H4-245D',
        declaration_status: 'active',
        verification_status: 'CHANGES_NEEDED',
        details: {
          ...withTimes(ofPerson),
          ...RENAMED,
          dracs_birth: { ...RENAMED.dracs_name_change, synced_at: null, unverified_at: null },
          legal_capacity: { ...NOT_NEEDED, unverified_at: null },
        },
      },
    ],
  },
  putPerson: {
    summary: 'An unknown person',
    params: { id: EXAMPLE_IDS.newPerson },
    body: {
      last_name: 'Шевченко',
      first_name: 'Олена',
      second_name: 'Іванівна',
      birth_date: '1990-05-17',
      gender: 'FEMALE',
      tax_id: '3301012345',
      unzr: '19900517-01234',
      documents: [{ type: 'NATIONAL_ID', number: '001234567', issued_at: '2020-01-02', issued_by: '1234' }],
    },
    status: 201,
    data: { id: EXAMPLE_IDS.newPerson, result: 'created' },
  },
  partyVerification: {
    summary: 'A party, verified',
    params: { id: EXAMPLE_IDS.party },
    status: 200,
    data: { verification_status: 'VERIFIED', details: { ...SHARED, ...RENAMED } },
  },
  partyVerifications: {
    summary: 'Parties that are verified',
    query: { verification_status: 'VERIFIED' },
    status: 200,
    data: [
      {
        party_id: EXAMPLE_IDS.party,
        employee_id: EXAMPLE_IDS.partyEmployee,
        division_id: null,
        party_updated_at: CHECKED,
        ...{ verification_status: 'VERIFIED', details: { ...withTimes(SHARED), ...RENAMED } },
      },
    ],
  },
  confirmDracsDeath: {
    summary: 'The party is alive: the act is of somebody else',
    params: { id: EXAMPLE_IDS.deadParty },
    body: {
      dracs_death: {
        verification_status: 'VERIFIED',
        verification_reason: 'MANUAL_NOT_CONFIRMED',
        verification_comment: 'The act belongs to a namesake',
      },
    },
    status: 200,
    data: {
      verification_status: 'VERIFIED',
      details: {
        ...{ ...SHARED, ...RENAMED },
        dracs_death: verified('MANUAL_NOT_CONFIRMED', { verification_comment: 'The act belongs to a namesake' }),
      },
    },
  },
  confirmPersonDracsDeath: {
    summary: 'The person is alive: there is no such act',
    params: { id: EXAMPLE_IDS.deadPerson },
    body: {
      dracs_death: {
        verification_status: 'VERIFIED',
        verification_reason: 'MANUAL_NO_DEATH_RECORD',
        verification_comment: 'She came herself',
      },
    },
    status: 200,
    data: {
      verification_status: 'VERIFIED',
      details: {
        ...{ ...ofVerifiedPerson, ...BORN },
        dracs_death: verified('MANUAL_NO_DEATH_RECORD', { verification_comment: 'She came herself' }),
      },
    },
  },
  putParty: {
    summary: 'A party with an employee',
    params: { id: EXAMPLE_IDS.newParty },
    body: {
      last_name: 'Коваленко',
      first_name: 'Петро',
      birth_date: '1980-01-31',
      tax_id: '2925112345',
      documents: [{ type: 'PASSPORT', number: 'АБ123456', issued_at: '1996-02-03' }],
      phones: [{ type: 'MOBILE', number: '+380971112233' }],
      employees: [
        {
          id: EXAMPLE_IDS.employee,
          legal_entity_id: EXAMPLE_IDS.legalEntity,
          employee_type: 'DOCTOR',
          position: 'P2',
          status: 'APPROVED',
          start_date: '2020-01-01',
        },
      ],
    },
    status: 201,
    data: { id: EXAMPLE_IDS.newParty, result: 'created' },
  },
  events: {
    summary: 'Changes of a person',
    query: { entity_type: 'Person', entity_id: EXAMPLE_IDS.person },
    status: 200,
    next: 'ZXZlbnQgMQ',
    data: [EVENT],
  },
  event: { summary: 'The same by its id', params: { id: EXAMPLE_IDS.event }, status: 200, data: EVENT },
  globalParameters: { summary: 'All of them', status: 200, data: PARAMETERS },
  putGlobalParameters: {
    summary: 'Invitations are valid for 30 days',
    body: { employee_request_expiration: '30' },
    status: 200,
    data: { ...PARAMETERS, employee_request_expiration: '30' },
  },
} as const satisfies Readonly<Record<string, RouteExample>>
