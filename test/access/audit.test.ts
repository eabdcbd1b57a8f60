/**
 * Every root field that leads to identity data is audited, and so is every mutation, in its own transaction. The fields are read from the
 * schema, so a new one fails here until a request for it is added below; the examples of REST routes are held to the same rule
 * (test/api/rest/examples.test.ts).
 */
import { randomUUID } from 'node:crypto'
import { type GraphQLAbstractType, type GraphQLOutputType, getNamedType, isAbstractType, isObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { EXAMPLE_REQUEST } from '../../src/api/rest/request-examples.ts'
import { proposeCandidates } from '../../src/death-acts/plans/candidates.ts'
import { KINDS } from '../../src/verification-store/kinds.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { propose } from '../death-acts/candidates.ts'
import { until, untilSomebodyWaits } from '../support/until.ts'
import { addParties, addPersons, nationalId } from '../synchronization/people.ts'

let api: TestApi
let person: string
let party: string
let unzrInfo: string
const request = randomUUID()
let job: string
let run: string
let admin: string
let verifier: string

beforeAll(async () => {
  api = await startTestApi()
  const { database } = api.db
  ;[person = ''] = await addPersons(database, [{ documents: [nationalId(1)] }])
  ;[party = ''] = await addParties(database, [{ documents: [nationalId(2)] }])
  await database.query({
    text: `update prm.legal_entities set type = 'NHS' where id in (select legal_entity_id from prm.employees where party_id = $1)`,
    values: [party],
  })
  await database.query({
    text: 'insert into il.employee_requests (id, data, inserted_by, updated_by) values ($1, $2, $1, $1)',
    values: [request, JSON.stringify({ ...EXAMPLE_REQUEST, legal_entity_id: await workplace(party) })],
  })
  await database.query({
    text: `update wide.party_verifications set dracs_death_verification_status = 'NOT_VERIFIED' where party_id = $1`,
    values: [party],
  })
  await database.query({
    text: `update wide.person_verifications set dracs_death_verification_status = 'NOT_VERIFIED' where person_id = $1`,
    values: [person],
  })
})
afterAll(() => api.close())
beforeEach(async () => {
  admin = await api.token()
  verifier = await api.token({ role: 'NHS VERIFIER' })
  const { database } = api.db
  const [info] = await database.query<{ id: string }>({
    text: `insert into mimir.unzr_info as u (unzr, job_status, info, inserted_by, updated_by)
           values ('19900101-00001', 'processed', '{"firstName": "Олена"}', gen_random_uuid(), gen_random_uuid())
           on conflict (unzr) do update set info = excluded.info returning u.id`,
  })
  unzrInfo = info?.id ?? ''
  await database.transaction(async (tx) => void (await api.jobs.jobs.enqueue(tx, api.jobs.unzrInfo, unzrInfo)))
  const [enqueued] = await database.query<{ id: string }>({
    text: 'select id from pgboss.job order by created_on desc limit 1',
  })
  job = enqueued?.id ?? ''
  await addCandidates()
  await database.query({ text: `update zvirka.runs set state = 'finished', ended_at = now() where ended_at is null` })
  const [begun] = await database.query<{ id: string }>({
    text: `insert into zvirka.runs (process, state, cause, started_by, due_before)
           values ('dms_passport/person', 'running', 'schedule', gen_random_uuid(), now()) returning id`,
  })
  run = begun?.id ?? ''
})

let act: string
const candidates = { person: '', party: '' }
async function addCandidates(): Promise<void> {
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  act = await propose(owner, 'person', person)
  for (const [kind, id] of [
    ['person', person],
    ['party', party],
  ] as const) {
    const details = { zone: 'grey', run_id: act }
    await owner.query(proposeCandidates(kind, [{ subjectId: id, actId: act, score: 0.75, config: {}, details }]))
    const [row] = await owner.query<{ id: string }>({
      text: `select id from ${KINDS[kind].candidates} where ${kind}_id = $1`,
      values: [id],
    })
    candidates[kind] = row?.id ?? ''
  }
}

async function workplace(of: string): Promise<string> {
  const [row] = await api.db.database.query<{ id: string }>({
    text: 'select legal_entity_id as id from prm.employees where party_id = $1',
    values: [of],
  })
  return row?.id ?? ''
}

const gid = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64')

interface Asked {
  /** The arguments and the selection. */
  readonly text: () => string
  readonly expected: () => readonly {
    readonly action: string
    readonly subject_kind: string
    readonly subject_ids: readonly string[]
  }[]
  readonly as?: () => string
}

const read = (subject_kind: string, id: () => string) => () => [{ action: 'read', subject_kind, subject_ids: [id()] }]
const ofRequest = read('employee_request', () => request)
const [ofPerson, ofParty, ofUnzrInfo] = [
  read('person', () => person),
  read('party', () => party),
  read('unzr_info', () => unzrInfo),
]

const ofAct = read('dracs_death_act', () => act)

/** The types that `node(id)` may return and that lead to identity data. */
const NODES: readonly (readonly [type: string, id: () => string])[] = [
  ['DracsDeathAct', () => act],
  ['EmployeeRequest', () => request],
  ['Party', () => party],
  ['PartyDracsDeathCandidate', () => candidates.party],
  ['Person', () => person],
  ['PersonDracsDeathCandidate', () => candidates.person],
  ['UnzrInfo', () => unzrInfo],
]

const QUERIES: Readonly<Record<string, Asked>> = {
  person: { text: () => `(id: "${gid('Person', person)}") { lastName }`, expected: ofPerson },
  persons: { text: () => '{ nodes { lastName } }', expected: ofPerson },
  party: { text: () => `(id: "${gid('Party', party)}") { lastName }`, expected: ofParty },
  parties: { text: () => '{ edges { node { phones { number } } } }', expected: ofParty },
  node: { text: () => `(id: "${gid('Person', person)}") { ... on Person { taxId } }`, expected: ofPerson },
  nodes: {
    text: () => `(ids: [${NODES.map(([type, id]) => `"${gid(type, id())}"`).join(', ')}]) { id }`,
    expected: () => [...ofAct(), ...ofRequest(), ...ofParty(), ...ofPerson(), ...ofUnzrInfo()],
  },
  dracsDeathAct: { text: () => `(id: "${gid('DracsDeathAct', act)}") { surname }`, expected: ofAct },
  personDracsDeathCandidate: {
    text: () => `(id: "${gid('PersonDracsDeathCandidate', candidates.person)}") { person { lastName } }`,
    expected: ofPerson,
  },
  personDracsDeathCandidates: { text: () => '{ nodes { person { lastName } } }', expected: ofPerson },
  partyDracsDeathCandidate: {
    text: () => `(id: "${gid('PartyDracsDeathCandidate', candidates.party)}") { party { lastName } }`,
    expected: ofParty,
  },
  partyDracsDeathCandidates: { text: () => '{ nodes { party { lastName } } }', expected: ofParty },
  unzrInfoRegister: { text: () => '(unzr: "19900101-00001") { info { firstName } }', expected: ofUnzrInfo },
  employeeRequest: {
    text: () => `(id: "${gid('EmployeeRequest', request)}") { party { lastName } }`,
    expected: ofRequest,
  },
  employeeRequests: { text: () => '{ nodes { party { taxId } } }', expected: ofRequest },
  unzrInfoRegisters: { text: () => '{ nodes { unzr } }', expected: ofUnzrInfo },
}

const acted = (action: string, subject_kind: string, id: () => string) => () => [
  { action, subject_kind, subject_ids: [id()] },
]
const sentAgain = (kind: 'person' | 'party', stream: string): Asked => {
  const field = `${stream.charAt(0).toLowerCase()}${stream.slice(1)}`
  const id = () => (kind === 'person' ? gid('Person', person) : gid('Party', party))
  return {
    text: () =>
      `(input: { ${kind}Id: "${id()}", ${field}VerificationStatus: VERIFICATION_NEEDED, ${field}VerificationReason: ONLINE_TRIGGERED }) { __typename }`,
    expected: () => [
      ...(kind === 'person' ? ofPerson() : ofParty()),
      { action: 'write', subject_kind: kind, subject_ids: [kind === 'person' ? person : party] },
    ],
    as: () => verifier,
  }
}
const controlled: Asked = {
  text: () => `(input: { id: "${gid('VerificationRun', run)}", reason: "a test of the audit" }) { __typename }`,
  expected: acted('write', 'run', () => run),
}

/** In an order in which each can succeed. */
const MUTATIONS: Readonly<Record<string, Asked>> = {
  updatePersonUnzrVerificationStatus: sentAgain('person', 'Unzr'),
  updatePersonDrfoVerificationStatus: sentAgain('person', 'Drfo'),
  updatePersonMvsPassportVerificationStatus: sentAgain('person', 'MvsPassport'),
  updatePersonDmsPassportVerificationStatus: sentAgain('person', 'DmsPassport'),
  updatePartyDrfoVerificationStatus: sentAgain('party', 'Drfo'),
  updatePartyMvsPassportVerificationStatus: sentAgain('party', 'MvsPassport'),
  updatePartyDmsPassportVerificationStatus: sentAgain('party', 'DmsPassport'),
  updatePartyDracsDeathVerificationStatus: {
    text: () =>
      `(input: { partyId: "${gid('Party', party)}", dracsDeathVerificationStatus: VERIFIED, dracsDeathVerificationReason: MANUAL_CONFIRMED }) { __typename }`,
    expected: () => [...ofParty(), { action: 'write', subject_kind: 'party', subject_ids: [party] }],
    as: () => verifier,
  },
  updatePersonDracsDeathVerificationStatus: {
    text: () =>
      `(input: { personId: "${gid('Person', person)}", dracsDeathVerificationStatus: VERIFIED, dracsDeathVerificationReason: MANUAL_CONFIRMED }) { __typename }`,
    expected: () => [...ofPerson(), { action: 'write', subject_kind: 'person', subject_ids: [person] }],
    as: () => verifier,
  },
  revealPersonData: {
    text: () =>
      `(input: { id: "${gid('Person', person)}", fields: [TAX_ID], reason: "a test of the audit" }) { taxId }`,
    expected: acted('reveal', 'person', () => person),
    as: () => verifier,
  },
  revealPartyData: {
    text: () =>
      `(input: { id: "${gid('Party', party)}", fields: [PHONES], reason: "a test of the audit" }) { phones { number } }`,
    expected: acted('reveal', 'party', () => party),
    as: () => verifier,
  },
  syncUnzrInfoRegister: {
    text: () => '(input: { unzr: "19900101-00001" }) { unzrInfo { unzr } }',
    expected: () => [...ofUnzrInfo(), { action: 'write', subject_kind: 'unzr_info', subject_ids: [unzrInfo] }],
  },
  confirmEmployeeRequest: {
    text: () => `(input: { id: "${gid('EmployeeRequest', request)}" }) { __typename }`,
    expected: () => [...ofRequest(), { action: 'write', subject_kind: 'employee_request', subject_ids: [request] }],
  },
  cancelJobs: {
    text: () => `(input: { ids: ["${gid('Job', job)}"] }) { __typename }`,
    expected: acted('write', 'job', () => job),
  },
  pauseVerificationRun: controlled,
  stopVerificationRun: controlled,
  recheckVerificationRun: {
    text: () => `(input: { runId: "${gid('VerificationRun', run)}", reason: "a test of the audit" }) { count }`,
    expected: acted('write', 'run', () => run),
  },
}
/** Mutations that need an earlier one; they are audited like the others. */
const AFTER_OTHERS: Readonly<
  Record<string, { readonly first: string; readonly text: () => string; readonly subject_kind: string }>
> = {
  retryJobs: {
    first: 'cancelJobs',
    text: () => `(input: { ids: ["${gid('Job', job)}"] }) { __typename }`,
    subject_kind: 'job',
  },
  resumeVerificationRun: { first: 'pauseVerificationRun', text: controlled.text, subject_kind: 'run' },
}
/** Mutations that create something: its id is not known beforehand. */
const CREATING: Readonly<Record<string, { readonly text: string; readonly subject_kind: string }>> = {
  startVerificationRun: { text: '(input: { process: "unzr/person" }) { __typename }', subject_kind: 'run' },
  updateGlobalParameters: {
    text: '(input: { parameters: [{ parameter: "walked", value: "1" }] }) { __typename }',
    subject_kind: 'global_parameter',
  },
}

async function recordOf(requestId: string) {
  const rows = await api.db.database.query<{
    action: string
    subject_kind: string
    subject_ids: string[]
    statement: string
  }>({
    text: `select action, subject_kind, subject_ids, action || ' ' || xmin::text as statement from zvirka.audit where request_id = $1
            order by action, subject_kind`,
    values: [requestId],
  })
  const actions = new Set(rows.map(({ action }) => action))
  expect(new Set(rows.map(({ statement }) => statement)).size).toBe(actions.size)
  return rows.map(({ action, subject_kind, subject_ids }) => ({ action, subject_kind, subject_ids }))
}

async function ask(operation: string, name: string, text: string, token: string) {
  const { body } = await api.graphql(token, `${operation} { ${name}${text} }`)
  expect(body.errors).toBeUndefined()
  return recordOf(body.extensions.requestId)
}

const schema = createSchema()
const namesOf = (type: { getFields(): object } | null | undefined) => Object.keys(type?.getFields() ?? {})

/** Object types with identifying data. The viewer's own e-mail, and staff e-mails in the audit, do not count. */
const IDENTITY = new Set(
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !['Viewer', 'AuditRecord'].includes(name))
    .filter((type) => namesOf(type).some((name) => /name$|taxId|unzr$|rnokpp|birth|number$|phone|email/i.test(name)))
    .map(({ name }) => name),
)

function leadsToIdentity(given: GraphQLOutputType, seen = new Set<string>()): boolean {
  const type = getNamedType(given)
  if (seen.has(type.name)) return false
  seen.add(type.name)
  if (IDENTITY.has(type.name)) return true
  if (isAbstractType(type)) return schema.getPossibleTypes(type).some((each) => leadsToIdentity(each, seen))
  return isObjectType(type) && Object.values(type.getFields()).some((field) => leadsToIdentity(field.type, seen))
}

describe('the walk over the schema', () => {
  test('recognises identity data', () => {
    expect([...IDENTITY]).toEqual(
      expect.arrayContaining(['Person', 'Party', 'Document', 'Phone', 'UnzrInfo', 'UnzrInfoDetails']),
    )
  })

  test('covers every query that leads to identity data, and every mutation', () => {
    const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
    const telling = queries.filter(({ type }) => leadsToIdentity(type)).map(({ name }) => name)
    expect(Object.keys(QUERIES).toSorted()).toEqual(telling.toSorted())
    const nodes = schema.getPossibleTypes(schema.getType('Node') as GraphQLAbstractType)
    const tellingNodes = nodes.filter((type) => leadsToIdentity(type)).map(({ name }) => name)
    expect(NODES.map(([type]) => type)).toEqual(tellingNodes.toSorted())
    const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {})
    expect(subscriptions.filter(({ type }) => leadsToIdentity(type))).toEqual([])
    const asked = [MUTATIONS, AFTER_OTHERS, CREATING].flatMap((each) => Object.keys(each))
    expect(asked.toSorted()).toEqual(namesOf(schema.getMutationType()).toSorted())
  })
})

describe('a read is recorded by one statement, with its subject and the field', () => {
  test.each(Object.keys(QUERIES))('%s', async (name) => {
    const { text, expected } = QUERIES[name] as Asked
    expect(await ask('query', name, text(), admin)).toEqual(expected())
  })

  const lists = Object.keys(QUERIES).filter((name) =>
    /Connection/.test(String(schema.getQueryType()?.getFields()[name]?.type)),
  )
  test.each(lists)('%s, if only the number is requested', async (name) => {
    const [whole] = (QUERIES[name] as Asked).expected()
    const record = { action: 'read', subject_kind: whole?.subject_kind }
    expect(await ask('query', name, '(first: 0) { totalCount }', admin)).toMatchObject([record])
  })

  test('the audit itself, with the names of the filters', async () => {
    expect(await ask('query', 'audit', '(first: 1, filter: { action: READ }) { totalCount }', admin)).toEqual([
      { action: 'read', subject_kind: 'audit', subject_ids: [] },
    ])
  })

  test('several queries in one request', async () => {
    const query = `{ a: ${'person'}${QUERIES['person']?.text()} b: ${'party'}${QUERIES['party']?.text()} c: unzrInfoRegisters { nodes { unzr } } }`
    const { body } = await api.graphql(admin, query)
    expect(await recordOf(body.extensions.requestId)).toEqual([...ofParty(), ...ofPerson(), ...ofUnzrInfo()])
  })
})

describe('operations of one batch', () => {
  test('are recorded one by one, each before its own answer: an answer that cannot be recorded is withheld, the others are sent', async () => {
    const [unrecordable = ''] = await addPersons(api.db.database, [{ documents: [nationalId(9)] }])
    const owner = api.db.open({ role: 'zvirka_owner', max: 3 })
    await owner.query({
      text: `alter table zvirka.audit add constraint not_this_one check (not subject_ids @> array['${unrecordable}'::uuid]) not valid`,
    })
    const isOver = async () =>
      api.logged.some(({ fields }) => JSON.stringify(fields).includes('23514')) ||
      (await owner.query({ text: `select from zvirka.audit where request_id = 'a-batch'` })).length > 0
    const query = (id: string, more: string) =>
      `{ node(id: "${gid('Person', id)}") { ... on Person { lastName ${more} } } }`
    const batch = [
      query(unrecordable, 'documents { number }'),
      query(person, 'verificationHistory(first: 1) { nodes { __typename } }'),
    ].map((text) => ({ query: text }))
    const locked = <T>(table: string, work: () => Promise<T>) =>
      owner.transaction(async (tx) => {
        await tx.query({ text: `lock table ${table} in access exclusive mode` })
        return work()
      })
    // The first request has read a person and is still reading when the second ends.
    const answer = await locked('mpi.person_documents', async () => {
      const { asked } = await locked('zvirka.verification_history', async () => {
        const sent = api.request('POST', '/graphql', {
          ...{ token: admin, headers: { 'x-request-id': 'a-batch' }, body: batch },
        })
        await untilSomebodyWaits(owner, 'mpi.person_documents')
        await untilSomebodyWaits(owner, 'zvirka.verification_history')
        return { asked: sent }
      })
      await until('the record that cannot be made', isOver)
      return { asked }
    })
    const { body } = await answer.asked
    await owner.query({ text: 'alter table zvirka.audit drop constraint not_this_one' })
    expect([body[0].data, body[0].errors[0].extensions.code]).toEqual([undefined, 'INTERNAL_SERVER_ERROR'])
    expect(body[1].data.node.lastName).toEqual(expect.any(String))
    expect(await recordOf('a-batch')).toEqual(ofPerson())
  })
})

/** Everything a mutation may write. */
async function state(): Promise<unknown> {
  const tables = [
    'wide.person_verifications',
    'wide.party_verifications',
    'mimir.unzr_info',
    'zvirka.runs',
    'prm.global_parameters',
    'pgboss.job',
  ]
  const sums = tables.map(
    (table) => `(select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from ${table} t) as "${table}"`,
  )
  return api.db.open({ role: 'zvirka_owner', max: 1 }).query({ text: `select ${sums.join(', ')}` })
}

async function withoutAudit<T>(work: () => Promise<T>): Promise<T> {
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text: 'revoke execute on function zvirka.append_audit from zvirka_app' })
  try {
    return await work()
  } finally {
    await owner.query({ text: 'grant execute on function zvirka.append_audit to zvirka_app' })
  }
}

describe('a write is recorded in the transaction that does it', () => {
  const ALL = [
    ...Object.entries(MUTATIONS).map(([name, { text, as }]) => ({ name, text, as })),
    ...Object.entries(CREATING).map(([name, { text }]) => ({ name, text: () => text, as: undefined })),
  ]

  test.each(ALL)('$name writes nothing if it cannot be recorded', async ({ name, text, as }) => {
    const before = await state()
    const { body } = await withoutAudit(() => api.graphql(as?.() ?? admin, `mutation { ${name}${text()} }`))
    expect(body.data?.[name] ?? null).toBeNull()
    expect(body.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR')
    expect(await state()).toEqual(before)
  })

  test.each(Object.keys(MUTATIONS))('%s', async (name) => {
    const { text, expected, as } = MUTATIONS[name] as Asked
    expect(await ask('mutation', name, text(), as?.() ?? admin)).toEqual(expected())
  })

  test.each(Object.keys(AFTER_OTHERS))('%s', async (name) => {
    const { first, text, subject_kind } = AFTER_OTHERS[name] as (typeof AFTER_OTHERS)[string]
    await ask('mutation', first, MUTATIONS[first]?.text() ?? '', admin)
    expect(await ask('mutation', name, text(), admin)).toMatchObject([{ action: 'write', subject_kind }])
  })

  test.each(Object.keys(CREATING))('%s', async (name) => {
    const { text, subject_kind } = CREATING[name] as (typeof CREATING)[string]
    expect(await ask('mutation', name, text, admin)).toMatchObject([{ action: 'write', subject_kind }])
  })
})
