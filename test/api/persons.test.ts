// Rules: spec 4.3.1
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { document, importLines, person } from '../persons/persons.ts'
import { answer, runToEnd } from '../synchronization/cluster.ts'
import { addPersons, nationalId, passport } from '../synchronization/people.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token = ''
beforeAll(async () => {
  api = await startTestApi()
  token = await api.token({ role: 'NHS VERIFIER' })
})
afterAll(() => api.close())

const gid = (id: string, type = 'Person') => Buffer.from(`${type}:${id}`).toString('base64')
const ask = async (query: string, variables: Record<string, unknown> = {}, as = token) =>
  (await api.graphql(as, query, variables)).body
const errorOf = async (query: string, variables: Record<string, unknown> = {}, as = token) => {
  const { errors } = await ask(query, variables, as)
  return [errors?.[0].extensions.code, errors?.[0].message]
}

const PERSON = `query($id: ID!) { person(id: $id) {
  id databaseId firstName lastName secondName birthDate gender taxId noTaxId unzr status isActive deathDate verificationStatus
  documents { type number issuedAt expirationDate issuedBy }
  verificationDetails {
    drfo { verificationStatus verificationReason unverifiedAt result syncedAt }
    dracsDeath { verificationStatus comment } nhs { verificationStatus comment }
    unzr { verificationStatus status syncedAt } mvsPassport { verificationStatus status syncedAt }
    dmsPassport { verificationStatus verificationReason status syncedAt unverifiedAt }
  } } }`

describe('person(id)', () => {
  test('shows names, numbers, documents and every stream', async () => {
    const synced = '2026-03-01T10:00:00.000Z'
    const one = person({
      documents: [document('000000001'), document('АБ000002', { type: 'PASSPORT' })],
      verification: {
        drfo: { status: 'VERIFIED', reason: 'AUTO', synced_at: synced },
        nhs: { status: 'NOT_VERIFIED', reason: 'MANUAL' },
        dms_passport: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID', synced_at: synced },
      },
    })
    await importLines(api.db.database, [one])
    await api.db.database.query({
      text: `update wide.person_verifications set drfo_data_result = 1, dms_passport_data_status = 1, nhs_verification_comment = 'Слово'
              where person_id = $1`,
      values: [one.id],
    })
    const { data, errors } = await ask(PERSON, { id: gid(one.id) })
    expect(errors).toBeUndefined()
    expect(data.person).toMatchObject({
      ...{ id: gid(one.id), databaseId: one.id, firstName: 'Олена', lastName: 'Шевченко', secondName: 'Іванівна' },
      ...{ birthDate: '1980-01-31', gender: 'FEMALE', taxId: '2924500001', noTaxId: false, unzr: '19800131-00001' },
      ...{ status: 'ACTIVE', isActive: true, deathDate: null, verificationStatus: 'CHANGES_NEEDED' },
      documents: [
        { type: 'NATIONAL_ID', number: '000000001', issuedAt: '2020-05-06', expirationDate: null, issuedBy: '8001' },
        { type: 'PASSPORT', number: 'АБ000002' },
      ],
    })
    expect(data.person.verificationDetails).toMatchObject({
      drfo: {
        verificationStatus: 'VERIFIED',
        verificationReason: 'AUTO',
        unverifiedAt: null,
        result: 1,
        syncedAt: synced,
      },
      dracsDeath: { verificationStatus: 'VERIFICATION_NEEDED', comment: null },
      nhs: { verificationStatus: 'NOT_VERIFIED', comment: 'Слово' },
      unzr: { verificationStatus: 'VERIFICATION_NEEDED', status: null, syncedAt: null },
      dmsPassport: {
        verificationStatus: 'NOT_VERIFIED',
        verificationReason: 'AUTO_NOT_VALID',
        status: 1,
        syncedAt: synced,
      },
    })
    expect(data.person.verificationDetails.dmsPassport.unverifiedAt).toMatch(/^20.*Z$/)
  })

  test('of an unknown id is NOT_FOUND, of a malformed id or another type’s BAD_REQUEST', async () => {
    expect(await errorOf(PERSON, { id: gid(randomUUID()) })).toEqual(['NOT_FOUND', 'Person not found'])
    for (const id of [gid(randomUUID(), 'Party'), randomUUID(), 'x', '', gid('1'), gid(`${randomUUID()}:1`)]) {
      expect(await errorOf(PERSON, { id })).toEqual(['BAD_REQUEST', 'Malformed id'])
    }
  })

  test('of a person without a verification has no details', async () => {
    const id = randomUUID()
    await api.db.database.query({
      text: `insert into mpi.persons (id, first_name, last_name, birth_date, inserted_by, updated_by)
             values ($1, 'Олена', 'Шевченко', '1980-01-01', $1, $1)`,
      values: [id],
    })
    const { data } = await ask(
      `query($id: ID!) { person(id: $id) { verificationDetails { unzr { status } } verificationExplanation { code params text(language: UK) } } }`,
      {
        id: gid(id),
      },
    )
    expect(data.person).toEqual({
      verificationDetails: null,
      verificationExplanation: [{ code: 'no_verification', params: {}, text: 'Верифікації ще немає.' }],
    })
  })

  test('is also what node(id) returns, with null for an unknown id', async () => {
    const [id = ''] = await addPersons(api.db.database, [{ documents: [nationalId(5)] }])
    const query = `query($id: ID!) { node(id: $id) { id ... on Person { databaseId documents { number } } } }`
    const { data } = await ask(query, { id: gid(id) })
    expect(data.node).toEqual({ id: gid(id), databaseId: id, documents: [{ number: '000000005' }] })
    expect((await ask(query, { id: gid(randomUUID()) })).data.node).toBeNull()
  })
})

describe('access', () => {
  const QUERIES = [
    ['person', PERSON],
    ['persons', '{ persons(first: 1) { nodes { id } } }'],
    ['node', 'query($id: ID!) { node(id: $id) { id } }'],
  ] as const

  test.each(QUERIES)(
    'to %s needs person:read, a client of the NHS, and an active one, checked in this order',
    async (_, query) => {
      const variables = query.includes('$id') ? { id: gid(randomUUID()) } : {}
      const missing = 'Your scope does not allow to access this resource. Missing allowances: person:read'
      const without = await api.token({ scope: 'party:read' })
      expect(await errorOf(query, variables, without)).toEqual(['FORBIDDEN', missing])
      const msp = await api.token({ client: await api.client('MSP') })
      expect(await errorOf(query, variables, msp)).toEqual(['FORBIDDEN', missing])
      const client = await api.client()
      await api.db.database.query({
        text: 'update prm.legal_entities set is_active = false where id = $1',
        values: [client.id],
      })
      expect(await errorOf(query, variables, await api.token({ client }))).toEqual([
        'CONFLICT',
        'client_id refers to legal entity that is not active',
      ])
    },
  )
})

describe('the audit record of a read', () => {
  test('names each person in an answer, once per request, with the field', async () => {
    const ids = await addPersons(api.db.database, [{ documents: [nationalId(61)] }, { documents: [nationalId(61)] }])
    await api.db.database.query({ text: 'select 1' })
    const before = await lastAudit()
    await ask(
      `{ persons(filter: { documentNumber: "000000061" }, first: 1, orderBy: INSERTED_AT_ASC) { nodes { firstName documents { number } } } }`,
    )
    const [shown = ''] = await api.db.database
      .query<{ id: string }>({
        text: 'select id from mpi.persons where id = any ($1::uuid[]) order by inserted_at, id limit 1',
        values: [ids],
      })
      .then((rows) => rows.map(({ id }) => id))
    await ask(PERSON, { id: gid(shown) })
    const records = await api.db.database.query({
      text: 'select action, operation, subject_kind, subject_ids from zvirka.audit where id > $1 order by id',
      values: [before],
    })
    const record = { action: 'read', subject_kind: 'person', subject_ids: [shown] }
    expect(records).toEqual([
      { ...record, operation: 'Query.persons' },
      { ...record, operation: 'Query.person' },
    ])
  })
})

async function lastAudit(): Promise<number> {
  const [row] = await api.db.database.query<{ id: number }>({
    text: 'select coalesce(max(id), 0) as id from zvirka.audit',
  })
  return row?.id ?? 0
}

describe('explanation and history', () => {
  const EXPLAINED = `query($id: ID!) { person(id: $id) { verificationExplanation { text }
    verificationDetails { dmsPassport { explanation { cause { why { code } rule runId at userId messageId } before { verificationStatus } next { code params } } } }
    all: verificationHistory { totalCount totalCountIsExact nodes { stream verificationStatus verificationReason step runId changedBy at messageId } }
    unzr: verificationHistory(stream: UNZR) { totalCount nodes { step } } } }`

  test('show the run that wrote a status, its step and its message', async () => {
    const [id = ''] = await addPersons(api.db.database, [{ documents: [passport(77)] }])
    const messageId = randomUUID()
    const run = await runToEnd(api.db, { ask: async () => answer(1, messageId) })
    const { data, errors } = await ask(EXPLAINED, { id: gid(id) })
    expect(errors).toBeUndefined()
    expect(data.person.verificationExplanation).toEqual([{ text: 'dms_passport is NOT_VERIFIED.' }])
    expect(data.person.verificationDetails.dmsPassport.explanation).toMatchObject({
      cause: { rule: '2.5.2', runId: run.id, userId: null, messageId },
      before: null,
      next: [{ code: 'person_waits_for_change' }, { code: 'answers_about_document' }],
    })
    expect(data.person.all).toMatchObject({
      ...{ totalCount: 1, totalCountIsExact: true },
      nodes: [
        {
          stream: 'DMS_PASSPORT',
          verificationStatus: 'NOT_VERIFIED',
          verificationReason: 'AUTO_NOT_VALID',
          step: '4',
          runId: run.id,
          messageId,
        },
      ],
    })
    expect(data.person.unzr).toEqual({ totalCount: 0, nodes: [] })
  })

  test('a verified stream is due again after the configured number of days', async () => {
    const synced_at = new Date().toISOString()
    const [id = ''] = await addPersons(api.db.database, [
      { documents: [passport(78)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at },
    ])
    const { data } = await ask(EXPLAINED, { id: gid(id) })
    expect(data.person.verificationDetails.dmsPassport.explanation.next).toEqual([
      { code: 'due_from', params: { at: expect.stringMatching(/^20.*Z$/) } },
    ])
  })

  test('the history is paged in both directions, newest first, for all streams and for one', async () => {
    const [id = ''] = await addPersons(api.db.database, [{ documents: [passport(79)] }])
    await api.db.database.query({
      text: `insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
             select $1, kind::zvirka.subject_kind, stream::zvirka.stream, 'VERIFIED', 'AUTO', n || '', $1
               from generate_series(1, 5) as n, (values ('person', 'unzr'), ('party', 'dms_passport')) as k (kind, stream) order by n`,
      values: [id],
    })
    const steps = async (args: string) => {
      const query = `query($id: ID!) { person(id: $id) {
        list: verificationHistory${args} { totalCount nodes { step } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`
      const { data } = await ask(query, { id: gid(id) })
      const { nodes, pageInfo, totalCount } = data.person.list
      return { steps: nodes.map(({ step }: { step: string }) => step).join(''), ...pageInfo, totalCount }
    }
    const first = await steps('(first: 2)')
    expect(first).toMatchObject({ steps: '54', hasNextPage: true, hasPreviousPage: false, totalCount: 5 })
    const second = await steps(`(first: 2, after: "${first.endCursor}")`)
    expect(second).toMatchObject({ steps: '32', hasNextPage: true, hasPreviousPage: true })
    expect(await steps(`(first: 2, after: "${second.endCursor}")`)).toMatchObject({ steps: '1', hasNextPage: false })
    expect(await steps('(last: 2)')).toMatchObject({ steps: '21', hasNextPage: false, hasPreviousPage: true })
    expect(await steps(`(last: 2, before: "${second.startCursor}")`)).toMatchObject({
      steps: '54',
      hasPreviousPage: false,
    })
    const oldest = await steps('(first: 2, orderBy: INSERTED_AT_ASC)')
    expect(oldest).toMatchObject({ steps: '12', hasNextPage: true, hasPreviousPage: false })
    const next = `(first: 9, after: "${oldest.endCursor}", orderBy: INSERTED_AT_ASC)`
    expect(await steps(next)).toMatchObject({ steps: '345', hasNextPage: false })
    expect((await steps('(last: 2, orderBy: INSERTED_AT_ASC)')).steps).toBe('45')
    expect((await steps('(stream: UNZR)')).steps).toBe('54321')
    expect((await steps('(stream: DMS_PASSPORT)')).totalCount).toBe(0)
  })
})
