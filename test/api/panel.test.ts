/** The patient search of the platform's panel: its query and the variables of its form. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as persons from '../persons/persons.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startTestApi()
  token = await api.token({ role: 'NHS VERIFIER' })
})
afterAll(() => api.close())

const QUERY = `
query Search($first: Int, $last: Int, $before: String, $after: String, $filter: PersonFilter, $orderBy: PersonOrderBy) {
  persons(first: $first, filter: $filter, orderBy: $orderBy, before: $before, after: $after, last: $last) {
    nodes { ...Persons }
    pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
  }
}
fragment Persons on Person {
  id firstName lastName secondName birthDate unzr taxId insertedAt status
  authenticationMethods { type phoneNumber }
}`

async function search(filter: object, by = token) {
  const { body } = await api.graphql(by, QUERY, { first: 10, orderBy: 'INSERTED_AT_DESC', filter })
  return body
}

test('a patient is found by name and birth date, or by document, in the form’s format', async () => {
  const passport = { type: 'PASSPORT', number: 'АБ123456' }
  const sisters = ['Олена', 'Ірина'].map((first_name) =>
    persons.person({ ...{ first_name, last_name: 'Мар’яненко', birth_date: '1984-02-29' }, documents: [passport] }),
  )
  await persons.importLines(api.db.database, sisters)
  const personal = { birthDate: '1984-02-29' }
  const found = [
    await search({ identity: { lastName: "Мар'яненко", firstName: 'Олена' }, personal, status: 'ACTIVE' }),
    await search({ identity: { lastName: 'Мар’яненко' }, personal }),
    await search({ identity: { document: passport }, personal }),
    await search({ identity: { document: { ...passport, type: 'NATIONAL_ID' } }, personal }),
    await search({ identity: { lastName: 'Мар’яненко' }, personal, status: 'INACTIVE' }),
  ].map(({ data }) => data.persons.nodes.map(({ firstName }: { firstName: string }) => firstName).toSorted())
  expect(found).toEqual([['Олена'], ['Ірина', 'Олена'], ['Ірина', 'Олена'], [], []])
  const { data } = await search({ identity: { lastName: 'Мар’яненко', firstName: 'Олена' }, personal })
  expect(data.persons.nodes[0]).toMatchObject({ status: 'ACTIVE', authenticationMethods: [] })
})

test('a number in the form counts as any other look-up, for the audit and for a masking token', async () => {
  const masked = await api.token({ role: 'NHS VERIFIER', isMasked: true })
  const identity = { document: { type: 'PASSPORT', number: 'АБ123456' } }
  expect((await search({ identity }, masked)).errors).toBeUndefined()
  const { errors } = await search({ identity, personal: { birthDate: '1984-02-29' } }, masked)
  expect(errors[0].extensions.code).toBe('UNPROCESSABLE_ENTITY')
  const [record] = await api.db.database.query<{ fields: string[] }>({
    text: `select fields from zvirka.audit where operation = 'Query.persons' and action = 'read' order by id desc limit 1`,
  })
  expect(record?.fields).toEqual(['documentNumber'])
})
