// Rules: spec 4.3.5
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addParties, addPersons, nationalId, passport } from '../synchronization/people.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let masked = ''
let whole = ''
let personId = ''
let partyId = ''
beforeAll(async () => {
  api = await startTestApi()
  masked = await api.token({ role: 'NHS VERIFIER', isMasked: true })
  whole = await api.token({ role: 'NHS VERIFIER' })
  ;[personId = ''] = await addPersons(api.db.database, [{ documents: [passport(123456), nationalId(987654321)] }])
  ;[partyId = ''] = await addParties(api.db.database, [{ documents: [passport(123456)] }])
  await api.db.database.query({
    text: `update mpi.persons set tax_id = '2924500001', unzr = '19800131-00001' where id = $1`,
    values: [personId],
  })
  await api.db.database.query({
    text: `update prm.parties set tax_id = '2924500002', phones = '[{"type": "MOBILE", "number": "+380501234567"}]',
                  educations = '[{"number": "12345", "diploma_number": "ДК 654321"}]' where id = $1`,
    values: [partyId],
  })
})
afterAll(() => api.close())

const gid = (id: string, type: string) => Buffer.from(`${type}:${id}`).toString('base64')

const PERSON = 'lastName birthDate taxId unzr documents { number }'
const PARTY = 'lastName taxId phones { number } educations documents { number }'
const NUMBERS = [
  '2924500001',
  '2924500002',
  '19800131-00001',
  'АБ123456',
  '987654321',
  '+380501234567',
  '12345',
  '654321',
]

describe('a masked token', () => {
  const queries = (): [string, string][] => [
    ['person', `{ person(id: "${gid(personId, 'Person')}") { ${PERSON} } }`],
    ['persons', `{ persons(filter: { taxId: "2924500001" }) { edges { node { ${PERSON} } } nodes { ${PERSON} } } }`],
    ['node', `{ node(id: "${gid(partyId, 'Party')}") { ... on Party { ${PARTY} } } }`],
    ['party', `{ party(id: "${gid(partyId, 'Party')}") { ${PARTY} } }`],
    ['parties', `{ parties { nodes { ${PARTY} } } }`],
    [
      'a mutation',
      `mutation { updatePersonUnzrVerificationStatus(input: { personId: "${gid(personId, 'Person')}",
         unzrVerificationStatus: VERIFICATION_NEEDED, unzrVerificationReason: ONLINE_TRIGGERED }) { person { ${PERSON} } } }`,
    ],
  ]

  test('shows no number in any answer, where another token shows them', async () => {
    for (const [name, query] of queries()) {
      const hidden = await api.graphql(masked, query)
      expect(hidden.body.errors, name).toBeUndefined()
      const text = JSON.stringify(hidden.body.data)
      for (const number of NUMBERS) expect(text, name).not.toContain(number)
      expect(text, name).toContain('Шевченко')
      expect(JSON.stringify((await api.graphql(whole, query)).body.data), name).toMatch(/292450000[12]/)
    }
  })

  test('is any token of a user without the scope to reveal, whatever it says itself', async () => {
    const admin = await api.token({ role: 'NHS ADMIN' })
    const narrow = await api.token({ role: 'NHS VERIFIER', scope: 'person:read party:read person:verify' })
    for (const token of [admin, narrow])
      for (const [name, query] of queries()) {
        const { body } = await api.graphql(token, query)
        expect(body.errors, name).toBeUndefined()
        for (const number of NUMBERS) expect(JSON.stringify(body.data), name).not.toContain(number)
      }
    expect((await api.graphql(narrow, '{ viewer { masked } }')).body.data.viewer.masked).toBe(true)
  })

  test('shows the last two characters', async () => {
    const { body } = await api.graphql(masked, `{ person(id: "${gid(personId, 'Person')}") { ${PERSON} } }`)
    expect(body.data.person).toMatchObject({ taxId: '********01', unzr: '************01' })
    expect(body.data.person.documents.map(({ number }: { number: string }) => number).sort()).toEqual([
      '*******21',
      '******56',
    ])
  })
})

const revealing = (type: 'Person' | 'Party', fields: string) => `mutation($input: Reveal${type}DataInput!) {
  reveal${type}Data(input: $input) { ${fields} } }`
const errorIn = ({ body: { errors } }: Awaited<ReturnType<TestApi['graphql']>>) => [
  errors?.[0].extensions.code,
  errors?.[0].message,
]

describe('revealing', () => {
  const REVEAL_PERSON = revealing('Person', 'taxId unzr documents { type number }')
  const input = (given: object = {}) => ({
    input: { id: gid(personId, 'Person'), fields: ['TAX_ID'], reason: 'Звернення 17', ...given },
  })

  test('shows a masking token what it requests, and no more', async () => {
    const { body } = await api.graphql(masked, REVEAL_PERSON, input())
    expect(body.data.revealPersonData).toEqual({ taxId: '2924500001', unzr: null, documents: null })
    const more = await api.graphql(masked, REVEAL_PERSON, input({ fields: ['UNZR', 'DOCUMENTS', 'UNZR'] }))
    expect(more.body.data.revealPersonData).toMatchObject({ taxId: null, unzr: '19800131-00001' })
    expect(more.body.data.revealPersonData.documents).toHaveLength(2)
    expect(JSON.stringify(more.body)).toContain('АБ123456')
  })

  test('shows phones and documents of a party', async () => {
    const { body } = await api.graphql(
      masked,
      revealing('Party', 'taxId phones { type number } documents { number }'),
      {
        input: { id: gid(partyId, 'Party'), fields: ['PHONES', 'DOCUMENTS'], reason: 'Звернення 18' },
      },
    )
    expect(body.data.revealPartyData).toEqual({
      taxId: null,
      phones: [{ type: 'MOBILE', number: '+380501234567' }],
      documents: [{ number: 'АБ123456' }],
    })
  })

  test('is audited with its reason and the fields, without values', async () => {
    await api.graphql(masked, REVEAL_PERSON, input({ fields: ['UNZR', 'TAX_ID'], reason: 'Звернення 19' }))
    const [record] = await api.db.database.query<{ record: object }>({
      text: `select to_jsonb(a) as record from zvirka.audit a where reason = 'Звернення 19'`,
    })
    expect(record?.record).toMatchObject({
      ...{ action: 'reveal', operation: 'Mutation.revealPersonData', subject_kind: 'person', subject_ids: [personId] },
      fields: ['TAX_ID', 'UNZR'],
    })
    for (const number of NUMBERS) expect(JSON.stringify(record)).not.toContain(number)
  })

  test('requires a reason, fields, an existing subject, and its scope', async () => {
    const refused = async (given: object, as = masked) => errorIn(await api.graphql(as, REVEAL_PERSON, input(given)))
    expect(await refused({ reason: ' ' })).toEqual(['UNPROCESSABLE_ENTITY', 'required property reason was not present'])
    for (const nothing of ['\0'.repeat(20), '\u200B'.repeat(20), '.'])
      expect((await refused({ reason: nothing }))[0], JSON.stringify(nothing)).toBe('UNPROCESSABLE_ENTITY')
    expect(await refused({ fields: [] })).toEqual(['UNPROCESSABLE_ENTITY', 'required property fields was not present'])
    expect(await refused({ id: gid(randomUUID(), 'Person') })).toEqual(['NOT_FOUND', 'Person not found'])
    expect(await refused({ id: gid(partyId, 'Party') })).toEqual(['BAD_REQUEST', 'Malformed id'])
    const admin = await api.token({ role: 'NHS ADMIN' })
    expect(await refused({}, admin)).toEqual([
      'FORBIDDEN',
      'Your scope does not allow to access this resource. Missing allowances: person:personal_data',
    ])
    const party = { id: gid(randomUUID(), 'Party'), fields: ['TAX_ID'], reason: 'a test of the scope' }
    expect(errorIn(await api.graphql(masked, revealing('Party', 'taxId'), { input: party }))).toEqual([
      'NOT_FOUND',
      'Party not found',
    ])
  })
})
