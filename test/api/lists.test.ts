// Rules: spec 4.0.1, 4.3.6
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fillWithPeople } from '../people-reading/lists.ts'
import { addParties, addPersons } from '../synchronization/people.ts'
import { startTestApi, type TestApi } from './api.ts'

const PERSONS = 24_000

let api: TestApi
let token = ''
beforeAll(async () => {
  api = await startTestApi()
  await fillWithPeople(api.db, PERSONS)
  token = await api.token({ role: 'NHS VERIFIER' })
})
afterAll(() => api.close())

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly databaseId: string } }[]
  readonly nodes: readonly { readonly databaseId: string }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

async function body(list: string, args: string, fields: string) {
  const { body } = await api.graphql(token, `{ list: ${list}${args === '' ? '' : `(${args})`} { ${fields} } }`)
  return body
}

async function page(args: string, list = 'persons'): Promise<Page> {
  const fields =
    'edges { cursor node { databaseId } } nodes { databaseId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
  const { data, errors } = await body(list, args, fields)
  if (errors !== undefined) throw new Error(errors[0].message)
  return data.list
}

async function refusal(args: string, list = 'persons'): Promise<readonly [string, string]> {
  const { errors } = await body(list, args, 'pageInfo { hasNextPage }')
  return [errors?.[0].extensions.code, errors?.[0].message]
}

const idsOf = ({ nodes }: Page) => nodes.map(({ databaseId }) => databaseId)

/** The rows for which a condition holds, in insertion order. */
async function expected(
  where: string,
  direction: 'asc' | 'desc',
  kind: 'person' | 'party' = 'person',
): Promise<string[]> {
  const from =
    kind === 'person'
      ? 'mpi.persons s join wide.person_verifications v on v.person_id = s.id'
      : 'prm.parties s join wide.party_verifications v on v.party_id = s.id'
  const rows = await api.db.database.query<{ id: string }>({
    text: `select s.id from ${from} where ${where} order by s.inserted_at ${direction}, s.id ${direction}`,
  })
  return rows.map(({ id }) => id)
}

/** Walks a list page by page, from its start or its end. */
async function walk(args: string, size: number, from: 'start' | 'end', list = 'persons'): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | null = null; ; ) {
    const place = cursor === null ? '' : `, ${from === 'start' ? 'after' : 'before'}: "${cursor}"`
    const one = await page(`${args} ${from === 'start' ? 'first' : 'last'}: ${size}${place}`, list)
    if (from === 'start') found.push(...idsOf(one))
    else found.unshift(...idsOf(one))
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = one.pageInfo
    if (!(from === 'start' ? hasNextPage : hasPreviousPage)) return found
    cursor = from === 'start' ? endCursor : startCursor
  }
}

const LISTS = [
  ['taxId', 'filter: { taxId: "0000000042" }', `s.tax_id = '0000000042'`],
  ['unzr', 'filter: { unzr: "00000042-00001" }', `s.unzr = '00000042-00001'`],
  [
    'documentNumber, whatever its case',
    'filter: { documentNumber: "аб000042" }',
    `exists (select from mpi.person_documents d where d.person_id = s.id and d.number = 'АБ000042')`,
  ],
  [
    'lastName with birthDate, whatever its case',
    'filter: { lastName: "ПРІЗвище7", birthDate: "1950-01-08" }',
    `s.last_name = 'Прізвище7' and s.birth_date = '1950-01-08'`,
  ],
  [
    'the form of a panel with a name',
    'filter: { identity: { lastName: "прізвище7", firstName: "ОЛЕНА" }, personal: { birthDate: "1950-01-08" }, status: ACTIVE }',
    `s.last_name = 'Прізвище7' and s.birth_date = '1950-01-08' and s.status = 'active'`,
  ],
  [
    'the form of a panel with a document',
    'filter: { identity: { document: { type: PASSPORT, number: "аб000042" } }, personal: { birthDate: "1950-02-12" }, status: ACTIVE }',
    `s.birth_date = '1950-02-12' and exists (select from mpi.person_documents d where d.person_id = s.id and d.type = 'PASSPORT' and d.number = 'АБ000042')`,
  ],
  [
    'nhsVerificationStatus',
    'filter: { nhsVerificationStatus: NOT_VERIFIED }',
    `v.nhs_verification_status = 'NOT_VERIFIED'`,
  ],
  [
    'several at once, of which one is a number',
    'filter: { taxId: "0000000042", verificationStatus: VERIFIED, unzrVerificationStatus: VERIFICATION_NEEDED }',
    `s.tax_id = '0000000042' and s.verification_status = 'VERIFIED' and v.unzr_verification_status = 'VERIFICATION_NEEDED'`,
  ],
  [
    'dmsPassportVerificationStatus IN_REVIEW, the subjects that workers have claimed',
    'filter: { dmsPassportVerificationStatus: IN_REVIEW }',
    `v.dms_passport_verification_status = 'IN_REVIEW'`,
  ],
] as const

describe('a list of persons', () => {
  test.each(LISTS)('by %s is complete and sorted, in both orders, from both ends', async (_, filter, where) => {
    const size = 7
    for (const [order, direction] of [
      ['INSERTED_AT_ASC', 'asc'],
      ['INSERTED_AT_DESC', 'desc'],
    ] as const) {
      const all = await expected(where, direction)
      expect(all.length).toBeGreaterThan(0)
      const shown = all.slice(0, 60)
      const pages = Math.min(shown.length, 60)
      if (all.length <= 120) {
        expect(await walk(`${filter}, orderBy: ${order},`, size, 'start')).toEqual(all)
        expect(await walk(`${filter}, orderBy: ${order},`, size, 'end')).toEqual(all)
      } else {
        const first = await page(`${filter}, orderBy: ${order}, first: ${pages}`)
        expect(idsOf(first)).toEqual(shown)
        const next = await page(`${filter}, orderBy: ${order}, first: ${size}, after: "${first.pageInfo.endCursor}"`)
        expect(idsOf(next)).toEqual(all.slice(60, 67))
        expect(idsOf(await page(`${filter}, orderBy: ${order}, last: ${size}`))).toEqual(all.slice(-size))
      }
    }
  })

  test('between two cursors contains what lies between them, newest first by default', async () => {
    const all = await expected('true', 'desc')
    const first = await page('first: 10')
    expect(idsOf(first)).toEqual(all.slice(0, 10))
    const cursors = first.edges.map(({ cursor }) => cursor)
    expect(idsOf(await page(`after: "${cursors[2]}", before: "${cursors[6]}"`))).toEqual(all.slice(3, 6))
    expect(idsOf(await page(`last: 2, after: "${cursors[2]}", before: "${cursors[6]}"`))).toEqual(all.slice(4, 6))
  })

  test('by databaseId contains that person or nobody', async () => {
    const [id = ''] = await expected('true', 'desc')
    expect(idsOf(await page(`filter: { databaseId: "${id}" }`))).toEqual([id])
    expect(idsOf(await page(`filter: { databaseId: "${id}", taxId: "x" }`))).toEqual([])
    expect(idsOf(await page('filter: { databaseId: "00000000-0000-4000-8000-000000000000" }'))).toEqual([])
  })

  test('has 50 per page by default, and at most 300', async () => {
    expect(idsOf(await page(''))).toHaveLength(50)
    expect(idsOf(await page('first: 300'))).toHaveLength(300)
    expect(idsOf(await page('first: 0'))).toHaveLength(0)
    expect(await refusal('first: 301')).toEqual(['BAD_REQUEST', 'first must be from 0 to 300'])
    expect(await refusal('last: 301')).toEqual(['BAD_REQUEST', 'last must be from 0 to 300'])
    expect(await refusal('first: -1')).toEqual(['BAD_REQUEST', 'first must be from 0 to 300'])
    expect(await refusal('first: 1, last: 1')).toEqual(['BAD_REQUEST', 'first and last exclude each other'])
  })

  test.each([
    'x',
    '',
    Buffer.from('[]').toString('base64url'),
    Buffer.from('["2026-02-31T00:00:00.000000Z","00000000-0000-4000-8000-000000000000"]').toString('base64url'),
    Buffer.from('["2026-02-01T00:00:00.000000Z","nobody"]').toString('base64url'),
  ])('refuses an invalid cursor: %s', async (cursor) => {
    expect(await refusal(`after: "${cursor}"`)).toEqual(['BAD_REQUEST', 'Malformed cursor'])
  })

  test('has cursors that contain a time and an id, and no search criteria', async () => {
    const [edge] = (await page('filter: { taxId: "0000000042" }')).edges
    const held = JSON.parse(Buffer.from(edge?.cursor ?? '', 'base64url').toString('utf8'))
    expect(held).toEqual([expect.stringMatching(/^2026-01-01T/), edge?.node.databaseId])
  })

  test('continues correctly after a person is inserted meanwhile', async () => {
    const first = await page('first: 5, orderBy: INSERTED_AT_DESC')
    await api.db.database.query({
      text: `insert into mpi.persons (first_name, last_name, birth_date, inserted_at, inserted_by, updated_by)
             select 'Нова', 'Людина', '2000-01-01', '2026-01-02', id, id from mpi.persons limit 1`,
    })
    const next = await page(`first: 5, after: "${first.pageInfo.endCursor}"`)
    const all = await expected(`s.last_name <> 'Людина'`, 'desc')
    expect(idsOf(next)).toEqual(all.slice(5, 10))
    await api.db
      .open({ role: 'zvirka_owner', max: 1 })
      .query({ text: `delete from mpi.persons where last_name = 'Людина'` })
  })
})

describe('the total', () => {
  const total = async (args: string) => (await body('persons', args, 'totalCount totalCountIsExact')).data.list

  test('is exact up to 10,000, and above that the planner’s estimate', async () => {
    expect(await total('filter: { nhsVerificationStatus: NOT_VERIFIED }')).toEqual({
      totalCount: (await expected(`v.nhs_verification_status = 'NOT_VERIFIED'`, 'asc')).length,
      totalCountIsExact: true,
    })
    expect(await total('filter: { taxId: "0000000042", verificationStatus: VERIFIED }')).toEqual({
      totalCount: 25,
      totalCountIsExact: true,
    })
    const all = await total('')
    expect(all.totalCountIsExact).toBe(false)
    expect(Math.abs(all.totalCount - PERSONS)).toBeLessThan(PERSONS / 10)
  })

  test('is counted only on request, and once', async () => {
    const counts = async (fields: string) => {
      const query = vi.spyOn(api.db.database, 'query')
      await body('persons', 'first: 1', fields)
      const texts = query.mock.calls.map(([{ text }]) => text)
      query.mockRestore()
      return texts.filter((text) => /count\(\*\)|explain/.test(text)).length
    }
    expect(await counts('nodes { id }')).toBe(0)
    expect(await counts('totalCount')).toBe(2)
    expect(await counts('totalCount totalCountIsExact')).toBe(2)
  })
})

describe('a filter combination without an index', () => {
  test.each([
    'lastName: "Шевченко"',
    'birthDate: "1980-01-01"',
    'verificationStatus: VERIFIED, nhsVerificationStatus: NOT_VERIFIED',
    'unzrVerificationStatus: NOT_VERIFIED, nhsVerificationStatus: NOT_VERIFIED',
    'unzrVerificationStatus: VERIFIED',
    'taxId: "1", lastName: "Шевченко"',
    'status: ACTIVE',
    'identity: { firstName: "Олена" }, personal: { birthDate: "1980-01-01" }',
    'verificationStatus: VERIFIED, status: ACTIVE',
  ])('is refused with the list of supported ones: %s', async (filter) => {
    expect(await refusal(`filter: { ${filter} }`)).toEqual([
      'UNPROCESSABLE_ENTITY',
      'No index serves this combination of filters. Served are each of databaseId, taxId, unzr, documentNumber, lastName with birthDate, ' +
        'alone or with any other filters; without these one of verificationStatus, drfoVerificationStatus, dracsDeathVerificationStatus, ' +
        'nhsVerificationStatus, unzrVerificationStatus, mvsPassportVerificationStatus, dmsPassportVerificationStatus alone, ' +
        'a status of a stream not being VERIFIED',
    ])
  })

  test('for parties lists the filters of parties', async () => {
    const [code, message] = await refusal('filter: { dmsPassportVerificationStatus: VERIFIED }', 'parties')
    expect(code).toBe('UNPROCESSABLE_ENTITY')
    expect(message).not.toMatch(/unzr|nhs/)
  })

  test('null means no filter, and an impossible text finds nobody', async () => {
    expect(await page('filter: { taxId: null, verificationStatus: null }, first: 1')).toMatchObject({ nodes: [{}] })
    expect((await refusal('filter: { taxId: "\\u0000" }'))[0]).toBe('UNPROCESSABLE_ENTITY')
  })
})

test('a list of 100 persons with verification and documents needs 5 statements, including the token and the audit', async () => {
  const streams = ['drfo', 'dracsDeath', 'nhs', 'unzr', 'mvsPassport', 'dmsPassport']
  const details = streams.map((stream) => `${stream} { verificationStatus verificationReason unverifiedAt }`).join(' ')
  const fields = (more: string) =>
    `nodes { id firstName taxId documents { type number } verificationDetails { ${details} } ${more} }`
  const statements = async (args: string, more = '') => {
    const query = vi.spyOn(api.db.database, 'query')
    const text = `query($first: Int) { list: persons(${args}) { ${fields(more)} } }`
    const { data, errors } = (await api.graphql(token, text, { first: 100 })).body
    const count = query.mock.calls.length
    query.mockRestore()
    expect(errors).toBeUndefined()
    expect(data.list.nodes).toHaveLength(100)
    return count
  }
  expect(await statements('first: $first')).toBe(5)
  expect(await statements('first: $first, filter: { nhsVerificationStatus: VERIFICATION_NEEDED }')).toBe(5)
  // Three for all explanations, one for all histories.
  const explained =
    'verificationDetails { unzr { explanation { next { code } } } } verificationHistory(first: 5) { nodes { step } }'
  expect(await statements('first: $first', explained)).toBe(9)
  const [{ count } = { count: 0 }] = await api.db.database.query<{ count: number }>({
    text: 'select array_length(subject_ids, 1) as count from zvirka.audit order by id desc limit 1',
  })
  expect(count).toBe(100)
})

describe('a list of parties', () => {
  test.each([
    ['taxId', 'filter: { taxId: "00000000424242" },', `s.tax_id = '00000000424242'`],
    [
      'documentNumber',
      'filter: { documentNumber: "АБ000042" },',
      `s.id in (select party_id from prm.party_documents where number = 'АБ000042')`,
    ],
    [
      'drfoVerificationStatus',
      'filter: { drfoVerificationStatus: NOT_VERIFIED },',
      `v.drfo_verification_status = 'NOT_VERIFIED'`,
    ],
  ])('by %s is complete and sorted', async (_, filter, where) => {
    expect(await walk(filter, 40, 'start', 'parties')).toEqual(await expected(where, 'desc', 'party'))
  })
})

describe('a name', () => {
  const TYPED = [..."'’ʼ‘`´"]

  test.each([
    ['persons', addPersons],
    ['parties', addParties],
  ] as const)('is found among %s with any apostrophe, stored or typed', async (list, add) => {
    const names = TYPED.map((sign) => ({ last_name: `Мар${sign}яненко`, birth_date: '1977-07-07' }))
    const added = await add(api.db.database, [...names, { last_name: 'Марʺяненко', birth_date: '1977-07-07' }])
    const alike = added.slice(0, TYPED.length).toSorted()
    for (const sign of TYPED) {
      const filter = `lastName: "мар${sign}ЯНЕНКО", birthDate: "1977-07-07"`
      for (const more of ['', ', verificationStatus: VERIFICATION_NEEDED']) {
        expect([sign, idsOf(await page(`filter: { ${filter}${more} }`, list)).toSorted()]).toEqual([sign, alike])
      }
    }
    const [stored] = await api.db.database.query({
      text: `select last_name from ${list === 'persons' ? 'mpi.persons' : 'prm.parties'} where id = $1`,
      values: [added[1]],
    })
    expect(stored).toEqual({ last_name: 'Мар’яненко' })
  })
})
