// Rules: spec 4.0.2
/** What the platform's panels read of an error besides its code. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

async function extensionsOf(token: string, query: string, variables = {}) {
  const { body } = await api.graphql(token, query, variables)
  return body.errors[0].extensions
}

test('a missing scope is named, as panels that list missing scopes expect', async () => {
  const token = await api.token({ scope: 'event:read' })
  expect(await extensionsOf(token, '{ persons { totalCount } }')).toEqual({
    code: 'FORBIDDEN',
    exception: { missingAllowances: ['person:read'] },
  })
})

test('an invalid input field is named by its path, so that a form can show it there', async () => {
  const token = await api.token({ role: 'NHS VERIFIER' })
  const reveal = 'mutation ($input: RevealPersonDataInput!) { revealPersonData(input: $input) { __typename } }'
  const id = Buffer.from(`Person:${randomUUID()}`).toString('base64')
  expect(
    await extensionsOf(token, reveal, { input: { id, fields: [], reason: 'Перевірка за зверненням' } }),
  ).toMatchObject({
    code: 'UNPROCESSABLE_ENTITY',
    exception: {
      inputErrors: [
        {
          message: 'required property fields was not present',
          options: { rule: 'required', property: 'fields' },
          path: ['fields'],
        },
      ],
    },
  })
  expect(await extensionsOf(token, reveal, { input: { id, fields: ['TAX_ID'], reason: 'чому' } })).toMatchObject({
    exception: { inputErrors: [{ options: { rule: 'length', min: 10, actual: 4 }, path: ['reason'] }] },
  })
  const admin = await api.token({ role: 'NHS ADMIN' })
  const change =
    'mutation ($input: UpdateGlobalParametersInput!) { updateGlobalParameters(input: $input) { __typename } }'
  const input = { parameters: [{ parameter: 'declaration_term_unit', value: 'DECADES' }] }
  expect(await extensionsOf(admin, change, { input })).toMatchObject({
    exception: {
      inputErrors: [
        { message: 'value is not allowed in enum', options: { rule: 'inclusion', values: ['YEARS', 'DAYS'] } },
      ],
    },
  })
})

test('an error without a field has only its message', async () => {
  const token = await api.token({ role: 'NHS VERIFIER' })
  expect(await extensionsOf(token, '{ persons(filter: { lastName: "Шевченко" }) { totalCount } }')).toEqual({
    code: 'UNPROCESSABLE_ENTITY',
  })
})
