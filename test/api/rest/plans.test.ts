/** REST lists read few disk pages, however many people and events there are, with every filter (spec 6.3). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Query } from '../../../src/database/query.ts'
import { type EventFilter, type EventSpan, findSpan, listEvents } from '../../../src/events/plans/events.ts'
import type { TimePlace } from '../../../src/listing/slice.ts'
import {
  type Listing,
  listVerifications,
  type PartyFilter,
  type PersonFilter,
  partyListing,
  personListing,
} from '../../../src/people-reading/plans/verification-lists.ts'
import { fillWithPeople } from '../../people-reading/lists.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { costOf as costOfStatement } from '../../support/plans.ts'

const PERSONS = 20_000
const PAGE = 50
/**
 * For each entry of a page: an index entry and its row, the indexes and rows of the subject, its summary, five checks and the link; plus a
 * constant to get there.
 */
const MOST_BUFFERS = PAGE * 30 + 50

const EMPLOYEE = '0f0c9a56-5f6c-4a53-8a52-7f1b0c2d3e4f'
const CLINIC = '1f0c9a56-5f6c-4a53-8a52-7f1b0c2d3e4f'
const DIVISION = '2f0c9a56-5f6c-4a53-8a52-7f1b0c2d3e4f'
const PERSON = '3f0c9a56-5f6c-4a53-8a52-7f1b0c2d3e4f'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  await fillWithPeople(db, PERSONS)
  await fillWithWork()
  await fillWithEvents()
})
afterAll(() => db.drop())

// A clinic of 100 employees, one of whom has 40 patients; a large one has everybody else.
async function fillWithWork(): Promise<void> {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  const large = `'4f0c9a56-5f6c-4a53-8a52-7f1b0c2d3e4f'::uuid`
  const texts = [
    `insert into prm.legal_entities (id, name, type, status) values ('${CLINIC}', 'A', 'MSP', 'ACTIVE'), (${large}, 'B', 'MSP', 'ACTIVE')`,
    `insert into prm.divisions (id, legal_entity_id, name, type, status) values ('${DIVISION}', '${CLINIC}', 'A', 'CLINIC', 'ACTIVE')`,
    `insert into prm.employees (id, party_id, legal_entity_id, division_id, employee_type, position, status, start_date, inserted_by, updated_by)
     select case n when 1 then '${EMPLOYEE}'::uuid else gen_random_uuid() end, id, case when n <= 100 then '${CLINIC}'::uuid else ${large} end,
            case when n <= 20 then '${DIVISION}'::uuid end, 'DOCTOR', 'P1',
            case when n > 100 and n % 500 = 0 then 'STOPPED' when n > 100 and n % 3 = 0 then 'DISMISSED' else 'APPROVED' end, '2020-01-01', id, id
       from (select id, row_number() over (order by id) as n from prm.parties) p`,
    `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
     select case when n <= 40 then '${EMPLOYEE}'::uuid else md5((n / 1000)::text)::uuid end, id, '${CLINIC}', '2026-01-01', '2066-01-01',
            case when n % 10 = 0 then 'terminated' else 'active' end, id
       from (select id, row_number() over (order by id) as n from mpi.persons) p`,
    'analyze prm.employees, ops.declarations',
  ]
  for (const text of texts) await owner.query({ text, mayTakeLong: true })
}

async function fillWithEvents(): Promise<void> {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  const insert = `insert into event_manager.events (event_type, entity_type, entity_id, properties, event_time, changed_by)
    select 'StatusChangeEvent', case when n % 1000 = 0 then 'Employee' else 'Person' end,
           case n when 777 then '${PERSON}'::uuid else gen_random_uuid() end,
           case when n % 5000 = 0 then jsonb_build_object('status', '{"new_value": "APPROVED"}'::jsonb, 'employee_id', jsonb_build_object('new_value', n))
                when n % 1000 = 0 then '{"status": {"new_value": "DISMISSED"}}'
                else jsonb_build_object('verification_status', jsonb_build_object('new_value', case when n % 9000 = 1 then 'NOT_VERIFIED' else 'VERIFIED' end))
           end,
           timestamptz '2026-01-01' + n * interval '1 minute', gen_random_uuid()
      from generate_series(1, 50000) as n`
  for (const text of [insert, 'analyze event_manager.events']) await owner.query({ text, mayTakeLong: true })
}

const costOf = (query: Query) => costOfStatement(db.database, query)

const first = { direction: 'desc', limit: PAGE + 1 } as const

async function keyInTheMidst(kind: 'person' | 'party'): Promise<TimePlace> {
  const table = kind === 'person' ? 'mpi.persons' : 'prm.parties'
  const [row] = await db.database.query<{ id: string; at: string }>({
    text: `select id, to_char(inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
             from ${table} order by inserted_at desc, id desc offset ${PERSONS / 4} limit 1`,
  })
  return { at: row?.at ?? '', id: row?.id ?? '' }
}

async function expectCheap(listing: Listing): Promise<void> {
  for (const below of [undefined, await keyInTheMidst(listing.kind)]) {
    const { buffers, wholly } = await costOf(listVerifications(listing, { ...first, below }))
    expect(wholly).toEqual([])
    expect(buffers).toBeLessThan(MOST_BUFFERS)
  }
}

describe('a list of verifications reads few pages, at its start and in the middle', () => {
  test.each<[string, PersonFilter]>([
    ['nothing', {}],
    ['a status', { verificationStatus: 'CHANGES_NEEDED' }],
    ['an employee of anybody', { employeeId: EMPLOYEE }],
    ['an employee of a clinic', { employeeId: EMPLOYEE, legalEntityId: CLINIC }],
    ['both', { employeeId: EMPLOYEE, legalEntityId: CLINIC, verificationStatus: 'VERIFIED' }],
    ['an employee with whom a declaration ended', { employeeId: EMPLOYEE, declarationStatus: 'terminated' }],
    [
      'one of a clinic',
      { employeeId: EMPLOYEE, legalEntityId: CLINIC, declarationStatus: 'terminated', verificationStatus: 'VERIFIED' },
    ],
  ])('of persons by %s', (_, filter) => expectCheap(personListing(filter)))

  test.each<[string, PartyFilter]>([
    ['nothing', {}],
    ['a status', { verificationStatus: 'NOT_VERIFIED' }],
    ['a division', { divisionId: DIVISION }],
    ['a division of a clinic', { divisionId: DIVISION, legalEntityId: CLINIC }],
    ['employees at work', { employeeStatus: 'APPROVED' }],
    ['employees at work of a division', { employeeStatus: 'APPROVED', divisionId: DIVISION }],
    ['employees of a status that few have', { employeeStatus: 'STOPPED', isOfFew: true }],
    ['such employees and a status', { employeeStatus: 'STOPPED', isOfFew: true, verificationStatus: 'VERIFIED' }],
  ])('of parties by %s', (_, filter) => expectCheap(partyListing(filter)))

  test('of parties by a status of employees that a third of them has reads three times as many', async () => {
    const { buffers, wholly } = await costOf(listVerifications(partyListing({ employeeStatus: 'DISMISSED' }), first))
    expect(wholly).toEqual([])
    expect(buffers).toBeLessThan(MOST_BUFFERS * 3)
  })

  test('of parties of a clinic reads no more than its employees', async () => {
    const { buffers, wholly } = await costOf(listVerifications(partyListing({ legalEntityId: CLINIC }), first))
    expect(wholly).toEqual([])
    expect(buffers).toBeLessThan(MOST_BUFFERS + 100)
  })

  test('of a doctor’s many patients, who are few among all persons, reads no more than them', async () => {
    // A thousand who were inserted first: a scan from the newest would pass everybody else.
    const employeeId = '5f0c9a56-5f6c-4a53-8a52-7f1b0c2d3e4f'
    const owner = db.open({ role: 'zvirka_owner', max: 1 })
    const texts = [
      `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
       select '${employeeId}', id, '${CLINIC}', '2026-01-01', '2066-01-01', 'active', id
         from (select id from mpi.persons order by inserted_at, id limit 1000) p`,
      'vacuum analyze ops.declarations',
    ]
    for (const text of texts) await owner.query({ text, mayTakeLong: true })
    const { buffers, wholly } = await costOf(listVerifications(personListing({ employeeId }), first))
    expect(wholly).toEqual([])
    expect(buffers).toBeLessThan(1000 * 4 + MOST_BUFFERS)
  })

  test.each<[string, PersonFilter]>([
    ['nothing', {}],
    ['a status', { verificationStatus: 'VERIFIED' }],
  ])('of persons by %s skips to a page by number with reads of the index only', async (_, filter) => {
    const owner = db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({ text: 'vacuum mpi.persons', mayTakeLong: true })
    const { buffers, wholly } = await costOf(listVerifications(personListing(filter), { ...first, offset: 4900 }))
    expect(wholly).toEqual([])
    expect(buffers).toBeLessThan(MOST_BUFFERS * 2)
  })
})

async function spanOf({ time }: EventFilter): Promise<EventSpan | undefined> {
  if (time === undefined) return undefined
  const { buffers, wholly } = await costOf(findSpan(time))
  expect([wholly, buffers < 50 * 6]).toEqual([[], true])
  const [span] = await db.database.query<EventSpan>(findSpan(time))
  return span
}

describe('a list of events reads few pages, at its start and in the middle', () => {
  test.each<[string, EventFilter]>([
    ['nothing', {}],
    ['a day', { time: { day: '2026-01-20' } }],
    ['three hours', { time: { from: '2026-01-20T10:30:00Z', to: '2026-01-20T13:30:00Z' } }],
    [
      'three hours and a rare entity type',
      { entityType: 'Employee', time: { from: '2026-01-20T10:30:00Z', to: '2026-01-20T13:30:00Z' } },
    ],
    ['a common attribute', { attribute: 'verification_status' }],
    ['a rare attribute', { attribute: 'status' }],
    ['an attribute that hardly any has', { attribute: 'employee_id' }],
    ['a common value', { attribute: 'verification_status', newValue: 'VERIFIED' }],
    ['a rare value', { attribute: 'verification_status', newValue: 'NOT_VERIFIED' }],
    ['a value of a rare attribute', { attribute: 'status', newValue: 'DISMISSED', entityType: 'Employee' }],
    ['a value that one has', { attribute: 'employee_id', newValue: '25000' }],
    ['a value that none has', { attribute: 'status', newValue: 'X' }],
    [
      'a rare value of three hours',
      {
        attribute: 'verification_status',
        newValue: 'NOT_VERIFIED',
        time: { from: '2026-01-20T10:30:00Z', to: '2026-01-20T13:30:00Z' },
      },
    ],
    ['a common entity type', { entityType: 'Person' }],
    ['a rare entity type', { entityType: 'Employee' }],
    ['an entity', { entityId: PERSON }],
    ['an entity type that there is not', { entityType: 'Contract' }],
  ])('by %s', async (_, filter) => {
    for (const direction of ['asc', 'desc'] as const) {
      for (const range of [{}, { above: 25_000 }, { below: 25_000 }]) {
        const span = await spanOf(filter)
        const query = listEvents(filter, 50_000, { ...range, direction, limit: PAGE + 1 }, span)
        const { buffers, wholly } = await costOf(query)
        expect(wholly).toEqual([])
        expect(buffers).toBeLessThan(MOST_BUFFERS)
      }
    }
  })
})
