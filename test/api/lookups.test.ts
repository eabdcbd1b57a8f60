/**
 * What a token with masked numbers can learn by guessing (SECURITY.md), tried as an attacker would: with every filter, field and route that
 * takes a number, one request after another and in parallel, and with everything that reveals whose number it is.
 */
import { type GraphQLInputObjectType, getNamedType, isEnumType, isInputObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { routes } from '../../src/api/rest/routes.ts'
import { addEmployee, type Facility, makeFacility } from '../employee-requests/facility.ts'
import { aRequest, changed, taxId } from '../employee-requests/requests.ts'
import { addParties, addPersons } from '../synchronization/people.ts'
import { type Answer, LOOKUP_LIMITS, startTestApi, type TestApi } from './api.ts'

let api: TestApi
let person = ''
let party = ''
let nhs: Facility
let employee = ''
let token = ''
beforeAll(async () => {
  api = await startTestApi()
  const { database } = api.db
  ;[person = ''] = await addPersons(database, [{ documents: [{ type: 'PASSPORT', number: 'АБ765456' }] }])
  ;[party = ''] = await addParties(database, [{ documents: [{ type: 'PASSPORT', number: 'АБ765456' }] }])
  await database.query({
    text: `update mpi.persons set tax_id = '2924576501', unzr = '19800131-76501' where id = $1`,
    values: [person],
  })
  await database.query({ text: `update prm.parties set tax_id = '2924576501' where id = $1`, values: [party] })
  await database.query({
    text: `insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by) values ('19800131-76501', 'processed', $1, $1)`,
    values: [person],
  })
  nhs = await makeFacility(api, 'NHS')
  employee = await addEmployee(database, nhs.legalEntityId)
})
afterAll(() => api.close())
beforeEach(async () => {
  token = await api.token({ role: 'NHS VERIFIER', isMasked: true })
})

/** Candidates for an attacker who sees the birth date and the last two characters: one of them is the target's number. */
const alike = (n: number) => String(760 + n)
const NUMBERS = {
  taxId: (n: number) => `29245${alike(n)}01`,
  unzr: (n: number) => `19800131-${alike(n)}01`,
  documentNumber: (n: number) => `АБ7${alike(n)}56`,
} as const
type Name = keyof typeof NUMBERS

interface Oracle {
  readonly name: Name | 'tax_id'
  ask(number: string): Promise<Answer>
}

const list = (field: string, name: Name, selected: string) => ({
  name,
  ask: (number: string) =>
    api.graphql(token, `query ($n: String) { ${field}(first: 1, filter: { ${name}: $n }) { ${selected} } }`, {
      n: number,
    }),
})
const inForm = (name: Name, identity: (number: string) => string): Oracle => ({
  name,
  ask: (number) => api.graphql(token, `{ persons(filter: { identity: { ${identity(number)} } }) { ${NODES} } }`),
})
const NODES = 'nodes { databaseId }'

// Only tax ids with a valid check digit are accepted.
const TAKEN = Array.from({ length: 1000 }, (_, n) => taxId(`31847${String(n).padStart(3, '0')}9`)).filter((each) =>
  each.endsWith('91'),
)

const ORACLES: Readonly<Record<string, Oracle>> = {
  'persons by taxId': list('persons', 'taxId', NODES),
  'persons by unzr': list('persons', 'unzr', NODES),
  'persons by documentNumber': list('persons', 'documentNumber', NODES),
  'persons by taxId in the form of a panel': inForm('taxId', (n) => `taxId: "${n}"`),
  'persons by unzr in the form of a panel': inForm('unzr', (n) => `unzr: "${n}"`),
  'persons by document in the form of a panel': inForm(
    'documentNumber',
    (n) => `document: { type: PASSPORT, number: "${n}" }`,
  ),
  'parties by taxId': list('parties', 'taxId', NODES),
  'parties by documentNumber': list('parties', 'documentNumber', NODES),
  'unzrInfoRegisters by unzr': list('unzrInfoRegisters', 'unzr', NODES),
  'the count of persons alone': list('persons', 'taxId', 'totalCount'),
  unzrInfoRegister: {
    name: 'unzr',
    ask: (n) => api.graphql(token, 'query ($n: String!) { unzrInfoRegister(unzr: $n) { databaseId } }', { n }),
  },
  syncUnzrInfoRegister: {
    name: 'unzr',
    ask: (unzr) =>
      api.graphql(
        token,
        'mutation ($i: SyncUnzrInfoRegisterInput!) { syncUnzrInfoRegister(input: $i) { unzrInfo { databaseId } } }',
        {
          i: { unzr },
        },
      ),
  },
  'POST /api/employee_requests': {
    name: 'tax_id',
    ask(number) {
      const request = changed(changed(aRequest('DOCTOR', nhs), ['employee_id'], employee), ['party', 'tax_id'], number)
      return api.request('POST', '/api/employee_requests', { token: nhs.token, body: { employee_request: request } })
    },
  },
}

const isRefused = ({ status, body }: Answer) =>
  status === 429 || /Too many different numbers/.test(body.errors?.[0].message)

async function records(user: string): Promise<{ subject_ids: string[]; result: string; fields: string[] | null }[]> {
  return api.db.database.query({
    text: `select a.subject_ids, a.result, a.fields from zvirka.audit a join mithril.tokens t on t.user_id = a.user_id
            where a.action in ('read', 'refusal') and t.value_hash = sha256($1::bytea) order by a.id`,
    values: [user],
  })
}

describe('look-ups of numbers that identify one person', () => {
  test.each(Object.keys(ORACLES))('are allowed five times, each audited: %s', async (key) => {
    const oracle = ORACLES[key]
    if (oracle === undefined) throw new Error(key)
    const { name } = oracle
    const candidates = name === 'tax_id' ? TAKEN.slice(0, 9) : Array.from({ length: 9 }, (_, n) => NUMBERS[name](n))
    const answers: Answer[] = []
    for (const candidate of candidates) answers.push(await oracle.ask(candidate))
    expect(answers.map(isRefused)).toEqual(candidates.map((_, n) => n >= LOOKUP_LIMITS.alike))
    const noted = await records(name === 'tax_id' ? nhs.token : token)
    const of = name === 'tax_id' ? 'taxId' : name
    expect(noted.map(({ fields }) => fields)).toEqual(candidates.map(() => [of]))
    expect(noted.map(({ result }) => result)).toEqual(candidates.map((_, n) => (n < 5 ? 'done' : 'too_early')))
    // A number already asked for may be asked for again: the page was reloaded.
    expect(isRefused(await oracle.ask(candidates[0] ?? ''))).toBe(false)
  })

  test('count as one limit despite different spelling, parallel requests, or another token', async () => {
    const oracle = ORACLES['persons by unzr']
    const found = await Promise.all(
      Array.from({ length: 12 }, (_, n) => oracle?.ask(NUMBERS.unzr(n).replaceAll('-', n % 2 === 0 ? '' : '-'))),
    )
    expect(found.filter((each) => each !== undefined && !isRefused(each))).toHaveLength(LOOKUP_LIMITS.alike)
    const [user] = await api.db.database.query<{ token: string }>({
      text: `insert into mithril.tokens (name, value_hash, user_id, expires_at, details)
             select name, sha256('another'::bytea), user_id, expires_at, details from mithril.tokens where value_hash = sha256($1::bytea)
             returning 'another' as token`,
      values: [token],
    })
    token = user?.token ?? ''
    expect(isRefused((await oracle?.ask(NUMBERS.unzr(20))) as Answer)).toBe(true)
  })

  test('are unlimited for users who may see the numbers', async () => {
    token = await api.token({ role: 'NHS VERIFIER' })
    for (let n = 0; n < 9; n += 1)
      expect((await ORACLES['persons by taxId']?.ask(NUMBERS.taxId(n)))?.body.errors).toBe(undefined)
    const [miss, hit] = [(await records(token)).at(0), (await records(token)).at(5)]
    expect([miss?.subject_ids, hit?.subject_ids]).toEqual([[], [person]])
  })
})

test('unknown numbers can be looked up twenty times an hour', async () => {
  const ask = (n: number) => ORACLES['persons by documentNumber']?.ask(`ВГ${String(n).padStart(6, '0')}`)
  for (let n = 0; n < LOOKUP_LIMITS.missesPerHour; n += 1) expect((await ask(n))?.body.errors).toBeUndefined()
  const refused = (await ask(20)) as Answer
  expect([refused.body.errors[0].extensions.code, isRefused(refused)]).toEqual(['BAD_REQUEST', true])
})

test('known numbers can be looked up 120 times an hour', async () => {
  await api.db.database.query({
    text: `insert into zvirka.number_lookups (user_id, number, likeness, has_found)
           select t.user_id, sha256(n::text::bytea), sha256(n::text::bytea), true
             from mithril.tokens t, generate_series(1, 120) n where t.value_hash = sha256($1::bytea)`,
    values: [token],
  })
  const ask = () => ORACLES['persons by documentNumber']?.ask('АБ765456')
  expect(isRefused((await ask()) as Answer)).toBe(true)
  // An hour later.
  await api.db.database.query({ text: `update zvirka.number_lookups set at = at - interval '1 hour'` })
  expect((await ask())?.body.data.persons.nodes).toEqual([{ databaseId: person }])
  // After thirty days nothing is kept.
  await api.db.database.query({ text: `update zvirka.number_lookups set at = at - interval '30 days'` })
  for (let n = 0; n < 3; n += 1) await ask()
  const [left] = await api.db.database.query<{ count: number }>({
    text: 'select count(*) from zvirka.number_lookups where at < now() - $1::interval',
    values: ['30 days'],
  })
  expect(left?.count).toBeLessThan(120)
})

describe('a number must be the only identifying filter', () => {
  const BESIDE: readonly (readonly [field: string, name: string, beside: () => string])[] = [
    ['persons', 'databaseId', () => `databaseId: "${person}"`],
    ['persons', 'birthDate', () => 'lastName: "Шевченко", birthDate: "1980-01-31"'],
    ['persons', 'another number', () => 'unzr: "19800131-76501"'],
    [
      'persons',
      'a name in the form of a panel',
      () => 'identity: { lastName: "Шевченко" }, personal: { birthDate: "1980-01-31" }',
    ],
    ['persons', 'a birth date in the form of a panel', () => 'personal: { birthDate: "1980-01-31" }'],
    ['persons', 'a number in the form of a panel', () => 'identity: { unzr: "19800131-76501" }'],
    ['persons', 'a document', () => 'documentNumber: "АБ765456"'],
    ['parties', 'databaseId', () => `databaseId: "${party}"`],
    ['parties', 'a document', () => 'documentNumber: "АБ765456"'],
  ]
  test.each(BESIDE)('%s, not with %s', async (field, _, beside) => {
    const query = `{ ${field}(filter: { taxId: "2924576501", ${beside()} }) { totalCount } }`
    const { body } = await api.graphql(token, query)
    expect([body.data, body.errors[0].extensions.code]).toEqual([null, 'UNPROCESSABLE_ENTITY'])
    expect(await records(token)).toMatchObject([{ subject_ids: [], result: 'forbidden' }])
    const whole = await api.graphql(await api.token({ role: 'NHS VERIFIER' }), query)
    expect(whole.body.errors).toBeUndefined()
  })

  test('unzrInfoRegisters, not with an id', async () => {
    const { body } = await api.graphql(
      token,
      `{ unzrInfoRegisters(filter: { unzr: "19800131-76501", databaseId: "${person}" }) { totalCount } }`,
    )
    expect(body.errors[0].extensions.code).toBe('UNPROCESSABLE_ENTITY')
  })

  test('but can be combined with a status', async () => {
    const { body } = await api.graphql(
      token,
      '{ persons(filter: { taxId: "2924576501", unzrVerificationStatus: IN_REVIEW }) { totalCount } }',
    )
    expect(body.errors).toBeUndefined()
  })

  const told = (values: readonly (object | null)[]) => values.filter((value) => value !== null)

  test('in an operation, however many aliases it has', async () => {
    const aliases = Array.from({ length: 30 }, (_, n) => `a${n}: unzrInfoRegister(unzr: "${NUMBERS.unzr(n)}") { unzr }`)
    const mixed = `{ ${aliases.slice(1).join(' ')} p: persons(filter: { unzr: "19800131-76501" }) { totalCount } }`
    const { body } = await api.graphql(token, mixed.replace(/p: persons.*$/, '}'))
    expect(body.errors).toHaveLength(28)
    expect(body.errors[0].extensions.code).toBe('UNPROCESSABLE_ENTITY')
    expect(await records(token)).toHaveLength(29)
  })

  test('in an HTTP request, however many operations it has', async () => {
    const batch = Array.from({ length: 10 }, (_, n) => ({
      query: `{ persons(filter: { unzr: "${NUMBERS.unzr(n)}" }) { totalCount } }`,
    }))
    const { body } = await api.request('POST', '/graphql', { token, body: batch })
    expect(told(body.map(({ data }: { data: object | null }) => data))).toHaveLength(1)
    expect(await records(token)).toHaveLength(10)
  })
})

// Filters with such names compare a number; a new one fails here until it is tried above.
const NUMBER = /tax|unzr|number|rnokpp|phone|serial/i
const TRIED = [
  ...['persons.taxId', 'persons.unzr', 'persons.documentNumber', 'parties.taxId', 'parties.documentNumber'],
  ...['unzrInfoRegisters.unzr', 'unzrInfoRegister.unzr', 'syncUnzrInfoRegister.unzr'],
  ...['persons.identity.taxId', 'persons.identity.unzr', 'persons.identity.document.number'],
  // Boolean; that somebody has no number is visible anyway.
  'employeeRequests.noTaxId',
  // Statuses of streams.
  ...['persons.unzrVerificationStatus', 'updatePersonUnzrVerificationStatus.unzrVerificationStatus'],
  'updatePersonUnzrVerificationStatus.unzrVerificationReason',
]

/** The fields of an input type; nested ones by path. */
function namesIn(type: GraphQLInputObjectType): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type)
    return isInputObjectType(inner) ? namesIn(inner).map((each) => `${field.name}.${each}`) : [field.name]
  })
}

describe('numbers cannot be guessed otherwise', () => {
  const schema = createSchema()
  const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {}),
  )

  test('the schema has no other look-up by number', () => {
    const asked = fields.flatMap(({ name, args }) =>
      args.flatMap((arg) => {
        const type = getNamedType(arg.type)
        const names = isInputObjectType(type) ? namesIn(type) : [arg.name]
        return names.filter((each) => NUMBER.test(each)).map((each) => `${name}.${each}`)
      }),
    )
    expect(asked.sort()).toEqual([...TRIED].sort())
  })

  test('no list can be sorted by a number', () => {
    const orders = Object.values(schema.getTypeMap()).filter(
      (type) => isEnumType(type) && type.name.endsWith('OrderBy'),
    )
    const values = orders.flatMap((type) => (isEnumType(type) ? type.getValues() : []))
    const told = values.map(({ name }) => name.replace(/_(ASC|DESC)$/, ''))
    // A candidate's score and facts reveal that numbers match those of an act, but no digits.
    expect(new Set(told)).toEqual(new Set(['INSERTED_AT', 'FULL_NAME', 'STATUS', 'SCORE']))
  })

  test('no REST query takes a number', () => {
    const names = routes.flatMap(({ query, path }) =>
      Object.keys((Reflect.get(Object(query), 'shape') ?? {}) as object).map((name) => `${path} ${name}`),
    )
    expect(names.filter((name) => NUMBER.test(name.replace(/^.* /, '')))).toEqual(['/api/employee_requests no_tax_id'])
  })
})
