// Rules: spec 4.0.3, 4.2.1, 4.2.2
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { answer, makeWorker, startRun, untilOver } from '../synchronization/cluster.ts'
import { addParties, addPersons, dmsState, nationalId } from '../synchronization/people.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token = ''
beforeAll(async () => {
  api = await startTestApi()
  token = await api.token({ role: 'NHS VERIFIER' })
})
afterAll(() => api.close())

const gid = (id: string, type: string) => Buffer.from(`${type}:${id}`).toString('base64')

const MUTATIONS = [
  ['person', 'Unzr', 'unzr'],
  ['person', 'MvsPassport', 'mvsPassport'],
  ['person', 'DmsPassport', 'dmsPassport'],
  ['party', 'MvsPassport', 'mvsPassport'],
  ['party', 'DmsPassport', 'dmsPassport'],
] as const
type Mutation = (typeof MUTATIONS)[number]

const typeOf = (kind: 'person' | 'party') => (kind === 'person' ? 'Person' : 'Party')

async function send([kind, stream, field]: Mutation, id: string, given: { status?: string; as?: string } = {}) {
  const { status = 'VERIFICATION_NEEDED', as = token } = given
  const name = `update${typeOf(kind)}${stream}VerificationStatus`
  const query = `mutation($id: ID!, $status: ${typeOf(kind)}VerificationStatus!, $reason: ${typeOf(kind)}${stream}VerificationReason!) {
    ${name}(input: { ${kind}Id: $id, ${field}VerificationStatus: $status, ${field}VerificationReason: $reason }) {
      ${kind} { databaseId verificationStatus verificationDetails { ${field} { verificationStatus verificationReason status syncedAt } } } } }`
  const { status: http, body } = await api.graphql(as, query, { id, status, reason: 'ONLINE_TRIGGERED' })
  const error = body.errors?.[0]
  return { http, payload: body.data?.[name]?.[kind], error: error && [error.extensions.code, error.message] }
}

const VERIFIED = { documents: [nationalId(1)], status: 'VERIFIED', reason: 'AUTO_VALID' } as const

async function add(kind: 'person' | 'party', given: object = {}): Promise<string> {
  const [id = ''] = await (kind === 'person' ? addPersons : addParties)(api.db.database, [{ ...VERIFIED, ...given }])
  return id
}

function auditOf(id: string) {
  return api.db.database.query<{ action: string; operation: string }>({
    text: 'select action, operation from zvirka.audit where subject_ids @> array[$1::uuid] order by id',
    values: [id],
  })
}

describe.each(MUTATIONS.map((mutation) => [mutation.slice(0, 2).join(' '), mutation] as const))(
  'queueing again: %s',
  (_, mutation) => {
    const [kind, stream, field] = mutation
    const type = typeOf(kind)

    test('shows the subject’s new state, with an event, and an audit record', async () => {
      const id = await add(kind)
      const { payload, error } = await send(mutation, gid(id, type))
      expect(error).toBeUndefined()
      expect(payload).toEqual({
        ...{ databaseId: id, verificationStatus: 'VERIFICATION_NEEDED' },
        verificationDetails: {
          [field]: {
            verificationStatus: 'VERIFICATION_NEEDED',
            verificationReason: 'ONLINE_TRIGGERED',
            status: null,
            syncedAt: null,
          },
        },
      })
      const events = await api.db.database.query({
        text: 'select entity_type from event_manager.events where entity_id = $1',
        values: [id],
      })
      expect(events).toEqual([{ entity_type: type }])
      const operation = `Mutation.update${type}${stream}VerificationStatus`
      expect(await auditOf(id)).toEqual([
        { action: 'write', operation },
        { action: 'read', operation },
      ])
    })

    test('is refused in the order of the specification, and then nothing is written', async () => {
      expect((await send(mutation, '')).error).toEqual([
        'UNPROCESSABLE_ENTITY',
        `required property ${kind}Id was not present`,
      ])
      expect((await send(mutation, 'x')).error).toEqual(['BAD_REQUEST', 'Malformed id'])
      const other = gid(randomUUID(), kind === 'person' ? 'Party' : 'Person')
      expect((await send(mutation, other)).error).toEqual(['BAD_REQUEST', 'Malformed id'])
      expect((await send(mutation, gid(randomUUID(), type), { status: 'VERIFIED' })).error).toEqual([
        'NOT_FOUND',
        `${type} not found`,
      ])
      const inactive = await add(kind, kind === 'person' ? { is_active: false } : { employees: [] })
      expect((await send(mutation, gid(inactive, type), { status: 'VERIFIED' })).error).toEqual([
        'CONFLICT',
        `${type} is not active`,
      ])
      const active = await add(kind)
      for (const status of ['VERIFIED', 'NOT_VERIFIED', 'IN_REVIEW', 'VERIFICATION_NOT_NEEDED']) {
        expect((await send(mutation, gid(active, type), { status })).error).toEqual([
          'UNPROCESSABLE_ENTITY',
          'value is not allowed in enum',
        ])
      }
      expect(await auditOf(active)).toEqual([])
      expect((await dmsState(api.db.database, kind, active)).cumulative).toBe('VERIFIED')
    })

    test('needs its scope, and an active client of the NHS', async () => {
      const id = gid(await add(kind), type)
      const scope = `${kind}:verify`
      const without = await api.token({ scope: `${kind}:read` })
      expect((await send(mutation, id, { as: without })).error).toEqual([
        'FORBIDDEN',
        `Your scope does not allow to access this resource. Missing allowances: ${scope}`,
      ])
      const alone = await api.token({ scope })
      expect((await send(mutation, id, { as: alone })).error).toBeUndefined()
      const client = await api.client()
      await api.db.database.query({
        text: `update prm.legal_entities set status = 'CLOSED' where id = $1`,
        values: [client.id],
      })
      expect((await send(mutation, id, { as: await api.token({ client }) })).error).toEqual([
        'CONFLICT',
        'client_id refers to legal entity that is not active',
      ])
      expect((await send(mutation, id, { as: 'nobody' })).http).toBe(401)
    })
  },
)

test('a mutation during a check of the person discards the pending answer', async () => {
  const mutation = ['person', 'DmsPassport', 'dmsPassport'] as const
  const id = await add('person', { documents: [nationalId(7)], status: 'VERIFICATION_NEEDED', reason: 'INITIAL' })
  const asked: string[] = []
  const held = Promise.withResolvers<void>()
  const worker = makeWorker(api.db, {
    ask: async ({ pasNumber }) => {
      if (pasNumber !== '000000007') return answer(0)
      asked.push(pasNumber)
      if (asked.length > 1) return answer(0)
      await held.promise
      return answer(1)
    },
  })
  await worker.start()
  try {
    const run = await startRun(api.db)
    await until('the question', async () => asked.length > 0)
    const { payload } = await send(mutation, gid(id, 'Person'))
    // The worker may have claimed the person again before the answer was read.
    expect(['ONLINE_TRIGGERED', 'AUTO']).toContain(payload.verificationDetails.dmsPassport.verificationReason)
    held.resolve()
    await untilOver(api.db, run.id)
    if (asked.length === 1) await untilOver(api.db, (await startRun(api.db)).id)
  } finally {
    held.resolve()
    await worker.stop()
  }
  expect(asked).toHaveLength(2)
  expect(await dmsState(api.db.database, 'person', id)).toMatchObject({ status: 'VERIFIED', cumulative: 'VERIFIED' })
})

test('two in one request each show the state after it', async () => {
  const id = await add('person')
  const input = (field: string) =>
    `(input: { personId: "${gid(id, 'Person')}", ${field}VerificationStatus: VERIFICATION_NEEDED, ${field}VerificationReason: ONLINE_TRIGGERED })`
  const details =
    '{ person { verificationDetails { unzr { verificationReason } mvsPassport { verificationReason } } } }'
  const { body } = await api.graphql(
    token,
    `mutation { first: updatePersonUnzrVerificationStatus${input('unzr')} ${details}
      second: updatePersonMvsPassportVerificationStatus${input('mvsPassport')} ${details} }`,
  )
  expect(body.errors).toBeUndefined()
  const reasons = (of: typeof body) => [
    of.person.verificationDetails.unzr.verificationReason,
    of.person.verificationDetails.mvsPassport.verificationReason,
  ]
  expect(reasons(body.data.first)).toEqual(['ONLINE_TRIGGERED', 'AUTO'])
  expect(reasons(body.data.second)).toEqual(['ONLINE_TRIGGERED', 'ONLINE_TRIGGERED'])
})

test.each(['person', 'party'] as const)(
  'a stream of a %s whose registry is disabled is shown as such, and not queued',
  async (kind) => {
    const id = await add(kind)
    api.unserved.add('drfo')
    try {
      const name = `update${typeOf(kind)}DrfoVerificationStatus`
      const status = 'drfoVerificationStatus: VERIFICATION_NEEDED, drfoVerificationReason: ONLINE_TRIGGERED'
      const { body: refused } = await api.graphql(
        token,
        `mutation($id: ID!) { ${name}(input: { ${kind}Id: $id, ${status} }) { ${kind} { databaseId } } }`,
        { id: gid(id, typeOf(kind)) },
      )
      expect(refused.errors).toMatchObject([
        {
          message: 'this installation has no access to the registry of this process',
          extensions: { code: 'UNPROCESSABLE_ENTITY' },
        },
      ])
      expect(await auditOf(id)).toEqual([])
      const stream = '{ isServed explanation { next { code params text } } }'
      const { body } = await api.graphql(
        token,
        `query($id: ID!) { ${kind}(id: $id) { verificationDetails { drfo ${stream} mvsPassport ${stream} } } }`,
        { id: gid(id, typeOf(kind)) },
      )
      const { drfo, mvsPassport } = body.data[kind].verificationDetails
      const text = 'Nothing: this installation does not ask the registry, since TREMBITA_DRFO is not set.'
      const params = { setting: 'TREMBITA_DRFO' }
      expect(drfo).toEqual({ isServed: false, explanation: { next: [{ code: 'not_served', params, text }] } })
      expect(mvsPassport.isServed).toBe(true)
    } finally {
      api.unserved.clear()
    }
  },
)
